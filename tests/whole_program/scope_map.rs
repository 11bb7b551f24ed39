//! `--scope-map`: what the user says of accounts and OUs reaches every report, and stays with the run.

use std::collections::BTreeMap;
use std::fs;

use crate::harness::{Run, Sandbox, demo};

const INCOMPLETE: i32 = 3;
const USAGE: i32 = 2;

/// The demo's snapshot judged again by `map`, in `again`.
fn judged(sandbox: &Sandbox, map: &str) -> (Run, String) {
    fs::write(sandbox.path("map.toml"), map).unwrap();
    let run = demo().0.directory.to_str().unwrap();
    let options = [
        "analyze",
        run,
        "--scope-map",
        "map.toml",
        "--format",
        "html,csv,json",
        "--output",
        "again",
    ];
    let done = sandbox.run(&options).exits(INCOMPLETE);
    (Run::at(&sandbox.path("again")), done.stderr)
}

/// The path of the OU with the most accounts below the root, and an account of it.
fn crowded() -> (String, String) {
    let rows = demo().0.rows("accounts.csv");
    let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &rows {
        by_path
            .entry(&row["ou_path"])
            .or_default()
            .push(&row["account_id"]);
    }
    let (path, accounts) = by_path
        .into_iter()
        .filter(|(path, _)| path.contains(" / "))
        .max_by_key(|(_, accounts)| accounts.len())
        .unwrap();
    (path.to_owned(), accounts[0].to_owned())
}

#[test]
fn the_nearest_entry_of_the_map_stands_in_every_report() {
    let sandbox = Sandbox::new();
    let (path, account) = crowded();
    let map = format!(
        "[organizational_units]\n\"{path}\" = \"connected\"\n\n[accounts]\n{account} = \"in_cde\"\n999999999999 = \"out\"\n"
    );
    let (run, said) = judged(&sandbox, &map);
    assert!(
        said.contains("line 6 of the scope map names `999999999999`, which is not in the organization"),
        "{said}"
    );
    for row in run.rows("accounts.csv") {
        let inside = row["ou_path"] == path || row["ou_path"].starts_with(&format!("{path} / "));
        let expected = match (row["account_id"] == account, inside) {
            (true, _) => "in_cde",
            (false, true) => "connected",
            (false, false) => "unmapped",
        };
        assert_eq!(row["scope"], expected, "{row:?}");
    }
    let json = run.json("report.json");
    assert_eq!(json["scope"]["by_scope"]["in_cde"]["accounts"], 1);
    assert_eq!(json["scope"]["unmatched"][0]["name"], "999999999999");
    let html = fs::read_to_string(run.directory.join("report.html")).unwrap();
    assert!(html.contains("scope: In the CDE") && html.contains("999999999999"));
}

#[test]
fn the_map_stays_with_the_run_and_gives_the_same_reports_again() {
    let sandbox = Sandbox::new();
    let (path, _) = crowded();
    let (run, _) = judged(
        &sandbox,
        &format!("[organizational_units]\n\"{path}\" = \"out\"\n"),
    );
    assert_eq!(
        run.files()["scope-map.toml"],
        fs::read(sandbox.path("map.toml")).unwrap()
    );
    let manifest = run.json("manifest.json");
    let listed = manifest["files"].as_array().unwrap();
    let listed = listed
        .iter()
        .find(|file| file["path"] == "scope-map.toml")
        .unwrap();
    assert_eq!(listed["sha256"], manifest["arguments"]["scope_map_sha256"]);
    sandbox
        .run(&[
            "report",
            "again",
            "--format",
            "html,csv,json",
            "--output",
            "third",
        ])
        .exits(INCOMPLETE);
    for name in ["report.html", "report.json", "accounts.csv"] {
        let third = fs::read(sandbox.path("third").join(name)).unwrap();
        assert!(third == run.files()[name], "{name} differs");
    }
    fs::write(
        run.directory.join("scope-map.toml"),
        "[accounts]\n111122223333 = \"out\"\n",
    )
    .unwrap();
    let done = sandbox
        .run(&["report", "again", "--format", "json", "--output", "fourth"])
        .exits(USAGE);
    assert!(done.stderr.contains("changed after the run"), "{}", done.stderr);
}

#[test]
fn a_mistake_in_the_map_is_told_with_file_and_line_before_anything_is_read() {
    let sandbox = Sandbox::new();
    fs::write(
        sandbox.path("map.toml"),
        "[accounts]\n111122223333 = \"in scope\"\n",
    )
    .unwrap();
    let done = sandbox
        .run(&["demo", "--scope-map", "map.toml", "--output", "run"])
        .exits(USAGE);
    assert!(
        done.stderr
            .contains("map.toml:2: `in scope` is not one of in_cde, connected, out"),
        "{}",
        done.stderr
    );
    assert!(!sandbox.path("run").exists());
    let done = sandbox
        .run(&["demo", "--scope-map", "nowhere.toml", "--output", "run"])
        .exits(USAGE);
    assert!(done.stderr.contains("`nowhere.toml`"), "{}", done.stderr);
}

#[test]
fn the_example_is_a_map() {
    let sandbox = Sandbox::new();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/scope-map.toml");
    let (run, _) = judged(&sandbox, &fs::read_to_string(example).unwrap());
    assert!(
        run.rows("accounts.csv")
            .iter()
            .any(|row| row["scope"] == "connected")
    );
}
