//! Few calls, never one per user: counted by the emulator, not by the program.

use std::collections::BTreeMap;

use crate::harness::{Run, Sandbox};
use crate::server::Server;

/// The plan is seven; one more is allowed. Pages, polls and live confirmations are counted apart.
const MOST_CALLS: u64 = 8;

/// Calls that confirm a user who would fail.
const CONFIRMATIONS: [&str; 2] = ["iam:GetLoginProfile", "iam:ListMFADevices"];

/// Audits an emulated organization; returns the calls by operation, and the run.
fn audit(accounts: &str, users: &str) -> (BTreeMap<String, u64>, Sandbox, Run) {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &["--accounts", accounts, "--users", users]);
    let mut command = sandbox.command(&["--format", "csv", "--output", "run"]);
    let done = sandbox.finish(server.set(&mut command));
    let run = Run::at(&sandbox.path("run"));
    assert!(run.directory.join("manifest.json").exists(), "{}", done.stderr);
    let answer = server.calls();
    let calls = answer["calls"].as_object().unwrap();
    let calls = calls
        .iter()
        .map(|(name, count)| (name.clone(), count.as_u64().unwrap()))
        .collect();
    (calls, sandbox, run)
}

fn of_service(calls: &BTreeMap<String, u64>, service: &str) -> u64 {
    calls
        .iter()
        .filter(|(name, _)| name.starts_with(service))
        .map(|(_, count)| count)
        .sum()
}

/// Polls of the credential report beyond the first, and pages of the details beyond the first.
fn repeats(calls: &BTreeMap<String, u64>, accounts: u64) -> u64 {
    [
        "iam:GenerateCredentialReport",
        "iam:GetCredentialReport",
        "iam:GetAccountAuthorizationDetails",
    ]
    .iter()
    .map(|name| {
        calls
            .get(*name)
            .copied()
            .unwrap_or_default()
            .saturating_sub(accounts)
    })
    .sum()
}

#[test]
fn an_account_costs_at_most_eight_calls_whatever_the_number_of_its_users() {
    for users in ["5", "40"] {
        let (calls, _sandbox, run) = audit("30", users);
        let accounts = run.accounts().len() as u64;
        let confirmations: u64 = CONFIRMATIONS.iter().filter_map(|name| calls.get(*name)).sum();
        let all = of_service(&calls, "iam:") + of_service(&calls, "sts:");
        // GetCallerIdentity and the AWS managed policies are asked for once for the whole organization.
        let shared: u64 = ["sts:GetCallerIdentity", "iam:GetPolicy", "iam:GetPolicyVersion"]
            .iter()
            .filter_map(|name| calls.get(*name))
            .sum();
        let per_account = all - confirmations - shared - repeats(&calls, accounts);
        assert!(
            per_account <= MOST_CALLS * accounts,
            "{per_account} calls for {accounts} accounts of {users} users: {calls:#?}"
        );
        let rows = run.rows("users.csv");
        let failed = rows.iter().filter(|row| row["iam_5"] == "fail").count() as u64;
        assert!(
            confirmations <= 2 * (failed + rows.len() as u64 / 10),
            "{confirmations} for {failed}: {calls:#?}"
        );
    }
}

#[test]
fn the_organization_costs_a_call_a_page_a_unit_and_a_policy() {
    let (calls, _sandbox, run) = audit("120", "2");
    let organization = run.json("snapshot/organization.json");
    let accounts = run.accounts().len() as u64;
    let units = organization["tree"]["organizational_units"]
        .as_array()
        .unwrap()
        .len() as u64;
    let policies: u64 = ["service_control_policies", "resource_control_policies"]
        .iter()
        .filter_map(|kind| organization[kind]["value"]["policies"].as_array())
        .map(|policies| policies.len() as u64)
        .sum();
    // FullAWSAccess of both kinds hangs everywhere: its targets come by the page too. A fifth of the pages
    // more for the empty ones that AWS sends, and one listing for each kind of policy.
    let pages = |count: u64| count.div_ceil(20) + 1;
    let targets = pages(accounts + units) * 2;
    let most = (pages(accounts) + targets) * 6 / 5 + units + 1 + 3 * policies + 8;
    let asked = of_service(&calls, "organizations:");
    assert!(
        asked <= most,
        "{asked} calls, {most} allowed for {accounts} accounts, {units} OUs, {policies} policies: {calls:#?}"
    );
}
