//! The readings of an account: refused one by one, waited for, confirmed live.

use std::time::Duration;

use org_audit_emulator::{DeviceKind, Fault, UserSpec, WorldSpec};
use org_audit_model::{AccountSnapshot, FailureKind};

use crate::bench::{Bench, id};

/// Which readings of an account have no value.
fn missing(account: &AccountSnapshot) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let mut note = |name, is_there: bool| {
        if !is_there {
            missing.push(name);
        }
    };
    note("report", account.credential_report.value().is_some());
    note("details", account.authorization_details.value().is_some());
    note("summary", account.account_summary.value().is_some());
    note("password policy", account.password_policy.value().is_some());
    note("devices", account.virtual_mfa_devices.value().is_some());
    missing
}

#[tokio::test(start_paused = true)]
async fn one_reading_that_is_refused_does_not_stop_the_others() {
    for (action, reading) in [
        ("iam:GenerateCredentialReport", "report"),
        ("iam:GetCredentialReport", "report"),
        ("iam:GetAccountAuthorizationDetails", "details"),
        ("iam:GetAccountSummary", "summary"),
        ("iam:GetAccountPasswordPolicy", "password policy"),
        ("iam:ListVirtualMFADevices", "devices"),
    ] {
        let fault = Fault::Deny(action.to_owned(), None);
        let bench = Bench::with_faults(WorldSpec::uniform().accounts(2), [fault]);
        let collected = bench.collect().await.unwrap();
        for account in collected.accounts.values() {
            assert_eq!(missing(account), [reading], "{action} refused");
        }
        let account = collected.accounts.values().next().unwrap();
        let failure = match reading {
            "report" => account.credential_report.failure(),
            "details" => account.authorization_details.failure(),
            "summary" => account.account_summary.failure(),
            "password policy" => account.password_policy.failure(),
            _ => account.virtual_mfa_devices.failure(),
        }
        .unwrap();
        assert_eq!(failure.kind, FailureKind::AccessDenied);
        assert_eq!(failure.operation, action);
        assert_eq!(failure.code.as_deref(), Some("AccessDenied"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_live_confirmation_that_is_refused_is_recorded_as_such() {
    let spec = WorldSpec::uniform()
        .accounts(1)
        .users_of(0, vec![UserSpec::new("ana").password()]);
    let fault = Fault::Deny("iam:GetLoginProfile".to_owned(), None);
    let collected = Bench::with_faults(spec, [fault]).collect().await.unwrap();
    let live = &collected.accounts.values().next().unwrap().live["ana"];
    assert_eq!(
        live.login_profile.failure().unwrap().kind,
        FailureKind::AccessDenied
    );
    assert_eq!(live.mfa_devices.value(), Some(&Some(Vec::new())));
}

#[tokio::test(start_paused = true)]
async fn a_report_older_than_an_enrolment_is_set_right_by_the_live_answer() {
    let users = vec![UserSpec::new("ana").password(), UserSpec::new("bob").password()];
    let bench = Bench::new(WorldSpec::uniform().accounts(1).users_of(0, users));
    let account = bench.emulator.world().management().id.clone();
    let first = bench.collect().await.unwrap();
    assert_eq!(first.accounts[&id(&account)].live.len(), 2);

    assert!(bench.emulator.enrol_device(&account, "ana", DeviceKind::Virtual));
    assert!(bench.emulator.set_password(&account, "bob", false));
    let second = bench.collect().await.unwrap();
    let read = &second.accounts[&id(&account)];
    assert_eq!(
        read.credential_report.value(),
        first.accounts[&id(&account)].credential_report.value(),
        "AWS hands out the old report for four hours"
    );
    let devices = |user: &str| {
        read.live[user]
            .mfa_devices
            .value()
            .unwrap()
            .as_ref()
            .unwrap()
            .len()
    };
    assert_eq!(devices("ana"), 1);
    assert!(read.live["ana"].login_profile.value().unwrap().is_some());
    assert_eq!(read.live["bob"].login_profile.value(), Some(&None));
}

#[tokio::test(start_paused = true)]
async fn a_report_that_takes_its_time_is_waited_for() {
    let bench = Bench::new(WorldSpec::uniform().accounts(3).report_polls(4));
    let collected = bench.collect().await.unwrap();
    for account in collected.accounts.values() {
        assert_eq!(missing(account), [""; 0]);
    }
    let fault = Fault::ReportTakes(Duration::from_secs(20));
    let bench = Bench::with_faults(WorldSpec::uniform().accounts(3), [fault]);
    let collected = bench.collect().await.unwrap();
    for account in collected.accounts.values() {
        assert_eq!(missing(account), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_that_never_completes_is_given_up_after_the_time_allowed() {
    let bench = Bench::with_faults(
        WorldSpec::uniform().accounts(2),
        [Fault::ReportNeverCompletes(None)],
    )
    .settings(|settings| settings.report_timeout = Duration::from_secs(60));
    let start = tokio::time::Instant::now();
    let collected = bench.collect().await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(70), "{:?}", start.elapsed());
    for account in collected.accounts.values() {
        assert_eq!(missing(account), ["report"]);
        let failure = account.credential_report.failure().unwrap();
        assert_eq!(failure.kind, FailureKind::NotReady);
        assert_eq!(failure.code.as_deref(), Some("ReportInProgress"));
    }
    assert!(bench.asked("iam:GetCredentialReport") < 60);
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_for_a_report_mean_that_there_is_one() {
    let bench = Bench::with_faults(
        WorldSpec::uniform().accounts(2),
        [Fault::ReportLimitExceeded(1, None)],
    );
    let collected = bench.collect().await.unwrap();
    for account in collected.accounts.values() {
        assert_eq!(missing(account), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_that_somebody_else_had_made_is_good_enough() {
    // The company has accounts with a report from before the audit; here no role may start a new one.
    let denied = Fault::Deny("iam:GenerateCredentialReport".to_owned(), None);
    let collected = Bench::with_faults(WorldSpec::demo(), [denied])
        .collect()
        .await
        .unwrap();
    let read = collected
        .accounts
        .values()
        .filter(|account| account.credential_report.value().is_some())
        .count();
    assert!(read > 0);
}

#[tokio::test(start_paused = true)]
async fn an_account_without_a_password_policy_is_read_and_has_none() {
    let bench = Bench::new(WorldSpec::demo());
    let collected = bench.collect().await.unwrap();
    let policies: Vec<_> = collected
        .accounts
        .values()
        .filter_map(|account| account.password_policy.value())
        .collect();
    assert!(policies.iter().any(|policy| policy.is_none()));
    assert!(policies.iter().any(|policy| policy.is_some()));
}

#[tokio::test(start_paused = true)]
async fn what_is_read_is_what_is_true() {
    let bench = Bench::new(WorldSpec::demo());
    let collected = bench.collect().await.unwrap();
    let mut users = 0;
    for (account, read) in &collected.accounts {
        let Some(details) = read.authorization_details.value() else {
            continue;
        };
        let truth = bench.emulator.expected_users(account.as_str());
        let expected: Vec<(&str, &str)> = truth
            .iter()
            .map(|user| (user.name.as_str(), user.arn.as_str()))
            .collect();
        let mut found: Vec<(&str, &str)> = details
            .users
            .iter()
            .map(|user| (user.name.as_str(), user.arn.as_str()))
            .collect();
        found.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found, expected);
        for user in &truth {
            if let Some(live) = read.live.get(user.name.as_str()) {
                assert_eq!(live.login_profile.value().unwrap().is_some(), user.live.password);
                let devices = live.mfa_devices.value().unwrap().as_ref().unwrap();
                assert_eq!(devices.len(), user.live.devices);
            } else {
                assert!(!user.reported.password || user.reported.devices > 0);
            }
        }
        users += truth.len();
    }
    assert!(users > 200, "{users}");
}

#[tokio::test(start_paused = true)]
async fn every_policy_that_is_attached_has_its_document() {
    let collected = Bench::new(WorldSpec::demo()).collect().await.unwrap();
    let (mut local, mut of_aws) = (0, 0);
    for account in collected.accounts.values() {
        let Some(details) = account.authorization_details.value() else {
            continue;
        };
        let of_users = details.users.iter().flat_map(|user| &user.attached_policies);
        let of_groups = details.groups.iter().flat_map(|group| &group.attached_policies);
        for policy in of_users.chain(of_groups) {
            if policy.arn.contains(":iam::aws:") {
                let known = collected.aws_managed.policies[&policy.arn].value().unwrap();
                serde_json::from_str::<serde_json::Value>(&collected.aws_managed.documents[&known.document])
                    .unwrap();
                of_aws += 1;
            } else {
                assert!(
                    details
                        .managed_policies
                        .iter()
                        .any(|known| known.arn == policy.arn)
                );
                local += 1;
            }
        }
        for text in account.documents.values() {
            serde_json::from_str::<serde_json::Value>(text).unwrap();
        }
    }
    assert!(local > 0 && of_aws > 0);
}

#[tokio::test(start_paused = true)]
async fn fresh_confirms_everybody_even_without_a_report() {
    let denied = Fault::Deny("iam:G*CredentialReport".to_owned(), None);
    let bench = Bench::with_faults(WorldSpec::mixed().accounts(2).users_per_account(6), [denied])
        .settings(|settings| settings.fresh = true);
    let collected = bench.collect().await.unwrap();
    for account in collected.accounts.values() {
        assert_eq!(missing(account), ["report"]);
        let users = &account.authorization_details.value().unwrap().users;
        assert_eq!(account.live.len(), users.len());
    }
}

#[tokio::test(start_paused = true)]
async fn roles_are_read_only_where_they_are_wanted() {
    let spec = || WorldSpec::uniform().accounts(2);
    let without = Bench::new(spec()).collect().await.unwrap();
    let with = Bench::new(spec()).settings(|settings| settings.roles = true);
    let with = with.collect().await.unwrap();
    for (account, read) in &with.accounts {
        let details = read.authorization_details.value().unwrap();
        let roles = details.roles.as_ref().unwrap();
        assert!(
            roles.iter().any(|role| role.arn.contains(account.as_str())),
            "{roles:?}"
        );
        assert!(roles.is_sorted_by_key(|role| &role.name));
        let other = without.accounts[account].authorization_details.value().unwrap();
        assert_eq!(other.roles, None);
        assert_eq!(other.users, details.users);
    }
}

#[tokio::test(start_paused = true)]
async fn central_management_of_root_users_is_asked_once_and_its_refusal_stops_nothing() {
    let bench = Bench::new(WorldSpec::uniform().accounts(3));
    let collected = bench.collect().await.unwrap();
    let features = &collected.organization.root_access_features;
    assert_eq!(features.value().unwrap(), &["RootCredentialsManagement"]);
    assert_eq!(bench.asked("iam:ListOrganizationsFeatures"), 1);

    let fault = Fault::Deny("iam:ListOrganizationsFeatures".to_owned(), None);
    let bench = Bench::with_faults(WorldSpec::uniform().accounts(3), [fault]);
    let collected = bench.collect().await.unwrap();
    let features = &collected.organization.root_access_features;
    assert_eq!(features.failure().unwrap().kind, FailureKind::AccessDenied);
    assert!(collected.organization.service_control_policies.value().is_some());
    assert!(
        collected
            .accounts
            .values()
            .all(|account| missing(account).is_empty())
    );
}
