//! IAM.21: IAM customer managed policies that you create should not allow wildcard actions for services.
//!
//! # What it checks
//!
//! Whether the default version of a customer managed policy has a statement that allows all actions of a
//! service, such as `ec2:*`, on whatever resource. `ec2:Describe*` is no such statement. An Allow with
//! `NotAction` is one: it grants every service that it does not name. Inline policies and AWS managed ones
//! are not judged.
//!
//! # Why it matters
//!
//! A wildcard grants what AWS adds to the service tomorrow, and the actions that change permissions with it.
//!
//! # How to fix
//!
//! Name the actions; a prefix with a wildcard, such as `ec2:Describe*`, is accepted.
//!
//! # Where AWS is silent
//!
//! Security Hub names `NotAction` only in the form `service:*`. Every Allow with `NotAction` that leaves a
//! service whole fails here, because the rule is about policies that allow full access to at least one
//! service. AWS Config leaves permissions boundaries out and does not say what becomes of a policy that is a
//! boundary here and attached there. Such a policy is judged; one that is a boundary only is not applicable.
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
//!         "Statement": [{"Sid": "Ec2", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]
//!       }
//!     }
//!   ]
//! }
//! ```

use org_audit_policy::PolicyDocument;
use org_audit_policy::document::{ActionElement, Effect};

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::policies::{every_customer_policy, statement_name};
use crate::facts::AccountFacts;
use crate::model::{Finding, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.21",
    title: "IAM customer managed policies that you create should not allow wildcard actions for services",
    severity: Severity::Low,
    resource_type: control::POLICY,
    config_rule: Some("iam-policy-no-statements-with-full-access"),
    requirements: Requirements {
        nist_800_53_r5: &[
            "AC-2", "AC-2(1)", "AC-3", "AC-3(15)", "AC-3(7)", "AC-5", "AC-6", "AC-6(10)", "AC-6(2)",
            "AC-6(3)",
        ],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_21.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    every_customer_policy(&CONTROL, account, context, whole_service)
}

/// The first statement that allows a whole service.
fn whole_service(document: &PolicyDocument) -> Option<String> {
    let mut allows = document
        .statements()
        .iter()
        .enumerate()
        .filter(|(_, statement)| statement.effect() == Effect::Allow);
    allows.find_map(|(index, statement)| {
        let name = statement_name(statement.sid(), index);
        match statement.action() {
            ActionElement::Action(actions) => {
                let action = actions.iter().find(|action| is_whole_service(action))?;
                Some(format!("{name} that allows `{}`", action.as_str()))
            }
            ActionElement::NotAction(actions) => {
                let leaves_nothing = actions
                    .iter()
                    .any(|action| matches!(action.as_str(), "*" | "*:*"));
                (!leaves_nothing)
                    .then(|| format!("{name} that allows every service that its `NotAction` does not name"))
            }
        }
    })
}

/// Whether nothing but wildcards stands behind the service, or instead of it.
fn is_whole_service(action: &str) -> bool {
    let (_, name) = action.split_once(':').unwrap_or(("", action));
    !name.is_empty() && name.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
#[path = "iam_21_tests.rs"]
mod tests;
