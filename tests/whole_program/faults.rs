//! A bad day: refused roles, throttling, server errors. Nothing is lost, nothing unread is passed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::harness::{Run, Sandbox};

const INCOMPLETE: i32 = 3;
const ACCOUNTS: &str = "60";

fn bad_day() -> (Sandbox, Run, String) {
    let sandbox = Sandbox::new();
    let faults = [
        "--fault",
        "deny-assume-role=10%",
        "--fault",
        "throttle",
        "--fault",
        "error-500=1%",
    ];
    let arguments = [
        "demo",
        "--accounts",
        ACCOUNTS,
        "--users",
        "10",
        "--format",
        "html,csv,json",
        "--output",
        "run",
    ];
    let done = sandbox
        .run(&[&arguments[..], &faults[..]].concat())
        .exits(INCOMPLETE);
    let run = Run::at(&sandbox.path("run"));
    (sandbox, run, done.stderr)
}

#[test]
fn a_run_with_refused_roles_throttling_and_server_errors_finishes_and_hides_nothing() {
    let (_sandbox, run, stderr) = bad_day();
    let accounts = run.rows("accounts.csv");
    every_account_is_there(&run, &accounts);
    nothing_unread_is_passed(&run, &accounts);
    the_report_says_which_and_why(&run, &accounts);
    assert!(stderr.contains("incomplete"), "{stderr}");
}

type Row = BTreeMap<String, String>;

fn every_account_is_there(run: &Run, accounts: &[Row]) {
    let listed: BTreeSet<&str> = accounts.iter().map(|row| row["account_id"].as_str()).collect();
    assert_eq!(listed, run.accounts().keys().map(String::as_str).collect());
    assert_eq!(accounts.len(), listed.len());
}

fn nothing_unread_is_passed(run: &Run, accounts: &[Row]) {
    let unread: BTreeSet<&str> = unread(accounts).map(|row| row["account_id"].as_str()).collect();
    assert!(
        unread.len() >= 3,
        "about one account in ten is refused: {unread:?}"
    );
    let of_unread = |row: &Row| unread.contains(row["account_id"].as_str());
    for row in run.rows("users.csv").iter().filter(|row| of_unread(row)) {
        assert_eq!(row["iam_5"], "unknown", "{row:?}");
    }
    // Coverage by SCPs is read from the organization; everything of IAM is read in the account.
    let findings = run.rows("findings.csv");
    let of_iam = |row: &&Row| of_unread(row) && row["control_id"].starts_with("IAM.");
    for row in findings.iter().filter(of_iam) {
        assert_eq!(row["outcome"], "unknown", "{row:?}");
    }
    // An account that was not read is a finding of its own, not a gap in the table.
    for account in unread {
        assert!(
            findings.iter().any(|row| row["account_id"] == account),
            "{account} has no finding"
        );
    }
}

fn the_report_says_which_and_why(run: &Run, accounts: &[Row]) {
    let html = fs::read_to_string(run.directory.join("report.html")).unwrap();
    let json = run.json("report.json").to_string();
    for row in unread(accounts) {
        let id = &row["account_id"];
        assert!(row["reason"].contains("sts:AssumeRole"), "{row:?}");
        assert!(
            row["way_out"].contains("audit role") || !row["way_out"].is_empty(),
            "{row:?}"
        );
        assert!(html.contains(id.as_str()), "{id} is not in the report");
        assert!(json.contains(id.as_str()), "{id} is not in report.json");
    }
    assert!(html.contains("AssumeRole"), "the reason is not in the report");
}

/// Accounts that were asked for and could not be read.
fn unread(accounts: &[Row]) -> impl Iterator<Item = &Row> {
    accounts
        .iter()
        .filter(|row| row["assessed"] != "true" && row["reason"].contains("AssumeRole"))
}

#[test]
fn an_unknown_fault_is_refused_with_the_ones_that_are_known() {
    let sandbox = Sandbox::new();
    let done = sandbox
        .run(&["demo", "--fault", "earthquake", "--output", "run"])
        .exits(2);
    assert!(
        done.stderr.contains("`earthquake`") && done.stderr.contains("latency"),
        "{}",
        done.stderr
    );
    assert!(!sandbox.path("run").exists());
}
