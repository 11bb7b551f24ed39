//! A large organization, for measuring: `cargo test --release -p org-audit-reporting --test large`. It runs
//! only when it is named.

#![cfg(test)]

mod support;

use org_audit_reporting::{Format, Options};
use support::Size;

#[test]
fn five_thousand_accounts_and_a_hundred_thousand_users() {
    let size = Size {
        accounts: 5_000,
        users: 20,
    };
    let directory = support::directory("large");
    support::write_size(size, &directory, &[Format::Html], Options::default()).unwrap();
}

#[test]
fn ten_thousand_accounts_and_a_million_users() {
    let size = Size {
        accounts: 10_000,
        users: 100,
    };
    let directory = support::directory("huge");
    support::write_size(size, &directory, &[Format::Html], Options::default()).unwrap();
    let bytes = std::fs::metadata(directory.join("report.html")).unwrap().len();
    assert!(bytes < 25_000_000, "{bytes}");
}
