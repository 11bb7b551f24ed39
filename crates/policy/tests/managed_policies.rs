//! Every policy that AWS manages: it parses, printing and parsing again is the identity, and lint and reach bear it.
//!
//! The corpus is not ours to keep here. `cargo xtask test` takes it from moto (`tests/moto/managed_policies.py`) and
//! names the file in `ORG_AUDIT_MANAGED_POLICIES`: a JSON object of documents by name.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use org_audit_policy::lint::{DocumentKind, Subject, lint};
use org_audit_policy::reach::{Session, SessionKind, reach};
use org_audit_policy::{Policy, PolicyDocument, PolicySet};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

fn corpus() -> BTreeMap<String, Box<RawValue>> {
    let path = std::env::var("ORG_AUDIT_MANAGED_POLICIES").expect("run `cargo xtask test`");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let corpus: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).unwrap();
    assert!(
        corpus.len() > 1000,
        "there are more managed policies than {}",
        corpus.len()
    );
    corpus
}

#[test]
fn every_managed_policy_parses_and_printing_it_is_the_identity() {
    for (name, text) in corpus() {
        let document = PolicyDocument::parse(text.get()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            PolicyDocument::parse(&document.to_json()).as_ref(),
            Ok(&document),
            "{name}"
        );
        assert_eq!(
            PolicyDocument::parse(&document.to_pretty_json()).as_ref(),
            Ok(&document),
            "{name}"
        );
        assert!(
            document.unknown().is_empty(),
            "{name} has an element that we do not know"
        );
    }
}

#[test]
fn managed_policies_are_linted_and_give_some_reach() {
    for (name, text) in corpus().into_iter().step_by(7) {
        let policy = Arc::new(Policy::parse(text.get()).unwrap());
        let subject = Subject {
            policy: &policy,
            kind: DocumentKind::Identity,
            user_path: None,
        };
        let errors: Vec<_> = lint(subject)
            .into_iter()
            .filter(|f| f.code.contains("mfa"))
            .collect();
        assert_eq!(errors, [], "{name}");
        let session = Session::user(SessionKind::Key, "aws", "111122223333", "/", "bob");
        let set = PolicySet::builder().identity(Arc::clone(&policy)).build();
        let reach = reach(&Arc::new(set), &Arc::new(session));
        assert!(reach.reachable().count() >= 2, "{name}");
    }
}
