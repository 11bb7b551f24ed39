//! Every way into an account and out of one, and every caller.

use org_audit_emulator::{AccountState, CallerKind, Fault, RoleSetup, WorldSpec};
use org_audit_fetcher::FetchError;
use org_audit_model::FailureKind;
use org_audit_model::snapshot::{Access, SessionPolicy};

use crate::bench::{Bench, id};

#[tokio::test(start_paused = true)]
async fn every_account_of_the_company_is_there_and_says_how_it_was_entered() {
    let bench = Bench::new(WorldSpec::demo());
    let collected = bench.collect().await.unwrap();
    let world = bench.emulator.world();
    let mut seen = std::collections::BTreeSet::new();
    for account in world.accounts() {
        let read = &collected.accounts[&id(&account.id)];
        let word = match (&read.access, account.state, account.role) {
            (Access::CallerCredentials, ..) => {
                assert_eq!(account.id, world.management().id);
                "caller"
            }
            (Access::NotAssessable { state }, actual, _) => {
                assert_eq!(state, actual.name());
                assert!(!actual.is_usable());
                "state"
            }
            (Access::Refused { failure, role_arn }, _, role) => {
                assert_eq!(failure.kind, FailureKind::AccessDenied);
                assert_eq!(failure.operation, "sts:AssumeRole");
                assert_eq!(failure.http_status, Some(403));
                assert_eq!(failure.attempts, Some(1));
                assert!(failure.request_id.is_some());
                assert!(failure.message.contains(role_arn), "{failure}");
                assert!(role != RoleSetup::Trusting || failure.message.contains("policy"));
                "refused"
            }
            (
                Access::AssumedRole {
                    role_arn,
                    assumed_role_arn,
                    request_id,
                    session_policy,
                },
                ..,
            ) => {
                assert_eq!(
                    *role_arn,
                    format!("arn:aws:iam::{}:role/OrganizationAccountAccessRole", account.id)
                );
                assert!(assumed_role_arn.ends_with("/org-audit"), "{assumed_role_arn}");
                assert!(request_id.is_some());
                assert_eq!(*session_policy, SessionPolicy::Applied);
                "role"
            }
            (Access::Excluded, ..) => panic!("{} was left out", account.id),
        };
        seen.insert(word);
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["caller", "refused", "role", "state"]
    );
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_read_costs_no_call() {
    let bench = Bench::new(WorldSpec::demo());
    bench.collect().await.unwrap();
    let calls = bench.emulator.calls_by_account();
    for account in bench.emulator.world().accounts() {
        if !account.state.is_usable() {
            assert_eq!(calls.get(&account.id), None, "{}", account.name);
        }
        if account.state == AccountState::PendingClosure {
            assert!(calls[&account.id] >= 7, "{} still works", account.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_the_user_left_out_costs_no_call() {
    let bench = Bench::new(WorldSpec::uniform().accounts(4));
    let left_out = bench.emulator.world().accounts()[2].id.clone();
    let bench = bench.settings(|settings| settings.accounts.exclude = [id(&left_out)].into());
    let collected = bench.collect().await.unwrap();
    assert_eq!(collected.accounts[&id(&left_out)].access, Access::Excluded);
    assert_eq!(bench.emulator.calls_by_account().get(&left_out), None);
}

#[tokio::test(start_paused = true)]
async fn a_delegated_administrator_reads_the_management_account_by_its_role() {
    let bench = Bench::new(WorldSpec::demo()).caller(CallerKind::Delegated);
    let collected = bench.collect().await.unwrap();
    let world = bench.emulator.world();
    assert_eq!(
        collected.accounts[&id(&world.delegated().id)].access,
        Access::CallerCredentials
    );
    assert!(!matches!(
        collected.accounts[&id(&world.management().id)].access,
        Access::CallerCredentials
    ));
    assert!(collected.organization.service_control_policies.value().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_may_not_read_policies_still_gets_every_account() {
    let bench = Bench::new(WorldSpec::uniform().accounts(4)).caller(CallerKind::ListOnly);
    let collected = bench.collect().await.unwrap();
    let failure = collected.organization.service_control_policies.failure().unwrap();
    assert_eq!(failure.kind, FailureKind::AccessDenied);
    let members = collected
        .accounts
        .values()
        .filter(|account| account.credential_report.value().is_some())
        .count();
    assert!(members >= 3, "{members}");
}

#[tokio::test(start_paused = true)]
async fn a_caller_outside_of_an_organization_gets_the_way_out() {
    let bench = Bench::new(WorldSpec::uniform()).caller(CallerKind::Outsider);
    let error = bench.collect().await.unwrap_err();
    assert!(matches!(error, FetchError::NotInOrganization { .. }), "{error}");
    assert!(error.is_usage());
    assert!(error.help().unwrap().contains("management account"));
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_may_not_list_accounts_gets_the_way_out() {
    let fault = Fault::Deny("organizations:ListAccounts".to_owned(), None);
    let bench = Bench::with_faults(WorldSpec::uniform(), [fault]);
    let error = bench.collect().await.unwrap_err();
    assert!(
        matches!(&error, FetchError::MayNotRead { failure, .. } if failure.operation == "organizations:ListAccounts"),
        "{error}"
    );
    assert!(error.is_usage());
    assert!(error.help().unwrap().contains("organizations:ListAccounts"));
}

#[tokio::test(start_paused = true)]
async fn an_ordinary_member_of_the_organization_gets_the_way_out() {
    let bench = Bench::new(WorldSpec::uniform()).caller(CallerKind::Member);
    let error = bench.collect().await.unwrap_err();
    assert!(matches!(error, FetchError::MayNotRead { .. }), "{error}");
    assert!(error.is_usage());
    assert!(error.help().unwrap().contains("delegated administrator"));
}

#[tokio::test(start_paused = true)]
async fn credentials_that_have_expired_stop_the_run_before_it_begins() {
    let bench = Bench::with_faults(WorldSpec::uniform(), [Fault::ExpiredCredentials(0, None)]);
    let error = bench.collect().await.unwrap_err();
    assert!(matches!(error, FetchError::CredentialsRefused(_)), "{error}");
    assert!(error.is_usage());
    assert!(error.help().unwrap().contains("sign in again"));
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_key_is_a_matter_of_credentials() {
    let bench = Bench::new(WorldSpec::uniform());
    let mut settings = bench.connect_settings();
    settings.credentials.as_mut().unwrap().secret_access_key = "wrong".to_owned();
    let error = org_audit_fetcher::connect(&settings).await.unwrap_err();
    assert!(matches!(error, FetchError::CredentialsRefused(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn role_path_role_name_and_external_id_reach_sts() {
    let spec = WorldSpec::uniform()
        .accounts(3)
        .role("/security/", "Auditor")
        .external_id("a-shared-secret");
    let bench = Bench::new(spec).settings(|settings| {
        settings.role_path = "/security/".to_owned();
        settings.role_name = "Auditor".to_owned();
    });
    let refused = bench.collect().await.unwrap();
    let is_refused = |access: &Access| matches!(access, Access::Refused { .. });
    assert_eq!(
        refused
            .accounts
            .values()
            .filter(|a| is_refused(&a.access))
            .count(),
        2
    );

    let bench = bench.settings(|settings| settings.external_id = Some("a-shared-secret".to_owned()));
    let collected = bench.collect().await.unwrap();
    assert_eq!(
        collected
            .accounts
            .values()
            .filter(|a| is_refused(&a.access))
            .count(),
        0
    );
    assert!(collected.organization.collection.role.external_id);
    let text = serde_json::to_string(&collected.organization).unwrap();
    assert!(!text.contains("a-shared-secret"));
}

#[tokio::test(start_paused = true)]
async fn a_session_policy_that_is_too_large_is_left_out_and_that_is_recorded() {
    let bench = Bench::with_faults(WorldSpec::uniform().accounts(3), [Fault::PackedPolicyTooLarge]);
    let collected = bench.collect().await.unwrap();
    let count = |wanted| {
        collected
            .accounts
            .values()
            .filter(|account| {
                matches!(account.access, Access::AssumedRole { session_policy, .. } if session_policy == wanted)
            })
            .count()
    };
    assert_eq!(count(SessionPolicy::RefusedBySize), 2);

    let bench = bench.settings(|settings| settings.session_policy = false);
    bench.emulator.reset_calls();
    let collected = bench.collect().await.unwrap();
    assert_eq!(bench.asked("sts:AssumeRole"), 2);
    assert!(collected.accounts.values().all(|account| !matches!(
        account.access,
        Access::AssumedRole {
            session_policy: SessionPolicy::Applied | SessionPolicy::RefusedBySize,
            ..
        }
    )));
}

#[tokio::test(start_paused = true)]
async fn without_a_region_the_way_out_is_told() {
    let bench = Bench::new(WorldSpec::uniform());
    let settings = org_audit_fetcher::ConnectSettings {
        region: Some("EU CENTRAL".to_owned()),
        ..bench.connect_settings()
    };
    let error = org_audit_fetcher::connect(&settings).await.unwrap_err();
    assert!(matches!(error, FetchError::BadRegion(_)), "{error}");
    assert!(error.is_usage() && error.help().is_some());
}
