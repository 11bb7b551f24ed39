//! IAM.6 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn a_device_that_is_not_virtual_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1},
                "virtual_mfa_devices": [{"serial": "x", "user": "ana"}],
            })
        ),
        ["account pass"]
    );
}

#[test]
fn a_virtual_device_fails() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1},
                "virtual_mfa_devices": [{"serial": "s", "user": "root"}],
            })
        ),
        "`s` of the root user is a virtual MFA device"
    );
}

#[test]
fn no_device_fails() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0}})
        ),
        ["account fail"]
    );
}

#[test]
fn no_root_credentials_pass() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"summary": {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}})
        ),
        ["account pass"]
    );
}

#[test]
fn it_is_not_applicable_where_aws_does_not_offer_it() {
    for partition in ["aws-cn", "aws-us-gov"] {
        let world =
            json!({"partition": partition, "summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0}});
        assert_eq!(
            outcomes(&CONTROL, world),
            ["account not_applicable"],
            "{partition}"
        );
    }
}

#[test]
fn a_device_of_a_kind_that_could_not_be_read_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1},
                "virtual_mfa_devices": {"unreadable": "no"},
            })
        ),
        ["account unknown"]
    );
}

#[test]
fn a_virtual_device_of_nobody_knows_whom_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1},
                "virtual_mfa_devices": [{"serial": "s"}],
            })
        ),
        ["account unknown"]
    );
}

#[test]
fn without_summary_and_root_row_it_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"summary": {"unreadable": "no"}, "report": {"unreadable": "no"}})
        ),
        ["account unknown"]
    );
}

#[test]
fn no_device_and_a_password_that_is_not_known_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "summary": {"AccountMFAEnabled": 0},
                "report": [{"user": "<root_account>", "password_enabled": "not_supported", "mfa_active": "true"}],
            })
        ),
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
                "report": [{"user": "<root_account>", "password_enabled": "true", "mfa_active": "false"}],
            })
        ),
        ["account fail"]
    );
}

#[test]
fn an_access_key_alone_is_a_root_credential() {
    let root = json!({"summary": {"AccountPasswordPresent": 0, "AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1}});
    assert_eq!(outcomes(&CONTROL, root), ["account fail"]);
    let with_device = json!({"summary": {"AccountPasswordPresent": 0, "AccountMFAEnabled": 1, "AccountAccessKeysPresent": 1},
        "virtual_mfa_devices": [{"serial": "arn:aws:iam::111122223333:mfa/root-phone", "user": "root"}]});
    assert_eq!(outcomes(&CONTROL, with_device), ["account fail"]);
}
