//! The HTML report: one file, nothing from the network, nothing that a name can do.

#![cfg(test)]

mod support;

use std::fs;

use base64::Engine as _;
use org_audit_reporting::{Format, Options};
use sha2::{Digest, Sha256};
use support::SMALL;

fn page(name: &str, options: Options) -> String {
    let directory = support::directory(name);
    support::write_size(SMALL, &directory, &[Format::Html], options).unwrap();
    fs::read_to_string(directory.join("report.html")).unwrap()
}

/// The text between the first `open` and the `close` that follows it.
fn between<'t>(text: &'t str, open: &str, close: &str) -> &'t str {
    let (_, rest) = text.split_once(open).unwrap();
    rest.split_once(close).unwrap().0
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!(
        "'sha256-{}'",
        base64::engine::general_purpose::STANDARD.encode(digest)
    )
}

fn without_style_and_script(page: &str) -> String {
    page.replace(between(page, "<style>", "</style>"), "…")
        .replace(between(page, "<script>", "</script>"), "…")
}

#[test]
fn the_page_looks_as_it_did() {
    let page = without_style_and_script(&page("html-snapshot", Options::default()));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    insta::assert_snapshot!("report_html", page.replace(policy, "…"));
}

#[test]
fn the_policy_allows_the_pages_own_style_and_script_and_nothing_else() {
    let page = page("policy", Options::default());
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")
        .replace("&#x27;", "'")
        .replace("&#x3D;", "=");
    let style = hash(between(&page, "<style>", "</style>"));
    let script = hash(between(&page, "<script>", "</script>"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; \
             form-action 'none'"
        )
    );
}

#[test]
fn nothing_in_the_page_is_loaded_or_handled_inline() {
    let page = page("loads", Options::default());
    let markup = without_style_and_script(&page);
    let markup = markup.replace(between(&markup, "id=\"data\">", "</script>"), "…");
    for load in [
        " src=",
        "<link",
        "@import",
        "<iframe",
        "<object",
        "<base",
        " style=",
        " onclick=",
        " onload=",
        "javascript:",
    ] {
        let found = markup.match_indices(load).count();
        let harmless = markup.matches(&format!("&lt;img{load}")).count()
            + markup.matches(&format!("&lt;svg{load}")).count();
        assert_eq!(found, harmless, "{load}");
    }
    let style = between(&page, "<style>", "</style>");
    assert!(
        style
            .match_indices("url(")
            .all(|(at, _)| style[at..].starts_with("url(\"data:image/svg+xml,"))
    );
}

#[test]
fn a_name_is_never_markup() {
    let page = page("names", Options::default());
    for markup in ["<script>alert", "<img src", "<svg onload", "</script><"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(!page.contains('\u{202e}') && !page.contains('\0'));
    assert!(page.contains("⟨U+202E⟩gnp.exe"));
    assert_eq!(page.matches("<script").count(), 2);
}

#[test]
fn the_embedded_data_are_json() {
    let page = page("data", Options::default());
    let data: serde_json::Value = serde_json::from_str(between(&page, "id=\"data\">", "</script>")).unwrap();
    assert_eq!(data["accounts"].as_array().unwrap().len(), SMALL.accounts);
}

#[test]
fn unknown_and_not_applicable_are_in_neither_number_of_the_pass_rate() {
    let directory = support::directory("rate");
    let names = support::write_size(
        SMALL,
        &directory,
        &[Format::Html, Format::Json],
        Options::default(),
    )
    .unwrap();
    assert_eq!(names, ["report.html", "report.json"]);
    let json = fs::read_to_string(directory.join("report.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let count = |name: &str| json["totals"]["iam_5"][name].as_u64().unwrap();
    assert!(count("not_applicable") > 0);
    let page = fs::read_to_string(directory.join("report.html")).unwrap();
    let (pass, decided) = (count("pass"), count("pass") + count("fail"));
    assert!(page.contains(&format!("{pass} of {decided} users with a console password")));
}

#[test]
fn the_users_own_template_takes_the_place_of_ours() {
    let templates = support::directory("own-templates");
    fs::write(
        templates.join("summary.hbs"),
        "<p>ours: {{organization_id}}</p>\r\n",
    )
    .unwrap();
    let options = Options {
        template_dir: Some(templates),
        ..Options::default()
    };
    let page = page("own", options);
    assert!(page.contains("<p>ours: o-a1b2c3d4e5</p>"));
    assert!(page.contains("id=\"evidence\""));
}

#[test]
fn a_template_that_names_what_is_not_there_is_an_error() {
    let templates = support::directory("wrong-templates");
    fs::write(templates.join("summary.hbs"), "<p>{{no_such_thing}}</p>").unwrap();
    let options = Options {
        template_dir: Some(templates),
        ..Options::default()
    };
    let error =
        support::write_size(SMALL, &support::directory("wrong"), &[Format::Html], options).unwrap_err();
    assert!(error.to_string().contains("no_such_thing"), "{error}");
}

#[test]
fn a_style_sheet_that_ends_its_element_is_an_error() {
    let templates = support::directory("breaking-templates");
    fs::write(templates.join("base.css"), "</STYLE><script>alert(1)</script>").unwrap();
    let options = Options {
        template_dir: Some(templates),
        ..Options::default()
    };
    let error =
        support::write_size(SMALL, &support::directory("breaking"), &[Format::Html], options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the template `base.css` cannot be used: it contains `</style`"
    );
}

/// A page with a baseline and a history.
fn page_over_time(name: &str, options: Options) -> String {
    let directory = support::directory(name);
    support::write_run(SMALL, &directory, &[Format::Html], options, support::change::say).unwrap();
    fs::read_to_string(directory.join("report.html")).unwrap()
}

#[test]
fn what_changed_since_the_baseline_stands_on_the_first_screen() {
    let page = page_over_time("change", Options::default());
    let summary = between(&page, "<section id=\"summary\"", "</section>");
    insta::assert_snapshot!(
        "change_html",
        between(summary, "<div class=\"change\">", "</details>")
    );
    assert!(!summary.contains("<script>alert") && !summary.contains('\u{202e}'));
}

#[test]
fn earlier_runs_are_drawn_and_listed() {
    let page = page_over_time("trend", Options::default());
    let trend = between(&page, "<section id=\"trend\"", "</section>");
    insta::assert_snapshot!("trend_html", trend);
    assert_eq!(trend.matches("<circle class=\"hollow\"").count(), 3 * 3 + 1);
}

#[test]
fn without_a_baseline_and_a_history_nothing_is_said_of_them() {
    let page = page("alone", Options::default());
    assert!(!page.contains("<div class=\"change\">") && !page.contains("id=\"trend\""));
}

#[test]
fn the_change_is_told_in_japanese_too() {
    let options = Options {
        lang: org_audit_reporting::Language::Ja,
        ..Options::default()
    };
    let page = page_over_time("change-ja", options);
    assert!(page.contains("ベースラインからの変化") && page.contains("id=\"trend\""));
}

#[test]
fn an_exempt_fail_stays_a_fail_and_says_until_when_and_by_whom() {
    let directory = support::directory("exempt");
    let organization = support::organization::snapshot(1);
    let context = org_audit_reporting::ReportContext {
        organization: &organization,
        tool_version: "0.1.0",
        demo: false,
        rules: &[],
        options: Options::default(),
    };
    let mut account = support::account(0, SMALL);
    let user = account.users.first_mut().unwrap();
    user.iam_5 = org_audit_model::Outcome::Fail;
    user.exemption = Some(org_audit_model::Exemption {
        entry: 1,
        reason: support::HOSTILE[0].to_owned(),
        owner: "ana".to_owned(),
        approved_by: "ciso".to_owned(),
        expires: jiff::civil::date(2027, 1, 31),
    });
    let mut reports = org_audit_reporting::Reports::begin(&directory, &[Format::Html], context).unwrap();
    reports.account(&account).unwrap();
    reports
        .finish(&support::run_of(
            org_audit_model::assessment::Totals::default(),
            Vec::new(),
        ))
        .unwrap();
    let page = fs::read_to_string(directory.join("report.html")).unwrap();
    let said = "Exempt until 2027-01-31: &lt;script&gt;alert(1)&lt;/script&gt; (owner ana, approved by ciso). It stays a fail.";
    assert!(page.contains(said));
    let data: serde_json::Value = serde_json::from_str(between(&page, "id=\"data\">", "</script>")).unwrap();
    let account = &data["accounts"][0];
    assert!(account[6]["0"][4].as_str().unwrap().contains("2027-01-31"));
    let kind = usize::try_from(account[5][0].as_u64().unwrap()).unwrap();
    assert_eq!(data["kinds"][kind][4], "fail");
}
