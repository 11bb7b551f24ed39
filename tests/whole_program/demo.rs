//! `org-audit demo`: the main job from the first call to the last file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Sandbox, demo};

const INCOMPLETE: i32 = 3;

#[test]
fn writes_a_complete_run_directory() {
    let (run, done) = demo();
    // The demo organization holds accounts that cannot be read, so that a newcomer sees how that looks.
    assert_eq!(done.code, INCOMPLETE, "{}", done.stderr);
    let files = run.files();
    for name in [
        "accounts.csv",
        "controls.csv",
        "findings.csv",
        "manifest.json",
        "report.html",
        "report.json",
        "policies.csv",
        "policy-lints.csv",
        "scp-coverage.csv",
        "snapshot/organization.json",
        "users.csv",
    ] {
        assert!(
            files.get(name).is_some_and(|bytes| !bytes.is_empty()),
            "{name} is missing or empty"
        );
    }
    assert_eq!(
        done.stdout.trim(),
        "run",
        "stdout is the directory and nothing else"
    );
}

#[test]
fn audits_at_least_forty_accounts_in_three_levels_of_units() {
    let (run, _) = demo();
    assert!(run.accounts().len() >= 40);
    let organization = run.json("snapshot/organization.json");
    let units = organization["tree"]["organizational_units"].as_array().unwrap();
    let parents: BTreeMap<&str, &str> = units
        .iter()
        .map(|unit| (unit["id"].as_str().unwrap(), unit["parent_id"].as_str().unwrap()))
        .collect();
    let depth = |id: &str| std::iter::successors(Some(id), |id| parents.get(id).copied()).count() - 1;
    assert!(parents.keys().map(|id| depth(id)).max() >= Some(3));
}

#[test]
fn every_account_of_the_organization_is_in_the_table_once() {
    let (run, _) = demo();
    let rows = run.rows("accounts.csv");
    let listed: BTreeSet<&str> = rows.iter().map(|row| row["account_id"].as_str()).collect();
    let accounts = run.accounts();
    assert_eq!(rows.len(), listed.len(), "an account is listed twice");
    assert_eq!(listed, accounts.keys().map(String::as_str).collect());
}

#[test]
fn every_account_that_was_not_assessed_says_why() {
    let (run, _) = demo();
    let rows = run.rows("accounts.csv");
    let not_assessed: Vec<_> = rows.iter().filter(|row| row["assessed"] != "true").collect();
    assert!(
        !not_assessed.is_empty(),
        "the demo organization shows accounts that cannot be read"
    );
    for row in not_assessed {
        assert!(!row["reason"].is_empty(), "{row:?}");
    }
}

#[test]
fn users_of_every_kind_of_outcome_are_listed_once() {
    let (run, _) = demo();
    let rows = run.rows("users.csv");
    let users: BTreeSet<&str> = rows.iter().map(|row| row["user_arn"].as_str()).collect();
    assert_eq!(users.len(), rows.len(), "a user is listed twice");
    let outcomes: BTreeSet<&str> = rows.iter().map(|row| row["iam_5"].as_str()).collect();
    assert!(
        outcomes.is_superset(&BTreeSet::from(["fail", "not_applicable", "pass"])),
        "{outcomes:?}"
    );
    for row in &rows {
        match row["iam_5"].as_str() {
            "pass" => assert_eq!(row["console_password"], "true", "{row:?}"),
            "fail" => assert_eq!(
                (&*row["console_password"], &*row["mfa_devices"]),
                ("true", "0"),
                "{row:?}"
            ),
            "not_applicable" => assert_eq!(row["console_password"], "false", "{row:?}"),
            outcome => assert_eq!(outcome, "unknown", "{row:?}"),
        }
    }
}

#[test]
fn the_leading_columns_are_those_that_are_promised() {
    let (run, _) = demo();
    for (name, columns) in [
        (
            "findings.csv",
            "control_id,outcome,severity,account_id,account_name,ou_path,resource_type,resource_arn,reason",
        ),
        (
            "users.csv",
            "account_id,account_name,ou_path,user_name,user_arn,console_password,mfa_devices,active_access_keys,iam_5,\
             verdict,reason",
        ),
        (
            "accounts.csv",
            "account_id,account_name,ou_path,state,assessed,reason,users",
        ),
        (
            "scp-coverage.csv",
            "target_id,target_type,name,ou_path,coverage,locks_out_enrolment,hits_roles,decided_by",
        ),
    ] {
        let text = fs::read_to_string(run.directory.join(name)).unwrap();
        assert!(text.starts_with(columns), "{name}: {:?}", text.lines().next());
    }
}

#[test]
fn only_the_owner_may_read_what_was_written() {
    let (run, _) = demo();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for directory in ["", "snapshot", "snapshot/accounts"] {
        assert_eq!(mode(&run.directory.join(directory)), 0o700, "{directory}");
    }
    for name in run.files().keys() {
        assert_eq!(mode(&run.directory.join(name)), 0o600, "{name}");
    }
}

#[test]
fn the_manifest_lists_every_file_with_its_hash() {
    let (run, _) = demo();
    let manifest = run.json("manifest.json");
    let listed: BTreeMap<&str, &str> = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["path"].as_str().unwrap(), file["sha256"].as_str().unwrap()))
        .collect();
    let files: Vec<String> = run
        .files()
        .into_keys()
        .filter(|name| name != "manifest.json")
        .collect();
    assert_eq!(listed.keys().copied().collect::<Vec<_>>(), files);
    // Another program's hash: the one under test must not judge itself.
    let output = Command::new("sha256sum")
        .args(&files)
        .current_dir(&run.directory)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let hashes: Vec<&str> = lines
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed.values().copied().collect::<Vec<_>>(), hashes);
}

#[test]
fn the_manifest_says_that_it_is_a_demo() {
    let (run, _) = demo();
    assert_eq!(run.json("manifest.json")["demo"], Value::Bool(true));
}

#[test]
fn the_default_directory_is_made_where_the_program_runs() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["demo", "--accounts", "3", "--users", "2", "--format", "csv"]);
    let name = done.stdout.trim();
    assert!(
        name.starts_with("org-audit-run-"),
        "{}\n{}",
        done.stdout,
        done.stderr
    );
    assert!(sandbox.path(name).join("manifest.json").is_file());
    assert!(
        !sandbox.path(name).join("report.html").exists(),
        "only the formats that were asked for"
    );
}

#[test]
fn force_replaces_an_earlier_run() {
    let sandbox = Sandbox::new();
    let arguments = ["demo", "--accounts", "3", "--users", "2", "--output", "run"];
    let first = sandbox.run(&arguments);
    sandbox.run(&arguments).exits(2);
    let again = sandbox.run(&[&arguments[..], &["--force"]].concat());
    assert_eq!(again.code, first.code, "{}", again.stderr);
}

#[test]
fn fail_on_turns_a_failed_control_of_that_severity_into_exit_code_10() {
    let sandbox = Sandbox::new();
    let (run, _) = demo();
    let findings = run.rows("findings.csv");
    let failed: BTreeSet<&str> = findings
        .iter()
        .filter(|row| row["outcome"] == "fail")
        .map(|row| row["severity"].as_str())
        .collect();
    let severities = ["informational", "low", "medium", "high", "critical"];
    for (rank, severity) in severities.iter().enumerate() {
        let found = severities.iter().skip(rank).any(|above| failed.contains(above));
        let snapshot = run.directory.join("snapshot");
        let arguments = [
            "analyze",
            snapshot.to_str().unwrap(),
            "--format",
            "csv",
            "--output",
            severity,
        ];
        sandbox
            .run(&[&arguments[..], &["--fail-on", severity]].concat())
            .exits(if found { 10 } else { INCOMPLETE });
    }
    assert!(
        failed.contains("medium"),
        "the demo organization has users without MFA"
    );
}

#[test]
fn quiet_says_nothing_but_warnings_and_data() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&[
        "demo",
        "--quiet",
        "--accounts",
        "3",
        "--users",
        "2",
        "--output",
        "run",
    ]);
    assert_eq!(done.stdout, "run\n");
    for line in done.stderr.lines() {
        assert!(line.starts_with("warning:"), "{}", done.stderr);
    }
}
