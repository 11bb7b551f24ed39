//! How many calls a collection makes: the plan of `docs/collection.md`, counted.

use org_audit_emulator::{DeviceKind, Fault, PolicyType, UserSpec, WorldSpec};

use crate::bench::Bench;

const OF_EVERY_ACCOUNT: [&str; 6] = [
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetAccountSummary",
    "iam:GetAccountPasswordPolicy",
    "iam:ListVirtualMFADevices",
];

#[tokio::test(start_paused = true)]
async fn an_account_costs_seven_calls_whatever_the_number_of_its_users() {
    for users in [0, 5, 300] {
        let bench = Bench::new(WorldSpec::uniform().accounts(12).users_per_account(users));
        let collected = bench.collect().await.unwrap();
        for operation in OF_EVERY_ACCOUNT {
            assert_eq!(bench.asked(operation), 12, "{operation} with {users} users");
        }
        assert_eq!(bench.asked("sts:AssumeRole"), 11);
        assert_eq!(bench.asked("iam:GetLoginProfile"), 0);
        assert_eq!(bench.asked("iam:ListMFADevices"), 0);
        let aws_managed = u64::try_from(collected.aws_managed.policies.len()).unwrap();
        assert_eq!(bench.asked("iam:GetPolicy"), aws_managed);
        assert_eq!(bench.asked("iam:GetPolicyVersion"), aws_managed);
    }
}

#[tokio::test(start_paused = true)]
async fn the_organization_costs_a_call_for_twenty_accounts_for_each_unit_and_for_each_policy() {
    let bench = Bench::new(WorldSpec::uniform().accounts(100).users_per_account(1));
    let collected = bench.collect().await.unwrap();
    let units = u64::try_from(collected.organization.tree.organizational_units.len()).unwrap();
    assert!(units > 0);
    for (operation, calls) in [
        ("sts:GetCallerIdentity", 1),
        ("organizations:DescribeOrganization", 1),
        ("organizations:ListRoots", 1),
        ("organizations:ListAccounts", 5),
        ("organizations:ListOrganizationalUnitsForParent", 1 + units),
        ("organizations:ListAccountsForParent", 0),
        ("organizations:ListPoliciesForTarget", 0),
    ] {
        assert_eq!(bench.asked(operation), calls, "{operation}");
    }
    let kinds = [
        collected.organization.service_control_policies.value().unwrap(),
        collected.organization.resource_control_policies.value().unwrap(),
    ];
    let pages = |count: usize| u64::try_from(count.div_ceil(20).max(1)).unwrap();
    let lists: u64 = kinds.iter().map(|kind| pages(kind.policies.len())).sum();
    let targets: u64 = kinds
        .iter()
        .flat_map(|kind| &kind.policies)
        .map(|policy| pages(policy.targets.value().unwrap().len()))
        .sum();
    let attached = kinds
        .iter()
        .flat_map(|kind| &kind.policies)
        .filter(|policy| !policy.targets.value().unwrap().is_empty() && !policy.aws_managed)
        .count();
    assert_eq!(bench.asked("organizations:ListPolicies"), lists);
    assert_eq!(bench.asked("organizations:ListTargetsForPolicy"), targets);
    assert_eq!(
        bench.asked("organizations:DescribePolicy"),
        u64::try_from(attached).unwrap()
    );
}

#[tokio::test(start_paused = true)]
async fn the_counts_in_the_snapshot_are_the_calls_that_were_made() {
    let bench = Bench::new(WorldSpec::mixed().accounts(8).users_per_account(25));
    let collected = bench.collect().await.unwrap();
    let counted: Vec<(String, u64)> = bench
        .emulator
        .calls()
        .into_iter()
        .map(|((service, operation), count)| (format!("{service}:{operation}"), count))
        .collect();
    let kept: Vec<(String, u64)> = collected
        .organization
        .collection
        .calls
        .iter()
        .map(|(operation, count)| (operation.to_string(), *count))
        .collect();
    assert_eq!(kept, counted);
}

#[tokio::test(start_paused = true)]
async fn a_policy_type_that_is_off_is_not_asked_for() {
    let spec = WorldSpec::uniform()
        .accounts(4)
        .without_policy_type(PolicyType::ServiceControl)
        .without_policy_type(PolicyType::ResourceControl);
    let bench = Bench::new(spec);
    let collected = bench.collect().await.unwrap();
    assert_eq!(bench.asked("organizations:ListPolicies"), 0);
    let why = collected
        .organization
        .service_control_policies
        .why_missing()
        .unwrap();
    assert_eq!(why, "the policy type SERVICE_CONTROL_POLICY is not enabled");
}

#[tokio::test(start_paused = true)]
async fn only_a_user_that_would_fail_costs_two_calls_more() {
    let users = vec![
        UserSpec::new("ana").password(),
        UserSpec::new("bob").password().device(DeviceKind::Virtual),
        UserSpec::new("robot").key(true),
    ];
    let spec = WorldSpec::uniform().accounts(2).users_of(1, users);
    let bench = Bench::new(spec.clone());
    bench.collect().await.unwrap();
    assert_eq!(bench.asked("iam:GetLoginProfile"), 1);
    assert_eq!(bench.asked("iam:ListMFADevices"), 1);

    let fresh = Bench::new(spec).settings(|settings| settings.fresh = true);
    let collected = fresh.collect().await.unwrap();
    let users: usize = collected
        .accounts
        .values()
        .map(|account| account.live.len())
        .sum();
    assert_eq!(fresh.asked("iam:ListMFADevices"), u64::try_from(users).unwrap());
    assert!(users >= 3);
}

#[tokio::test(start_paused = true)]
async fn a_large_account_is_read_in_pages() {
    let bench = Bench::new(WorldSpec::uniform().accounts(1).users_per_account(2_500));
    let collected = bench.collect().await.unwrap();
    let account = collected.accounts.values().next().unwrap();
    let details = account.authorization_details.value().unwrap();
    let truth = bench.emulator.expected_users(account.account_id.as_str());
    let names: Vec<&str> = details.users.iter().map(|user| user.name.as_str()).collect();
    let expected: Vec<&str> = truth.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names, expected);
    assert!(bench.asked("iam:GetAccountAuthorizationDetails") >= 3);
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_aws_that_nobody_may_read_is_given_up_after_a_few_accounts() {
    let denied = Fault::Deny("iam:GetPolicy".to_owned(), None);
    let bench = Bench::with_faults(WorldSpec::uniform().accounts(40).users_per_account(10), [denied]);
    let collected = bench.collect().await.unwrap();
    let policies = &collected.aws_managed.policies;
    assert!(!policies.is_empty());
    for reading in policies.values() {
        assert_eq!(reading.failure().unwrap().operation, "iam:GetPolicy");
    }
    assert!(bench.asked("iam:GetPolicy") <= 5 * u64::try_from(policies.len()).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_aws_that_the_first_account_may_not_read_is_read_through_another() {
    let spec = WorldSpec::uniform().accounts(4).users_per_account(10);
    let first = Bench::new(spec.clone()).emulator.world().accounts()[0].id.clone();
    let denied = Fault::Deny("iam:GetPolicy*".to_owned(), Some(first.clone()));
    let bench = Bench::with_faults(spec, [denied]).settings(|settings| settings.concurrency = 1);
    let collected = bench.collect().await.unwrap();
    let mut seen = 0;
    for (account, read) in &collected.accounts {
        let details = read.authorization_details.value().unwrap();
        let of_users = details.users.iter().flat_map(|user| &user.attached_policies);
        for policy in of_users.filter(|policy| policy.arn.contains(":iam::aws:")) {
            if account.as_str() != first {
                assert!(collected.aws_managed.policies[&policy.arn].value().is_some());
                seen += 1;
            }
        }
    }
    assert!(seen > 0);
}
