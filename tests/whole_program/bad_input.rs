//! Bad input: exit code 2, what is wrong, the way out, and nothing written.
//!
//! A caller outside an organization is tested against moto (`tests/moto`), which can be one.

use std::fs;
use std::os::unix::fs::symlink;

use crate::harness::{Done, Sandbox, demo, files_below};
use crate::server::Server;

const USAGE: i32 = 2;

/// Requires exit code 2, nothing on stdout, and each of `texts` in the message.
#[track_caller]
fn refused(done: Done, texts: &[&str]) {
    let done = done.exits(USAGE);
    assert_eq!(done.stdout, "");
    assert!(done.stderr.contains("error:"), "{}", done.transcript());
    for text in texts {
        assert!(
            done.stderr.contains(text),
            "`{text}` is not in\n{}",
            done.transcript()
        );
    }
    for noise in ["panicked", "RUST_BACKTRACE", "Error {", "Os {"] {
        assert!(
            !done.stderr.contains(noise),
            "`{noise}` is in\n{}",
            done.transcript()
        );
    }
}

#[test]
fn an_unknown_format_is_refused_with_the_ones_that_are_known() {
    let sandbox = Sandbox::new();
    refused(
        sandbox.run(&["demo", "--format", "fax"]),
        &["fax", "html", "csv", "json"],
    );
    refused(sandbox.run(&["--format", "html,fax"]), &["fax"]);
}

#[test]
fn an_unknown_option_or_subcommand_is_refused() {
    let sandbox = Sandbox::new();
    refused(sandbox.run(&["--colour"]), &["--colour", "--help"]);
    refused(sandbox.run(&["dem"]), &["dem"]);
    refused(
        sandbox.run(&["demo", "--fail-on", "terrible"]),
        &["terrible", "critical"],
    );
}

#[test]
fn a_directory_that_cannot_be_read_is_refused() {
    let sandbox = Sandbox::new();
    // A loop of links cannot be read by anybody; permissions would not stop root.
    symlink("loop", sandbox.path("loop")).unwrap();
    refused(
        sandbox.run(&["analyze", "loop", "--output", "again"]),
        &["`loop`"],
    );
    refused(
        sandbox.run(&["analyze", "nowhere", "--output", "again"]),
        &["`nowhere`"],
    );
    refused(sandbox.run(&["report", "nowhere"]), &["`nowhere`"]);
    assert!(!sandbox.path("again").exists());
}

#[test]
fn a_directory_without_a_snapshot_is_refused() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("empty")).unwrap();
    refused(
        sandbox.run(&["analyze", "empty", "--output", "again"]),
        &["`empty` is not a snapshot", "help:"],
    );
}

#[test]
fn an_output_directory_that_is_there_is_kept() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("run")).unwrap();
    fs::write(sandbox.path("run/precious.txt"), "mine").unwrap();
    refused(
        sandbox.run(&["demo", "--output", "run"]),
        &["`run` exists already", "--force"],
    );
    // Not even --force takes what no run wrote.
    refused(
        sandbox.run(&["demo", "--output", "run", "--force"]),
        &["`run` is not a run directory"],
    );
    assert_eq!(
        fs::read_to_string(sandbox.path("run/precious.txt")).unwrap(),
        "mine"
    );
}

#[test]
fn an_output_directory_below_a_file_is_refused() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("file"), "").unwrap();
    refused(
        sandbox.run(&["demo", "--output", "file/run"]),
        &["`file` is not a directory"],
    );
}

#[test]
fn no_region_is_refused_with_the_ways_to_name_one() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["--output", "run"]);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example");
    refused(
        sandbox.finish(&mut command),
        &["region", "--region", "AWS_REGION"],
    );
    assert!(!sandbox.path("run").exists());
}

#[test]
fn no_credentials_are_refused_with_the_ways_to_sign_in() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["--region", "eu-central-1", "--output", "run"]);
    refused(done, &["credentials", "--profile", "AWS_ACCESS_KEY_ID"]);
    assert!(!sandbox.path("run").exists());
}

#[test]
fn credentials_that_are_not_accepted_are_refused() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &["--accounts", "3", "--users", "2"]);
    let mut command = sandbox.command(&["--output", "run"]);
    server.set(&mut command).env("AWS_SECRET_ACCESS_KEY", "wrong");
    refused(sandbox.finish(&mut command), &["credentials", "help:"]);
    assert!(!sandbox.path("run").exists());
}

#[test]
fn a_caller_who_may_not_read_the_organization_is_refused() {
    let sandbox = Sandbox::new();
    let faults = ["--fault", "deny=organizations:DescribeOrganization"];
    let done = sandbox.run(&[&["demo", "--output", "run"], &faults[..]].concat());
    refused(done, &["organizations:DescribeOrganization", "help:"]);
    assert!(!sandbox.path("run").exists());
}

/// The arguments of a small run.
fn small(directory: &str) -> Vec<&str> {
    let mut arguments: Vec<&str> = "demo --accounts 3 --users 1 --format json --output"
        .split(' ')
        .collect();
    arguments.push(directory);
    arguments
}

#[test]
fn force_keeps_the_earlier_run_until_there_is_something_to_put_in_its_place() {
    let sandbox = Sandbox::new();
    let small = small("run");
    sandbox.run(&small).exits(0);
    let before = files_below(&sandbox.path("run"));
    let faults = ["--force", "--fault", "deny=organizations:DescribeOrganization"];
    refused(
        sandbox.run(&[&small[..], &faults[..]].concat()),
        &["DescribeOrganization"],
    );
    assert!(files_below(&sandbox.path("run")) == before);
    // What is wrong with the arguments is told before, too.
    fs::create_dir(sandbox.path("mine")).unwrap();
    fs::write(sandbox.path("mine/report.hbs"), "{{#if}}").unwrap();
    let own = ["--force", "--format", "html", "--template-dir", "mine"];
    refused(sandbox.run(&[&small[..], &own[..]].concat()), &["report.hbs"]);
    assert!(files_below(&sandbox.path("run")) == before);
}

#[test]
fn an_account_that_cannot_be_used_is_named_in_the_snapshot_and_nothing_is_left_of_the_run() {
    let sandbox = Sandbox::new();
    sandbox.run(&small("old")).exits(0);
    let accounts = sandbox.path("old/snapshot/accounts");
    let mut files: Vec<_> = fs::read_dir(&accounts)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    fs::write(&files[0], "{").unwrap();
    let again = ["analyze", "old", "--output", "again"];
    let named = format!(
        "old/snapshot/accounts/{}` is damaged",
        files[0].file_name().unwrap().to_str().unwrap()
    );
    refused(sandbox.run(&again), &[&named]);
    assert!(!sandbox.path("again").exists());
    // An earlier run in the place of the new one is put back.
    sandbox.run(&small("kept")).exits(0);
    let before = files_below(&sandbox.path("kept"));
    refused(
        sandbox.run(&["analyze", "old", "--output", "kept", "--force"]),
        &[&named],
    );
    assert!(files_below(&sandbox.path("kept")) == before);
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(".org-audit");
    let mut beside = fs::read_dir(sandbox.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert!(!beside.any(|name| hidden(&name)));
    // Accounts that may not be looked at are not taken for accounts that were not read.
    fs::remove_dir_all(&accounts).unwrap();
    symlink("accounts", &accounts).unwrap();
    refused(sandbox.run(&again), &["cannot read", "old/snapshot/accounts"]);
    assert!(!sandbox.path("again").exists());
}

/// Where only the run's name could not be printed, the run is there: a pipe that was closed must not take evidence away.
#[test]
fn an_analysis_whose_name_cannot_be_printed_is_kept() {
    let sandbox = Sandbox::new();
    sandbox.run(&small("old")).exits(0);
    for arguments in [
        &["analyze", "old", "--output", "new"][..],
        &["analyze", "old", "--output", "new", "--force"],
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let done = sandbox.finish(sandbox.command(arguments).stdout(full));
        assert_eq!(done.code, 1, "{}", done.transcript());
        sandbox.run(&["verify", "new"]).exits(0);
    }
}

#[test]
fn a_snapshot_of_a_later_version_is_refused() {
    let sandbox = Sandbox::new();
    copy_demo_snapshot(&sandbox, "\"schema_version\":1", "\"schema_version\":99");
    let done = sandbox.run(&["analyze", "snapshot", "--output", "again"]);
    refused(done, &["schema version 99", "later"]);
    assert!(!sandbox.path("again").exists());
}

#[test]
fn a_damaged_snapshot_is_refused() {
    let sandbox = Sandbox::new();
    copy_demo_snapshot(&sandbox, "\"tree\":", "\"tree\" ");
    let done = sandbox.run(&["analyze", "snapshot", "--output", "again"]);
    refused(done, &["organization.json` is damaged", "help:"]);
}

/// Copies the demo's `organization.json`, with one replacement in it.
#[track_caller]
fn copy_demo_snapshot(sandbox: &Sandbox, from: &str, to: &str) {
    let (run, _) = demo();
    let text = fs::read_to_string(run.directory.join("snapshot/organization.json")).unwrap();
    assert!(text.contains(from), "`{from}` is not in the snapshot");
    fs::create_dir(sandbox.path("snapshot")).unwrap();
    fs::write(
        sandbox.path("snapshot/organization.json"),
        text.replacen(from, to, 1),
    )
    .unwrap();
}

#[test]
fn role_settings_that_sts_would_refuse_are_refused_before_any_call() {
    let sandbox = Sandbox::new();
    for (option, value) in [
        ("--session-duration", "5"),
        ("--session-name", "no spaces allowed"),
        ("--role-name", "a/b"),
        ("--role-path", "audit"),
        ("--concurrency", "0"),
    ] {
        refused(sandbox.run(&["demo", option, value, "--output", "run"]), &[value]);
        assert!(!sandbox.path("run").exists(), "{option}");
    }
}

#[test]
fn an_emulated_organization_beyond_what_aws_allows_is_refused() {
    let sandbox = Sandbox::new();
    refused(
        sandbox.run(&["demo", "--accounts", "4000000000"]),
        &["--accounts", "100000"],
    );
    refused(sandbox.run(&["demo", "--users", "5001"]), &["--users", "5000"]);
}

#[test]
fn a_report_does_not_replace_the_run_that_it_is_made_from() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&["demo", "--format", "csv", "--output", "run"])
        .exits(3);
    let report = ["report", "run", "--format", "json", "--output", "run", "--force"];
    refused(
        sandbox.run(&report),
        &["holds the snapshot that is to be read", "--output"],
    );
    assert!(sandbox.path("run/snapshot/organization.json").is_file());
}
