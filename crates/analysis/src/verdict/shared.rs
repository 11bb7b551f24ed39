//! What is worked out once for all users whom their policies cannot tell apart, in whatever account they are.
//!
//! Most users of an organization have one of a few combinations of policies, and most policies speak of no user and no
//! account by name. The policy engine says of each combination what it looks at; what it does not look at is not
//! part of the key under which an answer is kept. Combinations that look at names are worked out user by user.
//!
//! Everything here is bounded: what is full is emptied and fills again, so memory does not grow with the number of
//! accounts.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use org_audit_policy::reach::{NOBODY, SessionKind};
use org_audit_policy::{Policy, PolicySet};
use smol_str::SmolStr;

use super::policies::{Placed, UserPolicies};
use super::session::{self, Chain, Judged, Subject};
use crate::model::DocumentId;
use crate::model::snapshot::Tag;

/// How many prepared documents are kept; large ones take tens of kilobytes.
const MOST_DOCUMENTS: usize = 2048;
/// How many prepared sets are kept; each takes some ten kilobytes.
const MOST_SETS: usize = 512;
/// How many combinations of policies are kept.
const MOST_COMBINATIONS: usize = 4096;
/// How many answers are kept, of all combinations together; each takes about a kilobyte.
const MOST_ANSWERS: usize = 8192;

/// What is shared by all accounts of an analysis.
#[derive(Debug)]
pub struct Shared {
    documents: Bounded<DocumentId, Result<Arc<Policy>, String>>,
    sets: Bounded<Key, Arc<PolicySet>>,
    combinations: Bounded<Key, Arc<Combination>>,
    /// How many answers the combinations hold.
    answers: AtomicUsize,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            documents: Bounded::new(MOST_DOCUMENTS),
            sets: Bounded::new(MOST_SETS),
            combinations: Bounded::new(MOST_COMBINATIONS),
            answers: AtomicUsize::new(0),
        }
    }
}

/// A combination of policies: the texts, in order, and the SCPs above.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    identity: Vec<DocumentId>,
    boundary: Option<DocumentId>,
    chain: usize,
}

impl Key {
    fn new(policies: &UserPolicies<'_>, chain: &Chain) -> Self {
        let id = |placed: &Placed<'_>| placed.id.clone();
        Self {
            identity: policies.identity.iter().map(id).collect(),
            boundary: policies.boundary.as_ref().map(id),
            chain: chain.key(),
        }
    }
}

/// What a combination looks at, and what was worked out for it.
#[derive(Debug)]
struct Combination {
    blind_to_names: bool,
    blind_to_tags: bool,
    blind_to_accounts: bool,
    gives_session_tokens_more: bool,
    answers: Mutex<HashMap<AnswerKey, Arc<Judged>>>,
}

/// What an answer depends on beside the combination; nothing that the combination does not look at.
#[derive(Debug, PartialEq, Eq, Hash)]
struct AnswerKey {
    kind: SessionKind,
    path: SmolStr,
    account: Option<SmolStr>,
    tags: Vec<(SmolStr, SmolStr)>,
}

impl Shared {
    /// What each kind of session of a user amounts to, in the order of `kinds`. A session of `GetSessionToken` is left out
    /// where no policy gives it more than the access key has that it comes from.
    ///
    /// # Errors
    ///
    /// Which policy's text is not a policy.
    pub fn judge(
        &self,
        policies: &UserPolicies<'_>,
        chain: &Chain,
        kinds: &[SessionKind],
        user: Subject<'_>,
    ) -> Result<Vec<Arc<Judged>>, String> {
        let key = Key::new(policies, chain);
        let combination = match self.combinations.get(&key) {
            Some(combination) => combination,
            None => {
                let set = self.set_of(&key, policies, chain)?;
                let combination = Arc::new(Combination::of(&set));
                self.combinations.insert(key.clone(), Arc::clone(&combination));
                combination
            }
        };
        let told_apart = |kind: &&SessionKind| {
            **kind != SessionKind::SessionToken || combination.gives_session_tokens_more
        };
        let kinds: Vec<SessionKind> = kinds.iter().filter(told_apart).copied().collect();
        let work_out = |user: Subject<'_>| -> Result<Vec<Arc<Judged>>, String> {
            let set = self.set_of(&key, policies, chain)?;
            Ok(session::judge(&set, &kinds, user)
                .into_iter()
                .map(Arc::new)
                .collect())
        };
        let Some(keys) = combination.answer_keys(&kinds, user) else {
            return work_out(user);
        };
        if let Some(found) = combination.answers(&keys) {
            return Ok(found);
        }
        let judged = work_out(Subject { name: NOBODY, ..user })?;
        // An answer that another thread adds to a combination of before goes with that combination, and is counted here.
        if self.answers.fetch_add(keys.len(), Ordering::Relaxed) >= MOST_ANSWERS {
            self.combinations.clear();
            self.answers.store(0, Ordering::Relaxed);
        }
        combination.keep(keys, &judged);
        Ok(judged)
    }

    /// The prepared policies of a user and of the SCPs above.
    ///
    /// # Errors
    ///
    /// Which policy's text is not a policy.
    pub fn set(&self, policies: &UserPolicies<'_>, chain: &Chain) -> Result<Arc<PolicySet>, String> {
        self.set_of(&Key::new(policies, chain), policies, chain)
    }

    fn set_of(
        &self,
        key: &Key,
        policies: &UserPolicies<'_>,
        chain: &Chain,
    ) -> Result<Arc<PolicySet>, String> {
        if let Some(set) = self.sets.get(key) {
            return Ok(set);
        }
        let identity = policies
            .identity
            .iter()
            .map(|placed| self.prepared(placed))
            .collect::<Result<Vec<_>, _>>()?;
        let boundary = policies
            .boundary
            .as_ref()
            .map(|placed| self.prepared(placed))
            .transpose()?;
        let set = Arc::new(
            PolicySet::builder()
                .identities(identity)
                .boundary(boundary)
                .scp_chain(chain.policies().clone())
                .management_account(chain.exempt())
                .build(),
        );
        self.sets.insert(key.clone(), Arc::clone(&set));
        Ok(set)
    }

    fn prepared(&self, placed: &Placed<'_>) -> Result<Arc<Policy>, String> {
        let prepared = self.documents.get(placed.id).unwrap_or_else(|| {
            let parsed = Policy::parse(placed.text).map(Arc::new);
            let parsed = parsed.map_err(|error| error.to_string());
            self.documents.insert(placed.id.clone(), parsed.clone());
            parsed
        });
        prepared.map_err(|why| placed.not_parsed(&why))
    }
}

impl Combination {
    fn of(set: &PolicySet) -> Self {
        Self {
            blind_to_names: set.is_blind_to_names(),
            blind_to_tags: set.is_blind_to_tags(),
            blind_to_accounts: set.is_blind_to_accounts(),
            gives_session_tokens_more: set.gives_session_tokens_more(),
            answers: Mutex::default(),
        }
    }

    /// `None` where each user must be worked out alone.
    fn answer_keys(&self, kinds: &[SessionKind], user: Subject<'_>) -> Option<Vec<AnswerKey>> {
        let tag = |tag: &Tag| (tag.key.clone(), tag.value.clone());
        let key = |kind: &SessionKind| AnswerKey {
            kind: *kind,
            path: SmolStr::new(user.path),
            account: (!self.blind_to_accounts).then(|| SmolStr::new(user.account)),
            tags: if self.blind_to_tags {
                Vec::new()
            } else {
                user.tags.iter().map(tag).collect()
            },
        };
        self.blind_to_names.then(|| kinds.iter().map(key).collect())
    }

    /// The answers, if all of them are known.
    fn answers(&self, keys: &[AnswerKey]) -> Option<Vec<Arc<Judged>>> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().map(|key| answers.get(key).cloned()).collect()
    }

    fn keep(&self, keys: Vec<AnswerKey>, judged: &[Arc<Judged>]) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.extend(keys.into_iter().zip(judged.iter().cloned()));
    }
}

/// A map that is emptied when it is full.
#[derive(Debug)]
struct Bounded<K, V> {
    entries: RwLock<HashMap<K, V>>,
    most: usize,
}

impl<K: Eq + Hash, V: Clone> Bounded<K, V> {
    fn new(most: usize) -> Self {
        Self {
            entries: RwLock::default(),
            most,
        }
    }

    fn get(&self, key: &K) -> Option<V> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).cloned()
    }

    fn insert(&self, key: K, value: V) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.most {
            entries.clear();
        }
        entries.insert(key, value);
    }

    fn clear(&self) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.clear();
    }
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
