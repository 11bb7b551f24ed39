//! Readings that are not of the same users.

use serde_json::{Value, json};

use super::*;
use crate::analyzer::assess_users;
use crate::controls::common::testing::snapshot;
use crate::model::snapshot::AwsManagedPolicies;
use crate::model::{Outcome, UserAssessment, Verdict};
use crate::verdict::{Chain, Place, Shared};

/// The users as they are judged.
fn assessed(snapshot: &AccountSnapshot) -> BTreeMap<SmolStr, UserAssessment> {
    let chain = Chain::none(false);
    let place = Place {
        organization: "o-1",
        account: &snapshot.account_id,
        partition: "aws",
        chain: &chain,
    };
    let facts = AccountFacts::new(snapshot);
    let users = assess_users(&facts, &AwsManagedPolicies::default(), place, &Shared::default());
    users
        .into_iter()
        .map(|user| (user.user_name.clone(), user))
        .collect()
}

fn gap(snapshot: &AccountSnapshot) -> Option<String> {
    let mut gaps = AccountFacts::new(snapshot).gaps();
    assert!(gaps.len() < 2, "{gaps:?}");
    gaps.pop().map(|gap| gap.what)
}

fn with_device(name: &str) -> Value {
    json!({"user": name, "password_enabled": "true", "mfa_active": "true"})
}

#[test]
fn users_in_one_reading_only_are_unknown_though_the_counts_agree() {
    let snapshot = snapshot(json!({
        "report": [with_device("ana"), with_device("ben"), with_device("dan")],
        "users": [{"name": "ana"}, {"name": "eve"}, {"name": "fay"}],
        "summary": {"Users": 3},
    }));
    let users = assessed(&snapshot);
    assert_eq!(users.len(), 5);
    assert_eq!(users["ana"].verdict, Verdict::Protected);
    for name in ["ben", "dan", "eve", "fay"] {
        let user = &users[name];
        assert_eq!(
            (user.verdict, user.iam_5),
            (Verdict::Unknown, Outcome::Unknown),
            "{name}"
        );
        assert_eq!(
            (user.console_password, user.active_access_keys),
            (None, None),
            "{name}"
        );
    }
    assert_eq!(
        gap(&snapshot).unwrap(),
        "the readings are not of the same IAM users; only in the credential report: ben, dan; only in \
         GetAccountAuthorizationDetails: eve, fay"
    );
}

#[test]
fn counts_that_differ_are_told_with_the_names() {
    let snapshot = snapshot(json!({
        "report": [with_device("ana")],
        "users": [{"name": "ana"}, {"name": "b"}, {"name": "c"}, {"name": "d"}, {"name": "e"}, {"name": "f"}, {"name": "g"}],
        "summary": {"Users": 8},
    }));
    assert_eq!(
        gap(&snapshot).unwrap(),
        "the counts of IAM users differ: 1 in the credential report, 7 in GetAccountAuthorizationDetails, 8 in \
         GetAccountSummary; only in GetAccountAuthorizationDetails: b, c, d, e, f, …"
    );
}

#[test]
fn a_user_that_was_made_again_is_not_judged_by_the_earlier_one() {
    let made = |at: &str| {
        snapshot(json!({
            "report": [{"user": "ana", "user_creation_time": "2025-01-01T00:00:00+00:00", "password_enabled": "true",
                "mfa_active": "true"}],
            "users": [{"name": "ana", "created_at": at}],
            "summary": {"Users": 1},
        }))
    };
    let same = made("2025-01-01T00:00:00Z");
    assert_eq!(assessed(&same)["ana"].verdict, Verdict::Protected);
    assert_eq!(gap(&same), None);
    let other = made("2026-01-01T01:00:00Z");
    let user = &assessed(&other)["ana"];
    assert_eq!((user.verdict, user.iam_5), (Verdict::Unknown, Outcome::Unknown));
    assert!(
        user.reason.contains("another user of this name"),
        "{}",
        user.reason
    );
    assert_eq!(user.evidence.report_mfa_active, None);
    assert!(
        gap(&other)
            .unwrap()
            .ends_with("another user of the same name in the credential report: ana")
    );
}

#[test]
fn where_the_details_were_not_read_the_report_speaks_alone() {
    let snapshot = snapshot(json!({
        "report": [with_device("ana")],
        "users": {"unreadable": "denied"},
        "summary": {"Users": 1},
    }));
    assert_eq!(assessed(&snapshot)["ana"].verdict, Verdict::Protected);
}
