//! Differences as they are read, with names that want to do harm.

use std::collections::BTreeMap;

use org_audit_model::assessment::OutcomeCounts;
use org_audit_model::change::{BaselineReference, VERDICT};
use org_audit_model::{AccountChange, AccountId, Severity};

use super::*;

const HOSTILE: &str = "=x|`<b>`\u{1b}[2J\u{202e}\n";

fn organization(started_at: &str) -> OrganizationSnapshot {
    let value = serde_json::json!({
        "schema_version": 1,
        "collection": {
            "tool_version": "1", "started_at": started_at, "ended_at": started_at,
            "caller": {"arn": "arn", "account_id": "111122223333", "user_id": "A"},
            "partition": "aws", "region": "us-east-1", "endpoint_overrides": [],
            "role": {"name": "r", "path": "/", "session_name": "s", "external_id": false,
                "duration_seconds": 900, "session_policy": true},
            "fresh": false, "calls": {}
        },
        "organization": {"id": "o-a1b2c3d4e5", "arn": "arn", "feature_set": "ALL",
            "management_account_id": "111122223333"},
        "tree": {"roots": [], "organizational_units": []},
        "accounts": [],
        "service_control_policies": {"status": "not_asked", "reason": "test"},
        "resource_control_policies": {"status": "not_asked", "reason": "test"},
        "documents": {}
    });
    serde_json::from_value(value).unwrap()
}

fn item(kind: ChangeKind, subject: &str, was: &str, now: &str) -> ChangedItem {
    ChangedItem {
        kind,
        subject: subject.into(),
        severity: (subject != VERDICT).then_some(Severity::Medium),
        account_id: AccountId::try_from("111122223333").unwrap(),
        account_name: HOSTILE.to_owned(),
        ou_path: "Root / Prod".to_owned(),
        resource_type: "AWS::IAM::User".into(),
        resource_arn: format!("arn:aws:iam::111122223333:user/{HOSTILE}").into(),
        was: was.into(),
        now: now.into(),
        reason: HOSTILE.to_owned(),
        exempt: false,
    }
}

fn items() -> Vec<ChangedItem> {
    vec![
        item(ChangeKind::New, "IAM.5", "pass", "fail"),
        item(ChangeKind::NotAssessed, "IAM.5", "fail", "not_read"),
        item(ChangeKind::NotAssessed, "IAM.5", "pass", "not_read"),
        item(ChangeKind::Worse, VERDICT, "contained", "exposed"),
        item(ChangeKind::Unchanged, "IAM.5", "fail", "fail"),
    ]
}

fn change() -> Change {
    let figures = |pass| RunFigures {
        started_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        accounts: 3,
        accounts_assessed: 2,
        users: 9,
        iam_5: OutcomeCounts {
            pass,
            fail: 1,
            not_applicable: 2,
            unknown: 0,
        },
        exposed: 1,
        verdict_unknown: 2,
        enforced: 1,
        coverage_unknown: 0,
        incomplete: true,
    };
    let one = |kind| (kind, BTreeMap::from([(Severity::Medium, 1)]));
    Change {
        baseline: BaselineReference {
            organization_id: "o-a1b2c3d4e5".into(),
            started_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            manifest_sha256: None,
        },
        then: figures(3),
        now: figures(4),
        failing: BTreeMap::from([
            one(ChangeKind::New),
            one(ChangeKind::NotAssessed),
            one(ChangeKind::Unchanged),
        ]),
        not_failing: BTreeMap::from([(ChangeKind::NotAssessed, 1)]),
        new_but_exempt: BTreeMap::new(),
        resolved_by_removal: 0,
        verdicts: BTreeMap::from([(ChangeKind::Worse, 1)]),
        accounts: BTreeMap::from([(AccountChange::NotAssessed, 1)]),
        new_findings: items().into_iter().take(1).collect(),
        new_findings_left_out: 7,
        controls_not_compared: vec!["IAM.99".to_owned()],
    }
}

fn written(format: DiffFormat, all: bool) -> String {
    let old = organization("2026-01-02T03:04:05Z");
    let new = organization("2026-01-03T03:04:05Z");
    let head = DiffHead {
        tool_version: "1.2.3",
        old: &old,
        new: &new,
        all,
    };
    let mut out = Vec::new();
    let mut writer = begin(format, head, &mut out).unwrap();
    let account = ChangedAccount {
        kind: AccountChange::NotAssessed,
        account_id: AccountId::try_from("111122223333").unwrap(),
        account_name: HOSTILE.to_owned(),
        reason: HOSTILE.to_owned(),
    };
    writer.account(Some(&account), &items()).unwrap();
    writer.account(None, &[]).unwrap();
    writer.finish(&change()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn people_read_what_matters_and_the_counts() {
    insta::assert_snapshot!("diff_text", written(DiffFormat::Text, false));
}

#[test]
fn a_pull_request_reads_the_counts_and_what_is_new() {
    insta::assert_snapshot!("diff_markdown", written(DiffFormat::Markdown, false));
}

#[test]
fn no_name_reaches_a_terminal_as_a_command() {
    for all in [false, true] {
        for format in [DiffFormat::Text, DiffFormat::Markdown] {
            let text = written(format, all);
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        }
    }
}

#[test]
fn json_has_every_change_as_it_is() {
    let value: serde_json::Value = serde_json::from_str(&written(DiffFormat::Json, false)).unwrap();
    let changes = value["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 4);
    assert_eq!(changes[0]["account_name"], HOSTILE);
    assert_eq!(value["summary"]["failing"]["new"]["medium"], 1);
    assert_eq!(value["accounts"][0]["kind"], "not_assessed");
    let all: serde_json::Value = serde_json::from_str(&written(DiffFormat::Json, true)).unwrap();
    assert_eq!(all["changes"].as_array().unwrap().len(), 5);
}

#[test]
fn csv_has_a_row_for_every_change_and_no_formula() {
    let text = written(DiffFormat::Csv, false);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0]["subject"], "account");
    assert_eq!(
        (rows[1]["was"].as_str(), rows[1]["now"].as_str()),
        ("pass", "fail")
    );
    assert!(
        rows.iter()
            .all(|row| row.values().all(|cell| !cell.starts_with('=')))
    );
}

#[test]
fn every_format_is_read_back_and_named_in_the_error() {
    let error = "pdf".parse::<DiffFormat>().unwrap_err().to_string();
    for format in DiffFormat::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
        assert!(error.contains(format.as_str()), "{error}");
    }
}
