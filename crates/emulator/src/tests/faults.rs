//! Faults: each does what it says, the same way every time.

use std::time::Duration;

use super::{empty, start_with};
use crate::{Delivery, WorldSpec};

#[test]
fn latency_is_asked_of_the_front() {
    let setup = start_with(WorldSpec::uniform(), &["latency=80ms"]);
    let answer = setup.management().iam("GetAccountSummary", &[]);
    assert_eq!(answer.response.delay, Duration::from_millis(80));
}

#[test]
fn throttling_answers_with_the_code_of_each_service_and_fills_up_again() {
    let setup = start_with(WorldSpec::uniform(), &["throttle"]);
    let client = setup.management();
    let codes: Vec<String> = (0..3)
        .map(|_| client.organizations("ListRoots", empty()).code())
        .collect();
    assert_eq!(codes, ["", "", "TooManyRequestsException"]);
    setup.clock.advance_seconds(1);
    client.organizations("ListRoots", empty()).ok();

    let setup = start_with(WorldSpec::uniform(), &["throttle=2"]);
    let client = setup.management();
    let answers: Vec<_> = (0..3).map(|_| client.iam("GetAccountSummary", &[])).collect();
    assert_eq!((answers[1].status, answers[2].status), (200, 400));
    assert_eq!(
        (answers[2].code().as_str(), answers[2].one("Message").as_str()),
        ("Throttling", "Rate exceeded")
    );
}

#[test]
fn an_action_is_denied_everywhere_or_in_one_account() {
    let setup = start_with(WorldSpec::demo(), &["deny=iam:GetAccount*"]);
    let session = setup.member(&setup.account_named("dns"));
    assert_eq!(session.iam("GetAccountSummary", &[]).code(), "AccessDenied");
    session.iam("ListUsers", &[]).ok();

    let dns = setup.account_named("dns");
    let setup = start_with(WorldSpec::demo(), &[&format!("deny=iam:ListUsers@{dns}")]);
    assert_eq!(setup.member(&dns).iam("ListUsers", &[]).code(), "AccessDenied");
    setup
        .member(&setup.account_named("orders-prod"))
        .iam("ListUsers", &[])
        .ok();
}

#[test]
fn a_tenth_of_the_accounts_refuses_the_role() {
    let setup = start_with(WorldSpec::uniform().accounts(101), &["deny-assume-role=10%"]);
    let refusing = setup.emulator.faults().refusing_accounts().clone();
    assert_eq!(refusing.len(), 10);
    for account in setup.emulator.world().accounts().iter().skip(1) {
        assert_eq!(
            setup.management().assume(&account.id, &[]).is_err(),
            refusing.contains(&account.id)
        );
    }
    let again = start_with(WorldSpec::uniform().accounts(101), &["deny-assume-role=10%"]);
    assert_eq!(*again.emulator.faults().refusing_accounts(), refusing);
}

#[test]
fn one_answer_in_a_hundred_is_an_internal_error_and_always_the_same_ones() {
    let run = || -> Vec<u16> {
        let setup = start_with(WorldSpec::uniform(), &["error-500=1%"]);
        let client = setup.management();
        (0..2000)
            .map(|_| client.sts("GetCallerIdentity", &[]).status)
            .collect()
    };
    let statuses = run();
    let errors = statuses.iter().filter(|status| **status == 500).count();
    assert!((8..40).contains(&errors), "{errors}");
    assert_eq!(statuses, run());
    let setup = start_with(WorldSpec::uniform(), &["error-500=100%"]);
    assert_eq!(setup.management().iam("ListUsers", &[]).code(), "ServiceFailure");
    assert_eq!(
        setup.management().organizations("ListRoots", empty()).code(),
        "ServiceException"
    );
}

#[test]
fn resets_cuts_and_slow_bodies_are_asked_of_the_front() {
    let delivery = |fault: &str| {
        start_with(WorldSpec::uniform(), &[fault])
            .management()
            .iam("ListUsers", &[])
            .response
            .delivery
    };
    assert_eq!(delivery("reset=100%"), Delivery::Reset);
    assert!(matches!(delivery("cut=100%"), Delivery::Cut { after } if after > 0));
    assert_eq!(
        delivery("slow-body=20ms"),
        Delivery::Slow {
            chunk: 512,
            pause: Duration::from_millis(20)
        }
    );
    assert_eq!(delivery("reset=0%"), Delivery::Whole);
}

#[test]
fn a_truncated_body_is_no_longer_xml() {
    let setup = start_with(WorldSpec::uniform(), &["truncate=100%"]);
    let answer = setup.management().iam("ListUsers", &[]);
    assert_eq!(answer.status, 200);
    assert!(!answer.text().ends_with("</ListUsersResponse>"));
}

#[test]
fn credentials_expire_from_the_start_after_a_while_or_in_one_account() {
    let setup = start_with(WorldSpec::demo(), &["expired-credentials"]);
    assert_eq!(
        setup.management().sts("GetCallerIdentity", &[]).code(),
        "ExpiredToken"
    );

    let setup = start_with(WorldSpec::demo(), &["expired-credentials=3"]);
    let statuses: Vec<u16> = (0..4)
        .map(|_| setup.management().sts("GetCallerIdentity", &[]).status)
        .collect();
    assert_eq!(statuses, [200, 200, 200, 403]);

    let dns = setup.account_named("dns");
    let setup = start_with(WorldSpec::demo(), &[&format!("expired-credentials@{dns}")]);
    assert_eq!(setup.member(&dns).iam("ListUsers", &[]).code(), "ExpiredToken");
    setup.management().sts("GetCallerIdentity", &[]).ok();
}

#[test]
fn an_empty_page_comes_before_every_page() {
    let setup = start_with(WorldSpec::uniform().accounts(40), &["empty-pages"]);
    let (accounts, requests) = setup.management().every("ListAccounts", empty(), "Accounts");
    assert_eq!((accounts.len(), requests), (40, 4));
}
