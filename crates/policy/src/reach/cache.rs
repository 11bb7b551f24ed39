//! Reach of many users: worked out once where users cannot differ.
//!
//! Users of one account who share their policies differ in little: their name, their path, their tags. Where the
//! policies cannot tell one name from another, the answer for one user is the answer for all, with the name replaced.
//! [`PolicySet`]s that can tell names apart (a literal user ARN, a condition on `aws:username`) are found out once,
//! and their users are then worked out one by one: slower, never wrong.

use super::blind::is_blind_to_names;
use super::forms::SOMETHING;
use super::{Reach, Session, SessionKind, SessionVerdict, reach, verdict};
use crate::evaluate::PolicySet;
use std::collections::HashMap;
use std::sync::Arc;

/// A name that no user has: IAM user names are ASCII.
pub const NOBODY: &str = "\u{e000}";

/// An IAM user, for [`ReachCache`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User<'a> {
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// The account.
    pub account: &'a str,
    /// The path, `/` for most.
    pub path: &'a str,
    /// The name.
    pub name: &'a str,
}

/// What was worked out for users who cannot be told apart.
#[derive(Debug)]
pub struct UserReach {
    /// What a session of the kind in question may do.
    pub without_mfa: Reach,
    /// What it amounts to.
    pub verdict: SessionVerdict,
    /// Whether the answer stands for several users; its witness resources then carry a stand-in for the name.
    pub shared: bool,
}

impl UserReach {
    /// A witness resource as it reads for a user.
    #[must_use]
    pub fn witness(&self, resource: &str, user: User<'_>) -> String {
        if self.shared {
            resource.replace(NOBODY, user.name)
        } else {
            resource.to_owned()
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    set: usize,
    kind: SessionKind,
    partition: String,
    account: String,
    path: String,
}

/// Remembers what was worked out for policy sets.
///
/// It holds the sets that it has seen, so that two of them never share an address.
#[derive(Debug, Default)]
pub struct ReachCache {
    sets: HashMap<usize, (Arc<PolicySet>, bool)>,
    shared: HashMap<Key, Arc<UserReach>>,
    last: Option<(Key, Arc<UserReach>)>,
}

impl ReachCache {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What a kind of session of a user may do, and what it amounts to.
    pub fn user(&mut self, set: &Arc<PolicySet>, kind: SessionKind, user: User<'_>) -> Arc<UserReach> {
        let address = Arc::as_ptr(set).addr();
        let (_, blind) = self
            .sets
            .entry(address)
            .or_insert_with(|| (Arc::clone(set), is_blind_to_names(set)));
        if !*blind || user.name == SOMETHING {
            return Arc::new(work_out(set, kind, user, false));
        }
        if let Some((key, found)) = &self.last
            && key.is(address, kind, user)
        {
            return Arc::clone(found);
        }
        let key = Key::new(address, kind, user);
        let found = match self.shared.get(&key) {
            Some(found) => Arc::clone(found),
            None => {
                let found = Arc::new(work_out(set, kind, User { name: NOBODY, ..user }, true));
                self.shared
                    .insert(Key::new(address, kind, user), Arc::clone(&found));
                found
            }
        };
        self.last = Some((key, Arc::clone(&found)));
        found
    }
}

impl Key {
    fn new(set: usize, kind: SessionKind, user: User<'_>) -> Self {
        let User {
            partition,
            account,
            path,
            ..
        } = user;
        Self {
            set,
            kind,
            partition: partition.to_owned(),
            account: account.to_owned(),
            path: path.to_owned(),
        }
    }

    fn is(&self, set: usize, kind: SessionKind, user: User<'_>) -> bool {
        self.set == set
            && self.kind == kind
            && self.account == user.account
            && self.path == user.path
            && self.partition == user.partition
    }
}

fn work_out(set: &Arc<PolicySet>, kind: SessionKind, user: User<'_>, shared: bool) -> UserReach {
    let session = |kind| {
        Arc::new(Session::user(
            kind,
            user.partition,
            user.account,
            user.path,
            user.name,
        ))
    };
    let without_mfa = reach(set, &session(kind));
    let with_mfa = reach(set, &session(SessionKind::Mfa));
    let verdict = verdict(&without_mfa, &with_mfa);
    UserReach {
        without_mfa,
        verdict,
        shared,
    }
}
