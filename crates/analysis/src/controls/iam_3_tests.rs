//! IAM.3 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, outcomes_with, reason};

#[test]
fn a_young_key_passes() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "access_key_1_active": "true",
                        "access_key_1_last_rotated": "2025-10-03T00:00:00+00:00",
                    },
                ],
            })
        ),
        "access key 1 was made 2025-10-03T00:00:00Z (90 days before the account was read)"
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "access_key_1_active": "true",
                        "access_key_1_last_rotated": "2025-10-03T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana pass"]
    );
}

#[test]
fn an_old_key_fails_also_beside_a_young_one() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "access_key_1_active": "true",
                        "access_key_1_last_rotated": "2025-12-31T00:00:00+00:00",
                        "access_key_2_active": "true",
                        "access_key_2_last_rotated": "2025-10-02T23:59:59+00:00",
                    },
                ],
            })
        ),
        ["user/ana fail"]
    );
}

#[test]
fn a_user_without_an_active_key_is_not_applicable() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "access_key_1_active": "false",
                        "access_key_1_last_rotated": "2020-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana not_applicable"]
    );
}

#[test]
fn an_account_without_users_is_not_applicable() {
    assert_eq!(
        outcomes(&CONTROL, json!({"report": []})),
        ["account not_applicable"]
    );
}

#[test]
fn a_key_without_a_date_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "access_key_1_active": "true"}]})
        ),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "access_key_1_active": "maybe"}]})
        ),
        ["user/ana unknown"]
    );
}

#[test]
fn more_keys_than_the_report_shows_are_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "additional_credentials_info": "2 more"}]})
        ),
        ["user/ana unknown"]
    );
}

#[test]
fn a_report_that_could_not_be_read_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": {"unreadable": "no"}, "users": [{"name": "ana"}]})
        ),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(&CONTROL, json!({"report": {"unreadable": "no"}, "users": []})),
        ["account unknown"]
    );
}

#[test]
fn users_that_were_made_or_deleted_meanwhile_are_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana"}], "users": [{"name": "bob"}]})
        ),
        ["user/ana unknown", "user/bob unknown"]
    );
}

#[test]
fn the_root_users_keys_are_not_judged() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "<root_account>",
                        "password_enabled": "true",
                        "mfa_active": "true",
                        "access_key_1_active": "true",
                    },
                ],
            })
        ),
        ["account not_applicable"]
    );
}

#[test]
fn the_age_is_a_parameter() {
    let world = json!({
        "report": [
            {
                "user": "ana",
                "access_key_1_active": "true",
                "access_key_1_last_rotated": "2025-11-01T00:00:00+00:00",
            },
        ],
    });
    assert_eq!(
        outcomes_with(&CONTROL, world.clone(), &["max-access-key-age-days=30"]),
        ["user/ana fail"]
    );
    assert_eq!(outcomes(&CONTROL, world), ["user/ana pass"]);
}
