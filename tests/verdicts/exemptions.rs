//! SCPs that ask for MFA of some principals, or in some accounts, only: what they are called, and which accounts an SCP
//! would still newly cover.

use org_audit_emulator::{UserSpec, WorldSpec};
use org_audit_model::{AccountId, Coverage, Outcome, Protection, TargetCoverage, Verdict};

use crate::judged::{Collected, Judged, collected};
use crate::published::{ACCOUNT, ACCOUNT_NAME, UNIT_NAME, user};

/// Stands for the id of the account that the tests fill.
const ACCOUNT_ID: &str = "111122223333";

fn scp(condition: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Sid": "AskForMfa", "Effect": "Deny",
        "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "sts:GetSessionToken"], "Resource": "*",
        "Condition": {{"BoolIfExists": {{"aws:MultiFactorAuthPresent": "false"}}, {condition}}}}}}}"#
    )
}

/// The whole company, an OU with this SCP, and in one of its accounts administrators with keys.
async fn with(condition: &str) -> (Collected, Judged) {
    let administrator = |name: &str| user(name).attached("AdministratorAccess");
    let users: Vec<UserSpec> = ["ana", "svc-deploy", "jenkins"].map(administrator).into();
    let spec = WorldSpec::demo()
        .users_of(ACCOUNT, users)
        .scp(UNIT_NAME, "ask-for-mfa", &scp(condition));
    let mut collected = collected(spec, false).await;
    let mut accounts = collected.organization.accounts.iter();
    let id = accounts
        .find(|account| account.name == ACCOUNT_NAME)
        .unwrap()
        .id
        .to_string();
    for text in collected.organization.documents.values_mut() {
        *text = text.replace(ACCOUNT_ID, &id);
    }
    let judged = collected.judge();
    (collected, judged)
}

fn target<'j>(judged: &'j Judged, name: &str) -> &'j TargetCoverage {
    judged
        .run
        .targets
        .iter()
        .find(|target| target.name == name)
        .unwrap()
}

fn of_control(judged: &Judged, id: &str) -> Outcome {
    let mut findings = judged.account(ACCOUNT_NAME).findings.iter();
    findings.find(|finding| finding.control_id == id).unwrap().outcome
}

const ROLES_SPARED: &str =
    r#""ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/OrganizationAccountAccessRole"}"#;

fn beside_spared_roles(key: &str, value: &str) -> String {
    format!("{ROLES_SPARED}, \"{key}\": {value}")
}

#[tokio::test(start_paused = true)]
async fn what_spares_roles_only_is_enforced_and_says_what_it_spares() {
    let (_, judged) = with(ROLES_SPARED).await;
    for name in [UNIT_NAME, ACCOUNT_NAME] {
        let target = target(&judged, name);
        assert_eq!(target.coverage, Coverage::Enforced, "{}", target.reason);
        assert_eq!(
            (target.hits_roles, target.locks_out_enrolment),
            (Some(true), Some(false))
        );
        let [condition] = target.principal_conditions.as_slice() else {
            panic!("{:?}", target.principal_conditions);
        };
        assert!(condition.contains("statement AskForMfa at "), "{condition}");
        assert!(
            condition
                .ends_with(": ArnNotLike aws:PrincipalArn arn:aws:iam::*:role/OrganizationAccountAccessRole"),
            "{condition}"
        );
    }
    assert_eq!(of_control(&judged, "scp-mfa-coverage"), Outcome::Pass);
}

#[tokio::test(start_paused = true)]
async fn what_exempts_users_by_name_is_partial_and_fails() {
    for (condition, exempt) in [
        (
            beside_spared_roles("StringNotLike", r#"{"aws:username": "svc-*"}"#),
            "svc-deploy",
        ),
        (
            beside_spared_roles("StringNotEquals", r#"{"aws:username": "jenkins"}"#),
            "jenkins",
        ),
        (
            r#""ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/OrganizationAccountAccessRole",
                "arn:aws:iam::*:user/svc-*"]}"#
                .to_owned(),
            "svc-deploy",
        ),
    ] {
        let (_, judged) = with(&condition).await;
        for name in [UNIT_NAME, ACCOUNT_NAME] {
            let target = target(&judged, name);
            assert_eq!(
                target.coverage,
                Coverage::Partial,
                "{condition}: {}",
                target.reason
            );
            assert!(target.reason.ends_with("are exempt"), "{}", target.reason);
        }
        assert_eq!(
            of_control(&judged, "scp-mfa-coverage"),
            Outcome::Fail,
            "{condition}"
        );
        for name in ["ana", "svc-deploy", "jenkins"] {
            let verdict = judged.user(ACCOUNT_NAME, name).verdict;
            let expected = if name == exempt {
                Verdict::Exposed
            } else {
                // Enrolment is open to it on others, too.
                Verdict::Partial
            };
            assert_eq!(verdict, expected, "{name}, {condition}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_exempt_is_not_covered_and_its_ou_is_so_in_part() {
    for exempting in [
        beside_spared_roles("StringNotEquals", r#"{"aws:PrincipalAccount": "111122223333"}"#),
        r#""ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/OrganizationAccountAccessRole",
            "arn:aws:iam::111122223333:user/*"]}"#
            .to_owned(),
    ] {
        let (collected, judged) = with(&exempting).await;
        let account = target(&judged, ACCOUNT_NAME);
        assert_eq!(account.coverage, Coverage::None, "{}", account.reason);
        assert_eq!(judged.user(ACCOUNT_NAME, "ana").verdict, Verdict::Exposed);
        assert_eq!(of_control(&judged, "scp-mfa-coverage"), Outcome::Fail);
        let unit = target(&judged, UNIT_NAME);
        assert_eq!(unit.coverage, Coverage::Partial, "{}", unit.reason);
        assert!(
            unit.reason.contains(&format!("none in account {ACCOUNT_NAME} (")),
            "{}",
            unit.reason
        );
        // Of the accounts of the OU, an SCP there would newly cover this one.
        assert_eq!(unit.would_newly_cover, Some(1));
        let newly: Vec<&str> = unit
            .newly_covered_accounts
            .iter()
            .map(AccountId::as_str)
            .collect();
        assert_eq!(newly, [account.target_id.as_str()]);
        let others = collected
            .organization
            .accounts
            .iter()
            .filter(|other| other.parent_id.as_deref() == Some(&unit.target_id));
        for other in others.filter(|other| other.name != ACCOUNT_NAME) {
            assert_eq!(
                target(&judged, &other.name).coverage,
                Coverage::Enforced,
                "{}",
                other.name
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_singles_an_account_out_covers_that_one() {
    let only = r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/*"}"#;
    let (_, judged) = with(only).await;
    assert_eq!(target(&judged, ACCOUNT_NAME).coverage, Coverage::Enforced);
    assert_eq!(target(&judged, ACCOUNT_NAME).hits_roles, Some(false));
    let unit = target(&judged, UNIT_NAME);
    assert_eq!(unit.coverage, Coverage::Partial, "{}", unit.reason);
    assert!(unit.would_newly_cover > Some(0));
    assert!(
        !unit
            .newly_covered_accounts
            .iter()
            .any(|id| id.as_str() == target(&judged, ACCOUNT_NAME).target_id)
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_protected_from_all_but_a_role_is_protected_from_some() {
    let protect = |condition: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny",
            "Action": ["iam:DeactivateMFADevice", "organizations:LeaveOrganization"], "Resource": "*"{condition}}}}}"#
        )
    };
    let spared = format!(", \"Condition\": {{{ROLES_SPARED}}}");
    for (condition, expected) in [("", Protection::All), (spared.as_str(), Protection::Some)] {
        let spec = WorldSpec::demo()
            .accounts(ACCOUNT + 1)
            .scp(UNIT_NAME, "protect", &protect(condition));
        let judged = collected(spec, false).await.judge();
        for name in [UNIT_NAME, ACCOUNT_NAME] {
            assert_eq!(target(&judged, name).protects_mfa_devices, expected);
            // The company protects that for all its accounts.
            assert_eq!(target(&judged, name).protects_membership, Protection::All);
        }
        assert_eq!(target(&judged, "Root").protects_mfa_devices, Protection::None);
    }
}
