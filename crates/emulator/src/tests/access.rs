//! Signatures and keys.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{Client, TestClock, empty, start};
use crate::access::CALLERS;
use crate::{Emulator, Service, WorldSpec};

#[test]
fn the_static_keys_have_the_form_of_real_ones_and_cannot_be_taken_for_them() {
    for kind in CALLERS {
        let key = kind.access_key();
        assert_eq!(key.len(), 20, "{key}");
        assert!(key.starts_with("AKIA") && key.ends_with("EXAMPLE"), "{key}");
        assert!(
            key.bytes().all(|byte| crate::draw::BASE32.contains(&byte)),
            "{key}"
        );
        assert_eq!(kind.secret_key().len(), 40, "{key}");
    }
}

#[test]
fn a_wrong_secret_is_refused_in_both_protocols() {
    let setup = start(WorldSpec::uniform());
    let client = Client {
        secret: "wrong".to_owned(),
        ..setup.management()
    };
    let answer = client.iam("ListUsers", &[]);
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (403, "SignatureDoesNotMatch")
    );
    let answer = client.organizations("ListRoots", empty());
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "InvalidSignatureException")
    );
}

#[test]
fn an_unknown_key_is_refused_in_both_protocols() {
    let setup = start(WorldSpec::uniform());
    let client = Client {
        access_key: "AKIANOBODYHASTHISKEY".to_owned(),
        ..setup.management()
    };
    assert_eq!(
        client.sts("GetCallerIdentity", &[]).code(),
        "InvalidClientTokenId"
    );
    assert_eq!(
        client.organizations("ListRoots", empty()).code(),
        "UnrecognizedClientException"
    );
}

#[test]
fn a_changed_body_does_not_pass_for_a_signed_one() {
    let setup = start(WorldSpec::uniform());
    let mut request = setup.management().signed(
        Service::Iam,
        &[],
        "Action=ListUsers&Version=2010-05-08".to_owned(),
    );
    assert_eq!(setup.emulator.handle(&request).status, 200);
    request.body = "Action=ListRoles&Version=2010-05-08".into();
    assert_eq!(setup.emulator.handle(&request).status, 403);
}

#[test]
fn an_unsigned_request_is_refused() {
    let setup = start(WorldSpec::uniform());
    let mut request = setup.management().signed(
        Service::Iam,
        &[],
        "Action=ListUsers&Version=2010-05-08".to_owned(),
    );
    request.headers.retain(|(name, _)| name != "authorization");
    let response = setup.emulator.handle(&request);
    assert!(
        response
            .text()
            .contains("<Code>MissingAuthenticationToken</Code>")
    );
    request
        .headers
        .push(("authorization".to_owned(), "Bearer x".to_owned()));
    assert!(
        setup
            .emulator
            .handle(&request)
            .text()
            .contains("<Code>IncompleteSignature</Code>")
    );
}

#[test]
fn the_token_of_another_session_is_refused() {
    let setup = start(WorldSpec::demo());
    let first = setup.member(&setup.account_named("dns"));
    let second = setup.member(&setup.account_named("orders-prod"));
    let mixed = Client {
        token: second.token.clone(),
        ..first.clone()
    };
    assert_eq!(mixed.iam("ListUsers", &[]).code(), "InvalidClientTokenId");
    let without = Client { token: None, ..first };
    assert_eq!(without.iam("ListUsers", &[]).code(), "InvalidClientTokenId");
}

#[test]
fn a_request_from_another_time_is_refused_where_the_skew_is_checked() {
    let clock = TestClock::new();
    let of_emulator = clock.clone();
    let emulator = Emulator::new(WorldSpec::uniform(), Arc::new(move || of_emulator.now()))
        .with_clock_skew(SignedDuration::from_mins(15));
    let setup = super::Setup {
        emulator: Arc::new(emulator),
        clock,
    };
    let body = "Action=ListUsers&Version=2010-05-08";
    let request = setup.management().signed(Service::Iam, &[], body.to_owned());
    assert_eq!(setup.emulator.handle(&request).status, 200);
    setup.clock.advance_seconds(16 * 60);
    let late = setup.emulator.handle(&request);
    assert_eq!(late.status, 403);
    assert!(late.text().contains("<Code>SignatureDoesNotMatch</Code>"));
}

#[test]
fn an_unknown_action_is_answered_as_aws_does() {
    let setup = start(WorldSpec::uniform());
    let answer = setup.management().iam("DeleteEverything", &[]);
    assert_eq!((answer.status, answer.code().as_str()), (400, "InvalidAction"));
    assert_eq!(
        answer.one("Message"),
        "Could not find operation DeleteEverything for version 2010-05-08"
    );
    assert_eq!(setup.management().iam("", &[]).code(), "MissingAction");
}

#[test]
fn calls_are_counted_by_operation_and_by_the_account_they_are_about() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("dns");
    let session = setup.member(&account);
    session.iam("GetAccountSummary", &[]).ok();
    session.iam("GetAccountSummary", &[]).ok();
    let calls = setup.emulator.calls();
    assert_eq!(calls[&("iam".to_owned(), "GetAccountSummary".to_owned())], 2);
    assert_eq!(calls[&("sts".to_owned(), "AssumeRole".to_owned())], 1);
    assert_eq!(setup.emulator.calls_by_account()[&account], 3);
    setup.emulator.reset_calls();
    assert!(setup.emulator.calls().is_empty());
}

#[test]
fn the_same_requests_get_the_same_bytes() {
    let run = || {
        let setup = start(WorldSpec::demo());
        let session = setup.member(&setup.account_named("payments-prod"));
        let mut bytes = setup.management().organizations("ListAccounts", empty()).text();
        bytes.push_str(&session.iam("GetAccountAuthorizationDetails", &[]).text());
        bytes.push_str(&session.iam("GetCredentialReport", &[]).text());
        bytes
    };
    assert_eq!(run(), run());
}
