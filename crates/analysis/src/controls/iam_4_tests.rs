//! IAM.4 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn no_access_key_passes() {
    assert_eq!(
        outcomes(&CONTROL, json!({"summary": {"AccountAccessKeysPresent": 0}})),
        ["account pass"]
    );
}

#[test]
fn an_access_key_fails() {
    assert_eq!(
        reason(&CONTROL, json!({"summary": {"AccountAccessKeysPresent": 1}})),
        "the root user has an access key"
    );
}

#[test]
fn it_applies_to_every_account() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"summary": {"AccountAccessKeysPresent": 0, "AccountPasswordPresent": 0}, "report": []})
        ),
        ["account pass"]
    );
}

#[test]
fn an_active_key_in_the_report_fails_where_the_summary_is_missing() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"unreadable": "no"},
                "report": [
                    {
                        "user": "<root_account>",
                        "password_enabled": "true",
                        "mfa_active": "true",
                        "access_key_2_active": "true",
                    },
                ],
            })
        ),
        ["account fail"]
    );
}

#[test]
fn no_active_key_in_the_report_is_not_a_pass() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"unreadable": "no"},
                "report": [{"user": "<root_account>", "password_enabled": "true", "mfa_active": "true"}],
            })
        ),
        ["account unknown"]
    );
}

#[test]
fn a_missing_root_row_and_summary_is_unknown() {
    assert_eq!(
        reason(&CONTROL, json!({"summary": {"unreadable": "no"}, "report": []})),
        "it is not known whether the root user has an access key: GetAccountSummary could not be read: iam:Test was denied: no; the credential report has no row of the root user"
    );
}

#[test]
fn the_live_summary_wins_over_the_older_report() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"AccountAccessKeysPresent": 0},
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
        ["account pass"]
    );
}
