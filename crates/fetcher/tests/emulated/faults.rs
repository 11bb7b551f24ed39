//! What a network and a busy AWS do to a collection: it takes longer, and it misses nothing.

use std::time::Duration;

use org_audit_emulator::{Fault, Share, WorldSpec};
use org_audit_model::snapshot::Access;
use org_audit_model::{AccountSnapshot, FailureKind};

use crate::bench::{Bench, Collected};

pub fn share(text: &str) -> Share {
    match format!("truncate={text}").parse().unwrap() {
        Fault::Truncate(share) => share,
        other => panic!("{other:?}"),
    }
}

pub fn is_whole(account: &AccountSnapshot) -> bool {
    account.credential_report.value().is_some()
        && account.authorization_details.value().is_some()
        && account.account_summary.value().is_some()
        && account.password_policy.value().is_some()
        && account.virtual_mfa_devices.value().is_some()
}

pub fn assert_whole(collected: &Collected) {
    for account in collected.accounts.values() {
        assert!(is_whole(account), "{account:#?}");
    }
    assert!(collected.organization.tree.unread_parents.is_empty());
    assert!(collected.organization.service_control_policies.value().is_some());
}

/// The data of a collection without what differs between two of them.
pub fn data(collected: &Collected) -> Vec<String> {
    collected
        .accounts
        .values()
        .map(|account| {
            format!(
                "{:?} {:?} {:?} {:?}",
                account.authorization_details.value(),
                account.credential_report.value().map(|report| &report.content),
                account.account_summary.value(),
                account.virtual_mfa_devices.value(),
            )
        })
        .collect()
}

fn world() -> WorldSpec {
    WorldSpec::mixed().accounts(30).users_per_account(20)
}

#[tokio::test(start_paused = true)]
async fn faulty_answers_are_asked_for_again_and_nothing_is_missing() {
    let sound = data(&Bench::new(world()).collect().await.unwrap());
    for fault in [
        Fault::InternalError(share("5%")),
        Fault::Reset(share("5%")),
        Fault::Cut(share("5%")),
        Fault::Truncate(share("5%")),
        Fault::EmptyPages,
    ] {
        let bench = Bench::with_faults(world(), [fault.clone()]);
        let collected = bench.collect().await.unwrap();
        assert_whole(&collected);
        assert_eq!(data(&collected), sound, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_at_the_documented_rates_costs_time_and_nothing_else() {
    let bench = Bench::with_faults(world(), [Fault::Throttle(None)]);
    let collected = bench.collect().await.unwrap();
    assert_whole(&collected);
    assert!(collected.taken.throttled > 0);
}

#[tokio::test(start_paused = true)]
async fn a_paced_collection_is_hardly_ever_throttled() {
    let bench = Bench::with_faults(world(), [Fault::Throttle(None)])
        .settings(|settings| settings.pacing = org_audit_fetcher::Pacing::On);
    let collected = bench.collect().await.unwrap();
    assert_whole(&collected);
    assert_eq!(collected.taken.throttled, 0);
}

#[tokio::test(start_paused = true)]
async fn every_answer_cut_off_is_a_failure_and_never_a_shorter_list() {
    let bench = Bench::with_faults(world(), [Fault::Truncate(share("100%"))]);
    let error = bench.collect().await.unwrap_err();
    assert!(!error.is_usage(), "{error}");
    let org_audit_fetcher::FetchError::Aws(failure) = error else {
        panic!("{error}");
    };
    assert_eq!(failure.kind, FailureKind::InvalidResponse);
    assert!(failure.attempts.unwrap() > 1);
}

#[tokio::test(start_paused = true)]
async fn accounts_that_refuse_and_a_busy_aws_together_leave_no_account_out() {
    let faults = [
        Fault::DenyAssumeRole(share("10%")),
        Fault::Throttle(None),
        Fault::InternalError(share("1%")),
    ];
    let bench = Bench::with_faults(world(), faults);
    let collected = bench.collect().await.unwrap();
    let refusing = bench.emulator.faults().refusing_accounts();
    assert!(!refusing.is_empty());
    for (account, read) in &collected.accounts {
        let refused = matches!(read.access, Access::Refused { .. });
        assert_eq!(refused, refusing.contains(account.as_str()), "{account}");
        assert_eq!(is_whole(read), !refused);
    }
}

#[tokio::test(start_paused = true)]
async fn an_aws_that_does_not_answer_in_time_is_a_timeout() {
    let bench = Bench::with_faults(
        WorldSpec::uniform().accounts(2),
        [Fault::Latency(Duration::from_secs(100))],
    );
    let error = bench.collect().await.unwrap_err();
    let org_audit_fetcher::FetchError::Aws(failure) = error else {
        panic!("{error}");
    };
    assert_eq!(failure.kind, FailureKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_expired_is_opened_once_more_and_not_forever() {
    let bench = Bench::new(WorldSpec::uniform().accounts(3));
    let account = bench.emulator.world().accounts()[1].id.clone();
    let bench = Bench::with_faults(
        WorldSpec::uniform().accounts(3),
        [Fault::ExpiredCredentials(0, Some(account.clone()))],
    );
    let collected = bench.collect().await.unwrap();
    let read = &collected.accounts[&crate::bench::id(&account)];
    let failure = read.account_summary.failure().unwrap();
    assert_eq!(failure.kind, FailureKind::Credentials);
    assert_eq!(
        bench.asked("sts:AssumeRole"),
        3,
        "two accounts, one of them twice"
    );
    let whole = collected
        .accounts
        .values()
        .filter(|account| is_whole(account))
        .count();
    assert_eq!(whole, 2);
}

#[tokio::test(start_paused = true)]
async fn an_organizational_unit_that_cannot_be_listed_is_recorded() {
    let fault = Fault::Deny("organizations:ListOrganizationalUnitsForParent".to_owned(), None);
    let bench = Bench::with_faults(world(), [fault]);
    let collected = bench.collect().await.unwrap();
    let tree = &collected.organization.tree;
    let root = tree.roots[0].id.clone();
    assert_eq!(tree.unread_parents[&root].kind, FailureKind::AccessDenied);
    assert!(
        collected
            .organization
            .accounts
            .iter()
            .all(|account| account.parent_id.is_some())
    );
}

#[tokio::test(start_paused = true)]
async fn roots_that_cannot_be_listed_leave_the_policies_unread_and_the_accounts_read() {
    let fault = Fault::Deny("organizations:ListRoots".to_owned(), None);
    let bench = Bench::with_faults(world(), [fault]);
    let collected = bench.collect().await.unwrap();
    let failure = collected.organization.service_control_policies.failure().unwrap();
    assert_eq!(failure.operation, "organizations:ListRoots");
    assert!(collected.accounts.values().all(is_whole));
}
