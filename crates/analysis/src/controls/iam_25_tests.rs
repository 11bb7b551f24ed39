//! IAM.25 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, outcomes_with};

#[test]
fn a_tagged_user_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"users": [{"name": "ana", "tags": {"owner": ""}}]})
        ),
        ["user/ana pass"]
    );
}

#[test]
fn a_user_without_tags_fails() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": [{"name": "ana"}]})),
        ["user/ana fail"]
    );
}

#[test]
fn each_required_key_must_be_there() {
    let world = json!({"users": [{"name": "ana", "tags": {"owner": "x"}}]});
    assert_eq!(
        outcomes_with(&CONTROL, world.clone(), &["required-tag-keys=owner,team"]),
        ["user/ana fail"]
    );
    assert_eq!(
        outcomes_with(&CONTROL, world, &["required-tag-keys=owner"]),
        ["user/ana pass"]
    );
}

#[test]
fn an_account_without_users_is_not_applicable() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": []})),
        ["account not_applicable"]
    );
}

#[test]
fn details_that_could_not_be_read_are_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": {"unreadable": "no"}})),
        ["account unknown"]
    );
}
