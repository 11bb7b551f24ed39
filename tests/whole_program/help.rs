//! What a newcomer sees first.

use crate::harness::{Run, Sandbox};

#[test]
fn help_says_what_it_is_for_how_to_try_it_and_what_the_exit_codes_mean() {
    let done = Sandbox::new().run(&["--help"]).exits(0);
    for text in [
        "org-audit demo",
        "Exit codes:",
        "incomplete",
        "--fail-on",
        "Nothing is changed in AWS",
    ] {
        assert!(done.stdout.contains(text), "`{text}` is not in:\n{}", done.stdout);
    }
    for code in ["0", "1", "2", "3", "10"] {
        let listed = done
            .stdout
            .lines()
            .any(|line| line.trim_start().starts_with(&format!("{code}  ")));
        assert!(listed, "exit code {code} is not listed");
    }
    assert_eq!(done.stderr, "");
}

#[test]
fn every_subcommand_has_help_of_its_own() {
    for subcommand in ["demo", "analyze", "report", "verify", "completions"] {
        let done = Sandbox::new().run(&[subcommand, "--help"]).exits(0);
        assert!(done.stdout.contains("Usage:"), "{subcommand}: {}", done.stdout);
    }
}

#[test]
fn the_version_is_the_packages() {
    let done = Sandbox::new().run(&["--version"]).exits(0);
    assert_eq!(done.stdout, format!("org-audit {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_verbose_version_dates_the_action_list() {
    let done = Sandbox::new().run(&["--version", "--verbose"]).exits(0);
    let line = done
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("action list: "))
        .unwrap();
    let (actions, date) = line.split_once(" actions, ").unwrap();
    assert!(actions.parse::<u32>().unwrap() > 10_000, "{line}");
    let digits: Vec<usize> = date.split('-').map(str::len).collect();
    assert_eq!(digits, [4, 2, 2], "{line}");
    assert!(done.stdout.starts_with("org-audit "), "{}", done.stdout);
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = Sandbox::new().run(&["completions", shell]).exits(0);
        assert!(
            done.stdout.contains("org-audit") && done.stderr.is_empty(),
            "{shell}"
        );
    }
}

#[test]
fn no_colour_reaches_a_file() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["demo", "--accounts", "3", "--users", "2", "--output", "run"]);
    assert!(
        !done.stderr.contains('\u{1b}') && !done.stdout.contains('\u{1b}'),
        "{:?}",
        done.stderr
    );
    assert!(
        Run::at(&sandbox.path("run"))
            .directory
            .join("manifest.json")
            .exists()
    );
}
