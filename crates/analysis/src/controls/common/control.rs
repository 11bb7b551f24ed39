//! What a control is: its place in the catalogues, and the function that judges.

use std::fmt;

use smol_str::SmolStr;

use super::parameters::Parameters;
use crate::facts::AccountFacts;
use crate::model::snapshot::AwsManagedPolicies;
use crate::model::{AccountId, Finding, Outcome, Severity, TargetCoverage, UserAssessment};
use crate::policies::Linter;

/// The type of an account as a resource, in AWS Config's words.
pub const ACCOUNT: &str = "AWS::::Account";
/// The type of an IAM user.
pub const USER: &str = "AWS::IAM::User";
/// The type of an IAM group.
pub const GROUP: &str = "AWS::IAM::Group";
/// The type of an IAM role.
pub const ROLE: &str = "AWS::IAM::Role";
/// The type of a customer managed policy.
pub const POLICY: &str = "AWS::IAM::Policy";

/// A control: what is fixed about it, and how it judges.
#[derive(Clone, Copy)]
pub struct Control {
    /// Security Hub's id, such as `IAM.5`; a name in kebab case for our own.
    pub id: &'static str,
    /// Security Hub's title, to the letter.
    pub title: &'static str,
    /// Security Hub's severity.
    pub severity: Severity,
    /// Type of the resources that it judges, in AWS Config's words.
    pub resource_type: &'static str,
    /// The AWS Config rule behind it, where there is one.
    pub config_rule: Option<&'static str>,
    /// Which requirements it supports.
    pub requirements: Requirements,
    /// Whether it is judged when nothing else is asked for.
    pub default: bool,
    /// Whether it looks at the account's roles, which are read for such controls only.
    pub needs_roles: bool,
    /// The text of its file, whose doc comment is its page.
    pub source: &'static str,
    /// How it judges.
    pub assess: Assess,
}

/// How a control judges.
#[derive(Clone, Copy)]
pub enum Assess {
    /// By what was read in the account. An account of which nothing was read is unknown.
    Account(fn(&AccountFacts<'_>, &Context<'_>) -> Vec<Finding>),
    /// By what the organization says of the account, whether or not the account itself was read.
    Organization(fn(&Context<'_>) -> Vec<Finding>),
    /// Together with each user's assessment, in which its outcome stands.
    WithUsers,
}

/// Requirements that a control supports, as Security Hub lists them. A control supports a requirement; it
/// never shows alone that one is in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirements {
    /// PCI DSS v4.0.1.
    pub pci_dss_4_0_1: &'static [&'static str],
    /// PCI DSS v3.2.1.
    pub pci_dss_3_2_1: &'static [&'static str],
    /// CIS AWS Foundations Benchmark v1.2.0.
    pub cis_1_2_0: &'static [&'static str],
    /// CIS AWS Foundations Benchmark v1.4.0.
    pub cis_1_4_0: &'static [&'static str],
    /// CIS AWS Foundations Benchmark v3.0.0.
    pub cis_3_0_0: &'static [&'static str],
    /// CIS AWS Foundations Benchmark v5.0.0.
    pub cis_5_0_0: &'static [&'static str],
    /// NIST SP 800-53 revision 5.
    pub nist_800_53_r5: &'static [&'static str],
}

impl Requirements {
    /// None at all: the base from which a control names its own.
    pub const NONE: Self = Self {
        pci_dss_4_0_1: &[],
        pci_dss_3_2_1: &[],
        cis_1_2_0: &[],
        cis_1_4_0: &[],
        cis_3_0_0: &[],
        cis_5_0_0: &[],
        nist_800_53_r5: &[],
    };

    /// Each standard by its name, with its requirements, also where there are none.
    #[must_use]
    pub const fn by_standard(&self) -> [(&'static str, &'static [&'static str]); 7] {
        [
            ("PCI DSS v4.0.1", self.pci_dss_4_0_1),
            ("PCI DSS v3.2.1", self.pci_dss_3_2_1),
            ("CIS AWS Foundations Benchmark v5.0.0", self.cis_5_0_0),
            ("CIS AWS Foundations Benchmark v3.0.0", self.cis_3_0_0),
            ("CIS AWS Foundations Benchmark v1.4.0", self.cis_1_4_0),
            ("CIS AWS Foundations Benchmark v1.2.0", self.cis_1_2_0),
            ("NIST SP 800-53 Rev. 5", self.nist_800_53_r5),
        ]
    }
}

/// What a control is told beside the account's own facts.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Which account.
    pub account_id: &'a AccountId,
    /// `aws`, `aws-cn`, `aws-us-gov`…
    pub partition: &'a str,
    /// How far SCPs enforce MFA in the account.
    pub coverage: Option<&'a TargetCoverage>,
    /// The assessments of the account's users, for controls that judge by the verdicts.
    pub users: &'a [UserAssessment],
    /// Whether the account's root credentials are managed from the management account; `None` is unknown.
    pub central_root: Option<bool>,
    /// The AWS managed policies of the snapshot.
    pub aws_managed: &'a AwsManagedPolicies,
    /// What there is to say of each policy text, worked out once.
    pub linter: &'a Linter,
    /// What the caller may set.
    pub parameters: &'a Parameters,
}

impl Control {
    /// A finding of this control about `resource`, of the control's own resource type.
    #[must_use]
    pub fn finding(&self, resource: &str, outcome: Outcome, reason: impl Into<String>) -> Finding {
        self.finding_of(self.resource_type, resource, outcome, reason)
    }

    /// A finding of this control about a resource of another type than the control's own.
    #[must_use]
    pub fn finding_of(
        &self,
        resource_type: &str,
        resource: &str,
        outcome: Outcome,
        reason: impl Into<String>,
    ) -> Finding {
        Finding {
            control_id: self.id.into(),
            outcome,
            severity: self.severity,
            resource_type: resource_type.into(),
            resource_arn: resource.into(),
            reason: reason.into(),
            exemption: None,
        }
    }

    /// A finding of this control about the whole account.
    #[must_use]
    pub fn of_account(&self, account: &AccountId, outcome: Outcome, reason: impl Into<String>) -> Finding {
        self.finding_of(ACCOUNT, &account_resource(account), outcome, reason)
    }

    /// `findings`, or one for the account that says that there was nothing to judge: silence is no answer.
    #[must_use]
    pub fn or_nothing_to_judge(
        &self,
        findings: Vec<Finding>,
        account: &AccountId,
        why: &str,
    ) -> Vec<Finding> {
        if findings.is_empty() {
            vec![self.of_account(account, Outcome::NotApplicable, why)]
        } else {
            findings
        }
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// An account as a resource.
#[must_use]
pub fn account_resource(account: &AccountId) -> SmolStr {
    format!("{ACCOUNT}:{account}").into()
}
