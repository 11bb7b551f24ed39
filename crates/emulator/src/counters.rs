//! Counts of the calls that were answered, by operation and by account.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::route::Service;

/// Calls by service and operation.
pub type Calls = BTreeMap<(String, String), u64>;

#[derive(Debug, Default)]
pub(crate) struct Counters {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    operations: BTreeMap<(Service, String), u64>,
    accounts: BTreeMap<String, u64>,
    statuses: BTreeMap<u16, u64>,
}

impl Counters {
    /// Counts one answer. An `AssumeRole` belongs to the account that it leads into, every other call
    /// to the account of its credentials.
    pub fn count(&self, service: Service, operation: &str, account: Option<&str>, status: u16) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts
            .operations
            .entry((service, operation.to_owned()))
            .or_default() += 1;
        *counts.statuses.entry(status).or_default() += 1;
        if let Some(account) = account {
            *counts.accounts.entry(account.to_owned()).or_default() += 1;
        }
    }

    pub fn calls(&self) -> Calls {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .operations
            .iter()
            .map(|((service, operation), count)| ((service.name().to_owned(), operation.clone()), *count))
            .collect()
    }

    pub fn by_account(&self) -> BTreeMap<String, u64> {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .accounts
            .clone()
    }

    pub fn reset(&self) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) = Counts::default();
    }

    /// The body of the introspection path.
    pub fn to_json(&self) -> Value {
        let calls: BTreeMap<String, u64> = self
            .calls()
            .into_iter()
            .map(|((service, operation), count)| (format!("{service}:{operation}"), count))
            .collect();
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let statuses: BTreeMap<String, u64> = counts
            .statuses
            .iter()
            .map(|(status, count)| (status.to_string(), *count))
            .collect();
        let total: u64 = calls.values().sum();
        json!({ "total": total, "calls": calls, "accounts": counts.accounts, "statuses": statuses })
    }
}
