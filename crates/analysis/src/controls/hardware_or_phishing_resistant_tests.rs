//! hardware-or-phishing-resistant over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::outcomes;

/// A console user whose devices were read live.
fn live(devices: &[&str]) -> serde_json::Value {
    json!({
        "report": [{"user": "ana", "password_enabled": "true", "mfa_active": "true"}],
        "live": {"ana": {"password": true, "devices": devices}},
    })
}

/// A console user of whom only the report and the list of virtual devices speak.
fn reported(mfa: &str, virtual_devices: &serde_json::Value) -> serde_json::Value {
    json!({
        "report": [{"user": "ana", "password_enabled": "true", "mfa_active": mfa}],
        "virtual_mfa_devices": virtual_devices,
    })
}

#[test]
fn passkeys_security_keys_and_hardware_tokens_pass() {
    assert_eq!(
        outcomes(&CONTROL, live(&["arn:aws:iam::111122223333:u2f/user/ana/key"])),
        ["user/ana pass"]
    );
    assert_eq!(outcomes(&CONTROL, live(&["GAHT12345678"])), ["user/ana pass"]);
}

#[test]
fn a_virtual_device_or_sms_fails_also_beside_a_better_one() {
    for weak in [
        "arn:aws:iam::111122223333:mfa/ana",
        "arn:aws:iam::111122223333:sms-mfa/ana",
    ] {
        assert_eq!(
            outcomes(&CONTROL, live(&["GAHT12345678", weak])),
            ["user/ana fail"],
            "{weak}"
        );
    }
}

#[test]
fn no_device_fails() {
    assert_eq!(outcomes(&CONTROL, live(&[])), ["user/ana fail"]);
    assert_eq!(
        outcomes(&CONTROL, reported("false", &json!([]))),
        ["user/ana fail"]
    );
}

#[test]
fn a_virtual_device_on_the_list_fails_without_a_live_answer() {
    let world = reported(
        "true",
        &json!([{"serial": "arn:aws:iam::111122223333:mfa/ana", "user": "ana"}]),
    );
    assert_eq!(outcomes(&CONTROL, world), ["user/ana fail"]);
}

#[test]
fn a_device_of_a_kind_that_nobody_told_is_unknown() {
    assert_eq!(
        outcomes(&CONTROL, reported("true", &json!([]))),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(&CONTROL, reported("true", &json!({"unreadable": "no"}))),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(&CONTROL, reported("maybe", &json!([]))),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(&CONTROL, live(&["arn:aws:iam::111122223333:new/ana"])),
        ["user/ana unknown"]
    );
}

#[test]
fn a_user_without_a_console_password_is_not_applicable() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "mfa_active": "true"}]})
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
fn a_live_answer_that_did_not_come_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [{"user": "ana", "password_enabled": "true", "mfa_active": "true"}],
                "live": {"ana": {"password": true, "devices": {"unreadable": "no"}}},
            })
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
