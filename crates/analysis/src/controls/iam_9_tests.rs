//! IAM.9 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn a_root_user_with_a_device_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1}})
        ),
        ["account pass"]
    );
}

#[test]
fn a_root_user_without_a_device_fails() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({"summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0}})
        ),
        "the root user has a password and no MFA device"
    );
}

#[test]
fn no_root_credentials_pass_and_say_so() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({"summary": {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}})
        ),
        "there are no root credentials: neither a password nor an access key nor a signing certificate"
    );
}

#[test]
fn it_applies_in_every_partition() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"partition": "aws-us-gov", "summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0}})
        ),
        ["account fail"]
    );
}

#[test]
fn a_missing_root_row_is_no_crash_and_no_pass() {
    assert_eq!(
        outcomes(&CONTROL, json!({"summary": {"unreadable": "no"}, "report": []})),
        ["account unknown"]
    );
}

#[test]
fn what_cannot_be_read_at_all_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"summary": {"unreadable": "no"}, "report": {"unreadable": "no"}})
        ),
        ["account unknown"]
    );
}

#[test]
fn a_value_that_is_no_truth_value_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"unreadable": "no"},
                "report": [{"user": "<root_account>", "password_enabled": "not_supported", "mfa_active": "false"}],
            })
        ),
        ["account unknown"]
    );
    assert_eq!(
        outcomes(&CONTROL, json!({"summary": {"AccountMFAEnabled": -1}})),
        ["account unknown"]
    );
}

#[test]
fn the_root_row_stands_in_for_the_summary() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"unreadable": "no"},
                "report": [{"user": "<root_account>", "password_enabled": "true", "mfa_active": "true"}],
            })
        ),
        ["account pass"]
    );
}

#[test]
fn central_management_is_said_and_decides_nothing() {
    let root = |password: u8| json!({"central_root": true, "summary": {"AccountPasswordPresent": password, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}});
    assert_eq!(
        reason(&CONTROL, root(0)),
        "there are no root credentials: neither a password nor an access key nor a signing certificate; the organization manages root credentials centrally"
    );
    assert_eq!(outcomes(&CONTROL, root(1)), ["account fail"]);
    assert_eq!(
        reason(&CONTROL, root(1)),
        "the root user has a password and no MFA device; the organization can remove its credentials centrally"
    );
    let unread =
        json!({"central_root": true, "summary": {"unreadable": "no"}, "report": {"unreadable": "no"}});
    assert_eq!(outcomes(&CONTROL, unread), ["account unknown"]);
}

#[test]
fn an_access_key_without_a_device_fails_with_or_without_a_password() {
    let root = |password: u8, key: u8, certificate: u8| {
        json!({"summary": {"AccountPasswordPresent": password, "AccountMFAEnabled": 0,
            "AccountAccessKeysPresent": key, "AccountSigningCertificatesPresent": certificate}})
    };
    assert_eq!(
        reason(&CONTROL, root(0, 1, 0)),
        "the root user has an access key and no MFA device"
    );
    assert_eq!(
        reason(&CONTROL, root(1, 1, 0)),
        "the root user has a password and an access key and no MFA device"
    );
    assert_eq!(outcomes(&CONTROL, root(0, 0, 1)), ["account fail"]);
    assert_eq!(outcomes(&CONTROL, root(0, 0, 0)), ["account pass"]);
    for unsaid in [
        "AccountPasswordPresent",
        "AccountAccessKeysPresent",
        "AccountSigningCertificatesPresent",
    ] {
        let mut world = root(0, 0, 0);
        world["summary"].as_object_mut().unwrap().remove(unsaid);
        world["report"] = json!({"unreadable": "no"});
        assert_eq!(outcomes(&CONTROL, world), ["account unknown"], "{unsaid}");
    }
}

#[test]
fn the_root_row_tells_of_active_keys() {
    let row = |key: &str| {
        json!({"summary": {"unreadable": "no"}, "report": [{"user": "<root_account>", "password_enabled": "false",
            "mfa_active": "false", "access_key_2_active": key}]})
    };
    assert_eq!(outcomes(&CONTROL, row("false")), ["account pass"]);
    assert_eq!(outcomes(&CONTROL, row("true")), ["account fail"]);
    assert_eq!(outcomes(&CONTROL, row("not_supported")), ["account unknown"]);
    let with = |column: &str, value: &str| {
        json!({"summary": {"unreadable": "no"}, "report": [{"user": "<root_account>", "password_enabled": "false",
            "mfa_active": "false", column: value}]})
    };
    assert_eq!(
        outcomes(&CONTROL, with("cert_1_active", "true")),
        ["account fail"]
    );
    assert_eq!(outcomes(&CONTROL, with("cert_1_active", "")), ["account unknown"]);
    assert_eq!(
        outcomes(&CONTROL, with("additional_credentials_info", "1 more")),
        ["account unknown"]
    );
}
