//! Which policies can tell users and accounts apart.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::reach::AccountSight;
use crate::{Policy, PolicySet};

fn set(statement: &str) -> PolicySet {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#);
    let policy = Arc::new(Policy::parse(&text).unwrap());
    PolicySet::builder().identity(policy).build()
}

fn with_resource(resource: &str) -> PolicySet {
    set(&format!(
        r#"{{"Effect":"Allow","Action":"*","Resource":"{resource}"}}"#
    ))
}

fn with_condition(condition: &str) -> PolicySet {
    set(&format!(
        r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#
    ))
}

#[test]
fn a_pattern_that_looks_at_no_account_is_blind_to_accounts() {
    for resource in [
        "*",
        "arn:aws:s3:::my-bucket/*",
        "arn:aws:s3:::logs-2024/*",
        "arn:aws:iam::*:user/${aws:username}",
        "arn:aws:ec2:eu-central-1:*:instance/*",
        "arn:aws:iam::${aws:PrincipalAccount}:user/*",
    ] {
        assert!(with_resource(resource).is_blind_to_accounts(), "{resource}");
    }
    for resource in [
        "arn:aws:iam::111122223333:user/*",
        "arn:aws:iam::1*:user/*",
        "arn:aws:iam::${aws:userid}:user/*",
        "arn:aws:s3:::logs-${aws:PrincipalAccount}/*",
        "arn:aws:s3:::logs-111122223333/*",
        "arn:aws:s3:::*1111/*",
        "*1*",
    ] {
        assert!(!with_resource(resource).is_blind_to_accounts(), "{resource}");
    }
}

#[test]
fn a_condition_that_compares_no_account_is_blind_to_accounts() {
    for condition in [
        r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}}"#,
        r#"{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/A","arn:aws:iam::*:role/B"]}}"#,
        r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}"#,
        r#"{"StringNotEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}}"#,
        r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
    ] {
        assert!(with_condition(condition).is_blind_to_accounts(), "{condition}");
    }
    for condition in [
        r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
        r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::1*:user/*"}}"#,
        r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/*"}}"#,
        r#"{"StringEquals":{"aws:PrincipalTag/account":"${aws:PrincipalAccount}"}}"#,
    ] {
        assert!(!with_condition(condition).is_blind_to_accounts(), "{condition}");
    }
}

#[test]
fn accounts_that_are_named_are_the_only_ones_that_are_told_apart() {
    let named = |id: &str| AccountSight::Named(BTreeSet::from([id.into()]));
    let (one, two) = ("111122223333", "444455556666");
    for condition in [
        r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
        r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/*"}}"#,
        r#"{"StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:*"}}"#,
    ] {
        assert_eq!(
            with_condition(condition).account_sight(),
            named(one),
            "{condition}"
        );
    }
    let resource = with_resource("arn:aws:s3:::logs-444455556666/*");
    assert_eq!(resource.account_sight(), named(two));
    let both = with_condition(r#"{"StringEquals":{"aws:PrincipalAccount":["111122223333","444455556666"]}}"#);
    let both_named = AccountSight::Named(BTreeSet::from([one.into(), two.into()]));
    assert_eq!(both.account_sight(), both_named);
    for condition in [
        r#"{"StringLike":{"aws:PrincipalAccount":"1111*"}}"#,
        r#"{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::${aws:PrincipalAccount}:user/x"}}"#,
        r#"{"StringLike":{"aws:userid":"AIDA*"}}"#,
        r#"{"StringNotEquals":{"aws:PrincipalAccount":"${aws:MultiFactorAuthAge, '111122223333'}"}}"#,
        r#"{"StringNotLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:MultiFactorAuthAge, '111122223333'}:user/*"}}"#,
        r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:MultiFactorAuthAge, '111122223333'}:user/*"}}"#,
        r#"{"NumericLessThan":{"aws:PrincipalAccount":"500000000000"}}"#,
    ] {
        assert_eq!(
            with_condition(condition).account_sight(),
            AccountSight::Any,
            "{condition}"
        );
    }
}

#[test]
fn a_tag_is_looked_at_in_a_condition_or_through_a_variable() {
    let by_key = with_condition(r#"{"StringEquals":{"aws:PrincipalTag/team":"red"}}"#);
    assert!(!by_key.is_blind_to_tags());
    assert!(by_key.is_blind_to_names());
    let by_variable = with_resource("arn:aws:s3:::home/${aws:PrincipalTag/team}/*");
    assert!(!by_variable.is_blind_to_tags());
    assert!(!by_variable.is_blind_to_names());
    let both = with_condition(r#"{"StringEquals":{"aws:PrincipalTag/owner":"${aws:username}"}}"#);
    assert!(!both.is_blind_to_names());
    let neither = with_resource("arn:aws:iam::*:user/${aws:username}");
    assert!(neither.is_blind_to_tags() && neither.is_blind_to_names());
}

#[test]
fn a_resource_that_no_user_can_be_does_not_tell_names_apart() {
    for resource in [
        "arn:aws:iam::*:user/${aws:username}",
        "arn:aws:iam::*:user/*/${aws:username}",
        "arn:aws:iam::*:user/",
    ] {
        assert!(with_resource(resource).is_blind_to_names(), "{resource}");
    }
    // Without a version there are no variables: this is a text that no name has.
    let old =
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*:user/${aws:username}"}}"#;
    let policy = Arc::new(Policy::parse(old).unwrap());
    assert!(PolicySet::builder().identity(policy).build().is_blind_to_names());
    for resource in [
        "arn:aws:iam::*:user/bob",
        "arn:aws:iam::*:user/division/",
        "arn:aws:iam::*:user/<x>/bob",
        "arn:aws:iam::*:user/b*",
        "arn:aws:iam::*:user/*${aws:username}",
        "arn:aws:iam::*:user/*-${aws:username}",
        "arn:aws:iam::*:*/${aws:username}",
    ] {
        assert!(!with_resource(resource).is_blind_to_names(), "{resource}");
    }
}

#[test]
fn a_session_token_gets_more_where_a_policy_asks_whether_the_key_is_there() {
    let deny = |condition: &str| {
        set(&format!(
            r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}"#
        ))
    };
    let null = |value: &str| format!(r#"{{"Null":{{"aws:MultiFactorAuthPresent":"{value}"}}}}"#);
    assert!(deny(&null("true")).gives_session_tokens_more());
    assert!(with_condition(&null("false")).gives_session_tokens_more());
    assert!(deny(r#"{"Null":{"aws:TokenIssueTime":"true"}}"#).gives_session_tokens_more());
    assert!(with_condition(r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#).gives_session_tokens_more());
    assert!(with_resource("arn:aws:s3:::a/${aws:TokenIssueTime}").gives_session_tokens_more());
    assert!(!deny(&null("false")).gives_session_tokens_more());
    assert!(!with_condition(&null("true")).gives_session_tokens_more());
    for usual in [
        r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
        r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#,
        r#"{"StringEquals":{"aws:username":"x"}}"#,
        r#"{"NumericGreaterThanIfExists":{"aws:MultiFactorAuthAge":"3600"}}"#,
    ] {
        assert!(!deny(usual).gives_session_tokens_more(), "{usual}");
    }
    assert!(!with_condition(r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#).gives_session_tokens_more());
    assert!(!with_resource("*").gives_session_tokens_more());
}

#[test]
fn a_name_in_the_value_of_any_known_key_tells_names_apart() {
    for condition in [
        r#"{"StringNotEquals":{"aws:PrincipalOrgID":"${aws:username}"}}"#,
        r#"{"StringEquals":{"aws:MultiFactorAuthPresent":"${aws:username}"}}"#,
        r#"{"StringEquals":{"aws:PrincipalIsAWSService":"${aws:username}"}}"#,
    ] {
        assert!(!with_condition(condition).is_blind_to_names(), "{condition}");
    }
    // Of a key that nobody knows, the name in its value changes nothing.
    assert!(
        with_condition(r#"{"StringEquals":{"ec2:ResourceTag/Owner":"${aws:username}"}}"#).is_blind_to_names()
    );
}

#[test]
fn a_name_that_looks_like_an_account_is_none() {
    let named = with_condition(r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/exec-1*"}}"#);
    assert_eq!(named.account_sight(), AccountSight::Blind);
}
