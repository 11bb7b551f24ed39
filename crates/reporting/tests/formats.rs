//! Every format over the sample organization.

#![cfg(test)]

mod support;

use std::fs;
use std::path::Path;

use org_audit_model::assessment::Totals;
use org_audit_model::{AccountAssessment, Exemption, Finding, Outcome, Severity};
use org_audit_reporting::{Format, Language, Options};
use support::{HOSTILE, SAMPLE, SMALL};

fn small(name: &str, options: Options) -> std::path::PathBuf {
    let directory = support::directory(name);
    support::write_size(SMALL, &directory, &Format::ALL, options).unwrap();
    directory
}

fn table(path: &Path) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(path)
        .unwrap()
        .records()
        .collect::<Result<_, _>>()
        .unwrap()
}

#[test]
fn all_files_are_named_and_written() {
    let directory = support::directory("sample");
    let names = support::write(&directory, &Format::ALL, Options::default());
    let csv = [
        "accounts.csv",
        "controls.csv",
        "findings.csv",
        "policies.csv",
        "policy-lints.csv",
        "scp-coverage.csv",
        "users.csv",
    ];
    assert!(
        csv.iter()
            .chain(&[
                "report.html",
                "report.json",
                "report.junit.xml",
                "report.md",
                "report.sarif",
                "report.ocsf.jsonl",
                "report.asff.json"
            ])
            .all(|name| names.contains(&(*name).to_owned()))
    );
    assert_eq!(org_audit_model::private_files::list(&directory).unwrap(), names);
    let japanese = Options {
        lang: Language::Ja,
        ..Options::default()
    };
    support::write(&support::directory("sample-ja"), &[Format::Html], japanese);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (
        small("first", Options::default()),
        small("second", Options::default()),
    );
    for name in org_audit_model::private_files::list(&first).unwrap() {
        assert!(
            fs::read(first.join(&name)).unwrap() == fs::read(second.join(&name)).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn what_is_not_finished_leaves_no_file() {
    let directory = support::directory("unfinished");
    let organization = support::organization::snapshot(1);
    let context = org_audit_reporting::ReportContext {
        organization: &organization,
        tool_version: "0.1.0",
        demo: false,
        rules: &[],
        options: Options::default(),
    };
    let mut reports = org_audit_reporting::Reports::begin(&directory, &Format::ALL, context).unwrap();
    reports.account(&support::account(0, SMALL)).unwrap();
    drop(reports);
    assert!(
        org_audit_model::private_files::list(&directory)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_formats_look_as_they_did() {
    let directory = small("snapshots", Options::default());
    for name in [
        "findings.csv",
        "users.csv",
        "accounts.csv",
        "scp-coverage.csv",
        "report.json",
        "report.junit.xml",
        "report.md",
        "report.sarif",
        "report.ocsf.jsonl",
        "report.asff.json",
    ] {
        let text = fs::read_to_string(directory.join(name)).unwrap();
        insta::assert_snapshot!(name.replace('.', "_"), text.replace('\r', "␍"));
    }
}

#[test]
fn every_user_is_in_users_csv_and_has_a_finding() {
    let directory = support::directory("population");
    support::write(&directory, &[Format::Csv], Options::default());
    let expected: usize = (0..SAMPLE.accounts)
        .map(|index| support::account(index, SAMPLE).users.len())
        .sum();
    let users = table(&directory.join("users.csv"));
    assert_eq!(users.len() - 1, expected);
    let findings = table(&directory.join("findings.csv"));
    let of_users = findings
        .iter()
        .filter(|row| &row[0] == "IAM.5" && &row[6] == "AWS::IAM::User");
    assert_eq!(of_users.count(), expected);
    assert_eq!(table(&directory.join("accounts.csv")).len() - 1, SAMPLE.accounts);
}

#[test]
fn an_account_that_was_not_read_has_unknown_counts_and_no_pass() {
    let directory = small("unread", Options::default());
    let rows = table(&directory.join("accounts.csv"));
    let header = &rows[0];
    let column = |name: &str| header.iter().position(|field| field == name).unwrap();
    let unread = &rows[1 + 4];
    assert_eq!(&unread[column("assessed")], "false");
    for name in ["users", "iam_5_pass", "iam_5_fail", "users_in_report"] {
        assert_eq!(&unread[column(name)], "unknown", "{name}");
    }
    assert!(!unread[column("way_out")].is_empty());
}

#[test]
fn no_cell_of_a_csv_file_begins_like_a_formula() {
    let directory = small("formula", Options::default());
    for name in ["findings.csv", "users.csv", "accounts.csv", "scp-coverage.csv"] {
        for cell in table(&directory.join(name)).iter().flatten() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
                "{name}: {cell:?}"
            );
        }
    }
    let users = fs::read_to_string(directory.join("users.csv")).unwrap();
    assert!(users.contains(",'=cmd|' /C calc'!A0,"));
}

#[test]
fn csv_is_rfc_4180_and_has_a_byte_order_mark_only_when_asked() {
    let plain = fs::read_to_string(small("plain", Options::default()).join("users.csv")).unwrap();
    assert!(plain.starts_with("account_id,"));
    assert!(plain.ends_with("\r\n"));
    let options = Options {
        csv_bom: true,
        ..Options::default()
    };
    let marked = fs::read_to_string(small("marked", options).join("users.csv")).unwrap();
    assert_eq!(marked.strip_prefix('\u{feff}'), Some(plain.as_str()));
}

#[test]
fn json_is_read_back_whole_with_names_as_they_are() {
    let directory = small("json", Options::default());
    let text = fs::read_to_string(directory.join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["accounts"].as_array().unwrap().len(), SMALL.accounts);
    let names: Vec<_> = report["accounts"][2]["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["user_name"].as_str().unwrap())
        .collect();
    assert!(HOSTILE.iter().all(|name| names.contains(name)));
    let read: Vec<org_audit_model::AccountAssessment> =
        serde_json::from_value(report["accounts"].clone()).unwrap();
    assert_eq!(read[0], support::account(0, SMALL));
    assert!(report["totals"]["iam_5"]["fail"].is_u64());
}

/// An account with one failing user, whom an approved exception covers, and with a failing finding that
/// nothing covers.
fn exempted() -> AccountAssessment {
    let mut account = support::account(0, SMALL);
    let user = account
        .users
        .iter_mut()
        .find(|user| user.iam_5 == Outcome::Fail)
        .unwrap();
    user.exemption = Some(Exemption {
        entry: 1,
        reason: "break glass, sealed <b>".to_owned(),
        owner: "ana".to_owned(),
        approved_by: "@ciso".to_owned(),
        expires: "2027-01-31".parse().unwrap(),
    });
    account.users.retain(|user| user.exemption.is_some());
    let finding = |reason: &str| Finding {
        control_id: "IAM.6".into(),
        outcome: Outcome::Fail,
        severity: Severity::Critical,
        resource_type: "AWS::::Account".into(),
        resource_arn: "AWS::::Account:111111000000".into(),
        reason: reason.to_owned(),
        exemption: None,
    };
    account.findings = vec![finding("first"), finding("second")];
    account
}

/// The report of that account alone, by the names of its files.
fn report_of_exempted(name: &str) -> impl Fn(&str) -> String {
    let directory = support::directory(name);
    let organization = support::organization::snapshot(1);
    let rules = support::rules();
    let context = org_audit_reporting::ReportContext {
        organization: &organization,
        tool_version: "0.1.0",
        demo: false,
        rules: &rules,
        options: Options::default(),
    };
    let mut reports = org_audit_reporting::Reports::begin(&directory, &Format::ALL, context).unwrap();
    let account = exempted();
    reports.account(&account).unwrap();
    let mut totals = Totals::default();
    support::count(&mut totals, &account);
    totals.iam_5_exempt = 1;
    reports.finish(&support::run_of(totals, Vec::new())).unwrap();
    move |name| fs::read_to_string(directory.join(name)).unwrap()
}

#[test]
fn an_exempt_fail_is_marked_in_every_format_and_is_no_pass_in_any() {
    let read = report_of_exempted("exempt");
    let accepted = "covered by an approved exception until 2027-01-31: break glass, sealed <b> (owner ana, \
                    approved by @ciso)";

    let junit = read("report.junit.xml");
    assert!(junit.contains("<skipped message=\"fails, covered by an approved exception until 2027-01-31"));
    assert!(
        junit.contains("tests=\"4\" failures=\"2\" errors=\"0\" skipped=\"1\""),
        "{junit}"
    );

    let sarif: serde_json::Value = serde_json::from_str(&read("report.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let suppressed: Vec<_> = results
        .iter()
        .filter(|result| result["suppressions"].is_array())
        .collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["kind"], "fail");
    assert_eq!(suppressed[0]["suppressions"][0]["justification"], accepted);

    let ocsf = read("report.ocsf.jsonl");
    let events: Vec<serde_json::Value> = ocsf
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events[0]["status"], "Suppressed");
    assert_eq!(events[0]["status_detail"], accepted);
    assert_eq!(events[0]["compliance"]["status"], "Fail");

    let asff: serde_json::Value = serde_json::from_str(&read("report.asff.json")).unwrap();
    let first = &asff[0]["Findings"][0];
    assert_eq!(first["Workflow"]["Status"], "SUPPRESSED");
    assert_eq!(first["Compliance"]["Status"], "FAILED");
    assert_eq!(first["Note"]["Text"], accepted);

    let markdown = read("report.md");
    assert!(markdown.contains("| IAM.5: fail, under an approved exception | 1 |"));
    assert!(
        markdown.contains("| `IAM.5` | medium | 1 | 1 | 0 | 0 | 0 |"),
        "{markdown}"
    );
}

#[test]
fn two_findings_of_one_control_about_one_resource_have_names_of_their_own() {
    let read = report_of_exempted("same-resource");
    let asff: serde_json::Value = serde_json::from_str(&read("report.asff.json")).unwrap();
    let ids: Vec<_> = asff[0]["Findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["Id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids[1] != ids[2] && ids[0] != ids[1]);
    assert!(read("report.junit.xml").contains("name=\"IAM.6 AWS::::Account:111111000000 (2)\""));
}
