//! IAM.2 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn a_user_without_policies_of_its_own_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"users": [{"name": "ana", "groups": ["readers"]}]})
        ),
        ["user/ana pass"]
    );
}

#[test]
fn an_inline_or_attached_policy_fails() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "users": [
                    {
                        "name": "ana",
                        "inline_policies": ["own"],
                        "attached_policies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                    },
                ],
            })
        ),
        "policies of its own: inline `own`, attached `arn:aws:iam::aws:policy/ReadOnlyAccess`"
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"users": [{"name": "ana", "inline_policies": ["own"]}, {"name": "bob"}]})
        ),
        ["user/ana fail", "user/bob pass"]
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
        reason(&CONTROL, json!({"users": {"unreadable": "no"}})),
        "the users, groups and policies could not be read: iam:Test was denied: no"
    );
    assert_eq!(
        outcomes(&CONTROL, json!({"users": {"unreadable": "no"}})),
        ["account unknown"]
    );
}
