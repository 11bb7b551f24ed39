//! Customer managed policies and the attachments of AWS managed ones.

use org_audit_policy::PolicyDocument;

use super::population::{Judgement, details_missing};
use crate::controls::{Context, Control};
use crate::facts::AccountFacts;
use crate::model::snapshot::{AttachedPolicy, Document, ManagedPolicy};
use crate::model::{Finding, Outcome};

/// Judges the default version of every customer managed policy; `wrong` says what is wrong with a document.
///
/// Policies that serve as permissions boundaries only are left out, as Security Hub does: a boundary grants
/// nothing, so its wildcards are harmless.
#[must_use]
pub fn every_customer_policy(
    control: &Control,
    account: &AccountFacts<'_>,
    context: &Context<'_>,
    wrong: impl Fn(&PolicyDocument) -> Option<String>,
) -> Vec<Finding> {
    let Some(details) = account.details() else {
        return vec![control.of_account(context.account_id, Outcome::Unknown, details_missing(account))];
    };
    let findings = details.managed_policies.iter().map(|policy| {
        let (outcome, reason) = judge(account, policy, &wrong);
        control.finding(&policy.arn, outcome, reason)
    });
    control.or_nothing_to_judge(
        findings.collect(),
        context.account_id,
        "the account has no customer managed policies",
    )
}

fn judge(
    account: &AccountFacts<'_>,
    policy: &ManagedPolicy,
    wrong: impl Fn(&PolicyDocument) -> Option<String>,
) -> Judgement {
    if policy.attachment_count == Some(0) && policy.boundary_count.is_some_and(|count| count > 0) {
        let reason = "the policy serves as a permissions boundary only";
        return (Outcome::NotApplicable, reason.to_owned());
    }
    let version = &policy.default_version_id;
    match document(account, &policy.document) {
        Err(why) => (
            Outcome::Unknown,
            format!("version `{version}` of the policy could not be read: {why}"),
        ),
        Ok(document) => match wrong(&document) {
            Some(what) => (
                Outcome::Fail,
                format!("version `{version}`, the default one, has {what}"),
            ),
            None => (
                Outcome::Pass,
                format!("version `{version}`, the default one, has no such statement"),
            ),
        },
    }
}

fn document(account: &AccountFacts<'_>, document: &Document) -> Result<PolicyDocument, String> {
    let id = match document {
        Document::Kept(id) => id,
        Document::Missing { missing } => return Err(missing.clone()),
    };
    let Some(text) = account.snapshot.documents.get(id) else {
        return Err("its text is missing in the snapshot".to_owned());
    };
    PolicyDocument::parse(text).map_err(|error| error.to_string())
}

/// How a statement is called in a reason: by its `Sid`, or by its place.
#[must_use]
pub fn statement_name(sid: Option<&str>, index: usize) -> String {
    match sid {
        Some(sid) => format!("statement `{sid}`"),
        None => format!("statement {}", index + 1),
    }
}

/// Whether the AWS managed policy `name` is among `attached`, in whichever partition.
#[must_use]
pub fn has_aws_managed(attached: &[AttachedPolicy], name: &str) -> bool {
    attached.iter().any(|policy| {
        policy
            .arn
            .split_once(":iam::aws:policy/")
            .is_some_and(|(_, path)| path == name)
    })
}

/// Why nothing is known of the account's roles.
pub const ROLES_NOT_READ: &str = "the roles were not read";
