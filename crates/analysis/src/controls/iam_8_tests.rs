//! IAM.8 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, outcomes_with, reason};

#[test]
fn credentials_in_use_pass() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "2025-12-20T00:00:00+00:00",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                        "access_key_1_active": "true",
                        "access_key_1_last_rotated": "2020-01-01T00:00:00+00:00",
                        "access_key_1_last_used_date": "2025-12-31T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana pass"]
    );
}

#[test]
fn an_unused_password_fails() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "2025-09-01T00:00:00+00:00",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        "the console password was last used 2025-09-01T00:00:00Z (122 days before the account was read)"
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "2025-09-01T00:00:00+00:00",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana fail"]
    );
}

#[test]
fn an_unused_key_fails_beside_a_password_in_use() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "2025-12-20T00:00:00+00:00",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                        "access_key_2_active": "true",
                        "access_key_2_last_rotated": "2020-01-01T00:00:00+00:00",
                        "access_key_2_last_used_date": "2025-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana fail"]
    );
}

#[test]
fn the_day_itself_fails_and_the_second_before_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "2025-10-03T00:00:00+00:00",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana fail"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "2025-10-03T00:00:01+00:00",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana pass"]
    );
}

#[test]
fn a_credential_that_was_never_used_counts_from_when_it_was_made() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "no_information",
                        "password_last_changed": "2025-12-20T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana pass"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "access_key_1_active": "true",
                        "access_key_1_last_rotated": "2025-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana fail"]
    );
}

#[test]
fn a_user_without_credentials_is_not_applicable() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "access_key_1_active": "false"}]})
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
fn a_use_that_is_not_told_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "yesterday",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                    },
                ],
            })
        ),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "password_enabled": "maybe"}]})
        ),
        ["user/ana unknown"]
    );
}

#[test]
fn a_password_that_was_removed_after_the_report_does_not_count() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [
                    {
                        "user": "ana",
                        "password_enabled": "true",
                        "password_last_used": "2025-01-01T00:00:00+00:00",
                        "password_last_changed": "2024-01-01T00:00:00+00:00",
                    },
                ],
                "live": {"ana": {"password": false, "devices": []}},
            })
        ),
        ["user/ana not_applicable"]
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
fn the_days_are_a_parameter() {
    let world = json!({
        "report": [
            {
                "user": "ana",
                "password_enabled": "true",
                "password_last_used": "2025-12-20T00:00:00+00:00",
                "password_last_changed": "2024-01-01T00:00:00+00:00",
            },
        ],
    });
    assert_eq!(
        outcomes_with(&CONTROL, world, &["unused-days-iam-8=10"]),
        ["user/ana fail"]
    );
}
