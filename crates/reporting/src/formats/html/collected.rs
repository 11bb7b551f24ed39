//! What is kept of the accounts until the page is written: little of each, more of the worst.

use std::collections::BTreeMap;

use org_audit_model::assessment::{Completeness, OutcomeCounts, UserAssessment};
use org_audit_model::outcome::Scope;
use org_audit_model::{AccountAssessment, AccountId, Coverage, Outcome};
use serde::Serialize;
use smol_str::SmolStr;

use super::rank::{self, RANKS};
use super::shown::Shown;
use crate::finding::is_outside;

/// The most users that are written out, so that they are there without a script and on paper.
pub(super) const MOST_USERS: usize = 100;

/// The most accounts that are written out below one way out, and the most whose counts do not agree.
pub(super) const MOST_ACCOUNTS: usize = 300;

/// What an account's cell in the picture says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// A user fails IAM.5.
    Fail,
    /// Nothing was read.
    Unread,
    /// Something that decides a user could not be read, and no user is known to fail.
    Unknown,
    /// Every user to whom IAM.5 applies passes.
    Pass,
    /// IAM.5 applies to nobody.
    NotApplicable,
    /// The account cannot be read in its state, or was left out by the arguments.
    Outside,
}

impl Status {
    /// In the order of the legend.
    pub(super) const ALL: [Self; 6] = [
        Self::Fail,
        Self::Unread,
        Self::Unknown,
        Self::Pass,
        Self::NotApplicable,
        Self::Outside,
    ];

    /// Its class in the style sheet, and the end of its message's key.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unread => "unread",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NotApplicable => "na",
            Self::Outside => "outside",
        }
    }

    fn of(account: &AccountAssessment, counts: &OutcomeCounts) -> Self {
        if counts.fail > 0 {
            Self::Fail
        } else if is_outside(account) {
            Self::Outside
        } else if !account.assessed && account.users.is_empty() {
            Self::Unread
        } else if !account.assessed || counts.unknown > 0 {
            Self::Unknown
        } else if counts.pass > 0 {
            Self::Pass
        } else {
            Self::NotApplicable
        }
    }
}

/// An account in the picture.
#[derive(Debug, Clone)]
pub(super) struct Brief {
    pub(super) status: Status,
    pub(super) counts: OutcomeCounts,
    pub(super) coverage: Coverage,
    pub(super) scope: Option<Scope>,
}

/// A user whom somebody should look at.
#[derive(Debug, Clone)]
pub(super) struct Worst {
    pub(super) account_id: AccountId,
    pub(super) account_name: Shown,
    pub(super) ou_path: Shown,
    pub(super) user: UserAssessment,
}

/// An account that was not, or not completely, read.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Unread {
    account_id: SmolStr,
    account_name: Shown,
    ou_path: Shown,
    state: Shown,
    reason: Shown,
    partly: bool,
}

/// Accounts with the same way out.
#[derive(Debug, Clone, Default)]
pub(super) struct UnreadGroup {
    pub(super) count: u64,
    pub(super) accounts: Vec<Unread>,
}

/// An account whose numbers of users do not agree.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Mismatch {
    account_id: SmolStr,
    account_name: Shown,
    in_report: Option<u64>,
    in_authorization_details: Option<u64>,
    in_summary: Option<i64>,
}

/// How the independent counts of users agree.
#[derive(Debug, Clone, Default)]
pub(super) struct Reconciliation {
    pub(super) compared: u64,
    pub(super) agreeing: u64,
    pub(super) mismatches: Vec<Mismatch>,
}

/// What is kept of the accounts.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) briefs: BTreeMap<AccountId, Brief>,
    pub(super) worst: [Vec<Worst>; RANKS],
    /// Users with a rank.
    pub(super) worst_count: u64,
    /// By way out; the empty one is of accounts that nothing can be done about.
    pub(super) unread: BTreeMap<String, UnreadGroup>,
    pub(super) reconciliation: Reconciliation,
    /// The oldest and the newest credential report.
    pub(super) report_times: Option<(String, String)>,
}

impl Collected {
    /// Takes what is needed of an account.
    pub(super) fn add(&mut self, account: &AccountAssessment) {
        let mut counts = OutcomeCounts::default();
        for user in &account.users {
            counts.add(user.iam_5);
            self.consider(account, user);
        }
        let brief = Brief {
            status: Status::of(account, &counts),
            counts,
            coverage: account.scp_coverage,
            scope: account.scope,
        };
        self.briefs.insert(account.account_id.clone(), brief);
        if !account.assessed || account.completeness != Completeness::Full {
            self.note_unread(account);
        }
        self.reconcile(account);
        if let Some(time) = &account.evidence.report_generated_at {
            let (oldest, newest) = self
                .report_times
                .get_or_insert_with(|| (time.clone(), time.clone()));
            if *time < *oldest {
                oldest.clone_from(time);
            }
            if *time > *newest {
                newest.clone_from(time);
            }
        }
    }

    /// Accounts in which a user fails.
    pub(super) fn accounts_failing(&self) -> u64 {
        self.briefs.values().filter(|brief| brief.counts.fail > 0).count() as u64
    }

    /// Accounts with this status.
    pub(super) fn with_status(&self, status: Status) -> u64 {
        self.briefs
            .values()
            .filter(|brief| brief.status == status)
            .count() as u64
    }

    fn consider(&mut self, account: &AccountAssessment, user: &UserAssessment) {
        // An unknown user is not among the worst: the way out is to read the account.
        let rank = rank::of(user.iam_5, user.verdict).filter(|_| user.iam_5 != Outcome::Unknown);
        let Some(bucket) = rank.and_then(|rank| self.worst.get_mut(rank)) else {
            return;
        };
        self.worst_count += 1;
        if bucket.len() < MOST_USERS {
            bucket.push(Worst {
                account_id: account.account_id.clone(),
                account_name: Shown::new(&account.account_name),
                ou_path: Shown::new(&account.ou_path),
                user: user.clone(),
            });
        }
    }

    fn note_unread(&mut self, account: &AccountAssessment) {
        let group = self.unread.entry(account.way_out.clone()).or_default();
        group.count += 1;
        if group.accounts.len() < MOST_ACCOUNTS {
            group.accounts.push(Unread {
                account_id: account.account_id.as_str().into(),
                account_name: Shown::new(&account.account_name),
                ou_path: Shown::new(&account.ou_path),
                state: Shown::new(account.state.as_str()),
                reason: Shown::new(&account.reason),
                partly: account.completeness != Completeness::None,
            });
        }
    }

    fn reconcile(&mut self, account: &AccountAssessment) {
        let evidence = &account.evidence;
        let counts = [
            evidence.users_in_report.map(i128::from),
            evidence.users_in_authorization_details.map(i128::from),
            evidence.users_in_summary.map(i128::from),
        ];
        let mut known = counts.into_iter().flatten();
        let (Some(first), Some(second)) = (known.next(), known.next()) else {
            return;
        };
        let reconciliation = &mut self.reconciliation;
        reconciliation.compared += 1;
        if first == second && known.all(|count| count == first) {
            reconciliation.agreeing += 1;
        } else if reconciliation.mismatches.len() < MOST_ACCOUNTS {
            reconciliation.mismatches.push(Mismatch {
                account_id: account.account_id.as_str().into(),
                account_name: Shown::new(&account.account_name),
                in_report: evidence.users_in_report,
                in_authorization_details: evidence.users_in_authorization_details,
                in_summary: evidence.users_in_summary,
            });
        }
    }
}
