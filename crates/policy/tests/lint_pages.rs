//! The examples of the lints' pages: what stands before is found, and what stands after is not.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use org_audit_policy::Policy;
use org_audit_policy::lint::{DocumentKind, Subject, lint, pages};

/// The JSON that follows a mark of the page, a statement made a document.
fn example(text: &str, mark: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("\n{mark}"))?;
    let (_, rest) = rest.split_once("```json\n")?;
    let (json, _) = rest.split_once("\n```")?;
    Some(if json.contains("\"Statement\"") {
        json.to_owned()
    } else {
        format!(r#"{{"Version": "2012-10-17", "Statement": {json}}}"#)
    })
}

/// The lints that speak of a document which is of one of these kinds, for a user with a path.
fn codes(text: &str, kind: DocumentKind) -> Vec<&'static str> {
    let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let subject = Subject {
        policy: &policy,
        kind,
        user_path: Some("/division/"),
    };
    lint(subject).into_iter().map(|finding| finding.code).collect()
}

#[test]
fn the_example_before_is_found_and_the_one_after_is_not() {
    let kinds = [DocumentKind::Identity, DocumentKind::Scp, DocumentKind::Resource];
    let mut wrong = Vec::new();
    for page in pages() {
        let found = |text: &str| {
            kinds
                .into_iter()
                .any(|kind| codes(text, kind).contains(&page.code))
        };
        match example(&page.markdown, "Before") {
            None => wrong.push(format!("{}: no example before", page.code)),
            Some(text) if !found(&text) => wrong.push(format!("{}: not found in {text}", page.code)),
            Some(_) => {}
        }
        if let Some(text) = example(&page.markdown, "After").filter(|text| found(text)) {
            wrong.push(format!("{}: found in {text}", page.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
