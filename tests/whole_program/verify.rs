//! `org-audit verify`: a run is intact, or every change is named.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::harness::{Done, Sandbox, demo};

const CHANGED: i32 = 10;
const USAGE: i32 = 2;

/// A copy of the demo's run, to be spoilt.
fn copy(sandbox: &Sandbox) -> PathBuf {
    let target = sandbox.path("run");
    for (name, bytes) in demo().0.files() {
        let path = target.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    target
}

fn verify(sandbox: &Sandbox) -> Done {
    sandbox.run(&["verify", "run"])
}

#[test]
fn a_run_as_it_was_written_is_intact_and_the_lack_of_a_signature_is_told() {
    let sandbox = Sandbox::new();
    copy(&sandbox);
    let done = verify(&sandbox).exits(0);
    let files = demo().0.files().len() - 1;
    assert_eq!(
        done.stdout,
        format!("intact: {files} files, all as the manifest says\n")
    );
    assert!(done.stderr.contains("no signature"), "{}", done.stderr);
}

#[test]
fn a_changed_byte_a_missing_an_added_and_a_renamed_file_are_each_named() {
    let sandbox = Sandbox::new();
    let run = copy(&sandbox);
    let account = fs::read_dir(run.join("snapshot/accounts"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = fs::read(&account).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&account, bytes).unwrap();
    fs::remove_file(run.join("users.csv")).unwrap();
    fs::write(run.join("note.txt"), "all is well").unwrap();
    fs::rename(run.join("findings.csv"), run.join("findings-old.csv")).unwrap();
    let done = verify(&sandbox).exits(CHANGED);
    let name = account.strip_prefix(&run).unwrap().display();
    let expected = [
        "renamed findings.csv -> findings-old.csv".to_owned(),
        "added note.txt".to_owned(),
        format!("changed {name} (same length, other content)"),
        "missing users.csv".to_owned(),
    ];
    assert_eq!(done.stdout.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_link_to_the_very_same_content_is_a_change() {
    let sandbox = Sandbox::new();
    let run = copy(&sandbox);
    fs::rename(run.join("users.csv"), sandbox.path("users.csv")).unwrap();
    symlink("../users.csv", run.join("users.csv")).unwrap();
    let done = verify(&sandbox).exits(CHANGED);
    assert_eq!(done.stdout, "changed users.csv (it is a symbolic link now)\n");
}

#[test]
fn a_file_name_cannot_play_tricks_on_the_terminal() {
    let sandbox = Sandbox::new();
    let run = copy(&sandbox);
    fs::write(run.join("x\u{1b}[2J\nintact"), "").unwrap();
    let done = verify(&sandbox).exits(CHANGED);
    assert_eq!(done.stdout, "added x\\u{1b}[2J\\u{a}intact\n");
}

#[test]
fn without_a_manifest_that_can_be_used_nothing_is_said_of_the_run() {
    let sandbox = Sandbox::new();
    let run = copy(&sandbox);
    let manifest = run.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    for (spoilt, told) in [
        ("{}".to_owned(), "damaged"),
        (
            text.replace("\"users.csv\"", "\"../users.csv\""),
            "`../users.csv`",
        ),
        (
            text.replacen("\"manifest_version\": 1", "\"manifest_version\": 99", 1),
            "version 99",
        ),
    ] {
        assert_ne!(spoilt, text);
        fs::write(&manifest, spoilt).unwrap();
        let done = verify(&sandbox).exits(USAGE);
        assert_eq!(done.stdout, "");
        assert!(
            done.stderr.contains(told) && done.stderr.contains("help:"),
            "{}",
            done.stderr
        );
    }
    fs::remove_file(&manifest).unwrap();
    let done = verify(&sandbox).exits(USAGE);
    assert!(done.stderr.contains("was not finished"), "{}", done.stderr);
    let done = sandbox.run(&["verify", "nowhere"]).exits(USAGE);
    assert!(done.stderr.contains("`nowhere`"), "{}", done.stderr);
}

#[test]
fn an_analysis_of_a_run_that_was_changed_says_so() {
    let sandbox = Sandbox::new();
    let small = ["demo", "--accounts", "3", "--users", "1", "--format", "json"];
    sandbox.run(&[&small[..], &["--output", "run"]].concat()).exits(0);
    let whole = sandbox.run(&["analyze", "run", "--output", "whole"]).exits(0);
    assert!(
        !whole.stderr.contains("is not the one that the run wrote"),
        "{}",
        whole.stderr
    );
    let accounts = sandbox.path("run/snapshot/accounts");
    let gone = fs::read_dir(&accounts).unwrap().next().unwrap().unwrap();
    fs::remove_file(gone.path()).unwrap();
    let name = gone.file_name().into_string().unwrap();
    let done = sandbox.run(&["analyze", "run", "--output", "again"]).exits(3);
    let told = format!("is not the one that the run wrote: missing snapshot/accounts/{name}");
    assert!(done.stderr.contains(&told), "{}", done.stderr);
    let bare = sandbox
        .run(&["analyze", "run/snapshot", "--output", "again", "--force"])
        .exits(3);
    assert!(bare.stderr.contains(&told), "{}", bare.stderr);
    let replaced = fs::read_dir(sandbox.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert!(
        replaced
            .map(|name| name.to_string_lossy().into_owned())
            .all(|name| !name.starts_with('.'))
    );
}
