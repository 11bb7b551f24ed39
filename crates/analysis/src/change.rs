//! What changed since an earlier run of the same organization.
//!
//! Both snapshots are judged by this program with the same controls, so that a difference is one of the
//! organization and not of two versions of the program. [`Comparison`] goes along both in the order of the
//! account id and holds one batch of each in memory, whatever the size of the organization.
//!
//! # Architecture invariant
//!
//! A finding is resolved only where this run read what decides it: its resource passes or does not apply, or
//! it is gone from an account that was read completely. Everything else that is no longer seen is
//! `not_assessed` or `left_organization`.

mod compare;
mod sides;
mod tally;

use rayon::prelude::*;

use crate::analyzer::Options;
use crate::model::AccountAssessment;
use crate::model::change::{BaselineReference, Change, ChangedAccount, ChangedItem, RunFigures};
use crate::model::snapshot::{AwsManagedPolicies, OrganizationSnapshot};
use crate::model::store::StoreError;
use crate::run::{AccountSource, AnalyzeError, Assessments};
use tally::Tally;

/// What became of one account and of everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountComparison {
    /// What became of the account itself, where there is something to say.
    pub account: Option<ChangedAccount>,
    /// Its findings and its users' verdicts, each once, those that did not change as well.
    pub items: Vec<ChangedItem>,
}

/// Compares one account's assessments; `None` where the account was not in the organization.
#[must_use]
pub fn compare(old: Option<&AccountAssessment>, new: Option<&AccountAssessment>) -> AccountComparison {
    compare::accounts(old, new)
}

/// The earlier run, as it is compared with.
#[derive(Debug)]
pub struct Baseline<'a, S> {
    /// Its organization.
    pub organization: &'a OrganizationSnapshot,
    /// Its AWS managed policies.
    pub aws_managed: &'a AwsManagedPolicies,
    /// Its accounts.
    pub source: &'a S,
}

/// Reads every account of an earlier run once, to find out before a long collection, and not after it, that one
/// cannot be read.
///
/// # Errors
///
/// When one cannot be read.
pub fn check(organization: &OrganizationSnapshot, source: &impl AccountSource) -> Result<(), StoreError> {
    organization
        .accounts
        .par_iter()
        .try_for_each(|account| source.account(&account.id).map(drop))
}

/// An earlier run and a later one that passes by account by account.
#[derive(Debug)]
pub struct Comparison<'a, S> {
    organization: &'a OrganizationSnapshot,
    old: Assessments<'a, S>,
    /// The account of the earlier run that is next.
    ahead: Option<AccountAssessment>,
    tally: Tally,
}

impl<'a, S: AccountSource> Comparison<'a, S> {
    /// Begins to judge `baseline` by `options`, which must be those of the later run.
    pub fn new(options: &Options, baseline: &Baseline<'a, S>) -> Self {
        let &Baseline {
            organization,
            aws_managed,
            source,
        } = baseline;
        Self {
            organization,
            old: Assessments::new(options, organization, aws_managed, source),
            ahead: None,
            tally: Tally::default(),
        }
    }

    /// Takes the next account of the later run, in the order of the account id, and hands what became of it
    /// to `receive`, after the accounts before it that are no longer there.
    ///
    /// # Errors
    ///
    /// When an account of the earlier run cannot be read, or `receive` refuses.
    pub fn account<E: std::error::Error + 'static>(
        &mut self,
        new: &AccountAssessment,
        mut receive: impl FnMut(AccountComparison) -> Result<(), E>,
    ) -> Result<(), AnalyzeError<E>> {
        while let Some(old) = self.next_if(|old| old.account_id < new.account_id)? {
            self.told(Some(&old), None, &mut receive)?;
        }
        let old = self.next_if(|old| old.account_id == new.account_id)?;
        self.told(old.as_ref(), Some(new), &mut receive)
    }

    /// Takes the accounts that are left of the earlier run, which are no longer in the organization, and
    /// gives the whole. `now` has the figures of the later run.
    ///
    /// # Errors
    ///
    /// When an account of the earlier run cannot be read, or `receive` refuses.
    pub fn finish<E: std::error::Error + 'static>(
        mut self,
        manifest_sha256: Option<String>,
        now: RunFigures,
        mut receive: impl FnMut(AccountComparison) -> Result<(), E>,
    ) -> Result<Change, AnalyzeError<E>> {
        while let Some(old) = self.next_if(|_| true)? {
            self.told(Some(&old), None, &mut receive)?;
        }
        let baseline = BaselineReference {
            organization_id: self.organization.organization.id.clone(),
            started_at: self.organization.collection.started_at,
            manifest_sha256,
        };
        let then = RunFigures::of(self.organization, &self.old.finish());
        Ok(self.tally.finish(baseline, then, now))
    }

    fn next_if(
        &mut self,
        wanted: impl Fn(&AccountAssessment) -> bool,
    ) -> Result<Option<AccountAssessment>, StoreError> {
        if self.ahead.is_none() {
            self.ahead = self.old.next().transpose()?;
        }
        Ok(self.ahead.take_if(|old| wanted(old)))
    }

    fn told<E: std::error::Error + 'static>(
        &mut self,
        old: Option<&AccountAssessment>,
        new: Option<&AccountAssessment>,
        receive: &mut impl FnMut(AccountComparison) -> Result<(), E>,
    ) -> Result<(), AnalyzeError<E>> {
        let comparison = compare(old, new);
        self.tally.add(&comparison);
        receive(comparison).map_err(AnalyzeError::Receiver)
    }
}

#[cfg(test)]
#[path = "change/change_tests.rs"]
mod tests;
