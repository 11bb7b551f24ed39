//! IAM.1: IAM policies should not allow full "*" administrative privileges.
//!
//! # What it checks
//!
//! Whether the default version of a customer managed policy has a statement that allows the action `*` on the
//! resource `*`. Whether it is attached to anything, and under which condition the statement applies, makes
//! no difference. Inline policies and AWS managed ones are not judged.
//!
//! # Why it matters
//!
//! Whoever gets such a policy can do everything in the account, and can take every other protection away.
//!
//! # How to fix
//!
//! Find out what its holders really do (IAM Access Analyzer makes a policy from CloudTrail), write that into
//! the policy, and keep full administration to a role that asks for MFA.
//!
//! # Where AWS is silent
//!
//! AWS Config leaves permissions boundaries out and does not say what becomes of a policy that is a boundary
//! here and attached there. Such a policy is judged; one that is a boundary only is not applicable.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {
//!   "policies": [
//!     {
//!       "name": "p",
//!       "document": {
//!         "Version": "2012-10-17",
//!         "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! This fails:
//!
//! ```json
//! {
//!   "policies": [
//!     {
//!       "name": "p",
//!       "document": {
//!         "Version": "2012-10-17",
//!         "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}
//!       }
//!     }
//!   ]
//! }
//! ```

use org_audit_policy::PolicyDocument;
use org_audit_policy::document::{ActionElement, Effect, ResourceElement, Text};

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::policies::{every_customer_policy, statement_name};
use crate::facts::AccountFacts;
use crate::model::{Finding, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.1",
    title: "IAM policies should not allow full \"*\" administrative privileges",
    severity: Severity::High,
    resource_type: control::POLICY,
    config_rule: Some("iam-policy-no-statements-with-admin-access"),
    requirements: Requirements {
        pci_dss_3_2_1: &["7.2.1"],
        cis_1_2_0: &["1.22"],
        cis_1_4_0: &["1.16"],
        nist_800_53_r5: &[
            "AC-2", "AC-2(1)", "AC-3", "AC-3(15)", "AC-3(7)", "AC-5", "AC-6", "AC-6(10)", "AC-6(2)",
            "AC-6(3)",
        ],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_1.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    every_customer_policy(&CONTROL, account, context, full_administration)
}

/// The statement that allows everything on everything.
fn full_administration(document: &PolicyDocument) -> Option<String> {
    document.statements().iter().enumerate().find_map(|(index, statement)| {
        let everything = statement.effect() == Effect::Allow
            && matches!(statement.action(), ActionElement::Action(actions) if actions.iter().any(is_every_action))
            && matches!(statement.resource(), Some(ResourceElement::Resource(resources))
                if resources.iter().any(|resource| resource.as_str() == "*"));
        everything.then(|| {
            format!(
                "{} that allows every action on every resource",
                statement_name(statement.sid(), index)
            )
        })
    })
}

/// `*:*` is `*` with more ink.
fn is_every_action(action: &Text) -> bool {
    matches!(action.as_str(), "*" | "*:*")
}

#[cfg(test)]
#[path = "iam_1_tests.rs"]
mod tests;
