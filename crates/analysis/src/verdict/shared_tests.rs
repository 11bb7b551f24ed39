//! What is shared is what each would get alone, and no more is kept than there is room for.

use std::sync::Arc;

use org_audit_policy::reach::SessionKind;
use org_audit_policy::{Policy, ScpChain};

use super::*;
use crate::model::Verdict;
use crate::verdict::Levels;
use crate::verdict::policies::AccountPolicies;

const S3: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;

/// The answer for a user with one inline policy, and the answer itself, to see whether it is shared.
fn judged(shared: &Shared, document: &str, user: Subject<'_>) -> (Verdict, Arc<Judged>) {
    let document: serde_json::Value = serde_json::from_str(document).unwrap();
    let world = serde_json::json!({
        "users": [{"name": "bob", "attached_policies": ["arn:aws:iam::111122223333:policy/p"]}],
        "policies": [{"name": "p", "document": document}],
    });
    let snapshot = crate::controls::common::testing::snapshot(world);
    let facts = crate::facts::AccountFacts::new(&snapshot);
    let aws_managed = crate::model::snapshot::AwsManagedPolicies::default();
    let policies = AccountPolicies::new(&facts, &aws_managed);
    let details = facts.users["bob"].details.unwrap();
    let policies = policies.of_user(details).unwrap();
    let chain = Chain::none(false);
    let kinds = [SessionKind::Key];
    let judged = shared.judge(&policies, &chain, &kinds, user).unwrap().remove(0);
    (judged.of(&policies, &chain).verdict, judged)
}

fn subject<'a>(account: &'a str, name: &'a str, tags: &'a [Tag]) -> Subject<'a> {
    Subject {
        partition: "aws",
        organization: "o-a1b2c3d4e5",
        account,
        path: "/",
        name,
        tags,
    }
}

const ONE: &str = "111122223333";
const OTHER: &str = "444455556666";

#[test]
fn users_whom_no_policy_tells_apart_share_an_answer_over_all_accounts() {
    let shared = Shared::default();
    let (_, first) = judged(&shared, S3, subject(ONE, "bob", &[]));
    let (verdict, second) = judged(&shared, S3, subject(OTHER, "eve", &[]));
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(verdict, Verdict::Exposed);
}

#[test]
fn an_account_that_is_named_is_answered_alone() {
    let shared = Shared::default();
    let named = S3.replace(
        r#""Resource":"*""#,
        r#""Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
    );
    let (verdict, first) = judged(&shared, &named, subject(ONE, "bob", &[]));
    assert_eq!(verdict, Verdict::Exposed);
    let (verdict, other) = judged(&shared, &named, subject(OTHER, "bob", &[]));
    assert_eq!(verdict, Verdict::Contained);
    assert!(!Arc::ptr_eq(&first, &other));
    let (_, again) = judged(&shared, &named, subject(ONE, "eve", &[]));
    assert!(Arc::ptr_eq(&first, &again));
}

#[test]
fn a_user_that_is_named_is_answered_alone() {
    let shared = Shared::default();
    let named = S3.replace(
        r#""Resource":"*""#,
        r#""Resource":"*","Condition":{"StringEquals":{"aws:username":"bob"}}"#,
    );
    assert_eq!(
        judged(&shared, &named, subject(ONE, "bob", &[])).0,
        Verdict::Exposed
    );
    assert_eq!(
        judged(&shared, &named, subject(ONE, "eve", &[])).0,
        Verdict::Contained
    );
}

#[test]
fn a_tag_that_is_looked_at_tells_users_apart() {
    let shared = Shared::default();
    let tagged = S3.replace(
        r#""Resource":"*""#,
        r#""Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}"#,
    );
    let tag = |value: &str| {
        [Tag {
            key: "team".into(),
            value: value.into(),
        }]
    };
    let (red, blue) = (tag("red"), tag("blue"));
    assert_eq!(
        judged(&shared, &tagged, subject(ONE, "bob", &red)).0,
        Verdict::Exposed
    );
    assert_eq!(
        judged(&shared, &tagged, subject(ONE, "eve", &blue)).0,
        Verdict::Contained
    );
    assert_eq!(
        judged(&shared, &tagged, subject(ONE, "ana", &[])).0,
        Verdict::Contained
    );
}

#[test]
fn a_full_map_is_emptied() {
    let map = Bounded::new(2);
    for number in 0..3 {
        map.insert(number, number);
    }
    assert_eq!((map.get(&0), map.get(&2)), (None, Some(2)));
}

#[test]
fn chains_with_scps_are_told_apart() {
    let policy = Arc::new(Policy::parse(S3).unwrap());
    let levels = || {
        Arc::new(Levels::new(
            ScpChain::new(&[vec![Arc::clone(&policy)]]),
            Vec::new(),
        ))
    };
    let (one, other) = (levels(), levels());
    let key = |levels: &Arc<Levels>, place: &str| Chain::known(Arc::clone(levels), vec![place.into()]).key();
    assert_ne!(key(&one, "here"), key(&other, "here"));
    assert_eq!(key(&one, "here"), key(&one, "there"));
    assert_eq!(Chain::none(false).key(), Chain::none(false).key());
    assert_ne!(Chain::none(false).key(), Chain::none(true).key());
}
