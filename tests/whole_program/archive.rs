//! `--archive`: one file that common tools open, the same bytes each time.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Done, Sandbox, demo, files_below};

fn archive(sandbox: &Sandbox, run: &str, environment: &[(&str, &str)]) -> Done {
    let snapshot = demo().0.directory.join("snapshot");
    let mut command = sandbox.command(&["analyze", snapshot.to_str().unwrap(), "--format", "html,csv"]);
    command
        .args(["--output", run, "--archive"])
        .envs(environment.iter().copied());
    sandbox.finish(&mut command).exits(demo().1.code)
}

#[test]
fn the_same_run_gives_the_same_bytes_whenever_and_wherever_it_is_archived() {
    let sandbox = Sandbox::new();
    archive(&sandbox, "one", &[]);
    // The times of the files differ by more than the two seconds that ZIP can tell apart.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    archive(
        &sandbox,
        "two",
        &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "de_DE.UTF-8")],
    );
    let bytes = |name: &str| fs::read(sandbox.path(name)).unwrap();
    assert!(bytes("one.zip") == bytes("two.zip"));
    let mode = fs::metadata(sandbox.path("one.zip"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn python_finds_every_file_as_it_is_in_the_run() {
    let sandbox = Sandbox::new();
    archive(&sandbox, "run", &[]);
    let mut unzip = sandbox.clean("python3");
    unzip.args(["-m", "zipfile", "-e", "run.zip", "out"]);
    sandbox.finish(&mut unzip).exits(0);
    let folders: Vec<_> = fs::read_dir(sandbox.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(folders.len(), 1, "everything lies in one folder: {folders:?}");
    let unpacked = files_below(&folders[0]);
    assert!(unpacked == files_below(&sandbox.path("run")));
    let folder = folders[0].to_str().unwrap();
    sandbox.run(&["verify", folder]).exits(0);
    let script = "import sys, zipfile\n\
        z = zipfile.ZipFile('run.zip')\n\
        assert z.testzip() is None\n\
        modes = {i.external_attr >> 16 & 0o777 for i in z.infolist()}\n\
        dates = {i.date_time for i in z.infolist()}\n\
        names = z.namelist()\n\
        assert names == sorted(names)\n\
        print(len(names), [oct(m) for m in modes], dates)\n";
    let mut python = sandbox.clean("python3");
    python.args(["-c", script]);
    let done = sandbox.finish(&mut python).exits(0);
    assert_eq!(
        done.stdout,
        format!("{} ['0o600'] {{(1980, 1, 1, 0, 0, 0)}}\n", unpacked.len())
    );
}

#[test]
fn an_archive_that_is_there_is_kept() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("run.zip"), "mine").unwrap();
    let snapshot = demo().0.directory.join("snapshot");
    let snapshot = snapshot.to_str().unwrap();
    let done = sandbox
        .run(&["analyze", snapshot, "--output", "run", "--archive"])
        .exits(2);
    assert!(
        done.stderr.contains("`run.zip` exists already"),
        "{}",
        done.stderr
    );
    assert!(!sandbox.path("run").exists());
    assert_eq!(fs::read(sandbox.path("run.zip")).unwrap(), b"mine");
}

#[test]
fn a_run_that_is_there_can_be_archived_later() {
    let sandbox = Sandbox::new();
    archive(&sandbox, "run", &[]);
    let first = fs::read(sandbox.path("run.zip")).unwrap();
    fs::remove_file(sandbox.path("run.zip")).unwrap();
    sandbox
        .run(&["report", "run", "--format", "html,csv", "--archive"])
        .exits(demo().1.code);
    assert!(fs::read(sandbox.path("run.zip")).unwrap() == first);
}
