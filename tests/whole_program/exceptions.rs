//! `--exceptions`: what is approved is counted apart, and never becomes a pass.

use std::collections::BTreeMap;
use std::fs;

use crate::harness::{Done, Run, Sandbox, demo};

type Row = BTreeMap<String, String>;

/// Users of the demo that fail IAM.5.
fn failing() -> Vec<Row> {
    let mut rows = demo().0.rows("users.csv");
    rows.retain(|row| row["iam_5"] == "fail");
    assert!(rows.len() > 2);
    rows
}

fn entry(account: &str, user: &str, expires: &str) -> String {
    format!(
        "[[exception]]\naccount = '{account}'\nuser = '{user}'\ncontrol = \"IAM.5\"\nreason = \"=cmd|'/C calc'!A0\"\n\
         owner = \"<script>alert(1)</script>\"\napproved_by = \"CISO\"\nexpires = {expires}\n\n"
    )
}

/// The demo's snapshot judged again into `run` with `exceptions`.
fn analyze(sandbox: &Sandbox, run: &str, exceptions: &str, more: &[&str]) -> Done {
    let snapshot = demo().0.directory.join("snapshot");
    fs::write(sandbox.path("accepted.toml"), exceptions).unwrap();
    let mut command = sandbox.command(&["analyze", snapshot.to_str().unwrap(), "--output", run]);
    command
        .args([
            "--format",
            "html,csv,json,junit,markdown",
            "--exceptions",
            "accepted.toml",
        ])
        .args(more);
    sandbox.finish(&mut command)
}

#[test]
fn an_exempt_fail_stays_a_fail_and_no_count_of_passes_changes() {
    let sandbox = Sandbox::new();
    let accepted = &failing()[0];
    let text = entry(&accepted["account_id"], &accepted["user_name"], "2999-12-31");
    let done = analyze(&sandbox, "run", &text, &[]).exits(demo().1.code);
    assert!(
        done.stderr.contains("1 used, 0 unused, 0 expired"),
        "{}",
        done.stderr
    );
    let run = Run::at(&sandbox.path("run"));
    for (before, after) in demo().0.rows("users.csv").iter().zip(run.rows("users.csv")) {
        assert_eq!(before["iam_5"], after["iam_5"]);
        let is_it = after["user_arn"] == accepted["user_arn"];
        let expected = match (is_it, after["iam_5"].as_str()) {
            (true, _) => "true",
            (false, "fail") => "false",
            (false, _) => "",
        };
        assert_eq!(after["exempt"], expected, "{after:?}");
    }
    let finding = run
        .rows("findings.csv")
        .into_iter()
        .find(|row| row["exempt"] == "true")
        .unwrap();
    assert_eq!(finding["outcome"], "fail");
    assert_eq!(finding["exempt_reason"], "'=cmd|'/C calc'!A0");
    assert_eq!(finding["exempt_expires"], "2999-12-31");
    let (report, plain) = (run.json("report.json"), demo().0.json("report.json"));
    assert_eq!(report["totals"]["iam_5"], plain["totals"]["iam_5"]);
    assert_eq!(
        report["totals"]["failed_by_severity"],
        plain["totals"]["failed_by_severity"]
    );
    assert_eq!(report["totals"]["iam_5_exempt"], 1);
    assert_eq!(report["exceptions"][0]["state"], "used");
    assert_eq!(report["exceptions"][0]["approved_by"], "CISO");
    let html = fs::read_to_string(sandbox.path("run/report.html")).unwrap();
    assert!(!html.contains("<script>alert(1)"));
    assert!(html.contains("Approved exceptions") && html.contains("<bdi>&lt;script&gt;alert(1)"));
}

#[test]
fn fail_on_does_not_count_what_is_exempt_and_counts_all_else() {
    let sandbox = Sandbox::new();
    let (all, incomplete) = (entry("*", "*", "2999-12-31"), 3);
    analyze(
        &sandbox,
        "all",
        &all,
        &["--controls", "IAM.5", "--fail-on", "medium"],
    )
    .exits(incomplete);
    let one = entry("*", &failing()[0]["user_name"], "2999-12-31");
    analyze(
        &sandbox,
        "one",
        &one,
        &["--controls", "IAM.5", "--fail-on", "medium"],
    )
    .exits(10);
    // What is unknown is not a fail, and no exception makes it known.
    let outcomes = |run: &Run| -> Vec<String> {
        let rows = run.rows("users.csv");
        rows.into_iter().map(|row| row["iam_5"].clone()).collect()
    };
    assert_eq!(outcomes(&Run::at(&sandbox.path("all"))), outcomes(&demo().0));
}

#[test]
fn an_entry_that_has_expired_or_covers_nothing_is_reported() {
    let sandbox = Sandbox::new();
    let users = failing();
    let (account, user) = (&users[0]["account_id"], &users[0]["user_name"]);
    let text = [
        entry(account, user, "2001-01-01"),
        entry(account, "nobody-of-this-name", "2999-12-31"),
        entry("999999999999", user, "2999-12-31"),
    ]
    .concat();
    let done = analyze(&sandbox, "run", &text, &[]).exits(demo().1.code);
    assert!(
        done.stderr.contains("0 used, 2 unused, 1 expired"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("expired (line 1)"), "{}", done.stderr);
    assert!(done.stderr.contains("unused (line 10)"), "{}", done.stderr);
    let run = Run::at(&sandbox.path("run"));
    assert!(run.rows("users.csv").iter().all(|row| row["exempt"] != "true"));
    let html = fs::read_to_string(sandbox.path("run/report.html")).unwrap();
    assert_eq!(html.matches("<td>expired: it covers nothing").count(), 1);
    assert_eq!(html.matches("<td>unused: it covers no fail").count(), 2);
    let report = run.json("report.json");
    let states: Vec<&str> = (0..3)
        .map(|index| report["exceptions"][index]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["expired", "unused", "unused"]);
    assert!(report["totals"].get("iam_5_exempt").is_none());
}

#[test]
fn an_entry_applies_on_its_last_day_and_not_on_the_day_after() {
    let sandbox = Sandbox::new();
    let user = &failing()[0];
    let organization = demo().0.json("snapshot/organization.json");
    let taken = organization["collection"]["started_at"].as_str().unwrap()[..10].to_owned();
    let date: jiff::civil::Date = taken.parse().unwrap();
    let before = date.yesterday().unwrap().to_string();
    for (run, expires, exempt) in [("last", taken, 1), ("after", before, 0)] {
        let text = entry(&user["account_id"], &user["user_name"], &expires);
        analyze(&sandbox, run, &text, &[]).exits(demo().1.code);
        let rows = Run::at(&sandbox.path(run)).rows("users.csv");
        assert_eq!(
            rows.iter().filter(|row| row["exempt"] == "true").count(),
            exempt,
            "{expires}"
        );
    }
}

#[test]
fn an_entry_covers_its_own_control_only() {
    let sandbox = Sandbox::new();
    let text = entry("*", "*", "2999-12-31").replace("\"IAM.5\"", "\"IAM.19\"");
    analyze(&sandbox, "run", &text, &["--controls", "IAM.5,IAM.19,IAM.3"]).exits(demo().1.code);
    let rows = Run::at(&sandbox.path("run")).rows("findings.csv");
    let fails = |control: &str, exempt: &str| {
        rows.iter()
            .filter(|row| row["control_id"] == control && row["outcome"] == "fail" && row["exempt"] == exempt)
            .count()
    };
    assert!(fails("IAM.19", "true") > 0 && fails("IAM.19", "false") == 0);
    assert!(fails("IAM.5", "true") == 0 && fails("IAM.5", "false") > 0);
    assert_eq!(fails("IAM.3", "true"), 0);
}

#[test]
fn a_wrong_entry_is_an_error_with_its_place_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    let good = entry("*", "x", "2999-12-31");
    for (text, place, told) in [
        (
            good.replace("expires = 2999-12-31", ""),
            "accepted.toml:1:1",
            "expires",
        ),
        (
            good.replace("IAM.5", "IAM.500"),
            "accepted.toml:4:11",
            "no control `IAM.500`",
        ),
        (
            good.replace("IAM.5", "*"),
            "accepted.toml:4:11",
            "a pattern is not taken",
        ),
        (
            good.replace("CISO", ""),
            "accepted.toml:7:15",
            "`approved_by` is empty",
        ),
        (good.replace("owner", "onwer"), "accepted.toml:6:1", "onwer"),
        (
            good.replace("account = '*'", "account = '12'"),
            "accepted.toml:2:11",
            "twelve digits",
        ),
        ("[[exception]".to_owned(), "accepted.toml:1:", ""),
    ] {
        let done = analyze(&sandbox, "run", &text, &[]).exits(2);
        assert!(
            done.stderr.contains(place) && done.stderr.contains(told) && done.stderr.contains("help:"),
            "{place} {told}\n{}",
            done.stderr
        );
        assert!(
            done.stderr.contains('^'),
            "the place is underlined\n{}",
            done.stderr
        );
        assert!(!sandbox.path("run").exists());
    }
}

#[test]
fn the_file_is_kept_in_the_run_and_used_again_with_it() {
    let sandbox = Sandbox::new();
    let user = &failing()[0];
    let text = entry(&user["account_id"], &user["user_name"], "2999-12-31") + "# näytä\n";
    analyze(&sandbox, "run", &text, &[]).exits(demo().1.code);
    let run = Run::at(&sandbox.path("run"));
    assert_eq!(run.files()["exceptions.toml"], text.as_bytes());
    let manifest = run.json("manifest.json");
    let listed = manifest["files"].as_array().unwrap();
    let listed = listed
        .iter()
        .find(|file| file["path"] == "exceptions.toml")
        .unwrap();
    assert_eq!(manifest["arguments"]["exceptions_sha256"], listed["sha256"]);
    fs::remove_file(sandbox.path("accepted.toml")).unwrap();
    sandbox
        .run(&[
            "analyze",
            "run",
            "--format",
            "html,csv,json,junit,markdown",
            "--output",
            "again",
        ])
        .exits(demo().1.code);
    let again = Run::at(&sandbox.path("again")).files();
    for (name, bytes) in run.files() {
        assert!(again.get(&name) == Some(&bytes), "{name} differs");
    }
    sandbox
        .run(&["report", "run", "--format", "json", "--output", "reports"])
        .exits(demo().1.code);
    assert!(Run::at(&sandbox.path("reports")).files()["report.json"] == run.files()["report.json"]);
    // The snapshot alone knows of no exception.
    sandbox
        .run(&["analyze", "run/snapshot", "--format", "csv", "--output", "bare"])
        .exits(demo().1.code);
    assert!(!sandbox.path("bare/exceptions.toml").exists());
    fs::write(sandbox.path("run/exceptions.toml"), text.replace("2999", "3999")).unwrap();
    let done = sandbox.run(&["analyze", "run", "--output", "spoilt"]).exits(2);
    assert!(
        done.stderr.contains("was changed after the run"),
        "{}",
        done.stderr
    );
}
