//! What the analysis says: of a user, an account, a target of SCPs, and the whole run.

mod controls;
mod policies;
mod scope;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::change::{Change, RunFigures};
use crate::exemption::{ExceptionUse, Exemption};
use crate::ids::AccountId;
use crate::outcome::{Coverage, Outcome, Protection, Scope, Severity, Verdict};
use crate::snapshot::SessionPolicy;

pub use controls::{ControlAssessment, Mapping};
pub use policies::{MOST_NAMES, PolicyAssessment, PolicyLint, PolicyPlace, ScpTarget};
pub use scope::{ScopeSummary, ScopeTotals, UnmatchedEntry};

/// A control's outcome for a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Such as `IAM.5`.
    pub control_id: SmolStr,
    /// What was found.
    pub outcome: Outcome,
    /// How much a fail of this control matters.
    pub severity: Severity,
    /// Such as `AWS::IAM::User`.
    pub resource_type: SmolStr,
    /// The resource.
    pub resource_arn: SmolStr,
    /// Why, as a short sentence without a full stop.
    pub reason: String,
    /// The approved exception that covers this fail. It stays a fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Exemption>,
}

/// An IAM user: facts, where they come from, and what is said of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserAssessment {
    /// The user's name. Hostile text.
    pub user_name: SmolStr,
    /// The user's ARN.
    pub user_arn: SmolStr,
    /// Whether there is a console password; `None` is unknown.
    pub console_password: Option<bool>,
    /// How many MFA devices are known to be enabled; `None` is unknown. See `mfa_devices_exact`.
    pub mfa_devices: Option<u32>,
    /// Whether `mfa_devices` is the exact number. The credential report says only that there is at least
    /// one, so without a live confirmation the number is a lower bound.
    pub mfa_devices_exact: bool,
    /// How many access keys are active; `None` is unknown.
    pub active_access_keys: Option<u32>,
    /// Control IAM.5 as Security Hub words it.
    pub iam_5: Outcome,
    /// What a session without MFA can do.
    pub verdict: Verdict,
    /// Why IAM.5 has this outcome.
    pub reason: String,
    /// The approved exception that covers the fail of IAM.5. It stays a fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Exemption>,
    /// Why the verdict is what it is.
    pub verdict_reason: String,
    /// What the sessions that can be opened without MFA amount to; `None` where that was not worked out,
    /// because there is no such session or something that decides it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_mfa: Option<WithoutMfa>,
    /// Where the facts come from: both values where a fail was confirmed live.
    pub evidence: UserEvidence,
}

/// What can be done with a user's credentials and no second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WithoutMfa {
    /// The sessions that can be opened, console first.
    pub sessions: Vec<SessionWithoutMfa>,
    /// Whether whoever holds the credential can enrol the user's first device, and then has MFA.
    pub enrolment_open: bool,
}

/// What one kind of session without MFA amounts to. What is possible only under conditions that are not
/// known counts as open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionWithoutMfa {
    /// `console`, `key`, or `session_token`: what the key gets by `sts:GetSessionToken` without MFA, which is left out
    /// where no policy can give it more than the key has.
    pub kind: SmolStr,
    /// What it amounts to by itself.
    pub verdict: Verdict,
    /// How many actions beyond self-service are open, by access level.
    pub open_by_access_level: BTreeMap<SmolStr, u64>,
    /// The first of those actions, the most privileged access level first.
    pub examples: Vec<SmolStr>,
    /// Those of them by which a principal gets more than it has.
    pub escalations: Vec<SmolStr>,
    /// Self-service actions that are open on other users too.
    pub on_others: Vec<SmolStr>,
    /// The condition keys that some of those examples hang on, where nobody can know beforehand whether they are open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<SmolStr>,
    /// Whether the session can enable an MFA device of its own user.
    pub can_enrol: bool,
    /// The policies and statements that decided, as `where: policy, statement`.
    pub decided_by: Vec<String>,
}

/// What was seen of a user, and by which call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserEvidence {
    /// `password_enabled` in the credential report, as it stands.
    pub report_password_enabled: Option<String>,
    /// `mfa_active` in the credential report, as it stands.
    pub report_mfa_active: Option<String>,
    /// The report's `GeneratedTime`.
    pub report_generated_at: Option<String>,
    /// What `iam:GetLoginProfile` said: `present`, `absent`, or why it could not be read.
    pub live_login_profile: Option<String>,
    /// What `iam:ListMFADevices` said: the serial numbers, or why it could not be read.
    pub live_mfa_devices: Option<String>,
    /// When the live confirmation was made.
    pub live_at: Option<String>,
}

/// How completely an account was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// Everything that was asked for was received.
    Full,
    /// Some of it.
    Partial,
    /// Nothing.
    None,
}

impl Completeness {
    /// The spelling of the reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::None => "none",
        }
    }
}

/// An account of the organization, read or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountAssessment {
    /// Its id.
    pub account_id: AccountId,
    /// Its name. Hostile text.
    pub account_name: String,
    /// Names of the OUs above it, from the root, joined with ` / `. Hostile text.
    pub ou_path: String,
    /// AWS's word for its state.
    pub state: SmolStr,
    /// Whether it is the management account.
    pub management: bool,
    /// What the scope map says of it; `None` where there is no scope map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether IAM.5 could be assessed for the account's users: the credential report was read.
    pub assessed: bool,
    /// How completely it was read.
    pub completeness: Completeness,
    /// Why it was not assessed, or not completely; empty when it was.
    pub reason: String,
    /// What to do about that; empty when there is nothing to do.
    pub way_out: String,
    /// How far SCPs enforce MFA here.
    pub scp_coverage: Coverage,
    /// How many console users a policy of the account asks for MFA; `None` where that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforcement: Option<Enforcement>,
    /// Its users, in the order of their names.
    pub users: Vec<UserAssessment>,
    /// Outcomes of controls whose resource is not an IAM user's IAM.5 (those are made from `users`), and
    /// the account-level unknown of an account that was not assessed.
    pub findings: Vec<Finding>,
    /// How old the knowledge is and where it comes from, for the evidence.
    pub evidence: AccountEvidence,
}

/// How the console users of an account are asked for MFA by policies of the account itself. A user who is
/// asked in several ways is counted at the first of them, in the order of the fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Enforcement {
    /// Users with a console password.
    pub console_users: u64,
    /// By a policy of the user's own.
    pub directly: u64,
    /// By a policy of one of the user's groups.
    pub by_group: u64,
    /// By the user's permissions boundary.
    pub by_boundary: u64,
    /// Not at all.
    pub not_at_all: u64,
}

/// Where an account's facts come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountEvidence {
    /// How it was entered.
    pub access: String,
    /// The role that was asked for; `None` where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The role session as CloudTrail shows it.
    pub assumed_role_arn: Option<String>,
    /// Whether the session was narrowed to the audit's own calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_policy: Option<SessionPolicy>,
    /// The request ids of the calls that read the account, by operation. They join with CloudTrail. Those of live
    /// confirmations are in the snapshot, with each user.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requests: BTreeMap<SmolStr, Vec<SmolStr>>,
    /// The calls that failed for good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_calls: Vec<FailedCall>,
    /// When its collection began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: String,
    /// The credential report's `GeneratedTime`.
    pub report_generated_at: Option<String>,
    /// SHA-256 of the credential report.
    pub report_sha256: Option<String>,
    /// Users counted by `GetAccountSummary`.
    pub users_in_summary: Option<i64>,
    /// Users in the credential report.
    pub users_in_report: Option<u64>,
    /// Users in `GetAccountAuthorizationDetails`.
    pub users_in_authorization_details: Option<u64>,
}

/// A call that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FailedCall {
    /// The operation as IAM policies name it, such as `sts:AssumeRole`.
    pub operation: SmolStr,
    /// AWS's error code, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<SmolStr>,
    /// AWS's request id, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<SmolStr>,
}

/// How far SCPs enforce MFA in an account or below an OU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TargetCoverage {
    /// Root, OU or account id.
    pub target_id: SmolStr,
    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub target_type: SmolStr,
    /// Its name. Hostile text.
    pub name: String,
    /// Names of the OUs above it. Hostile text.
    pub ou_path: String,
    /// How far.
    pub coverage: Coverage,
    /// Whether a user without MFA cannot enrol a device either; `None` is unknown.
    pub locks_out_enrolment: Option<bool>,
    /// Whether role and federated sessions are denied too, of all roles or of some; `None` is unknown.
    pub hits_roles: Option<bool>,
    /// The statements that decided, as `policy name (id) statement Sid at level`.
    pub decided_by: Vec<String>,
    /// Why, as a short sentence without a full stop.
    pub reason: String,
    /// For a root or OU: how many accounts below it an SCP that asks for MFA would newly cover there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_newly_cover: Option<u64>,
    /// For a root or OU: those accounts, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newly_covered_accounts: Vec<AccountId>,
    /// By what the statements that matter here exempt some principals, or single them out: their conditions on who
    /// asks, as `policy name (id) statement Sid at level: operator key values`. Hostile text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub principal_conditions: Vec<String>,
    /// From whom it is protected that an MFA device is taken off a user.
    pub protects_mfa_devices: Protection,
    /// From whom it is protected that the account is taken out of the organization.
    pub protects_membership: Protection,
}

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutcomeCounts {
    /// Passed.
    pub pass: u64,
    /// Failed.
    pub fail: u64,
    /// Not applicable.
    pub not_applicable: u64,
    /// Unknown.
    pub unknown: u64,
}

impl OutcomeCounts {
    /// Counts one more.
    pub fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Fail => &mut self.fail,
            Outcome::NotApplicable => &mut self.not_applicable,
            Outcome::Unknown => &mut self.unknown,
        };
        *count += 1;
    }

    /// All together.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.pass + self.fail + self.not_applicable + self.unknown
    }

    /// Those to which the control applies and which could be decided.
    #[must_use]
    pub const fn decided(&self) -> u64 {
        self.pass + self.fail
    }
}

/// The whole run in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Totals {
    /// Accounts of the organization.
    pub accounts: u64,
    /// Accounts whose credential report was read.
    pub accounts_assessed: u64,
    /// Accounts of which something could not be read.
    pub accounts_incomplete: u64,
    /// Accounts that cannot be read because of their state.
    pub accounts_not_assessable: u64,
    /// Accounts that the user left out.
    pub accounts_excluded: u64,
    /// IAM users seen.
    pub users: u64,
    /// IAM.5 over those users.
    pub iam_5: OutcomeCounts,
    /// Verdicts over those users.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// SCP coverage over the accounts.
    pub scp_coverage: BTreeMap<Coverage, u64>,
    /// Failed findings by severity, exempt ones among them.
    pub failed_by_severity: BTreeMap<Severity, u64>,
    /// Those of the failed findings that an approved exception covers, by severity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exempt_by_severity: BTreeMap<Severity, u64>,
    /// Those of the users failing IAM.5 whom an approved exception covers.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub iam_5_exempt: u64,
}

impl Totals {
    /// Failed findings of a severity that no approved exception covers.
    #[must_use]
    pub fn failed_and_not_exempt(&self, severity: Severity) -> u64 {
        let of = |counts: &BTreeMap<Severity, u64>| counts.get(&severity).copied().unwrap_or(0);
        of(&self.failed_by_severity).saturating_sub(of(&self.exempt_by_severity))
    }

    /// Failed findings that an approved exception covers.
    #[must_use]
    pub fn exempt(&self) -> u64 {
        self.exempt_by_severity.values().sum()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What is said of the whole organization, beside its accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunAssessment {
    /// The run in numbers.
    pub totals: Totals,
    /// SCP coverage of the root, every OU and every account, from the root downwards.
    pub targets: Vec<TargetCoverage>,
    /// Whether anything could not be read. Exit code 3.
    pub incomplete: bool,
    /// What could not be read of the organization itself, each as a short sentence without a full stop.
    pub organization_gaps: Vec<String>,
    /// The entries of the exceptions file and what became of each; none where there was no such file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExceptionUse>,
    /// The controls that were judged, Security Hub's first.
    #[serde(default)]
    pub controls: Vec<ControlAssessment>,
    /// SCPs, and identity policies that speak of MFA.
    #[serde(default)]
    pub policies: Vec<PolicyAssessment>,
    /// Accounts whose policies were not read: `policies` says nothing of theirs.
    #[serde(default)]
    pub accounts_without_policies: u64,
    /// The run by scope; `None` where there is no scope map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeSummary>,
    /// Places of texts that `policies` leaves out because there are too many different ones.
    #[serde(default)]
    pub policies_left_out: u64,
    /// What changed since the baseline; `None` where none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Earlier runs of the organization, the oldest first; empty where none were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<RunFigures>,
}
