//! What must hold for every control, whoever wrote it.

use std::collections::BTreeSet;

use super::common::page::{body, markdown, title};
use super::common::parameters::Parameters;
use super::common::testing::{examples, findings, has};
use super::*;
use crate::model::Outcome;

#[test]
fn the_list_is_sorted_and_has_no_id_twice() {
    let key = |control: &&Control| match control.id.strip_prefix("IAM.") {
        Some(number) => (false, number.parse::<u32>().unwrap(), control.id),
        None => (true, 0, control.id),
    };
    assert!(
        ALL.is_sorted_by(|one, other| key(one) < key(other)),
        "{:?}",
        ALL.iter().map(|control| control.id).collect::<Vec<_>>()
    );
}

#[test]
fn every_file_is_in_the_list() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/controls");
    let files: BTreeSet<String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".rs") && !name.ends_with("_tests.rs") && name != "common.rs")
        .collect();
    let listed: BTreeSet<String> = ALL
        .iter()
        .map(|control| format!("{}.rs", control.id.to_ascii_lowercase().replace(['.', '-'], "_")))
        .collect();
    assert_eq!(files, listed);
}

#[test]
fn the_title_of_a_page_is_the_title_of_the_control() {
    for control in ALL {
        let expected = format!("{}: {}.", control.id, control.title);
        assert_eq!(title(control.source), expected);
    }
}

#[test]
fn every_page_has_its_sections() {
    for (control, page) in pages() {
        for section in [
            "## What it checks",
            "## Why it matters",
            "## How to fix",
            "## Examples",
            "## Requirements that it supports",
        ] {
            assert!(page.contains(section), "{}: {section}", control.id);
        }
        assert!(!page.contains("compliant with"), "{}", control.id);
    }
}

#[test]
fn every_example_is_what_its_page_says() {
    for control in ALL {
        let body = body(control.source);
        let examples = examples(&body);
        assert_eq!(examples.len(), 2, "{}", control.id);
        for (heading, world) in examples {
            let found = findings(control, world, &Parameters::default());
            let (expected, other) = match heading {
                "This passes:" => (Outcome::Pass, Outcome::Fail),
                _ => (Outcome::Fail, Outcome::Pass),
            };
            assert!(has(&found, expected), "{}, {heading}: {found:?}", control.id);
            assert!(!has(&found, other), "{}, {heading}: {found:?}", control.id);
            assert!(
                !has(&found, Outcome::Unknown),
                "{}, {heading}: {found:?}",
                control.id
            );
        }
    }
}

#[test]
fn a_control_is_found_by_its_id_in_any_case() {
    assert_eq!(by_id("iam.5").unwrap().id, "IAM.5");
    assert!(by_id("IAM.20").is_none());
}

#[test]
fn a_page_names_what_the_control_supports() {
    let page = markdown(by_id("IAM.5").unwrap());
    assert!(page.starts_with("# IAM.5: MFA should be enabled"), "{page}");
    assert!(page.contains("| PCI DSS v4.0.1 | 8.4.2 |"), "{page}");
    assert!(
        page.contains("| AWS Config rule | `mfa-enabled-for-iam-console-access` |"),
        "{page}"
    );
    assert!(!page.contains("v3.2.1"), "{page}");
}

/// Accounts in which every control finds something to say.
const ACCOUNTS: &str = include_str!("accounts.json");

#[test]
fn all_controls_over_all_accounts() {
    let accounts: Vec<(String, serde_json::Value)> = serde_json::from_str(ACCOUNTS).unwrap();
    let mut text = String::new();
    for (name, world) in accounts {
        text.push_str(&format!("== {name}\n"));
        for control in ALL {
            for finding in findings(control, world.clone(), &Parameters::default()) {
                text.push_str(&format!(
                    "{} {} {} {}: {}\n",
                    finding.control_id,
                    finding.outcome,
                    finding.severity,
                    finding.resource_arn,
                    finding.reason
                ));
            }
        }
    }
    insta::assert_snapshot!(text);
}
