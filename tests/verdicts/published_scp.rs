//! The SCP that denies everything without MFA and then "allows" enrolment, at every level of the organization.

use org_audit_emulator::{PolicyType, UserSpec, WorldSpec};
use org_audit_model::assessment::Completeness;
use org_audit_model::{Coverage, Outcome, TargetCoverage, Verdict};

use crate::judged::{Collected, Judged, collected};
use crate::published::{ACCOUNT_NAME, UNIT_NAME, user, world};

/// As it is published.
const PUBLISHED: &str = include_str!("../../crates/emulator/fixtures/scp/deny-all-without-mfa.json");

/// The root, the OU and the account above the user.
const LEVELS: [&str; 3] = ["/", UNIT_NAME, ACCOUNT_NAME];

/// As it is published, but for the role that the audit reads with: nothing could be read otherwise.
fn sparing_the_audit() -> String {
    let deny = r#""BoolIfExists": {"#;
    let spared = r#""ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/OrganizationAccountAccessRole"},
        "BoolIfExists": {"#;
    assert!(PUBLISHED.contains(deny));
    PUBLISHED.replace(deny, spared)
}

fn users() -> Vec<UserSpec> {
    vec![
        user("s3").attached("AmazonS3FullAccess"),
        user("administrator").attached("AdministratorAccess"),
    ]
}

fn with_scp(level: &str, document: &str) -> WorldSpec {
    world(users()).scp(level, "deny-everything-without-mfa", document)
}

fn target<'j>(judged: &'j Judged, name: &str) -> &'j TargetCoverage {
    let mut targets = judged.run.targets.iter();
    targets.find(|target| target.name == name).unwrap()
}

fn assert_locked_out(collected: &Collected, level: &str) {
    let judged = collected.judge();
    for name in ["s3", "administrator"] {
        let found = judged.user(ACCOUNT_NAME, name);
        assert_eq!(found.verdict, Verdict::LockedOut, "{name}, SCP at {level}");
        assert_eq!(found.iam_5, Outcome::Fail);
        let without_mfa = found.without_mfa.as_ref().unwrap();
        assert!(!without_mfa.enrolment_open);
        for session in &without_mfa.sessions {
            assert_eq!(session.verdict, Verdict::LockedOut);
            let named = |line: &String| line.starts_with("SCP deny-everything-without-mfa (p-");
            assert!(session.decided_by.iter().any(named), "{:?}", session.decided_by);
        }
    }
    let covered = target(&judged, ACCOUNT_NAME);
    assert_eq!(covered.coverage, Coverage::Enforced, "{level}");
    assert_eq!(covered.locks_out_enrolment, Some(true), "{level}");
}

#[tokio::test(start_paused = true)]
async fn at_every_level_the_scp_locks_out_whoever_is_below() {
    for level in LEVELS {
        let mut collected = collected(with_scp(level, &sparing_the_audit()), false).await;
        assert_locked_out(&collected, level);
        // And with the text as it is published, which would have stopped the reading too.
        let mut replaced = 0;
        for text in collected.organization.documents.values_mut() {
            if text.contains("DenyEverythingWithoutMfa") {
                PUBLISHED.clone_into(text);
                replaced += 1;
            }
        }
        assert_eq!(replaced, 1);
        assert_locked_out(&collected, level);
        assert_eq!(
            target(&collected.judge(), ACCOUNT_NAME).hits_roles,
            Some(true),
            "{level}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_below_the_scp_is_left_alone() {
    for (level, root, unit) in [
        ("/", Coverage::Enforced, Coverage::Enforced),
        (UNIT_NAME, Coverage::None, Coverage::Enforced),
        (ACCOUNT_NAME, Coverage::None, Coverage::None),
    ] {
        let judged = collected(with_scp(level, &sparing_the_audit()), false)
            .await
            .judge();
        assert_eq!(target(&judged, "Root").coverage, root, "{level}");
        assert_eq!(target(&judged, UNIT_NAME).coverage, unit, "{level}");
        assert_eq!(
            target(&judged, "meridian-management").coverage,
            Coverage::Exempt,
            "{level}"
        );
        let management = judged.account("meridian-management");
        assert!(
            management
                .users
                .iter()
                .all(|user| user.verdict != Verdict::LockedOut),
            "{level}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn as_published_it_stops_the_audit_too_and_nothing_is_called_covered_by_guessing() {
    for level in LEVELS {
        let judged = collected(with_scp(level, PUBLISHED), false).await.judge();
        let account = judged.account(ACCOUNT_NAME);
        assert!(!account.assessed, "{level}");
        assert_ne!(account.completeness, Completeness::Full);
        assert!(
            account
                .reason
                .contains("explicit deny in a service control policy"),
            "{}",
            account.reason
        );
        assert!(judged.run.incomplete);
        assert!(account.users.iter().all(|user| user.iam_5 == Outcome::Unknown));
        assert!(account.findings.iter().all(|finding| {
            let of_account = finding.control_id.starts_with("IAM.");
            !of_account || finding.outcome != Outcome::Pass
        }));
        let covered = target(&judged, ACCOUNT_NAME);
        assert_eq!(covered.coverage, Coverage::Enforced, "{level}");
        assert_eq!(covered.locks_out_enrolment, Some(true), "{level}");
        assert_eq!(covered.hits_roles, Some(true), "{level}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_the_scp_type_off_it_covers_nothing_wherever_it_hangs() {
    for level in LEVELS {
        let spec = with_scp(level, PUBLISHED).without_policy_type(PolicyType::ServiceControl);
        let judged = collected(spec, false).await.judge();
        for target in &judged.run.targets {
            let expected = if target.name == "meridian-management" {
                Coverage::Exempt
            } else {
                Coverage::NotEnabled
            };
            assert_eq!(target.coverage, expected, "{}", target.name);
        }
        for name in ["s3", "administrator"] {
            assert_eq!(judged.user(ACCOUNT_NAME, name).verdict, Verdict::Exposed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_management_account_is_exempt_from_an_scp_on_the_root() {
    let spec = WorldSpec::demo().accounts(2).users_of(0, users()).scp(
        "/",
        "deny-everything-without-mfa",
        &sparing_the_audit(),
    );
    let judged = collected(spec, false).await.judge();
    for name in ["s3", "administrator"] {
        assert_eq!(judged.user("meridian-management", name).verdict, Verdict::Exposed);
    }
}
