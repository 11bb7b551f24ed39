//! Policies over the whole organization: each text is linted once, in however many accounts it stands.
//!
//! Accounts are surveyed in parallel; what they say is brought together in the order of their ids.

mod scps;
mod survey;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use org_audit_policy::document::{Condition, Effect};
use org_audit_policy::lint::{self, DocumentKind, Subject};
use org_audit_policy::{Policy, PolicyDocument};

use crate::model::DocumentId;
use crate::model::assessment::{MOST_NAMES, PolicyAssessment, PolicyLint};
use crate::model::outcome::{LintSeverity, PolicyKind};
use crate::scp::asks_for_mfa;

pub use scps::scps;
pub use survey::Survey;

/// How many different texts are told apart. A text that names its user is another one for every user, so
/// there can be as many as users.
const MOST_POLICIES: usize = 10_000;

/// How many answers are kept; what is full is emptied and fills again.
const MOST_KEPT: usize = 16_384;

/// What there is to say of a text.
#[derive(Debug)]
pub enum Linted {
    /// It does not speak of MFA.
    Silent,
    /// It does.
    Speaks {
        denies_without_mfa: bool,
        lints: Vec<PolicyLint>,
    },
    /// It cannot be parsed, for this reason.
    Unparsable(String),
}

/// The identity policies' lints, each text's worked out once.
#[derive(Debug, Default)]
pub struct Linter {
    known: RwLock<HashMap<DocumentId, Arc<Linted>>>,
}

impl Linter {
    /// What there is to say of `text` as an identity policy.
    pub fn identity(&self, id: &DocumentId, text: &str) -> Arc<Linted> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Arc::clone(known);
        }
        let linted = Arc::new(match PolicyDocument::parse(text) {
            Ok(document) if !mentions_mfa(&document) => Linted::Silent,
            Ok(document) => speak(document, DocumentKind::Identity),
            Err(why) => Linted::Unparsable(why.to_string()),
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        known.insert(id.clone(), Arc::clone(&linted));
        linted
    }
}

/// Puts a document to the lints.
fn speak(document: PolicyDocument, kind: DocumentKind) -> Linted {
    let policy = Policy::new(document);
    let mut statements = policy.document().statements().iter().enumerate();
    let denies_without_mfa = statements
        .any(|(index, statement)| statement.effect() == Effect::Deny && asks_for_mfa(&policy, index));
    let subject = Subject {
        policy: &policy,
        kind,
        user_path: None,
    };
    let lints = lint::lint(subject).into_iter().map(|found| {
        let statement = found
            .statement
            .and_then(|at| policy.document().statements().get(at));
        PolicyLint {
            code: found.code.into(),
            severity: match found.severity {
                lint::Severity::Info => LintSeverity::Info,
                lint::Severity::Warning => LintSeverity::Warning,
                lint::Severity::Error => LintSeverity::Error,
            },
            statement: found.statement.and_then(|at| u64::try_from(at).ok()),
            sid: statement.and_then(|statement| statement.sid()).map(str::to_owned),
            pointer: found.pointer,
            message: found.message,
            help: found.help,
        }
    });
    Linted::Speaks {
        denies_without_mfa,
        lints: lints.collect(),
    }
}

/// Whether a condition of the document speaks of MFA.
pub fn mentions_mfa(document: &PolicyDocument) -> bool {
    document
        .statements()
        .iter()
        .flat_map(|statement| statement.conditions())
        .any(is_about_mfa)
}

/// Whether a condition speaks of MFA.
pub fn is_about_mfa(condition: &Condition) -> bool {
    condition.is_key("aws:MultiFactorAuthPresent") || condition.is_key("aws:MultiFactorAuthAge")
}

/// By what a text is the same in two accounts: its hash, or why there is none.
pub type Key = (Option<DocumentId>, Option<String>);

/// The identity policies of all accounts.
#[derive(Debug, Default)]
pub struct PolicyTable {
    rows: HashMap<Key, PolicyAssessment>,
    left_out: u64,
    accounts_unread: u64,
}

impl PolicyTable {
    /// Adds what an account's survey found. To be called in the order of account ids.
    pub fn add(&mut self, survey: Survey) {
        let Some(found) = survey.found else {
            self.accounts_unread += 1;
            return;
        };
        for one in found {
            let full = self.rows.len() >= MOST_POLICIES;
            let row = match self.rows.get_mut(&one.key) {
                Some(row) => row,
                None if full => {
                    self.left_out += 1;
                    continue;
                }
                None => self.rows.entry(one.key.clone()).or_insert_with(|| one.row()),
            };
            for name in one.names {
                if row.names.len() < MOST_NAMES && !row.names.contains(&name) {
                    row.names.push(name);
                }
            }
            add(&mut row.accounts, 1);
            add(&mut row.users, one.place.users);
            add(&mut row.groups, one.place.groups);
            row.places.push(one.place);
        }
    }

    /// The policies, the worst first, then those that apply to most; how many are left out; and how many
    /// accounts' policies were not read.
    pub fn finish(self) -> (Vec<PolicyAssessment>, u64, u64) {
        let mut rows: Vec<PolicyAssessment> = self.rows.into_values().collect();
        sort(&mut rows);
        (rows, self.left_out, self.accounts_unread)
    }
}

/// The worst first; those that could not be read before those without a flaw.
fn sort(rows: &mut [PolicyAssessment]) {
    rows.sort_by(|a, b| {
        let key = |row: &PolicyAssessment| {
            (
                Reverse(row.worst()),
                Reverse(row.problem.is_some()),
                Reverse(row.users),
                Reverse(row.accounts),
            )
        };
        let name = |row: &PolicyAssessment| {
            (
                row.document_sha256.clone(),
                row.problem.clone(),
                row.policy_id.clone(),
            )
        };
        key(a).cmp(&key(b)).then_with(|| name(a).cmp(&name(b)))
    });
}

fn add(count: &mut Option<u64>, more: u64) {
    *count = count.map(|count| count + more);
}

/// A policy of which nothing is said yet.
fn blank(kind: PolicyKind) -> PolicyAssessment {
    PolicyAssessment {
        kind,
        policy_id: Default::default(),
        document_sha256: None,
        names: Vec::new(),
        denies_without_mfa: None,
        problem: None,
        not_in_force: None,
        lints: Vec::new(),
        accounts: None,
        users: None,
        groups: None,
        places: Vec::new(),
        targets: None,
    }
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;
