//! What changed, counted.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::AccountComparison;
use crate::model::change::{ABSENT, BaselineReference, Change, ChangedItem, MOST_NEW, RunFigures, VERDICT};
use crate::model::{AccountChange, ChangeKind, Outcome, Severity};

/// The counts while the accounts pass by.
#[derive(Debug, Default)]
pub(super) struct Tally {
    failing: BTreeMap<ChangeKind, BTreeMap<Severity, u64>>,
    not_failing: BTreeMap<ChangeKind, u64>,
    new_but_exempt: BTreeMap<Severity, u64>,
    resolved_by_removal: u64,
    verdicts: BTreeMap<ChangeKind, u64>,
    accounts: BTreeMap<AccountChange, u64>,
    /// The most severe first, in each severity as they came.
    new: BTreeMap<(Reverse<Severity>, u64), ChangedItem>,
    seen: u64,
}

impl Tally {
    /// Counts an account.
    pub fn add(&mut self, comparison: &AccountComparison) {
        if let Some(account) = &comparison.account {
            *self.accounts.entry(account.kind).or_default() += 1;
        }
        for item in &comparison.items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &ChangedItem) {
        if item.subject == VERDICT {
            *self.verdicts.entry(item.kind).or_default() += 1;
            return;
        }
        let failed = |word: &str| word == Outcome::Fail.as_str();
        match item.severity {
            Some(severity) if failed(&item.was) || failed(&item.now) => {
                let counts = self.failing.entry(item.kind).or_default();
                *counts.entry(severity).or_default() += 1;
                self.resolved_by_removal +=
                    u64::from(item.kind == ChangeKind::Resolved && item.now == ABSENT);
                if failed(&item.now) && item.kind != ChangeKind::Unchanged {
                    if item.exempt {
                        *self.new_but_exempt.entry(severity).or_default() += 1;
                    } else {
                        self.keep(severity, item);
                    }
                }
            }
            Some(_) | None => *self.not_failing.entry(item.kind).or_default() += 1,
        }
    }

    fn keep(&mut self, severity: Severity, item: &ChangedItem) {
        self.seen += 1;
        let key = (Reverse(severity), self.seen);
        let full = self.new.len() >= MOST_NEW;
        let behind = self.new.last_key_value().is_some_and(|(last, _)| key > *last);
        if full && behind {
            return;
        }
        self.new.insert(key, item.clone());
        if full {
            self.new.pop_last();
        }
    }

    /// The whole.
    pub fn finish(self, baseline: BaselineReference, then: RunFigures, now: RunFigures) -> Change {
        let kept = u64::try_from(self.new.len()).unwrap_or(u64::MAX);
        Change {
            baseline,
            then,
            now,
            failing: self.failing,
            not_failing: self.not_failing,
            new_but_exempt: self.new_but_exempt,
            resolved_by_removal: self.resolved_by_removal,
            verdicts: self.verdicts,
            accounts: self.accounts,
            new_findings: self.new.into_values().collect(),
            new_findings_left_out: self.seen.saturating_sub(kept),
            controls_not_compared: Vec::new(),
        }
    }
}
