//! Accounts that are too much for the HTML report: pages of their own, with everybody.

#![cfg(test)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use base64::Engine as _;
use org_audit_reporting::{Format, Language, Options};
use sha2::{Digest, Sha256};
use support::SMALL;

fn pages(name: &str, lang: Language) -> (PathBuf, Vec<String>) {
    let directory = support::directory(name);
    let options = Options {
        html_page_bytes: 0,
        lang,
        ..Options::default()
    };
    let names = support::write(&directory, &[Format::Html], options);
    (directory, names)
}

#[test]
fn every_page_is_named_private_and_linked_from_the_report() {
    let (directory, names) = pages("pages", Language::En);
    pages("pages-ja", Language::Ja);
    assert_eq!(org_audit_model::private_files::list(&directory).unwrap(), names);
    let of_accounts: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("accounts/"))
        .collect();
    assert!(of_accounts.len() > 30, "{names:?}");
    let mode = |name: &str| fs::metadata(directory.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("accounts"), mode(of_accounts[0])), (0o700, 0o600));
    let report = fs::read_to_string(directory.join("report.html")).unwrap();
    assert!(report.contains(&format!("{} accounts have pages of their own", of_accounts.len())));
}

#[test]
fn a_page_has_everybody_of_its_account_and_no_name_is_markup() {
    let (directory, names) = pages("pages-names", Language::En);
    let last = names.iter().rfind(|name| name.starts_with("accounts/")).unwrap();
    let page = fs::read_to_string(directory.join(last)).unwrap();
    assert_eq!(page.matches("<li><bdi>").count(), support::SAMPLE.users);
    for markup in ["<script", "<img", "<svg onload", "{{", "\u{202e}"] {
        assert!(!page.contains(markup), "{markup} in {last}");
    }
}

#[test]
fn the_policy_of_a_page_allows_its_style_and_no_script() {
    let (directory, names) = pages("pages-policy", Language::En);
    let page = fs::read_to_string(directory.join(&names[0])).unwrap();
    let (_, style) = page.split_once("<style>").unwrap();
    let digest = Sha256::digest(style.split_once("</style>").unwrap().0.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(digest);
    let (_, policy) = page.split_once("Content-Security-Policy\" content=\"").unwrap();
    let policy = policy.split_once('"').unwrap().0;
    let policy = policy.replace("&#x27;", "'").replace("&#x3D;", "=");
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
        )
    );
}

#[test]
fn what_fits_needs_no_page_and_what_is_not_finished_leaves_none() {
    let directory = support::directory("pages-fit");
    let names = support::write_size(SMALL, &directory, &[Format::Html], Options::default()).unwrap();
    assert_eq!(names, ["report.html"]);
    let directory = support::directory("pages-unfinished");
    let organization = support::organization::snapshot(1);
    let context = org_audit_reporting::ReportContext {
        organization: &organization,
        tool_version: "0.1.0",
        demo: false,
        rules: &[],
        options: Options {
            html_page_bytes: 0,
            ..Options::default()
        },
    };
    let mut reports = org_audit_reporting::Reports::begin(&directory, &[Format::Html], context).unwrap();
    for index in 0..3 {
        reports.account(&support::account(index, SMALL)).unwrap();
    }
    drop(reports);
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}
