//! The whole organization: accounts in parallel, results in order, totals at the end.

use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc;
use std::thread;

use rayon::prelude::*;

use crate::analyzer::{Analyzer, Options};
use crate::control_counts::ControlCounts;
use crate::controls::iam_5;
use crate::exceptions::Ledger;
use crate::model::assessment::{Completeness, ScopeSummary, Totals};
use crate::model::snapshot::{AccountSnapshot, AwsManagedPolicies, OrganizationSnapshot};
use crate::model::store::{SnapshotReader, StoreError};
use crate::model::{AccountAssessment, AccountId, Outcome, Reading, RunAssessment, Verdict};
use crate::policies::{PolicyTable, Survey};
use crate::scope;

/// How many accounts each thread judges before they are handed on. While it does, those before are received.
const BATCH: usize = 8;

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
/// the order of the account id. Sixteen accounts for each thread are in memory at a time.
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
    let Assessments {
        organization,
        analyzer,
        source,
        mut ids,
        mut tally,
        ..
    } = Assessments::new(options, organization, aws_managed, source).with_policies();
    let worker = Worker {
        analyzer: &analyzer,
        source,
        survey: true,
    };
    let (send, batches) = mpsc::sync_channel::<Batch>(0);
    // The next accounts are judged while the reports of these are written, which is one thread's work.
    thread::scope(|scope| {
        scope.spawn(move || {
            // A receiver that is gone has refused an assessment.
            while !ids.is_empty() && send.send(worker.batch(&mut ids)).is_ok() {}
        });
        for judged in batches.into_iter().flatten() {
            let (assessment, survey) = judged?;
            receive(tally.add(assessment, survey)).map_err(AnalyzeError::Receiver)?;
        }
        Ok(())
    })
    .map(|()| tally.finish(organization, &analyzer))
}

/// What is said of some accounts, in the order of their ids; an account whose snapshot cannot be read is an error.
type Batch = VecDeque<Result<(AccountAssessment, Option<Survey>), StoreError>>;

/// What judges accounts.
#[derive(Debug)]
struct Worker<'w, 'a, S> {
    analyzer: &'w Analyzer<'a>,
    source: &'a S,
    survey: bool,
}

impl<S: AccountSource> Worker<'_, '_, S> {
    /// Judges the next accounts.
    fn batch(&self, ids: &mut VecDeque<&AccountId>) -> Batch {
        let most = BATCH * rayon::current_num_threads();
        let next: Vec<&AccountId> = ids.drain(..ids.len().min(most)).collect();
        let judge = |id: &&AccountId| {
            let snapshot = self.source.account(id)?;
            let snapshot = snapshot.as_ref();
            let survey = self.survey.then(|| self.analyzer.survey(id, snapshot));
            Ok((self.analyzer.assess(id, snapshot), survey))
        };
        let judged: Vec<_> = next.par_iter().map(judge).collect();
        judged.into()
    }
}

/// The assessments of an organization's accounts, in the order of the account id, made as they are asked for:
/// eight for each thread are in memory at a time. An account whose snapshot cannot be read is the last item.
#[derive(Debug)]
pub struct Assessments<'a, S> {
    organization: &'a OrganizationSnapshot,
    analyzer: Analyzer<'a>,
    source: &'a S,
    ids: VecDeque<&'a AccountId>,
    batch: Batch,
    tally: Tally,
}

impl<'a, S: AccountSource> Assessments<'a, S> {
    /// Prepares what all accounts share.
    pub fn new(
        options: &Options,
        organization: &'a OrganizationSnapshot,
        aws_managed: &'a AwsManagedPolicies,
        source: &'a S,
    ) -> Self {
        let ids: BTreeSet<&AccountId> = organization.accounts.iter().map(|account| &account.id).collect();
        let analyzer = Analyzer::with_options(organization, aws_managed, options.clone());
        Self {
            organization,
            tally: Tally {
                totals: Totals::default(),
                controls: ControlCounts::new(analyzer.selection()),
                policies: None,
                ledger: Ledger::new(&options.exceptions, organization),
                scope: analyzer.scope_summary(),
            },
            analyzer,
            source,
            ids: ids.into_iter().collect(),
            batch: VecDeque::new(),
        }
    }

    /// The same with the table of policies, which not everybody needs.
    #[must_use]
    pub fn with_policies(mut self) -> Self {
        self.tally.policies = Some(PolicyTable::default());
        self
    }

    /// What is said of the whole organization, once every account has passed by.
    #[must_use]
    pub fn finish(self) -> RunAssessment {
        self.tally.finish(self.organization, &self.analyzer)
    }
}

impl<S: AccountSource> Iterator for Assessments<'_, S> {
    type Item = Result<AccountAssessment, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.batch.is_empty() {
            let worker = Worker {
                analyzer: &self.analyzer,
                source: self.source,
                survey: self.tally.policies.is_some(),
            };
            self.batch = worker.batch(&mut self.ids);
        }
        match self.batch.pop_front()? {
            Ok((assessment, survey)) => Some(Ok(self.tally.add(assessment, survey))),
            Err(error) => {
                self.batch.clear();
                self.ids.clear();
                Some(Err(error))
            }
        }
    }
}

/// What is counted while accounts pass by.
#[derive(Debug)]
struct Tally {
    totals: Totals,
    controls: ControlCounts,
    policies: Option<PolicyTable>,
    ledger: Ledger,
    scope: Option<ScopeSummary>,
}

impl Tally {
    /// Counts an account, and marks what an approved exception covers.
    fn add(&mut self, mut assessment: AccountAssessment, survey: Option<Survey>) -> AccountAssessment {
        self.ledger.apply(&mut assessment);
        count(&mut self.totals, &assessment);
        self.controls.add(&assessment);
        if let Some(summary) = &mut self.scope {
            scope::count(summary, &assessment);
        }
        if let (Some(policies), Some(survey)) = (&mut self.policies, survey) {
            policies.add(survey);
        }
        assessment
    }

    fn finish(self, organization: &OrganizationSnapshot, analyzer: &Analyzer<'_>) -> RunAssessment {
        let totals = self.totals;
        let organization_gaps = organization_gaps(organization);
        // A user whose outcome or verdict is unknown is something that was not read, even in an account that seemed
        // whole.
        let incomplete = totals.accounts_incomplete > 0
            || totals.iam_5.unknown > 0
            || totals
                .verdicts
                .get(&Verdict::Unknown)
                .is_some_and(|users| *users > 0)
            || !organization_gaps.is_empty();
        let (identity, policies_left_out, accounts_without_policies) =
            self.policies.map(PolicyTable::finish).unwrap_or_default();
        let mut policies = analyzer.scps();
        policies.extend(identity);
        RunAssessment {
            totals,
            targets: analyzer.targets().to_vec(),
            incomplete,
            organization_gaps,
            exceptions: self.ledger.finish(),
            controls: self.controls.finish(),
            policies,
            accounts_without_policies,
            policies_left_out,
            scope: self.scope,
            change: None,
            history: Vec::new(),
        }
    }
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
            if user.exemption.is_some() {
                totals.iam_5_exempt += 1;
                *totals
                    .exempt_by_severity
                    .entry(iam_5::CONTROL.severity)
                    .or_default() += 1;
            }
        }
    }
    for finding in account
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail)
    {
        *totals.failed_by_severity.entry(finding.severity).or_default() += 1;
        if finding.exemption.is_some() {
            *totals.exempt_by_severity.entry(finding.severity).or_default() += 1;
        }
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

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
