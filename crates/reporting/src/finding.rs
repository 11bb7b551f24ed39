//! An account's findings, all in one form: IAM.5 of each user, and what the other controls found.
//!
//! IAM.5 stands with the users and not among the account's findings. This is the one place that makes
//! findings of it, so that every format has the same ones.

use std::collections::BTreeMap;

use org_audit_model::ids::sha256_hex;
use org_audit_model::snapshot::AccountState;
use org_audit_model::{AccountAssessment, AccountId, Exemption, Outcome, Severity, UserAssessment};

/// A control's outcome for a resource of an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) account_id: &'a AccountId,
    pub(crate) control_id: &'a str,
    pub(crate) outcome: Outcome,
    pub(crate) severity: Severity,
    pub(crate) resource_type: &'a str,
    pub(crate) resource_arn: &'a str,
    pub(crate) reason: &'a str,
    /// The approved exception that covers the fail.
    pub(crate) exemption: Option<&'a Exemption>,
    /// Whose IAM.5 this is.
    pub(crate) user: Option<&'a UserAssessment>,
    /// Counts the findings of one control about one resource, such as its inline policies, from 1.
    ordinal: u32,
}

impl Found<'_> {
    /// The finding's name: the same in every run and every format, as long as the resource and the control
    /// are the same. Thirty-two hexadecimal digits.
    pub(crate) fn id(&self) -> String {
        // A user whose ARN could not be read still has a name.
        let resource = match self.user {
            Some(user) if self.resource_arn.is_empty() => user.user_name.as_str(),
            Some(_) | None => self.resource_arn,
        };
        let mut text = [self.control_id, self.account_id.as_str(), resource].join("\0");
        if self.ordinal > 1 {
            text.push_str(&format!("\0{}", self.ordinal));
        }
        let mut id = sha256_hex(text.as_bytes());
        id.truncate(32);
        id
    }

    /// What stands for the resource where its ARN could not be read.
    pub(crate) fn resource(&self) -> &str {
        match self.user {
            Some(user) if self.resource_arn.is_empty() => &user.user_name,
            Some(_) | None => self.resource_arn,
        }
    }

    /// Which finding this is of those about the same control and resource, from 1.
    pub(crate) const fn ordinal(&self) -> u32 {
        self.ordinal
    }
}

/// The findings of `account`: IAM.5 of its users first, then the others in their order.
pub(crate) fn of(account: &AccountAssessment) -> impl Iterator<Item = Found<'_>> {
    let users = account.users.iter().map(|user| Found {
        account_id: &account.account_id,
        control_id: "IAM.5",
        outcome: user.iam_5,
        severity: Severity::Medium,
        resource_type: "AWS::IAM::User",
        resource_arn: &user.user_arn,
        reason: &user.reason,
        exemption: user.exemption.as_ref(),
        user: Some(user),
        ordinal: 1,
    });
    let mut seen = BTreeMap::<_, u32>::new();
    let others = account.findings.iter().map(move |finding| {
        let ordinal = seen
            .entry((&finding.control_id, &finding.resource_arn))
            .or_default();
        *ordinal += 1;
        Found {
            account_id: &account.account_id,
            control_id: &finding.control_id,
            outcome: finding.outcome,
            severity: finding.severity,
            resource_type: &finding.resource_type,
            resource_arn: &finding.resource_arn,
            reason: &finding.reason,
            exemption: finding.exemption.as_ref(),
            user: None,
            ordinal: *ordinal,
        }
    });
    users.chain(others)
}

/// Whether the account cannot be read in its state, or was left out by the arguments. Such an account does
/// not make a run incomplete; AWS lists closed ones for up to 90 days.
pub(crate) fn is_outside(account: &AccountAssessment) -> bool {
    let readable = AccountState::from(account.state.clone()).can_be_read();
    !account.assessed && (!readable || account.evidence.access == "excluded")
}

/// An exemption in one sentence.
pub(crate) fn accepted(exemption: &Exemption) -> String {
    format!(
        "covered by an approved exception until {}: {} (owner {}, approved by {})",
        exemption.expires, exemption.reason, exemption.owner, exemption.approved_by
    )
}

/// What to do about a failed control.
pub(crate) fn remedy(control_id: &str) -> String {
    format!("`org-audit explain {control_id}` says how to fix it")
}
