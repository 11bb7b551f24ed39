//! The whole organization: accounts in parallel, results in order, totals at the end.

use rayon::prelude::*;

use crate::analyzer::{Analyzer, Options};
use crate::control_counts::ControlCounts;
use crate::controls::iam_5;
use crate::model::assessment::{Completeness, Totals};
use crate::model::snapshot::{AccountSnapshot, AwsManagedPolicies, OrganizationSnapshot};
use crate::model::store::{SnapshotReader, StoreError};
use crate::model::{AccountAssessment, AccountId, Outcome, Reading, RunAssessment};
use crate::policies::{PolicyTable, Survey};

/// How many accounts are in memory at a time.
const BATCH: usize = 64;

/// Where account snapshots come from.
pub trait AccountSource: Sync {
    /// The snapshot of account `id`; `None` where there is none.
    ///
    /// # Errors
    ///
    /// When it is there and cannot be read.
    fn account(&self, id: &AccountId) -> Result<Option<AccountSnapshot>, StoreError>;
}

impl AccountSource for SnapshotReader {
    fn account(&self, id: &AccountId) -> Result<Option<AccountSnapshot>, StoreError> {
        SnapshotReader::account(self, id)
    }
}

/// The analysis ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzeError<E: std::error::Error + 'static> {
    /// An account's snapshot cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The receiver of the assessments refused one.
    #[error(transparent)]
    Receiver(E),
}

/// Judges every account of `organization` by the default controls and hands each assessment to `receive`, in
/// the order of the account id. At most 64 accounts are in memory at a time.
///
/// # Errors
///
/// When an account's snapshot cannot be read, or `receive` refuses an assessment.
pub fn analyze<E: std::error::Error + Send + 'static>(
    organization: &OrganizationSnapshot,
    aws_managed: &AwsManagedPolicies,
    source: &impl AccountSource,
    receive: impl FnMut(AccountAssessment) -> Result<(), E>,
) -> Result<RunAssessment, AnalyzeError<E>> {
    analyze_with(&Options::default(), organization, aws_managed, source, receive)
}

/// The same with a choice of controls and parameters.
///
/// # Errors
///
/// When an account's snapshot cannot be read, or `receive` refuses an assessment.
pub fn analyze_with<E: std::error::Error + Send + 'static>(
    options: &Options,
    organization: &OrganizationSnapshot,
    aws_managed: &AwsManagedPolicies,
    source: &impl AccountSource,
    mut receive: impl FnMut(AccountAssessment) -> Result<(), E>,
) -> Result<RunAssessment, AnalyzeError<E>> {
    let analyzer = Analyzer::with_options(organization, aws_managed, options.clone());
    let mut ids: Vec<&AccountId> = organization.accounts.iter().map(|account| &account.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut totals = Totals::default();
    let mut controls = ControlCounts::new(analyzer.selection());
    let mut policies = PolicyTable::default();
    for batch in ids.chunks(BATCH) {
        let assessed: Vec<Result<(AccountAssessment, Survey), StoreError>> = batch
            .par_iter()
            .map(|id| {
                let snapshot = source.account(id)?;
                let snapshot = snapshot.as_ref();
                Ok((analyzer.assess(id, snapshot), analyzer.survey(id, snapshot)))
            })
            .collect();
        for assessed in assessed {
            let (assessment, survey) = assessed?;
            count(&mut totals, &assessment);
            controls.add(&assessment);
            policies.add(survey);
            receive(assessment).map_err(AnalyzeError::Receiver)?;
        }
    }
    let organization_gaps = organization_gaps(organization);
    // A user whose outcome is unknown is something that was not read, even in an account that seemed whole.
    let incomplete =
        totals.accounts_incomplete > 0 || totals.iam_5.unknown > 0 || !organization_gaps.is_empty();
    let (identity, policies_left_out, accounts_without_policies) = policies.finish();
    let mut policies = analyzer.scps();
    policies.extend(identity);
    Ok(RunAssessment {
        totals,
        targets: analyzer.targets().to_vec(),
        incomplete,
        organization_gaps,
        exceptions: Vec::new(),
        controls: controls.finish(),
        policies,
        accounts_without_policies,
        policies_left_out,
    })
}

fn count(totals: &mut Totals, account: &AccountAssessment) {
    totals.accounts += 1;
    totals.accounts_assessed += u64::from(account.assessed);
    match account.evidence.access.as_str() {
        "not_assessable" => totals.accounts_not_assessable += 1,
        "excluded" => totals.accounts_excluded += 1,
        _ => totals.accounts_incomplete += u64::from(account.completeness != Completeness::Full),
    }
    *totals.scp_coverage.entry(account.scp_coverage).or_default() += 1;
    for user in &account.users {
        totals.users += 1;
        totals.iam_5.add(user.iam_5);
        *totals.verdicts.entry(user.verdict).or_default() += 1;
        if user.iam_5 == Outcome::Fail {
            *totals
                .failed_by_severity
                .entry(iam_5::CONTROL.severity)
                .or_default() += 1;
        }
    }
    for finding in account
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail)
    {
        *totals.failed_by_severity.entry(finding.severity).or_default() += 1;
    }
}

/// What could not be read of the organization itself.
fn organization_gaps(organization: &OrganizationSnapshot) -> Vec<String> {
    let mut gaps = Vec::new();
    if organization.collection.ended_at.is_none() {
        gaps.push("the collection was cut off before its end".to_owned());
    }
    for (parent, failure) in &organization.tree.unread_parents {
        gaps.push(format!("the organizational units below `{parent}`: {failure}"));
    }
    for (what, policies) in [
        ("service control policies", &organization.service_control_policies),
        (
            "resource control policies",
            &organization.resource_control_policies,
        ),
    ] {
        if let Some(failure) = policies.failure() {
            gaps.push(format!("the {what}: {failure}"));
        }
        for policy in policies.value().iter().flat_map(|read| &read.policies) {
            push_failure(&mut gaps, &policy.name, &policy.document);
            push_failure(&mut gaps, &policy.name, &policy.targets);
        }
    }
    gaps
}

fn push_failure<T>(gaps: &mut Vec<String>, policy: &str, reading: &Reading<T>) {
    if let Some(failure) = reading.failure() {
        gaps.push(format!("the policy `{policy}`: {failure}"));
    }
}
