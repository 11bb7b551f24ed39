//! scp-mfa-coverage: Service control policies should deny sessions without MFA.
//!
//! # What it checks
//!
//! How far the service control policies on the account's chain (root, OUs, account) deny sessions of IAM
//! users without MFA.
//!
//! * `enforced`: pass. Nothing but self-service is left.
//! * `partial` or `none`: fail. The reason names what is left open. Statements that exempt IAM users by name,
//!   path or ARN, whoever these are today, make it `partial`; those that exempt roles only do not.
//! * `not_enabled`: fail. The SCP type is off on the root, and what is attached covers nothing.
//! * `exempt`: not applicable. SCPs do not apply to the management account.
//! * `unknown`: unknown.
//!
//! It is judged from the organization alone, so an account that could not be entered has an answer too.
//!
//! # Why it matters
//!
//! A policy in the account can be changed by whoever administers the account. An SCP cannot: it is the one
//! place where MFA can be asked of every IAM user of an OU at once, those of tomorrow among them. It is a
//! second line all the same, and its severity low: a user with a device and without keys needs none.
//!
//! # How to fix
//!
//! Attach an SCP that denies everything but the enrolment of a device when `aws:MultiFactorAuthPresent` is
//! `false` or absent (`BoolIfExists`), limited to IAM users by `aws:PrincipalArn`, so that roles go on
//! working. Try it on one OU first.
//!
//! # Where AWS is silent
//!
//! Security Hub has no such control; the id, the title and the severity are our own. An IAM user's path can have a
//! colon; that somebody uses one to look like a role to a `StringLike` on `*:role/*` is left out of account.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"scp_coverage": "enforced"}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"scp_coverage": "none"}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use crate::model::{Coverage, Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "scp-mfa-coverage",
    title: "Service control policies should deny sessions without MFA",
    severity: Severity::Low,
    resource_type: control::ACCOUNT,
    config_rule: None,
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        ..Requirements::NONE
    },
    default: true,
    needs_roles: false,
    source: include_str!("scp_mfa_coverage.rs"),
    assess: Assess::Organization(assess),
};

fn assess(context: &Context<'_>) -> Vec<Finding> {
    let (outcome, reason) = match context.coverage {
        Some(target) => (outcome(target.coverage), target.reason.clone()),
        None => (
            Outcome::Unknown,
            "the account's place in the organization is not known".to_owned(),
        ),
    };
    vec![CONTROL.of_account(context.account_id, outcome, reason)]
}

fn outcome(coverage: Coverage) -> Outcome {
    match coverage {
        Coverage::Enforced => Outcome::Pass,
        Coverage::Partial | Coverage::None | Coverage::NotEnabled => Outcome::Fail,
        Coverage::Exempt => Outcome::NotApplicable,
        Coverage::Unknown => Outcome::Unknown,
    }
}

#[cfg(test)]
#[path = "scp_mfa_coverage_tests.rs"]
mod tests;
