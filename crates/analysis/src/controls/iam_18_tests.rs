//! IAM.18 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn a_role_with_the_policy_passes() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "roles": [{"name": "support", "attached_policies": ["arn:aws:iam::aws:policy/AWSSupportAccess"]}],
            })
        ),
        "`AWSSupportAccess` is attached to role `support`"
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "roles": [
                    {
                        "name": "support",
                        "attached_policies": ["arn:aws-cn:iam::aws:policy/AWSSupportAccess"],
                    },
                ],
            })
        ),
        ["account pass"]
    );
}

#[test]
fn a_user_or_a_group_with_users_passes_even_where_roles_were_not_read() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"users": [{"name": "ana", "attached_policies": ["arn:aws:iam::aws:policy/AWSSupportAccess"]}]})
        ),
        ["account pass"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "users": [{"name": "ana", "groups": ["support"]}],
                "groups": [{"name": "support", "attached_policies": ["arn:aws:iam::aws:policy/AWSSupportAccess"]}],
            })
        ),
        ["account pass"]
    );
}

#[test]
fn nobody_with_the_policy_fails() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "roles": [
                    {
                        "name": "other",
                        "attached_policies": ["arn:aws:iam::111122223333:policy/AWSSupportAccess"],
                    },
                ],
            })
        ),
        ["account fail"]
    );
}

#[test]
fn a_group_without_users_does_not_count() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "roles": [],
                "groups": [{"name": "support", "attached_policies": ["arn:aws:iam::aws:policy/AWSSupportAccess"]}],
            })
        ),
        ["account fail"]
    );
}

#[test]
fn roles_that_were_not_read_are_unknown() {
    assert_eq!(
        reason(&CONTROL, json!({})),
        "no user or group has `AWSSupportAccess`, and the roles were not read"
    );
}

#[test]
fn details_that_could_not_be_read_are_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": {"unreadable": "no"}})),
        ["account unknown"]
    );
}

#[test]
fn it_applies_to_an_account_without_users_too() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": [], "roles": []})),
        ["account fail"]
    );
}
