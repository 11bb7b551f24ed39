//! Chains of SCPs and what must be said of each.

use std::sync::Arc;

use org_audit_policy::{Policy, ScpChain};

use super::super::chain::{Level, Scp};
use super::super::refine::refine;
use super::super::sessions::{Place, Sessions};
use super::*;

fn decide(levels: &[Level]) -> Decision {
    let place = Place {
        partition: "aws",
        organization: None,
        account: "111122223333",
    };
    let decision = super::decide(levels, &Sessions::of_any_name(place));
    let policies = levels
        .iter()
        .map(|level| level.policies.iter().map(|scp| scp.policy.clone()).collect());
    let Ok(policies) = policies.collect::<Result<Vec<Vec<Arc<Policy>>>, String>>() else {
        return decision;
    };
    // Whether enrolment is locked out the engine says.
    let refined = refine(&ScpChain::new(&policies), place).apply(decision.clone());
    Decision {
        locks_out_enrolment: refined.locks_out_enrolment,
        ..decision
    }
}

const FULL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

fn level(documents: &[&str]) -> Level {
    let policies = documents
        .iter()
        .enumerate()
        .map(|(index, text)| {
            Arc::new(Scp {
                id: format!("p-{index}").into(),
                name: format!("policy {index}"),
                policy: Policy::parse(text)
                    .map(Arc::new)
                    .map_err(|error| error.to_string()),
            })
        })
        .collect();
    Level {
        place: "Root (r-1)".to_owned(),
        policies,
    }
}

fn deny(actions: &str, condition: &str) -> String {
    format!(r#"{{"Statement":{{"Effect":"Deny",{actions},"Resource":"*","Condition":{condition}}}}}"#)
}

const NO_MFA: &str = r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#;

fn decide_with(scp: &str) -> Decision {
    decide(&[level(&[FULL, scp]), level(&[FULL]), level(&[FULL])])
}

#[test]
fn full_access_alone_asks_for_nothing() {
    let decision = decide(&[level(&[FULL]), level(&[FULL])]);
    assert_eq!(decision.coverage, Coverage::None);
    assert_eq!(
        (decision.locks_out_enrolment, decision.hits_roles),
        (Some(false), Some(false))
    );
}

#[test]
fn denying_everything_without_mfa_enforces_locks_out_and_hits_roles() {
    let decision = decide_with(&deny(r#""Action":"*""#, NO_MFA));
    assert_eq!(decision.coverage, Coverage::Enforced);
    assert_eq!(
        (decision.locks_out_enrolment, decision.hits_roles),
        (Some(true), Some(true))
    );
    assert_eq!(decision.decided_by, ["policy 1 (p-1) statement #1 at Root (r-1)"]);
}

#[test]
fn an_allow_beside_it_does_not_undo_the_deny() {
    let allow = r#"{"Statement":{"Effect":"Allow","Action":"iam:EnableMFADevice","Resource":"*"}}"#;
    let deny = deny(r#""Action":"*""#, NO_MFA);
    let decision = decide(&[level(&[FULL, &deny, allow])]);
    assert_eq!(
        (decision.coverage, decision.locks_out_enrolment),
        (Coverage::Enforced, Some(true))
    );
}

#[test]
fn exempting_enrolment_enforces_without_locking_out() {
    let exempt = r#""NotAction":["iam:CreateVirtualMFADevice","iam:EnableMFADevice","IAM:ListMFADevices","sts:GetSessionToken"]"#;
    let decision = decide_with(&deny(exempt, NO_MFA));
    assert_eq!(
        (decision.coverage, decision.locks_out_enrolment),
        (Coverage::Enforced, Some(false))
    );
}

#[test]
fn exempting_more_than_self_service_is_partial_and_says_what() {
    let decision = decide_with(&deny(r#""NotAction":["iam:EnableMFADevice","s3:*"]"#, NO_MFA));
    assert_eq!(decision.coverage, Coverage::Partial);
    assert_eq!(decision.reason, "left open without MFA: s3:*");
}

#[test]
fn bool_without_if_exists_leaves_access_keys_open() {
    let decision = decide_with(&deny(
        r#""Action":"*""#,
        r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#,
    ));
    assert_eq!(
        (decision.coverage, decision.hits_roles),
        (Coverage::Partial, Some(false))
    );
    assert!(
        decision.reason.contains("long-term access keys are not"),
        "{}",
        decision.reason
    );
}

#[test]
fn null_alone_leaves_the_console_open() {
    let decision = decide_with(&deny(
        r#""Action":"*""#,
        r#"{"Null":{"aws:MultiFactorAuthPresent":"true"}}"#,
    ));
    assert_eq!(decision.coverage, Coverage::Partial);
    assert!(
        decision.reason.contains("console sessions without MFA are not"),
        "{}",
        decision.reason
    );
}

#[test]
fn two_statements_together_may_enforce() {
    let bool_deny = deny(
        r#""Action":"*""#,
        r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#,
    );
    let null_deny = deny(
        r#""Action":"*""#,
        r#"{"Null":{"aws:MultiFactorAuthPresent":true}}"#,
    );
    let decision = decide(&[level(&[FULL, &bool_deny]), level(&[FULL, &null_deny])]);
    assert_eq!(decision.coverage, Coverage::Enforced);
}

#[test]
fn a_deny_of_users_only_does_not_hit_roles() {
    let condition = r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}}"#;
    let decision = decide_with(&deny(r#""Action":"*""#, condition));
    assert_eq!(
        (decision.coverage, decision.hits_roles),
        (Coverage::Enforced, Some(false))
    );
}

#[test]
fn a_condition_that_cannot_be_decided_is_unknown_and_not_none() {
    let condition = r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"},"StringEquals":{"aws:PrincipalTag/team":"x"}}"#;
    assert_eq!(
        decide_with(&deny(r#""Action":"*""#, condition)).coverage,
        Coverage::Unknown
    );
    let condition = r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/break-glass"}}"#;
    assert_eq!(
        decide_with(&deny(r#""Action":"*""#, condition)).coverage,
        Coverage::Unknown
    );
}

#[test]
fn a_document_that_cannot_be_parsed_is_unknown() {
    let decision = decide_with("{ not json");
    assert_eq!(decision.coverage, Coverage::Unknown);
    assert!(decision.reason.contains("line 1"), "{}", decision.reason);
}

#[test]
fn a_level_that_allows_nothing_denies_everything() {
    let decision = decide(&[level(&[FULL]), level(&[&deny(r#""Action":"s3:*""#, NO_MFA)])]);
    assert_eq!(
        (decision.coverage, decision.locks_out_enrolment),
        (Coverage::Enforced, Some(true))
    );
    assert!(
        decision.reason.contains("no SCP that allows anything"),
        "{}",
        decision.reason
    );
}

#[test]
fn an_allow_that_asks_for_mfa_is_unknown_until_it_is_evaluated() {
    let allow = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#;
    assert_eq!(decide(&[level(&[allow])]).coverage, Coverage::Unknown);
    assert_eq!(decide(&[level(&[allow, FULL])]).coverage, Coverage::None);
}

#[test]
fn a_deny_that_holds_with_mfa_too_does_not_ask_for_mfa() {
    let always = deny(
        r#""Action":"*""#,
        r#"{"Null":{"aws:MultiFactorAuthPresent":["true","false"]}}"#,
    );
    assert_eq!(decide_with(&always).coverage, Coverage::None);
}

#[test]
fn denying_a_few_actions_is_partial() {
    let decision = decide_with(&deny(r#""Action":["iam:CreateAccessKey"]"#, NO_MFA));
    assert_eq!(
        (decision.coverage, decision.locks_out_enrolment),
        (Coverage::Partial, Some(false))
    );
}
