//! `org-audit templates export`: what is exported makes the same report, and what is changed shows.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Sandbox, demo};

const INCOMPLETE: i32 = 3;
const USAGE: i32 = 2;

fn report(sandbox: &Sandbox, output: &str, more: &[&str]) -> Vec<u8> {
    let run = demo().0.directory.to_str().unwrap();
    let mut options = vec!["report", run, "--format", "html", "--output", output];
    options.extend(more);
    sandbox.run(&options).exits(INCOMPLETE);
    fs::read(sandbox.path(output).join("report.html")).unwrap()
}

#[test]
fn the_exported_templates_make_the_same_bytes_and_a_changed_one_shows() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["templates", "export", "mine"]).exits(0);
    let mode = |path: &str| fs::metadata(sandbox.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode("mine"), mode("mine/report.hbs"), mode("mine/base.css")),
        (0o700, 0o600, 0o600)
    );
    assert!(done.stdout.lines().any(|line| line == "mine/report.hbs"));
    let own = report(&sandbox, "own", &["--template-dir", "mine"]);
    assert!(
        own == report(&sandbox, "builtin", &[]),
        "the exported templates make another report"
    );
    let summary = sandbox.path("mine/summary.hbs");
    let text = fs::read_to_string(&summary).unwrap();
    fs::write(&summary, format!("<p>Our own words</p>{text}")).unwrap();
    let changed = report(&sandbox, "changed", &["--template-dir", "mine"]);
    assert!(
        String::from_utf8(changed)
            .unwrap()
            .contains("<p>Our own words</p>")
    );
}

#[test]
fn what_is_there_is_kept_unless_it_is_to_be_replaced() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("mine")).unwrap();
    fs::write(sandbox.path("mine/report.hbs"), "mine").unwrap();
    fs::write(sandbox.path("mine/notes.txt"), "mine too").unwrap();
    let done = sandbox.run(&["templates", "export", "mine"]).exits(USAGE);
    assert!(
        done.stderr.contains("is not empty") && done.stderr.contains("--force"),
        "{}",
        done.stderr
    );
    assert_eq!(
        fs::read_to_string(sandbox.path("mine/report.hbs")).unwrap(),
        "mine"
    );
    sandbox.run(&["templates", "export", "mine", "--force"]).exits(0);
    assert_ne!(
        fs::read_to_string(sandbox.path("mine/report.hbs")).unwrap(),
        "mine"
    );
    assert_eq!(
        fs::read_to_string(sandbox.path("mine/notes.txt")).unwrap(),
        "mine too"
    );
    fs::write(sandbox.path("file"), "").unwrap();
    sandbox.run(&["templates", "export", "file"]).exits(USAGE);
}

#[test]
fn pages_of_accounts_are_in_the_manifest_and_go_when_the_report_does_not_lead_to_them() {
    let sandbox = Sandbox::new();
    for (name, bytes) in demo().0.files() {
        let path = sandbox.path("run").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let pages = |size: &str| {
        let options = [
            "report",
            "run",
            "--format",
            "html",
            "--html-page-size",
            size,
            "--force",
        ];
        sandbox.run(&options).exits(INCOMPLETE);
        let pages = sandbox.path("run/accounts");
        let count = fs::read_dir(pages).map_or(0, Iterator::count);
        sandbox.run(&["verify", "run"]).exits(0);
        count
    };
    assert!(pages("0") > 30);
    assert_eq!(pages("16"), 0);
}
