//! The policies of small organizations.

use serde_json::{Value, json};

use super::*;
use crate::controls::common::testing;
use crate::hierarchy::Hierarchy;
use crate::model::AccountId;
use crate::model::snapshot::{AwsManagedPolicies, OrganizationSnapshot};

fn deny(operator: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "NoMfaNothing", "Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
         "Condition": {operator: {"aws:MultiFactorAuthPresent": "false"}}}]})
}

fn table(worlds: &[Value]) -> (Vec<PolicyAssessment>, u64, u64) {
    let linter = Linter::default();
    let mut table = PolicyTable::default();
    for (index, world) in worlds.iter().enumerate() {
        let id = AccountId::try_from(format!("{index:012}").as_str()).unwrap();
        let snapshot = testing::snapshot(world.clone());
        let managed = AwsManagedPolicies::default();
        table.add(Survey::of(&id, Some(&snapshot), &managed, &linter));
    }
    table.finish()
}

fn account(name: &str, document: &Value) -> Value {
    let arn = format!("arn:aws:iam::111122223333:policy/{name}");
    json!({
        "report": [{"user": "ana"}, {"user": "bob"}, {"user": "cy"}],
        "users": [
            {"name": "ana", "attached_policies": [arn], "groups": ["staff"]},
            {"name": "bob", "groups": ["staff"]},
            {"name": "cy"},
        ],
        "groups": [{"name": "staff", "attached_policies": [arn]}],
        "policies": [{"name": name, "document": document}],
    })
}

#[test]
fn the_same_text_in_many_accounts_is_one_policy_linted_once() {
    let worlds: Vec<Value> = (0..40)
        .map(|index| account(["mfa", "force-mfa"][index % 2], &deny("Bool")))
        .collect();
    let (rows, left_out, unread) = table(&worlds);
    assert_eq!((rows.len(), left_out, unread), (1, 0, 0));
    let row = &rows[0];
    assert_eq!(row.names, ["mfa", "force-mfa"]);
    assert_eq!(
        (row.accounts, row.users, row.groups),
        (Some(40), Some(80), Some(40))
    );
    assert_eq!(row.places.len(), 40);
    assert_eq!(row.denies_without_mfa, Some(true));
    let lint = row
        .lints
        .iter()
        .find(|lint| lint.code == "mfa-deny-misses-access-keys")
        .unwrap();
    assert_eq!(lint.severity, LintSeverity::Error);
    assert_eq!(
        (lint.statement, lint.sid.as_deref()),
        (Some(0), Some("NoMfaNothing"))
    );
}

#[test]
fn different_texts_are_told_apart_and_the_worst_comes_first() {
    let (rows, ..) = table(&[
        account("one", &deny("BoolIfExists")),
        account("two", &deny("Bool")),
    ]);
    let names: Vec<_> = rows.iter().map(|row| row.names[0].as_str()).collect();
    assert_eq!(names, ["two", "one"]);
}

#[test]
fn a_policy_that_is_silent_about_mfa_is_no_row() {
    let admin =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    assert_eq!(table(&[account("admin", &admin)]).0.len(), 0);
}

#[test]
fn what_cannot_be_parsed_or_read_is_a_row_with_its_problem() {
    let (rows, ..) = table(&[account("broken", &json!({"Statement": 7}))]);
    assert!(
        rows[0]
            .problem
            .as_deref()
            .unwrap()
            .starts_with("it cannot be parsed")
    );
    assert_eq!((rows[0].denies_without_mfa, rows[0].users), (None, Some(2)));
    let attached =
        json!({"report": [], "users": [{"name": "ana", "attached_policies": ["arn:aws:iam::aws:policy/X"]}]});
    let (rows, ..) = table(&[attached]);
    assert_eq!(
        rows[0].problem.as_deref(),
        Some("an attached policy is not in the snapshot")
    );
}

#[test]
fn an_account_whose_policies_were_not_read_is_counted_and_not_taken_for_empty() {
    let linter = Linter::default();
    let mut table = PolicyTable::default();
    let id = AccountId::try_from("111122223333").unwrap();
    table.add(Survey::of(&id, None, &AwsManagedPolicies::default(), &linter));
    assert_eq!(table.finish(), (Vec::new(), 0, 1));
}

/// Root r-1, below it ou-a with ou-b; an account in each, and the management account in the root.
fn organization(policies: &Value, documents: &Value, enabled: bool) -> OrganizationSnapshot {
    let status = if enabled {
        json!({"SERVICE_CONTROL_POLICY": "ENABLED"})
    } else {
        json!({})
    };
    let account = |id: &str, parent: Value| json!({"id": id, "name": id, "state": "ACTIVE", "joined_method": null, "joined_at": null, "parent_id": parent});
    testing::organization(&json!({
        "tree": {"roots": [{"id": "r-1", "name": "Root", "policy_types": status}],
            "organizational_units": [{"id": "ou-a", "name": "A", "parent_id": "r-1"},
                {"id": "ou-b", "name": "B", "parent_id": "ou-a"}]},
        "accounts": [account("000000000001", json!("r-1")), account("000000000002", json!("ou-a")),
            account("000000000003", json!("ou-b"))],
        "service_control_policies": policies,
        "documents": documents,
    }))
}

fn scp(id: &str, targets: &Value) -> (Value, Value) {
    let text = deny("Bool").to_string();
    let document = DocumentId::of(&text);
    let read = |value: Value| json!({"status": "read", "at": "2026-01-01T00:00:00Z", "requests": [], "value": value});
    let policies = read(
        json!({"policies": [{"id": id, "name": "deny", "aws_managed": false,
        "document": read(json!(document)), "targets": read(targets.clone())}]}),
    );
    (policies, json!({document.as_str(): text}))
}

fn rows(organization: &OrganizationSnapshot) -> Vec<PolicyAssessment> {
    scps(organization, &Hierarchy::new(organization), &[])
}

#[test]
fn an_scp_covers_what_stands_below_its_targets_but_never_the_management_account() {
    let (policies, documents) = scp(
        "p-1",
        &json!([{"id": "r-1", "kind": "ROOT"}, {"id": "ou-b", "kind": "ORGANIZATIONAL_UNIT"}]),
    );
    let rows = rows(&organization(&policies, &documents, true));
    assert_eq!(rows[0].accounts, Some(2));
    assert_eq!(rows[0].targets.as_ref().unwrap().len(), 2);
    assert_eq!(rows[0].denies_without_mfa, Some(true));
    assert!(
        rows[0]
            .lints
            .iter()
            .any(|lint| lint.code == "mfa-deny-misses-access-keys")
    );
}

#[test]
fn an_scp_covers_nothing_while_the_policy_type_is_off() {
    let (policies, documents) = scp("p-1", &json!([{"id": "r-1", "kind": "ROOT"}]));
    let rows = rows(&organization(&policies, &documents, false));
    assert_eq!(rows[0].accounts, Some(0));
    assert!(rows[0].not_in_force.is_some());
}

#[test]
fn what_an_scp_covers_is_unknown_while_an_account_has_no_place() {
    let (policies, documents) = scp("p-1", &json!([{"id": "ou-b", "kind": "ORGANIZATIONAL_UNIT"}]));
    let mut organization = organization(&policies, &documents, true);
    organization.accounts[1].parent_id = None;
    assert_eq!(rows(&organization)[0].accounts, None);
}
