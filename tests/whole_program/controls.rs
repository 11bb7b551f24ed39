//! Controls: chosen on the command line, recorded in the manifest, explained.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::harness::Sandbox;

const INCOMPLETE: i32 = 3;

/// Ids of the controls in a run's findings.
fn controls(sandbox: &Sandbox, run: &str) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(sandbox.path(run).join("findings.csv")).unwrap();
    let rows = reader
        .records()
        .map(|record| record.unwrap().get(0).unwrap().to_owned());
    rows.collect()
}

#[test]
fn the_controls_that_are_named_are_judged_and_iam_5_with_them() {
    let sandbox = Sandbox::new();
    let run = [
        "demo",
        "--controls",
        "iam.19,IAM.3",
        "--format",
        "csv",
        "--output",
        "run",
    ];
    sandbox.run(&run).exits(INCOMPLETE);
    let found: Vec<String> = controls(&sandbox, "run").into_iter().collect();
    assert_eq!(found, ["IAM.19", "IAM.3", "IAM.5"]);
}

#[test]
fn a_report_is_written_again_with_the_controls_and_parameters_of_its_run() {
    let sandbox = Sandbox::new();
    let parameter = "max-access-key-age-days=7";
    let run = [
        "demo",
        "--controls",
        "all",
        "--control-parameter",
        parameter,
        "--format",
        "json",
        "--output",
        "run",
    ];
    sandbox.run(&run).exits(INCOMPLETE);
    sandbox
        .run(&["report", "run", "--format", "json", "--output", "again"])
        .exits(INCOMPLETE);
    let read = |run: &str| fs::read(sandbox.path(run).join("report.json")).unwrap();
    assert_eq!(read("run"), read("again"));
    let manifest = fs::read(sandbox.path("run").join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let arguments = &manifest["arguments"];
    assert_eq!(arguments["control_parameters"]["max-access-key-age-days"], "7");
    assert!(
        arguments["controls"]
            .as_array()
            .unwrap()
            .contains(&Value::from("IAM.24"))
    );
}

#[test]
fn roles_are_read_where_a_control_looks_at_them() {
    let sandbox = Sandbox::new();
    let run = [
        "demo",
        "--controls",
        "IAM.24",
        "--format",
        "csv",
        "--output",
        "run",
    ];
    sandbox.run(&run).exits(INCOMPLETE);
    let findings = fs::read_to_string(sandbox.path("run").join("findings.csv")).unwrap();
    assert!(findings.contains("a service-linked role"), "{findings}");
    assert!(!findings.contains("the roles were not read"), "{findings}");
}

#[test]
fn a_control_or_parameter_that_is_not_known_is_refused_with_the_nearest() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["demo", "--controls", "IAM55"]).exits(2);
    assert!(done.stderr.contains("did you mean `IAM.5`?"), "{}", done.stderr);
    let done = sandbox.run(&["demo", "--control-parameter", "max-acces-key-age-days=7"]);
    let done = done.exits(2);
    assert!(
        done.stderr.contains("did you mean `max-access-key-age-days`?"),
        "{}",
        done.stderr
    );
}

#[test]
fn explain_lists_everything_and_prints_the_page_of_each() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["explain"]).exits(0).stdout;
    let names = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.collect();
    assert!(
        names.contains(&"IAM.5") && names.contains(&"locks-out-enrolment"),
        "{list}"
    );
    for name in names {
        let page = sandbox.run(&["explain", name]).exits(0).stdout;
        assert!(page.starts_with("# "), "{name}: {page}");
    }
    let done = sandbox.run(&["explain", "IAM5"]).exits(2);
    assert!(done.stderr.contains("did you mean `IAM.5`?"), "{}", done.stderr);
}

/// Accounts with the same SCPs share what was made of them, and still each is told its own place.
#[test]
fn explain_says_where_each_scp_of_the_users_own_account_hangs() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["demo", "--format", "csv", "--output", "run"])
        .exits(INCOMPLETE);
    let mut reader = csv::Reader::from_path(sandbox.path("run").join("users.csv")).unwrap();
    let rows = reader.records().map(Result::unwrap);
    let in_letters = |name: &str| name.starts_with(|first: char| first.is_ascii_alphabetic());
    let users: BTreeMap<String, (String, String)> = rows
        .filter(|row| in_letters(&row[3]))
        .map(|row| (row[0].to_owned(), (row[2].to_owned(), row[3].to_owned())))
        .collect();
    let mut below_an_ou = 0;
    for (account, (ou_path, user)) in &users {
        let done = sandbox.run(&["explain", "--account", account, "--user", user, "run"]);
        let text = done.exits(0).stdout;
        let (_, after) = text
            .split_once("Service control policies, from the root down\n")
            .unwrap();
        let (section, _) = after.split_once("\n\n").unwrap();
        let levels: Vec<&str> = section.lines().filter(|line| line.contains(") at ")).collect();
        if levels.is_empty() {
            assert!(section.contains("none in force"), "{account}: {section}");
            continue;
        }
        assert!(
            levels.last().unwrap().ends_with(&format!("({account})")),
            "{account}: {section}"
        );
        if let Some((_, ou)) = ou_path.rsplit_once(" / ") {
            below_an_ou += 1;
            let above = levels[levels.len() - 2];
            assert!(above.contains(&format!(" at {ou} (ou-")), "{ou_path}: {section}");
        }
    }
    assert!(below_an_ou > 20, "{below_an_ou}");
}

#[test]
fn explain_does_not_deny_a_user_of_an_account_that_was_not_read() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["demo", "--format", "csv", "--output", "run"])
        .exits(INCOMPLETE);
    let mut reader = csv::Reader::from_path(sandbox.path("run").join("accounts.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let assessed = header.iter().position(|name| name == "assessed").unwrap();
    let mut rows = reader.records().map(Result::unwrap);
    let unread = rows.find(|row| &row[assessed] == "false").unwrap();
    let account = &unread[0];
    let done = sandbox.run(&["explain", "--account", account, "--user", "nobody", "run"]);
    let stderr = done.exits(2).stderr;
    assert!(
        stderr.contains(&format!("account {account} was not read")),
        "{stderr}"
    );
}

#[test]
fn explain_finds_an_account_by_its_name_too() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["demo", "--accounts", "6", "--format", "csv", "--output", "run"])
        .exits(0);
    let mut reader = csv::Reader::from_path(sandbox.path("run").join("users.csv")).unwrap();
    let row = reader
        .records()
        .map(Result::unwrap)
        .find(|row| row[1].starts_with("forensics"))
        .unwrap();
    let explain = |account: &str| {
        sandbox
            .run(&["explain", "--account", account, "--user", &row[3], "run"])
            .exits(0)
            .stdout
    };
    assert_eq!(explain(&row[1]), explain(&row[0]));
    let unknown = sandbox
        .run(&["explain", "--account", "nowhere", "--user", &row[3], "run"])
        .exits(2);
    assert!(
        unknown.stderr.contains("accounts.csv lists every account"),
        "{}",
        unknown.stderr
    );
    // Two accounts of one name are told apart by their ids alone.
    let file = sandbox.path("run/snapshot/organization.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut organization: serde_json::Value = serde_json::from_str(&text).unwrap();
    for account in organization["accounts"].as_array_mut().unwrap() {
        account["name"] = "twin".into();
    }
    std::fs::write(&file, organization.to_string()).unwrap();
    let twins = sandbox
        .run(&["explain", "--account", "twin", "--user", &row[3], "run"])
        .exits(2);
    assert!(
        twins.stderr.contains("accounts are called `twin`") && twins.stderr.contains(&row[0]),
        "{}",
        twins.stderr
    );
}
