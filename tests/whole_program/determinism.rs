//! The same snapshot and the same arguments give the same bytes, whatever the machine is set to.

use crate::harness::{FORMATS, Run, Sandbox, demo};

const UTC: [(&str, &str); 2] = [("TZ", "UTC"), ("LC_ALL", "C")];
const TOKYO: [(&str, &str); 2] = [("TZ", "Asia/Tokyo"), ("LC_ALL", "ja_JP.UTF-8")];

/// `analyze` of the demo's snapshot into `output`, with further variables.
fn analyze(sandbox: &Sandbox, output: &str, environment: &[(&str, &str)]) -> Run {
    let (run, demo) = demo();
    let snapshot = run.directory.join("snapshot");
    let mut command = sandbox.command(&["analyze", snapshot.to_str().unwrap(), "--format", FORMATS]);
    command
        .args(["--output", output])
        .envs(environment.iter().copied());
    sandbox.finish(&mut command).exits(demo.code);
    Run::at(&sandbox.path(output))
}

#[track_caller]
fn same(one: &Run, other: &Run) {
    let (one, other) = (one.files(), other.files());
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(bytes == &other[name], "{name} differs");
    }
}

#[test]
fn a_snapshot_analysed_twice_gives_the_same_bytes_as_the_run_that_made_it() {
    let sandbox = Sandbox::new();
    let (one, other) = (analyze(&sandbox, "one", &[]), analyze(&sandbox, "other", &[]));
    same(&one, &other);
    same(&one, &demo().0);
}

#[test]
fn time_zone_and_language_of_the_machine_change_nothing() {
    let sandbox = Sandbox::new();
    let far = [
        ("TZ", "Pacific/Kiritimati"),
        ("LANG", "ar_EG.UTF-8"),
        ("LC_ALL", "de_DE.UTF-8"),
    ];
    let plain = analyze(&sandbox, "plain", &UTC);
    same(&plain, &analyze(&sandbox, "far", &far));
    same(&plain, &analyze(&sandbox, "tokyo", &TOKYO));
}

#[test]
fn a_report_is_the_same_in_tokyo_in_every_format() {
    let sandbox = Sandbox::new();
    analyze(&sandbox, "run", &[]);
    let [utc, tokyo] = [("utc", UTC), ("tokyo", TOKYO)].map(|(output, environment)| {
        let mut command = sandbox.command(&["report", "run", "--format", FORMATS, "--output", output]);
        sandbox.finish(command.envs(environment));
        Run::at(&sandbox.path(output))
    });
    same(&utc, &tokyo);
    let mut ends: Vec<String> = utc.files().into_keys().collect();
    ends.retain(|name| name.starts_with("report."));
    assert_eq!(
        ends,
        [
            "report.asff.json",
            "report.html",
            "report.json",
            "report.junit.xml",
            "report.md",
            "report.ocsf.jsonl",
            "report.sarif"
        ]
    );
}

#[test]
fn every_format_that_there_is_takes_part_in_these_tests() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["demo", "--format", "no-such-format"]).exits(2);
    let list = done.stderr.split("the formats are ").nth(1).unwrap();
    let list = list.lines().next().unwrap().replace(", ", ",");
    assert_eq!(list, FORMATS);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let sandbox = Sandbox::new();
    let one = analyze(&sandbox, "one", &[("RAYON_NUM_THREADS", "1")]);
    same(&one, &analyze(&sandbox, "many", &[("RAYON_NUM_THREADS", "7")]));
}

#[test]
fn the_report_of_a_run_can_be_written_again_and_is_the_same() {
    let sandbox = Sandbox::new();
    let run = analyze(&sandbox, "run", &[]);
    let mut command = sandbox.command(&["report", "run", "--format", FORMATS, "--output", "again"]);
    sandbox.finish(&mut command);
    for (name, bytes) in Run::at(&sandbox.path("again")).files() {
        assert!(run.files().get(&name) == Some(&bytes), "{name} differs");
    }
}

#[test]
fn the_same_seed_makes_the_same_organization() {
    let sandbox = Sandbox::new();
    for (seed, output) in [("7", "a"), ("7", "b"), ("8", "c")] {
        sandbox.run(&[
            "demo",
            "--accounts",
            "6",
            "--users",
            "5",
            "--seed",
            seed,
            "--format",
            "csv",
            "--output",
            output,
        ]);
    }
    let users = |output: &str| Run::at(&sandbox.path(output)).rows("users.csv");
    let names = |output: &str| -> Vec<(String, String)> {
        users(output)
            .into_iter()
            .map(|row| (row["user_arn"].clone(), row["iam_5"].clone()))
            .collect()
    };
    assert_eq!(names("a"), names("b"));
    assert_ne!(names("a"), names("c"));
}
