//! A run with a baseline and a history: the same comparison in every report, and the exit code for what is new.

use std::fs;

use serde_json::Value;

use crate::harness::{BINARY, Done, Run, Sandbox};

const CLEAN: i32 = 0;
const USAGE: i32 = 2;
const INCOMPLETE: i32 = 3;
const FINDING: i32 = 10;

/// A demo run of twelve accounts in `name`.
fn audit(sandbox: &Sandbox, name: &str, more: &[&str]) -> Done {
    let arguments = [
        "demo",
        "--accounts",
        "12",
        "--users",
        "8",
        "--format",
        "html,json",
        "--output",
        name,
    ];
    sandbox.run(&[&arguments[..], more].concat())
}

const PASSING: &[&str] = &["--world", "every-user-passes"];
const REFUSED: &[&str] = &["--fault", "deny-assume-role=100%"];

fn with<'a>(more: &[&'a str], and: &[&'a str]) -> Vec<&'a str> {
    [more, and].concat()
}

#[test]
fn a_run_says_what_changed_as_diff_does() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", PASSING);
    let done = audit(&sandbox, "new", &["--baseline", "old", "--fail-on", "new:medium"]).exits(FINDING);
    assert!(done.stderr.contains("\nSince 20"), "{}", done.stderr);
    let run = Run::at(&sandbox.path("new"));
    let change = run.json("report.json")["change"].clone();
    assert!(change["failing"]["new"]["medium"].as_u64().unwrap() > 0);
    let diff = sandbox.run(&["diff", "old", "new", "--format", "json"]);
    let diff: Value = serde_json::from_str(&diff.stdout).unwrap();
    assert_eq!(change, diff["summary"]);
    let html = fs::read_to_string(sandbox.path("new/report.html")).unwrap();
    assert!(html.contains("Change since the baseline"));
    let kept = run.json("manifest.json")["arguments"]["baseline"].clone();
    let manifest = fs::read(sandbox.path("old/manifest.json")).unwrap();
    assert_eq!(
        kept["manifest_sha256"],
        org_audit_model::ids::sha256_hex(&manifest).as_str()
    );
    assert_eq!(
        kept["started_at"],
        Run::at(&sandbox.path("old")).json("manifest.json")["collection"]["started_at"]
    );
}

#[test]
fn accounts_that_cannot_be_entered_are_neither_new_nor_resolved() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", &[]);
    let more = ["--baseline", "old", "--fail-on", "new:low", "--controls", "IAM.5"];
    audit(&sandbox, "new", &with(REFUSED, &more)).exits(INCOMPLETE);
    let change = Run::at(&sandbox.path("new")).json("report.json")["change"].clone();
    assert!(change["failing"]["resolved"].is_null(), "{change}");
    assert!(change["failing"]["not_assessed"]["medium"].as_u64().unwrap() > 0);
    assert!(!change["controls_not_compared"].as_array().unwrap().is_empty());
}

#[test]
fn what_failed_already_is_not_new() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", &["--fail-on", "medium"]).exits(FINDING);
    let done = audit(&sandbox, "new", &["--baseline", "old", "--fail-on", "new:low"]);
    assert_ne!(done.code, FINDING, "{}", done.stderr);
    audit(&sandbox, "again", &["--baseline", "old", "--fail-on", "medium"]).exits(FINDING);
}

#[test]
fn the_same_snapshot_and_baseline_give_the_same_bytes() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", PASSING);
    audit(&sandbox, "new", &["--baseline", "old", "--history", "."]);
    let analyze = |name: &str| {
        sandbox
            .run(&[
                "analyze",
                "new",
                "--baseline",
                "old",
                "--history",
                "old",
                "--format",
                "html,json",
                "--output",
                name,
            ])
            .exits(INCOMPLETE)
    };
    analyze("one");
    analyze("two");
    for file in ["report.html", "report.json"] {
        let read = |run: &str| fs::read(sandbox.path(run).join(file)).unwrap();
        assert_eq!(read("one"), read("two"), "{file}");
        assert_eq!(read("one"), read("new"), "{file}");
    }
    // A report that is written again says the same, if it is given the same baseline.
    let report = [
        "report",
        "new",
        "--format",
        "json",
        "--baseline",
        "old",
        "--history",
        "old",
    ];
    sandbox.run(&report).exits(INCOMPLETE);
    let done = sandbox.run(&["report", "new", "--format", "json"]).exits(USAGE);
    assert!(done.stderr.contains("only with --baseline"), "{}", done.stderr);
}

#[test]
fn a_baseline_that_cannot_be_used_is_told_before_anything_is_made() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "old", PASSING);
    audit(&sandbox, "other", &["--seed", "7"]);
    let account = Run::at(&sandbox.path("other"))
        .accounts()
        .into_keys()
        .next()
        .unwrap();
    for (baseline, said) in [("nowhere", "nowhere"), ("other", "of organization")] {
        let done = audit(&sandbox, "new", &["--baseline", baseline]).exits(USAGE);
        assert!(done.stderr.contains(said), "{}", done.stderr);
        assert!(!sandbox.path("new").exists(), "{baseline}");
    }
    let path = sandbox
        .path("other/snapshot/accounts")
        .join(format!("{account}.json"));
    fs::write(path, "{").unwrap();
    let done = audit(&sandbox, "new", &["--seed", "7", "--baseline", "other"]).exits(USAGE);
    assert!(done.stderr.contains("is damaged"), "{}", done.stderr);
    assert!(!sandbox.path("new").exists());
    let done = audit(&sandbox, "new", &["--fail-on", "new:high"]).exits(USAGE);
    assert!(done.stderr.contains("--baseline"), "{}", done.stderr);
    let done = audit(&sandbox, "old", &["--force", "--baseline", "old"]).exits(USAGE);
    assert!(done.stderr.contains("holds the baseline"), "{}", done.stderr);
    assert!(sandbox.path("old/manifest.json").exists());
}

#[test]
fn many_runs_are_listed_over_time() {
    let sandbox = Sandbox::new();
    for (name, more) in [("runs/a", PASSING), ("runs/b", &[]), ("runs/c", REFUSED)] {
        audit(&sandbox, name, more);
    }
    audit(&sandbox, "runs/other", &["--seed", "7"]);
    // The newest of the runs decides whose organization it is.
    audit(&sandbox, "runs/d", &["--history", "runs"]);
    fs::create_dir_all(sandbox.path("runs/cut-off/snapshot")).unwrap();
    fs::create_dir_all(sandbox.path("runs/nothing")).unwrap();
    let done = sandbox.run(&["history", "runs", "--format", "json"]).exits(CLEAN);
    assert!(
        done.stderr.contains("runs of other organizations"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("cut-off"), "{}", done.stderr);
    let value: Value = serde_json::from_str(&done.stdout).unwrap();
    let runs = value["runs"].as_array().unwrap();
    let names: Vec<_> = runs.iter().map(|run| run["run"].as_str().unwrap()).collect();
    assert_eq!(names, ["runs/a", "runs/b", "runs/c", "runs/d"]);
    assert_eq!(runs[0]["iam_5"]["fail"], 0);
    assert!(runs[1]["iam_5"]["fail"].as_u64().unwrap() > 0);
    assert_eq!(runs[2]["incomplete"], true);
    for run in runs {
        let totals =
            Run::at(&sandbox.path(run["run"].as_str().unwrap())).json("report.json")["totals"].clone();
        assert_eq!(run["iam_5"], totals["iam_5"]);
        assert_eq!(run["accounts_assessed"], totals["accounts_assessed"]);
    }
    let report = Run::at(&sandbox.path("runs/d")).json("report.json");
    assert_eq!(report["history"].as_array().unwrap().len(), 3);
    let html = fs::read_to_string(sandbox.path("runs/d/report.html")).unwrap();
    assert!(html.contains("id=\"trend\""));
    let text = sandbox.run(&["history", "runs"]).exits(CLEAN).stdout;
    assert_eq!(
        text.matches("incomplete").count(),
        runs.iter().filter(|run| run["incomplete"] == true).count()
    );
}

#[test]
fn a_manifest_without_figures_is_judged_again() {
    let sandbox = Sandbox::new();
    audit(&sandbox, "run", &[]);
    let first = sandbox.run(&["history", "run", "--format", "csv"]).exits(CLEAN);
    let mut manifest = Run::at(&sandbox.path("run")).json("manifest.json");
    assert!(manifest.as_object_mut().unwrap().remove("figures").is_some());
    fs::write(sandbox.path("run/manifest.json"), manifest.to_string()).unwrap();
    let again = sandbox.run(&["history", "run", "--format", "csv"]).exits(CLEAN);
    assert_eq!(first.stdout, again.stdout);
    sandbox.run(&["history", "nowhere"]).exits(USAGE);
}

/// The example for cron, with the demo in the place of AWS.
#[test]
fn the_nightly_example_is_told_only_of_what_is_new() {
    let sandbox = Sandbox::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/schedules/nightly.sh");
    let night = |more: &str| {
        let mut shell = sandbox.clean("sh");
        shell.arg(script).env("ORG_AUDIT_RUNS", sandbox.path("runs")).env(
            "ORG_AUDIT",
            format!("{BINARY} demo --accounts 12 --users 8 {more}"),
        );
        // Runs are named by the second.
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        sandbox.finish(&mut shell)
    };
    night("").exits(FINDING);
    night("").exits(INCOMPLETE);
    night("--world every-user-passes --controls IAM.5").exits(INCOMPLETE);
    let done = night("").exits(FINDING);
    let report = Run::at(std::path::Path::new(done.stdout.trim())).json("report.json");
    assert_eq!(report["history"].as_array().unwrap().len(), 3);
}
