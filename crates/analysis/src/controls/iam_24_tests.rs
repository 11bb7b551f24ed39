//! IAM.24 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, outcomes_with, reason};

#[test]
fn a_tagged_role_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"roles": [{"name": "app", "tags": {"owner": "payments"}}]})
        ),
        ["role/app pass"]
    );
}

#[test]
fn a_role_without_tags_or_with_aws_own_only_fails() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"roles": [{"name": "app"}, {"name": "stack", "tags": {"aws:x": "y"}}]})
        ),
        ["role/app fail", "role/stack fail"]
    );
}

#[test]
fn a_required_key_is_compared_letter_by_letter() {
    let world = json!({"roles": [{"name": "app", "tags": {"Owner": "payments"}}]});
    assert_eq!(
        outcomes_with(&CONTROL, world.clone(), &["required-tag-keys=owner"]),
        ["role/app fail"]
    );
    assert_eq!(
        outcomes_with(&CONTROL, world, &["required-tag-keys=Owner"]),
        ["role/app pass"]
    );
}

#[test]
fn a_service_linked_role_is_not_applicable() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"roles": [{"name": "linked", "path": "/aws-service-role/x.amazonaws.com/"}]})
        ),
        ["role/aws-service-role/x.amazonaws.com/linked not_applicable"]
    );
}

#[test]
fn an_account_without_roles_is_not_applicable() {
    assert_eq!(
        outcomes(&CONTROL, json!({"roles": []})),
        ["account not_applicable"]
    );
}

#[test]
fn roles_that_were_not_read_are_unknown() {
    assert_eq!(reason(&CONTROL, json!({})), "the roles were not read");
}

#[test]
fn details_that_could_not_be_read_are_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": {"unreadable": "no"}})),
        ["account unknown"]
    );
}
