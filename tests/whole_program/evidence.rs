//! What an assessor gets with every run: words, checksums for a common tool, and who entered which account when.

use std::collections::BTreeSet;

use crate::harness::{Sandbox, demo};

#[test]
fn sha256sum_alone_finds_every_file_as_it_was_written_and_a_changed_one() {
    let sandbox = Sandbox::new();
    let (run, _) = demo();
    let sums = |directory: &std::path::Path| {
        let mut command = sandbox.clean("sha256sum");
        command
            .args(["--check", "--quiet", "SHA256SUMS"])
            .current_dir(directory);
        sandbox.finish(&mut command)
    };
    assert_eq!(sums(&run.directory).exits(0).stdout, "");
    let listed: BTreeSet<String> = String::from_utf8(run.files()["SHA256SUMS"].clone())
        .unwrap()
        .lines()
        .map(|line| line.split_once("  ").unwrap().1.to_owned())
        .collect();
    let mut files: BTreeSet<String> = run.files().into_keys().collect();
    files.retain(|name| name != "SHA256SUMS" && name != "manifest.json");
    assert_eq!(listed, files);
    let copy = sandbox.path("copy");
    for (name, bytes) in run.files() {
        let path = copy.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::write(copy.join("users.csv"), "nobody").unwrap();
    let done = sums(&copy).exits(1);
    assert!(done.stdout.contains("users.csv: FAILED"), "{}", done.stdout);
}

#[test]
fn the_readme_describes_every_file_that_is_there_and_no_other() {
    let (run, _) = demo();
    let files = run.files();
    let text = String::from_utf8(files["README.txt"].clone()).unwrap();
    for name in files.keys() {
        let heading = match name.strip_prefix("snapshot/accounts/") {
            Some(_) => "snapshot/accounts/ (".to_owned(),
            None => format!("\n{name}\n"),
        };
        assert!(text.contains(&heading), "{name} is not in\n{text}");
    }
    assert!(!text.contains("A report in another form"), "{text}");
    assert!(!text.contains("exceptions.toml") && !text.contains("manifest.json.sig"));
    assert!(text.contains("does not by itself show"));
    assert!(text.contains("This is a demonstration"));
}

#[test]
fn every_account_stands_in_the_collection_with_how_it_was_entered() {
    let (run, _) = demo();
    let rows = run.rows("collection.csv");
    let ids: Vec<&String> = rows.iter().map(|row| &row["account_id"]).collect();
    assert_eq!(ids, run.accounts().keys().collect::<Vec<_>>());
    let entered = rows.iter().filter(|row| row["access"] == "assumed_role");
    let mut read = 0;
    for row in entered {
        assert!(row["assumed_role_arn"].contains(":assumed-role/"), "{row:?}");
        assert_eq!(row["session_policy"], "applied");
        assert!(row["started_at"] <= row["ended_at"] && row["ended_at"].ends_with('Z'));
        assert!(row["request_ids"].contains("sts:AssumeRole "), "{row:?}");
        if !row["report_generated_at"].is_empty() {
            read += 1;
            assert!(row["request_ids"].contains("iam:GetCredentialReport "), "{row:?}");
            assert_eq!(row["report_sha256"].len(), 64);
        }
    }
    assert!(read > 0);
    let refused = rows.iter().find(|row| row["access"] == "refused").unwrap();
    let failed: Vec<&str> = refused["failed_calls"].split(' ').collect();
    assert_eq!(failed[..2], ["sts:AssumeRole", "AccessDenied"], "{refused:?}");
    assert_eq!(
        failed.len(),
        3,
        "the request id joins with CloudTrail: {refused:?}"
    );
}

#[test]
fn the_manifest_says_who_what_when_and_by_which_program() {
    let (run, _) = demo();
    let manifest = run.json("manifest.json");
    let text = |pointer: &str| {
        manifest
            .pointer(pointer)
            .and_then(|value| value.as_str())
            .unwrap_or_else(|| panic!("no {pointer}"))
            .to_owned()
    };
    assert_eq!(text("/tool/version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(text("/tool/binary_sha256").len(), 64);
    assert_eq!(text("/tool/action_list_date").len(), "2026-01-02".len());
    assert!(text("/collection/caller/arn").starts_with("arn:aws:"));
    assert!(text("/organization/id").starts_with("o-"));
    assert_eq!(text("/collection/endpoint_overrides/0/source"), "org-audit demo");
    let calls = manifest["collection"]["calls"].as_object().unwrap();
    let requests = manifest["collection"]["requests"].as_object().unwrap();
    for operation in [
        "sts:GetCallerIdentity",
        "organizations:DescribeOrganization",
        "organizations:ListRoots",
        "organizations:ListAccounts",
        "organizations:ListOrganizationalUnitsForParent",
    ] {
        let ids = requests[operation].as_array().unwrap();
        assert_eq!(
            ids.len() as u64,
            calls[operation].as_u64().unwrap(),
            "{operation}"
        );
    }
}
