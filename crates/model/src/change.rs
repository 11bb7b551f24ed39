//! What changed between two runs of one organization.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::assessment::{OutcomeCounts, RunAssessment};
use crate::ids::AccountId;
use crate::outcome::{AccountChange, ChangeKind, Coverage, Severity, Verdict};
use crate::snapshot::OrganizationSnapshot;

/// Instead of an outcome: the resource was not there, in an account that was read completely.
pub const ABSENT: &str = "absent";
/// Instead of an outcome: the resource, or its account, was not read.
pub const NOT_READ: &str = "not_read";
/// Instead of an outcome: the account was not in the organization.
pub const NOT_IN_ORGANIZATION: &str = "not_in_organization";

/// [`ChangedItem::subject`] of a user's verdict; every other subject is a control.
pub const VERDICT: &str = "verdict";

/// How many new findings [`Change`] names; the rest is counted.
pub const MOST_NEW: usize = 200;

/// What became of one finding, or of one user's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedItem {
    /// What became of it.
    pub kind: ChangeKind,
    /// The control's id, or [`VERDICT`].
    pub subject: SmolStr,
    /// How much a fail of the control matters; `None` for a verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The resource's account.
    pub account_id: AccountId,
    /// Its name. Hostile text.
    pub account_name: String,
    /// Names of the OUs above it. Hostile text.
    pub ou_path: String,
    /// Such as `AWS::IAM::User`.
    pub resource_type: SmolStr,
    /// The resource. Hostile text.
    pub resource_arn: SmolStr,
    /// The outcome or verdict at the earlier run, or [`ABSENT`], [`NOT_READ`], [`NOT_IN_ORGANIZATION`].
    pub was: SmolStr,
    /// The same at this run.
    pub now: SmolStr,
    /// Why it is what it is now, as a short sentence without a full stop.
    pub reason: String,
    /// Whether an approved exception covers the fail that it is now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exempt: bool,
}

/// What became of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedAccount {
    /// What.
    pub kind: AccountChange,
    /// Which account.
    pub account_id: AccountId,
    /// Its name. Hostile text.
    pub account_name: String,
    /// Why it was not assessed, where it was not.
    pub reason: String,
}

/// A run in the few numbers that can be followed over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunFigures {
    /// When the collection began.
    pub started_at: Timestamp,
    /// Accounts of the organization.
    pub accounts: u64,
    /// Accounts whose credential report was read.
    pub accounts_assessed: u64,
    /// IAM users seen.
    pub users: u64,
    /// IAM.5 over those users.
    pub iam_5: OutcomeCounts,
    /// Users with the verdict `exposed`. A lower bound where `verdict_unknown` is not zero or
    /// the run is incomplete: an account that was not read has users too.
    pub exposed: u64,
    /// Users whose verdict is unknown.
    pub verdict_unknown: u64,
    /// Accounts where SCPs enforce MFA. A lower bound where `coverage_unknown` is not zero.
    pub enforced: u64,
    /// Accounts whose SCP coverage is unknown.
    pub coverage_unknown: u64,
    /// Whether anything could not be read.
    pub incomplete: bool,
}

impl RunFigures {
    /// The figures of `run`, which judged `organization`.
    #[must_use]
    pub fn of(organization: &OrganizationSnapshot, run: &RunAssessment) -> Self {
        let totals = &run.totals;
        let verdict = |verdict| totals.verdicts.get(&verdict).copied().unwrap_or_default();
        let coverage = |coverage| totals.scp_coverage.get(&coverage).copied().unwrap_or_default();
        Self {
            started_at: organization.collection.started_at,
            accounts: totals.accounts,
            accounts_assessed: totals.accounts_assessed,
            users: totals.users,
            iam_5: totals.iam_5,
            exposed: verdict(Verdict::Exposed),
            verdict_unknown: verdict(Verdict::Unknown),
            enforced: coverage(Coverage::Enforced),
            coverage_unknown: coverage(Coverage::Unknown),
            incomplete: run.incomplete,
        }
    }

    /// Passes of IAM.5 in thousandths of those that it could decide, rounded down, so that 1,000 means every
    /// single one; `None` where there are none.
    #[must_use]
    pub fn pass_permille(&self) -> Option<u64> {
        self.iam_5
            .pass
            .saturating_mul(1_000)
            .checked_div(self.iam_5.decided())
    }
}

/// The earlier run, so that a reader knows which one it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BaselineReference {
    /// Its organization.
    pub organization_id: SmolStr,
    /// When its collection began.
    pub started_at: Timestamp,
    /// SHA-256 of its manifest; `None` where it has none, because it is a snapshot or was not finished.
    pub manifest_sha256: Option<String>,
}

/// What changed since an earlier run. Both are judged by the same program, with the same controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// The earlier run.
    pub baseline: BaselineReference,
    /// Its figures.
    pub then: RunFigures,
    /// The figures of this run.
    pub now: RunFigures,
    /// Findings that fail in one run or both, by what became of them.
    pub failing: BTreeMap<ChangeKind, BTreeMap<Severity, u64>>,
    /// Findings that fail in neither.
    pub not_failing: BTreeMap<ChangeKind, u64>,
    /// Those that fail now, did not in the earlier run, and are covered by an approved exception. They are
    /// counted in `failing` too, and stay fails.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub new_but_exempt: BTreeMap<Severity, u64>,
    /// How many of those resolved are so because the resource is gone.
    pub resolved_by_removal: u64,
    /// Users' verdicts.
    pub verdicts: BTreeMap<ChangeKind, u64>,
    /// Accounts of which there is something to say.
    pub accounts: BTreeMap<AccountChange, u64>,
    /// The first [`MOST_NEW`] findings that fail now and did not fail in the earlier run (`new` and
    /// `newly_assessed`) and that no exception covers, the most severe first.
    pub new_findings: Vec<ChangedItem>,
    /// How many more there are.
    pub new_findings_left_out: u64,
    /// Controls that one of the two runs judged and this comparison does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls_not_compared: Vec<String>,
}

impl Change {
    /// How many findings that fail in one run or both are of `kind`.
    #[must_use]
    pub fn failing(&self, kind: ChangeKind) -> u64 {
        self.failing
            .get(&kind)
            .map(|counts| counts.values().sum())
            .unwrap_or_default()
    }

    /// Whether a finding of severity `least` or above fails now that the earlier run did not report as a
    /// fail, and that no approved exception covers. One that the earlier run could not assess counts: nobody
    /// has been told of it.
    #[must_use]
    pub fn has_new(&self, least: Severity) -> bool {
        let count = |counts: Option<&BTreeMap<Severity, u64>>, severity| {
            counts
                .and_then(|counts| counts.get(&severity))
                .copied()
                .unwrap_or_default()
        };
        let new = |severity| {
            count(self.failing.get(&ChangeKind::New), severity)
                + count(self.failing.get(&ChangeKind::NewlyAssessed), severity)
        };
        Severity::ALL
            .iter()
            .filter(|severity| **severity >= least)
            .any(|severity| new(*severity) > count(Some(&self.new_but_exempt), *severity))
    }
}
