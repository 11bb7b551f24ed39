//! Chains that reading the statements alone does not decide.

use super::*;

fn refined(scps: &[&str]) -> Refinement {
    let full = administrator();
    let level = scps
        .iter()
        .map(|text| Arc::new(Policy::parse(text).unwrap()))
        .chain([Arc::clone(&full)]);
    refine(&ScpChain::new(&[level.collect(), vec![full]]), "aws")
}

fn deny(rest: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny",{rest}}}}}"#)
}

const NO_MFA: &str = r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#;

#[test]
fn a_wildcard_that_stands_for_self_service_only_is_enforced() {
    let scp = deny(&format!(
        r#""NotAction":["iam:*VirtualMFADevice","iam:EnableMFADevice","iam:ListMFADevices"],"Resource":"*","Condition":{{{NO_MFA}}}"#
    ));
    let refinement = refined(&[&scp]);
    assert_eq!(refinement.coverage, Coverage::Enforced);
    assert_eq!(
        (refinement.locks_out_enrolment, refinement.hits_roles),
        (Some(false), Some(true))
    );
}

#[test]
fn a_condition_on_a_tag_that_is_not_known_stays_unknown() {
    let scp = deny(&format!(
        r#""Action":"*","Resource":"*","Condition":{{{NO_MFA},"StringEquals":{{"aws:PrincipalTag/team":"x"}}}}"#
    ));
    assert_eq!(refined(&[&scp]).coverage, Coverage::Unknown);
}

#[test]
fn denying_a_service_without_mfa_is_partial_and_names_what_is_denied() {
    let scp = deny(&format!(
        r#""Action":"account:Close*","Resource":"*","Condition":{{{NO_MFA}}}"#
    ));
    let decision = refined(&[&scp]).apply(Decision::plain(Coverage::Unknown, ""));
    assert_eq!(decision.coverage, Coverage::Partial);
    assert!(
        decision.reason.contains("account:CloseAccount"),
        "{}",
        decision.reason
    );
}

#[test]
fn nothing_about_mfa_is_none() {
    let scp = deny(r#""Action":"organizations:LeaveOrganization","Resource":"*""#);
    assert_eq!(refined(&[&scp]).coverage, Coverage::None);
}

#[test]
fn an_allow_that_asks_for_mfa_enforces() {
    let allow = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#;
    let chain = ScpChain::new(&[
        vec![administrator()],
        vec![Arc::new(Policy::parse(allow).unwrap())],
    ]);
    let refinement = refine(&chain, "aws");
    assert_eq!(
        (refinement.coverage, refinement.locks_out_enrolment),
        (Coverage::Enforced, Some(true))
    );
}

fn reason(scps: &[&str], coverage: Coverage) -> String {
    let refinement = refined(scps);
    let mut decision = Decision::plain(coverage, "");
    decision.locks_out_enrolment = refinement.locks_out_enrolment;
    refinement.apply(decision).reason
}

#[test]
fn enforced_says_what_is_left_open_on_other_users_and_whether_enrolment_is() {
    let own = deny(&format!(
        r#""NotAction":["iam:EnableMFADevice","iam:ListMFADevices"],"Resource":"*","Condition":{{{NO_MFA}}}"#
    ));
    let wide = reason(&[&own], Coverage::Enforced);
    assert!(wide.ends_with("left open on other users, too"), "{wide}");
    let nothing = deny(&format!(
        r#""Action":"*","Resource":"*","Condition":{{{NO_MFA}}}"#
    ));
    let locked = reason(&[&nothing], Coverage::Enforced);
    assert!(locked.ends_with("cannot enrol an MFA device"), "{locked}");
}

#[test]
fn partial_says_which_kind_of_session_is_spared_and_counts_listed_actions() {
    let keys_only = deny(
        r#""Action":"account:*","Resource":"*","Condition":{"Null":{"aws:MultiFactorAuthPresent":"true"}}"#,
    );
    let reason = reason(&[&keys_only], Coverage::Unknown);
    assert!(
        reason.starts_with("long-term access keys are denied "),
        "{reason}"
    );
    assert!(
        reason.ends_with("console sessions without MFA are denied nothing"),
        "{reason}"
    );
    let open: usize = reason
        .split_once("and ")
        .and_then(|(_, after)| after.split(' ').next()?.parse().ok())
        .unwrap();
    assert!(open < ActionList::embedded().len(), "{reason}");
}

#[test]
fn the_engine_is_believed_where_reading_the_statements_saw_too_little_open() {
    let wide = deny(&format!(
        r#""NotAction":"iam:*","Resource":"*","Condition":{{{NO_MFA}}}"#
    ));
    let narrow = deny(&format!(
        r#""NotAction":["iam:CreateAccessKey","iam:EnableMFADevice"],"Resource":"*","Condition":{{{NO_MFA}}}"#
    ));
    let decision = refined(&[&wide, &narrow]).apply(Decision::plain(Coverage::Enforced, ""));
    assert_eq!(decision.coverage, Coverage::Partial, "{}", decision.reason);
}
