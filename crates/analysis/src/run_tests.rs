//! The order of a whole analysis, and how it ends early.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::controls::common::testing;
use crate::model::snapshot::Access;

/// So many that no machine judges all of them before the first is received.
const ACCOUNTS: usize = 20_000;

fn id(number: usize) -> AccountId {
    AccountId::try_from(format!("{number:012}").as_str()).unwrap()
}

fn organization(accounts: usize) -> OrganizationSnapshot {
    let account = |number: usize| {
        json!({"id": id(number), "name": "a", "state": "ACTIVE", "joined_method": null, "joined_at": null,
            "parent_id": "r-1"})
    };
    // Not in their order.
    let accounts: Vec<_> = (1..=accounts).rev().map(account).collect();
    testing::organization(&json!({ "accounts": accounts }))
}

/// Accounts of which one is damaged, and how many were asked for.
#[derive(Default)]
struct Source {
    damaged: Option<AccountId>,
    asked: AtomicUsize,
}

impl AccountSource for Source {
    fn account(&self, id: &AccountId) -> Result<Option<AccountSnapshot>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.damaged.as_ref() == Some(id) {
            return Err(StoreError::NotASnapshot(PathBuf::from("damaged")));
        }
        let snapshot =
            AccountSnapshot::not_entered(id.clone(), Access::Excluded, Timestamp::UNIX_EPOCH, "out");
        Ok(Some(snapshot))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no")]
struct Refused;

#[test]
fn accounts_are_received_in_the_order_of_their_ids() {
    let organization = organization(300);
    let managed = AwsManagedPolicies::default();
    let mut received = Vec::new();
    let run = analyze(&organization, &managed, &Source::default(), |account| {
        received.push(account.account_id);
        Ok::<(), Infallible>(())
    });
    assert_eq!(run.unwrap().totals.accounts, 300);
    assert_eq!(received, (1..=300).map(id).collect::<Vec<_>>());
}

#[test]
fn an_organization_without_accounts_is_analysed_too() {
    let managed = AwsManagedPolicies::default();
    let run = analyze(&organization(0), &managed, &Source::default(), |_| {
        Err::<(), _>(Refused)
    });
    assert_eq!(run.unwrap().totals.accounts, 0);
}

#[test]
fn what_cannot_be_read_ends_it_after_everything_before() {
    let source = Source {
        damaged: Some(id(250)),
        ..Source::default()
    };
    let managed = AwsManagedPolicies::default();
    let mut received = 0;
    let run = analyze(&organization(300), &managed, &source, |_| {
        received += 1;
        Ok::<(), Infallible>(())
    });
    assert!(matches!(run, Err(AnalyzeError::Store(_))), "{run:?}");
    assert_eq!(received, 249);
}

#[test]
fn a_receiver_that_refuses_ends_it_at_once() {
    let source = Source::default();
    let managed = AwsManagedPolicies::default();
    let run = analyze(&organization(ACCOUNTS), &managed, &source, |_| {
        Err::<(), _>(Refused)
    });
    assert!(matches!(run, Err(AnalyzeError::Receiver(Refused))), "{run:?}");
    assert!(source.asked.load(Ordering::Relaxed) < ACCOUNTS);
}
