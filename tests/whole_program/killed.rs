//! A run that is killed half-way leaves nothing that looks finished.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::harness::{Sandbox, files_below};

/// How long the slow run is given to write its first accounts. Reached only when it never does.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_killed_run_leaves_no_manifest_no_report_and_no_half_file() {
    let sandbox = Sandbox::new();
    let slow = [
        "--fault",
        "latency=200ms",
        "--concurrency",
        "2",
        "--accounts",
        "60",
        "--users",
        "5",
    ];
    let mut command = sandbox.command(&[&["demo", "--output", "run"], &slow[..]].concat());
    let mut process = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let accounts = sandbox.path("run/snapshot/accounts");
    let begin = Instant::now();
    while fs::read_dir(&accounts).map_or(0, Iterator::count) < 3 {
        assert!(begin.elapsed() < PATIENCE, "no account was written");
        assert!(
            process.try_wait().unwrap().is_none(),
            "the run ended before it could be killed"
        );
        sleep(Duration::from_millis(20));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let files = files_below(&sandbox.path("run"));
    assert!(!files.contains_key("manifest.json"));
    for (name, bytes) in files {
        assert!(
            !name.starts_with("report.") && !name.ends_with(".csv"),
            "{name} looks like a result"
        );
        if name.ends_with(".json") {
            let whole = serde_json::from_slice::<serde_json::Value>(&bytes);
            assert!(whole.is_ok(), "{name} is half a file");
        }
    }
    // What is there is no run, and a snapshot only if it says so itself.
    sandbox.run(&["report", "run", "--output", "report"]);
    assert!(!sandbox.path("run/manifest.json").exists());
}
