//! Every format over the sample organization.

#[cfg(test)]
mod support;

use std::fs;

use org_audit_reporting::{Format, Options};

#[test]
fn all_files_are_named_and_written() {
    let directory = support::directory("sample");
    let names = support::write(&directory, &Format::ALL, Options::default());
    assert_eq!(
        names,
        [
            "accounts.csv",
            "findings.csv",
            "report.html",
            "report.json",
            "scp-coverage.csv",
            "users.csv"
        ]
    );
    assert_eq!(org_audit_model::private_files::list(&directory).unwrap(), names);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (support::directory("first"), support::directory("second"));
    for name in support::write(&first, &Format::ALL, Options::default()) {
        support::write(&second, &Format::ALL, Options::default());
        assert!(
            fs::read(first.join(&name)).unwrap() == fs::read(second.join(&name)).unwrap(),
            "{name}"
        );
    }
}
