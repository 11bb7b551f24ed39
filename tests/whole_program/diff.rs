//! Two runs of one organization: what is new, what is resolved, and what nobody looked at.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Run, Sandbox, files_below};

const INCOMPLETE: i32 = 3;
const USAGE: i32 = 2;
const FINDING: i32 = 10;

/// A demo run of twelve accounts in `name`.
fn audit(sandbox: &Sandbox, name: &str, more: &[&str]) -> Run {
    let arguments = [
        "demo",
        "--accounts",
        "12",
        "--users",
        "8",
        "--format",
        "csv",
        "--output",
        name,
    ];
    let done = sandbox.run(&[&arguments[..], more].concat());
    assert!(done.code == 0 || done.code == INCOMPLETE, "{}", done.stderr);
    Run::at(&sandbox.path(name))
}

fn json(sandbox: &Sandbox, old: &str, new: &str) -> Value {
    let done = sandbox.run(&["diff", old, new, "--format", "json", "--all"]);
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}\n{}", done.stderr))
}

/// Kinds of the changes of `subject`, counted.
fn kinds(diff: &Value, subject: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for change in diff["changes"].as_array().unwrap() {
        if change["subject"] == subject {
            *counts
                .entry(change["kind"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
    }
    counts
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in files_below(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn accounts_that_cannot_be_entered_any_more_resolve_nothing() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", &[]);
    audit(&sandbox, "new", &["--fault", "deny-assume-role=100%"]);
    let diff = json(&sandbox, "old", "new");
    let iam_5 = kinds(&diff, "IAM.5");
    // The management account is read with the caller's own credentials: only there nothing changes.
    assert!(
        iam_5
            .keys()
            .all(|kind| kind == "not_assessed" || kind == "unchanged"),
        "{iam_5:?}"
    );
    assert!(iam_5["not_assessed"] > 30, "{iam_5:?}");
    let summary = &diff["summary"];
    assert!(summary["failing"]["resolved"].is_null(), "{summary}");
    assert!(summary["failing"]["not_assessed"]["medium"].as_u64().unwrap() > 0);
    for change in diff["changes"].as_array().unwrap() {
        assert_ne!(change["kind"], "better", "{change}");
    }
    let text = sandbox.run(&["diff", "old", "new"]).exits(INCOMPLETE).stdout;
    assert!(text.contains("no longer assessed: "), "{text}");
}

#[test]
fn accounts_that_can_be_entered_again_are_newly_assessed_and_reported() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", &["--fault", "deny-assume-role=100%"]);
    audit(&sandbox, "new", &[]);
    let iam_5 = kinds(&json(&sandbox, "old", "new"), "IAM.5");
    assert!(iam_5["newly_assessed"] > 30, "{iam_5:?}");
    assert!(!iam_5.contains_key("new"), "{iam_5:?}");
    // Nobody has been told of these fails yet.
    sandbox
        .run(&["diff", "old", "new", "--fail-on", "medium"])
        .exits(FINDING);
}

#[test]
fn every_user_who_fails_no_longer_is_resolved_and_the_other_way_round_new() {
    let sandbox = Sandbox::new();
    let old = audit(&sandbox, "old", &[]);
    audit(&sandbox, "new", &["--world", "every-user-passes"]);
    let failing = |run: &Run| {
        run.rows("users.csv")
            .iter()
            .filter(|row| row["iam_5"] == "fail")
            .count()
    };
    let fails = failing(&old);
    assert!(fails > 0);
    let there = json(&sandbox, "old", "new");
    let back = json(&sandbox, "new", "old");
    let count = |diff: &Value, kind: &str| {
        diff["changes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|change| {
                change["subject"] == "IAM.5"
                    && change["kind"] == kind
                    && (change["was"] == "fail" || change["now"] == "fail")
            })
            .count()
    };
    assert_eq!(count(&there, "resolved") + count(&there, "not_assessed"), fails);
    assert_eq!(count(&back, "new") + count(&back, "newly_assessed"), fails);
    assert!(count(&there, "resolved") > 0);
    sandbox
        .run(&["diff", "new", "old", "--fail-on", "new:medium"])
        .exits(FINDING);
    let done = sandbox.run(&["diff", "old", "new", "--controls", "IAM.5", "--fail-on", "medium"]);
    assert_ne!(done.code, FINDING, "{}", done.stdout);
}

/// Reads the two `users.csv`, and knows nothing of the program's comparison.
#[test]
fn iam_5_of_every_user_changes_as_the_two_tables_of_users_say() {
    let sandbox = Sandbox::new();
    let old = audit(&sandbox, "old", &["--fault", "deny-assume-role=30%"]);
    let new = audit(&sandbox, "new", &["--world", "every-user-passes"]);
    let users = |run: &Run| -> BTreeMap<String, String> {
        run.rows("users.csv")
            .into_iter()
            .map(|row| (row["user_arn"].clone(), row["iam_5"].clone()))
            .collect()
    };
    let (before, after) = (users(&old), users(&new));
    let rows = sandbox
        .run(&["diff", "old", "new", "--all", "--format", "csv"])
        .stdout;
    let mut told: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in csv::Reader::from_reader(rows.as_bytes()).deserialize() {
        let row: BTreeMap<String, String> = row.unwrap();
        if row["subject"] == "IAM.5" {
            assert!(told.insert(row["resource_arn"].clone(), row).is_none());
        }
    }
    assert_eq!(
        told.len(),
        before
            .keys()
            .chain(after.keys())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    );
    for (arn, row) in &told {
        let is_outcome = |word: &str| !matches!(word, "absent" | "not_read" | "not_in_organization");
        let was = Some(row["was"].clone()).filter(|word| is_outcome(word));
        let now = Some(row["now"].clone()).filter(|word| is_outcome(word));
        assert_eq!(was.as_ref(), before.get(arn), "{row:?}");
        assert_eq!(now.as_ref(), after.get(arn), "{row:?}");
        let (was, now) = (row["was"].as_str(), row["now"].as_str());
        let blind = |word: &str| matches!(word, "unknown" | "not_read");
        match row["change"].as_str() {
            "new" => assert!(now == "fail" && was != "fail" && !blind(was), "{row:?}"),
            "newly_assessed" => assert!(blind(was) && !blind(now), "{row:?}"),
            "resolved" => assert!(was == "fail" && now != "fail" && !blind(now), "{row:?}"),
            "not_assessed" => assert!(blind(now) && !blind(was), "{row:?}"),
            "unchanged" => assert!(was == now || (blind(was) && blind(now)), "{row:?}"),
            "changed" => assert!(was != "fail" && now != "fail", "{row:?}"),
            other => panic!("{other}: {row:?}"),
        }
    }
}

#[test]
fn an_account_that_left_and_one_that_joined_are_said_so() {
    let sandbox = Sandbox::new();
    let run = audit(&sandbox, "old", &[]);
    copy(&run.directory, &sandbox.path("new"));
    let path = sandbox.path("new/snapshot/organization.json");
    let mut organization: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let accounts = organization["accounts"].as_array_mut().unwrap();
    let left = accounts.remove(4)["id"].as_str().unwrap().to_owned();
    fs::write(&path, organization.to_string()).unwrap();
    let of_account = |diff: &Value, kind: &str| {
        let accounts = diff["accounts"].as_array().unwrap();
        assert_eq!(accounts.len(), 1, "{accounts:?}");
        assert_eq!(accounts[0]["kind"], kind);
        assert_eq!(accounts[0]["account_id"], left.as_str());
    };
    let there = json(&sandbox, "old", "new");
    of_account(&there, "left");
    for change in there["changes"].as_array().unwrap() {
        let of_left = change["account_id"] == left.as_str();
        let wanted = if of_left { "left_organization" } else { "unchanged" };
        assert_eq!(change["kind"], wanted, "{change}");
    }
    of_account(&json(&sandbox, "new", "old"), "joined");
}

#[test]
fn a_run_and_itself_differ_in_nothing() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "run", &["--world", "uniform"]);
    let done = sandbox.run(&["diff", "run", "run", "--fail-on", "low", "--format", "csv"]);
    let done = done.exits(0);
    assert_eq!(done.stdout.lines().count(), 1, "{}", done.stdout);
    let again = sandbox.run(&["diff", "run", "run", "--all", "--format", "json"]);
    let first = sandbox.run(&["diff", "run", "run", "--all", "--format", "json"]);
    assert_eq!(first.stdout, again.stdout);
}

#[test]
fn controls_that_only_one_run_judged_are_judged_in_both() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", &[]);
    audit(&sandbox, "new", &["--controls", "IAM.2"]);
    let diff = json(&sandbox, "old", "new");
    assert!(kinds(&diff, "IAM.2").keys().eq(["unchanged"]));
    assert!(diff["summary"]["controls_not_compared"].is_null());
    let done = sandbox.run(&["diff", "old", "new", "--controls", "IAM.5", "--format", "json"]);
    let diff: Value = serde_json::from_str(&done.stdout).unwrap();
    let left_out = diff["summary"]["controls_not_compared"].as_array().unwrap();
    assert!(left_out.contains(&Value::from("IAM.2")), "{left_out:?}");
}

#[test]
fn runs_of_different_organizations_are_not_compared() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", &[]);
    audit(&sandbox, "new", &["--seed", "7"]);
    let done = sandbox.run(&["diff", "old", "new"]).exits(USAGE);
    assert!(done.stderr.contains("of organization"), "{}", done.stderr);
}

#[test]
fn a_run_that_cannot_be_read_is_a_usage_error() {
    let sandbox = Sandbox::new();
    let run = audit(&sandbox, "old", &[]);
    sandbox.run(&["diff", "old", "nowhere"]).exits(USAGE);
    let account = run.accounts().into_keys().next().unwrap();
    let path = format!("old/snapshot/accounts/{account}.json");
    fs::write(sandbox.path(&path), "{").unwrap();
    let done = sandbox.run(&["diff", "old", "old"]).exits(USAGE);
    assert!(done.stderr.contains("is damaged"), "{}", done.stderr);
}
