//! Chains that reading the statements alone does not decide.

use super::*;

fn refined(scps: &[&str]) -> Refinement {
    let full = administrator();
    let level = scps
        .iter()
        .map(|text| Arc::new(Policy::parse(text).unwrap()))
        .chain([Arc::clone(&full)]);
    refine(&ScpChain::new(&[level.collect(), vec![full]]), HERE)
}

const HERE: Place<'static> = Place {
    partition: "aws",
    organization: Some("o-a1b2c3d4e5"),
    account: "111122223333",
};

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
    let refinement = refine(&chain, HERE);
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

fn exempting(condition: &str) -> Refinement {
    refined(&[&deny(&format!(
        r#""NotAction":["iam:EnableMFADevice","iam:ListMFADevices"],"Resource":"*","Condition":{{{NO_MFA},{condition}}}"#
    ))])
}

#[test]
fn what_exempts_users_by_name_path_or_account_is_not_enforced() {
    for condition in [
        r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/svc-*"}"#,
        r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/bots/*"}"#,
        r#""StringNotLike":{"aws:PrincipalArn":"*/jenkins"}"#,
        r#""StringNotEquals":{"aws:username":"jenkins"}"#,
        r#""StringNotEqualsIgnoreCase":{"aws:username":"Jenkins"}"#,
    ] {
        let refinement = exempting(condition);
        assert_eq!(refinement.coverage, Coverage::Partial, "{condition}");
        assert_eq!(refinement.told_apart, ToldApart::SomeExempt, "{condition}");
    }
    for condition in [
        r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/bots/*"}"#,
        r#""StringLike":{"aws:username":"bot-*"}"#,
    ] {
        let refinement = exempting(condition);
        assert_eq!(refinement.coverage, Coverage::Partial, "{condition}");
        assert_eq!(refinement.told_apart, ToldApart::SomeDenied, "{condition}");
    }
    for condition in [
        r#""StringNotEquals":{"aws:PrincipalAccount":"111122223333"}"#,
        r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/*"}"#,
        r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:user/*"}"#,
        r#""StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}"#,
    ] {
        assert_eq!(exempting(condition).coverage, Coverage::None, "{condition}");
    }
}

#[test]
fn what_speaks_of_all_users_or_of_roles_alone_leaves_it_enforced() {
    for condition in [
        r#""ArnLike":{"aws:PrincipalArn":"arn:*:iam::*:user/*"}"#,
        r#""StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/*"}"#,
        r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass*"}"#,
        r#""StringNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/A","arn:aws:iam::*:root"]}"#,
        r#""StringNotEquals":{"aws:PrincipalAccount":"444455556666"}"#,
        r#""StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}"#,
        r#""StringLike":{"aws:username":"*"}"#,
    ] {
        let refinement = exempting(condition);
        assert_eq!(refinement.coverage, Coverage::Enforced, "{condition}");
        assert_eq!(refinement.told_apart, ToldApart::No, "{condition}");
    }
}

#[test]
fn roles_are_hit_where_some_are_and_some_are_exempt() {
    let hits = |condition: &str| exempting(condition).hits_roles;
    let spared = r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass*"}"#;
    assert_eq!(hits(spared), Some(true));
    let singled_out =
        r#""ArnLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/dev-*","arn:aws:iam::*:user/*"]}"#;
    assert_eq!(hits(singled_out), Some(true));
    assert_eq!(
        hits(r#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}"#),
        Some(false)
    );
    assert_eq!(hits(r#""StringEquals":{"aws:PrincipalTag/kind":"robot"}"#), None);
}

#[test]
fn enrolment_that_is_denied_for_another_reason_is_locked_out_too() {
    let always = deny(r#""Action":"iam:EnableMFADevice","Resource":"*""#);
    let decision = refined(&[&always]).apply(Decision::plain(
        Coverage::None,
        "no SCP on the chain asks for MFA",
    ));
    assert_eq!(
        (decision.coverage, decision.locks_out_enrolment),
        (Coverage::None, Some(true))
    );
    assert!(
        decision.reason.ends_with("enrolling an MFA device is denied"),
        "{}",
        decision.reason
    );
    let no_iam = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let chain = ScpChain::new(&[vec![Arc::new(Policy::parse(no_iam).unwrap())]]);
    assert_eq!(refine(&chain, HERE).locks_out_enrolment, Some(true));
}

#[test]
fn a_deny_that_only_long_term_keys_meet_is_partial_and_one_that_mfa_meets_is_none() {
    let temporary = deny(r#""Action":"*","Resource":"*","Condition":{"Null":{"aws:TokenIssueTime":"true"}}"#);
    let none = || Decision::plain(Coverage::None, "no SCP on the chain asks for MFA");
    let decision = refined(&[&temporary]).apply(none());
    assert_eq!(decision.coverage, Coverage::Partial, "{}", decision.reason);
    let with_mfa = deny(
        r#""Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}"#,
    );
    assert_eq!(refined(&[&with_mfa]).apply(none()).coverage, Coverage::None);
}

#[test]
fn protections_say_from_whom() {
    let protection = |condition: &str| {
        let condition = if condition.is_empty() {
            String::new()
        } else {
            format!(r#","Condition":{{{condition}}}"#)
        };
        let scp = deny(&format!(
            r#""Action":["iam:DeactivateMFADevice","organizations:LeaveOrganization"],"Resource":"*"{condition}"#
        ));
        let refinement = refined(&[&scp]);
        assert_eq!(refinement.protects_mfa_devices, refinement.protects_membership);
        refinement.protects_mfa_devices
    };
    assert_eq!(protection(""), Protection::All);
    assert_eq!(
        protection(r#""ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass*"}"#),
        Protection::Some
    );
    assert_eq!(
        protection(r#""StringNotEquals":{"aws:PrincipalAccount":"111122223333"}"#),
        Protection::None
    );
    assert_eq!(protection(NO_MFA), Protection::Some);
    assert_eq!(
        protection(r#""StringEquals":{"aws:PrincipalTag/x":"y"}"#),
        Protection::Unknown
    );
    assert_eq!(refined(&[]).protects_membership, Protection::None);
}

#[test]
fn enrolment_counts_on_the_users_own_arn_in_some_kind_of_session() {
    let own = r#""NotResource":"arn:aws:iam::*:user/${aws:username}""#;
    let exempt = r#""NotAction":["iam:EnableMFADevice","iam:CreateVirtualMFADevice"],"Resource":"*""#;
    let no_mfa = format!(r#""Condition":{{{NO_MFA}}}"#);
    let long = deny(&format!("{exempt},{no_mfa}"));
    let locks = |scps: &[&str]| refined(scps).locks_out_enrolment;
    // What keeps it to oneself does not lock out, nor does what denies it to somebody else or on another resource.
    for rest in [
        format!(r#""Action":"iam:EnableMFADevice",{own},{no_mfa}"#),
        format!(r#""Action":"iam:EnableMFADevice","Resource":"arn:aws:iam::*:user/break-glass",{no_mfa}"#),
        format!(r#""Action":"*","Resource":"arn:aws:s3:::*",{no_mfa}"#),
    ] {
        assert_eq!(locks(&[&long, &deny(&rest)]), Some(false), "{rest}");
    }
    let on_oneself = r#""Action":"iam:EnableMFADevice","Resource":"arn:aws:iam::*:user/${aws:username}""#;
    assert_eq!(locks(&[&deny(on_oneself)]), Some(true));
    // The console can enrol where keys cannot, and that is said.
    let keys_only =
        deny(r#""Action":"*","Resource":"*","Condition":{"Null":{"aws:MultiFactorAuthPresent":"true"}}"#);
    assert_eq!(locks(&[&keys_only]), Some(false));
    let told = reason(&[&keys_only], Coverage::Unknown);
    assert!(
        told.ends_with("a long-term access key cannot enrol an MFA device"),
        "{told}"
    );
}

#[test]
fn self_service_that_gives_more_privilege_on_others_is_not_enforced() {
    let exempt = r#""NotAction":["iam:EnableMFADevice","iam:DeactivateMFADevice"],"Resource":"*""#;
    let scp = deny(&format!(r#"{exempt},"Condition":{{{NO_MFA}}}"#));
    let decision = refined(&[&scp]).apply(Decision::plain(Coverage::Enforced, ""));
    assert_eq!(decision.coverage, Coverage::Partial);
    assert!(
        decision
            .reason
            .ends_with("left open on other users: iam:DeactivateMFADevice"),
        "{}",
        decision.reason
    );
}

#[test]
fn roles_of_other_accounts_are_more_than_self_service() {
    let exempt = r#""NotAction":["iam:EnableMFADevice"],"NotResource":"arn:aws:iam::444455556666:role/*""#;
    let rest = r#""NotAction":["iam:EnableMFADevice","sts:AssumeRole"],"Resource":"*""#;
    let no_mfa = format!(r#""Condition":{{{NO_MFA}}}"#);
    let scps = [
        deny(&format!("{exempt},{no_mfa}")),
        deny(&format!("{rest},{no_mfa}")),
    ];
    assert_eq!(refined(&[&scps[0], &scps[1]]).coverage, Coverage::Partial);
}

#[test]
fn a_deny_of_roles_that_is_not_about_mfa_is_no_hit_of_roles() {
    let roles = deny(
        r#""Action":"iam:CreateAccessKey","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ci-*"}}"#,
    );
    assert_eq!(refined(&[&roles]).hits_roles, Some(false));
    let all = deny(
        r#""Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalType":"AssumedRole"}}"#,
    );
    assert_eq!(refined(&[&all]).hits_roles, Some(false));
}

#[test]
fn what_leaves_nothing_enforces_whatever_it_is_about() {
    let quarantine = deny(
        r#""Action":"*:*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}}"#,
    );
    let decision = refined(&[&quarantine]).apply(Decision::plain(
        Coverage::None,
        "no SCP on the chain asks for MFA",
    ));
    assert_eq!(decision.coverage, Coverage::Enforced);
    assert!(
        decision.reason.contains("with MFA or without"),
        "{}",
        decision.reason
    );
    // Two statements that each leave something, and nothing together.
    let no_mfa = format!(r#""Condition":{{{NO_MFA}}}"#);
    let but_s3 = deny(&format!(
        r#""NotAction":["iam:EnableMFADevice","s3:*"],"Resource":"*",{no_mfa}"#
    ));
    let s3 = deny(&format!(r#""Action":"s3:*","Resource":"*",{no_mfa}"#));
    let together =
        refined(&[&but_s3, &s3]).apply(Decision::plain(Coverage::Partial, "left open without MFA: s3:*"));
    assert_eq!(together.coverage, Coverage::Enforced, "{}", together.reason);
}

#[test]
fn devices_are_protected_only_where_keys_and_consoles_are_stopped_too() {
    let protect = |condition: &str| {
        deny(&format!(
            r#""Action":"iam:DeactivateMFADevice","Resource":"*","Condition":{{{condition}}}"#
        ))
    };
    for condition in [
        r#""Null":{"aws:TokenIssueTime":"false"}"#,
        r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}"#,
    ] {
        assert_eq!(
            refined(&[&protect(condition)]).protects_mfa_devices,
            Protection::Some,
            "{condition}"
        );
    }
}
