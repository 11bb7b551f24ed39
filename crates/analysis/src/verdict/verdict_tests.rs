//! What decided, what it hangs on, and which sessions are told of.

use serde_json::{Value, json};

use super::*;
use crate::analyzer::assess_users;
use crate::controls::common::testing::snapshot;
use crate::facts::AccountFacts;
use crate::model::snapshot::AwsManagedPolicies;
use crate::model::{UserAssessment, assessment::SessionWithoutMfa};

/// A user with an active key and these policies, named `p0`, `p1`…
fn user(policies: &[Value]) -> UserAssessment {
    let named = |index: usize| format!("arn:aws:iam::111122223333:policy/p{index}");
    let attached: Vec<String> = (0..policies.len()).map(named).collect();
    let policies = policies.iter().enumerate();
    let policies: Vec<Value> = policies
        .map(|(index, document)| json!({"name": format!("p{index}"), "document": document}))
        .collect();
    let snapshot = snapshot(json!({
        "report": [{"user": "ana", "access_key_1_active": "true"}],
        "users": [{"name": "ana", "attached_policies": attached}],
        "policies": policies,
    }));
    let chain = Chain::none(false);
    let place = Place {
        organization: "o-a1b2c3d4e5",
        account: &snapshot.account_id,
        partition: "aws",
        chain: &chain,
    };
    let facts = AccountFacts::new(&snapshot);
    let mut users = assess_users(&facts, &AwsManagedPolicies::default(), place, &Shared::default());
    users.remove(0)
}

fn key(user: &UserAssessment) -> &SessionWithoutMfa {
    &user.without_mfa.as_ref().unwrap().sessions[0]
}

fn allow(action: &str, more: &Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    for (name, value) in more.as_object().into_iter().flatten() {
        statement[name] = value.clone();
    }
    json!({"Version": "2012-10-17", "Statement": statement})
}

#[test]
fn what_allows_the_first_example_is_named() {
    let user = user(&[
        allow("acm:ListCertificates", &json!({})),
        allow("s3:*", &json!({})),
    ]);
    let key = key(&user);
    assert!(key.examples[0].starts_with("s3:"), "{:?}", key.examples);
    assert_eq!(
        key.decided_by,
        ["arn:aws:iam::111122223333:policy/p1, statement #1 (Allow)"]
    );
    assert!(key.depends_on.is_empty());
}

#[test]
fn what_is_only_possible_is_named_with_what_it_hangs_on() {
    let office = json!({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}});
    let user = user(&[allow("s3:*", &office)]);
    assert_eq!(user.verdict, Verdict::Exposed);
    let key = key(&user);
    assert_eq!(
        key.decided_by,
        ["arn:aws:iam::111122223333:policy/p0, statement #1 (Allow)"]
    );
    assert_eq!(key.depends_on, ["aws:SourceIp"]);
}

#[test]
fn what_opens_self_service_on_others_is_named() {
    let own = json!({"Resource": "arn:aws:iam::*:user/${aws:username}"});
    let user = user(&[
        allow("iam:EnableMFADevice", &own),
        allow(
            "iam:EnableMFADevice",
            &json!({"Resource": "arn:aws:iam::*:user/staff/*"}),
        ),
    ]);
    let key = key(&user);
    assert_eq!(key.on_others, ["iam:EnableMFADevice"]);
    assert_eq!(
        key.decided_by,
        ["arn:aws:iam::111122223333:policy/p1, statement #1 (Allow)"]
    );
}

#[test]
fn an_action_that_the_list_does_not_have_is_named_with_its_statement() {
    let user = user(&[allow("s3:MadeTomorrow", &json!({}))]);
    assert_eq!(key(&user).examples, ["s3:madetomorrow"]);
    assert_eq!(
        key(&user).decided_by,
        ["arn:aws:iam::111122223333:policy/p0, statement #1 (Allow)"]
    );
}

#[test]
fn where_nothing_is_open_with_mfa_either_it_says_so() {
    let user = user(&[]);
    assert_eq!(user.verdict, Verdict::Contained);
    assert_eq!(
        key(&user).decided_by,
        ["no policy allows more, with MFA or without"]
    );
}

#[test]
fn the_organization_of_the_user_is_known() {
    let of = |id: &str| json!({"Condition": {"StringEquals": {"aws:PrincipalOrgID": id}}});
    let own = user(&[allow("s3:*", &of("o-a1b2c3d4e5"))]);
    assert_eq!((own.verdict, key(&own).depends_on.len()), (Verdict::Exposed, 0));
    assert_eq!(user(&[allow("s3:*", &of("o-other"))]).verdict, Verdict::Contained);
}

#[test]
fn a_role_of_another_account_is_open_and_hangs_on_that_account() {
    let user = user(&[allow(
        "sts:AssumeRole",
        &json!({"Resource": "arn:aws:iam::444455556666:role/Admin"}),
    )]);
    assert_eq!(user.verdict, Verdict::Exposed);
    assert_eq!(key(&user).examples, ["sts:AssumeRole"]);
    assert_eq!(key(&user).depends_on, ["aws:ResourceAccount"]);
    // Calls of IAM act on the caller's own account.
    let iam = json!({"Resource": "arn:aws:iam::444455556666:role/Admin"});
    assert_eq!(
        self::user(&[allow("iam:AttachRolePolicy", &iam)]).verdict,
        Verdict::Contained
    );
}

#[test]
fn everything_in_two_halves_is_everything() {
    let deny =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*:*", "Resource": "*"}});
    let user = user(&[allow("*", &json!({})), deny]);
    assert_eq!(user.verdict, Verdict::Contained, "{}", user.verdict_reason);
}

#[test]
fn a_sentence_has_the_numbers_of_the_sessions_that_it_names() {
    let with = |condition: Value| json!({"Condition": condition});
    let user = user(&[
        allow(
            "s3:*",
            &with(json!({"StringEquals": {"aws:MultiFactorAuthPresent": "false"}})),
        ),
        allow(
            "iam:CreateAccessKey",
            &with(json!({"Null": {"aws:MultiFactorAuthPresent": "true"}})),
        ),
    ]);
    assert_eq!(user.verdict, Verdict::Exposed);
    assert!(
        user.verdict_reason.contains("an access key or a session"),
        "{}",
        user.verdict_reason
    );
    assert!(
        user.verdict_reason.contains("iam:CreateAccessKey"),
        "{}",
        user.verdict_reason
    );
}
