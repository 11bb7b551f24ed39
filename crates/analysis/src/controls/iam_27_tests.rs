//! IAM.27 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::outcomes;

#[test]
fn an_identity_without_the_policy_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"users": [{"name": "ana"}], "groups": [{"name": "dev"}], "roles": [{"name": "app"}]})
        ),
        ["user/ana pass", "group/dev pass", "role/app pass"]
    );
}

#[test]
fn every_kind_of_identity_with_the_policy_fails() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "users": [
                    {
                        "name": "ana",
                        "attached_policies": ["arn:aws:iam::aws:policy/AWSCloudShellFullAccess"],
                    },
                ],
                "groups": [
                    {
                        "name": "dev",
                        "attached_policies": ["arn:aws:iam::aws:policy/AWSCloudShellFullAccess"],
                    },
                ],
                "roles": [
                    {
                        "name": "app",
                        "attached_policies": ["arn:aws:iam::aws:policy/AWSCloudShellFullAccess"],
                    },
                ],
            })
        ),
        ["user/ana fail", "group/dev fail", "role/app fail"]
    );
}

#[test]
fn an_account_without_identities_is_not_applicable() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": [], "roles": []})),
        ["account not_applicable"]
    );
}

#[test]
fn roles_that_were_not_read_are_unknown_beside_the_users() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": [{"name": "ana"}]})),
        ["user/ana pass", "account unknown"]
    );
}

#[test]
fn details_that_could_not_be_read_are_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": {"unreadable": "no"}})),
        ["account unknown"]
    );
}
