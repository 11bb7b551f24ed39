//! The same snapshot and the same arguments give the same bytes, whatever the machine is set to.

use crate::harness::{Run, Sandbox, demo};

/// `analyze` of the demo's snapshot into `output`, with further variables.
fn analyze(sandbox: &Sandbox, output: &str, environment: &[(&str, &str)]) -> Run {
    let (run, demo) = demo();
    let snapshot = run.directory.join("snapshot");
    let mut command = sandbox.command(&["analyze", snapshot.to_str().unwrap(), "--format", "html,csv,json"]);
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
    let plain = analyze(&sandbox, "plain", &[("TZ", "UTC"), ("LC_ALL", "C")]);
    same(&plain, &analyze(&sandbox, "far", &far));
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
    let mut command = sandbox.command(&["report", "run", "--format", "html,csv,json", "--output", "again"]);
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
