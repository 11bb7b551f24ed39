//! What changes while the emulator runs: sessions, reports, users that a test changed.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;

use crate::access::Session;
use crate::report::{AsOf, LIFETIME, ReportState};
use crate::world::identities::AccountView;
use crate::world::model::{Credentials, User};
use crate::world::{Account, World, users};

/// How many users are kept at hand, over all accounts; the accounts asked for last stay.
const KEPT_USERS: usize = 20_000;
/// How long before the start an old report was made.
const OLD_REPORT_AGE: i64 = 2 * 3600;

/// Credentials that a test gave a user, and at which tick.
type Change = (u64, Credentials);

#[derive(Debug, Default)]
pub(crate) struct Live {
    sessions: RwLock<HashMap<String, Arc<Session>>>,
    reports: Mutex<HashMap<usize, ReportState>>,
    refused_reports: Mutex<HashMap<usize, u32>>,
    changes: RwLock<BTreeMap<(usize, String), Vec<Change>>>,
    views: Mutex<Views>,
    ticks: AtomicU64,
}

#[derive(Debug, Default)]
struct Views {
    by_account: HashMap<usize, Arc<AccountView>>,
    order: VecDeque<usize>,
    users: usize,
}

impl Views {
    fn keep(&mut self, account: usize, view: &Arc<AccountView>) {
        if self.by_account.insert(account, Arc::clone(view)).is_none() {
            self.order.push_back(account);
            self.users += view.users.len();
        }
        while self.users > KEPT_USERS && self.order.len() > 1 {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if let Some(dropped) = self.by_account.remove(&oldest) {
                self.users -= dropped.users.len();
            }
        }
    }
}

impl Live {
    pub fn new(world: &World) -> Self {
        let generated = users::before(world.epoch, OLD_REPORT_AGE);
        let reports = world
            .accounts()
            .iter()
            .filter(|account| account.has_old_report)
            .map(|account| (account.index, ReportState::Complete { generated, tick: 0 }))
            .collect();
        Self {
            reports: Mutex::new(reports),
            ..Self::default()
        }
    }

    pub fn session(&self, access_key: &str) -> Option<Arc<Session>> {
        self.sessions
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(access_key)
            .cloned()
    }

    pub fn add_session(&self, access_key: String, session: Session) {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(access_key, Arc::new(session));
    }

    /// The users, groups, roles and policies of an account: from the few that are kept, or made anew.
    pub fn view(&self, world: &World, account: &Account) -> Arc<AccountView> {
        let found = self
            .views
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .by_account
            .get(&account.index)
            .cloned();
        if let Some(view) = found {
            return view;
        }
        // Made outside the lock: two requests may make the same view, and both are right.
        let view = Arc::new(AccountView::make(world, account));
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.keep(account.index, &view);
        view
    }

    /// A user's credentials as of a moment.
    pub fn credentials(&self, account: &Account, user: &User, as_of: AsOf) -> Credentials {
        let changes = self.changes.read().unwrap_or_else(PoisonError::into_inner);
        if changes.is_empty() {
            return user.credentials_at(as_of.time).clone();
        }
        changes
            .get(&(account.index, user.name.clone()))
            .and_then(|changes| changes.iter().rev().find(|(since, _)| *since <= as_of.tick))
            .map_or_else(
                || user.credentials_at(as_of.time).clone(),
                |(_, credentials)| credentials.clone(),
            )
    }

    /// The next tick: of two, the earlier one is smaller.
    pub fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn change(&self, account: &Account, user: &str, credentials: Credentials) {
        let tick = self.tick();
        let mut changes = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        changes
            .entry((account.index, user.to_owned()))
            .or_default()
            .push((tick, credentials));
    }

    /// Counts a refusal of `GenerateCredentialReport`; whether it is one of the first `limit`.
    pub fn refuse_report(&self, account: &Account, limit: u32) -> bool {
        let mut refused = self
            .refused_reports
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = refused.entry(account.index).or_default();
        *count = count.saturating_add(1);
        *count <= limit
    }

    /// Where an account's report stands; `None` when there is none, or it is older than four hours.
    pub fn report(&self, account: &Account, now: Timestamp) -> Option<ReportState> {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.get(&account.index).copied().filter(|state| match state {
            ReportState::Making { .. } => true,
            ReportState::Complete { generated, .. } => now.duration_since(*generated) < LIFETIME,
        })
    }

    /// Whether there is a report that is too old.
    pub fn has_expired_report(&self, account: &Account, now: Timestamp) -> bool {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(reports.get(&account.index), Some(ReportState::Complete { generated, .. })
            if now.duration_since(*generated) >= LIFETIME)
    }

    pub fn set_report(&self, account: &Account, state: ReportState) {
        self.reports
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account.index, state);
    }
}
