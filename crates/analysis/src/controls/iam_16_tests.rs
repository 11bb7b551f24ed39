//! IAM.16 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn an_account_whose_policy_asks_for_it_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "password_policy": {
                    "MinimumPasswordLength": 14,
                    "RequireUppercaseCharacters": true,
                    "RequireLowercaseCharacters": true,
                    "RequireNumbers": true,
                    "RequireSymbols": true,
                    "PasswordReusePrevention": 24,
                    "MaxPasswordAge": 90,
                },
            })
        ),
        ["account pass"]
    );
}

#[test]
fn an_account_whose_policy_does_not_ask_for_it_fails() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "password_policy": {
                    "MinimumPasswordLength": 14,
                    "RequireUppercaseCharacters": true,
                    "RequireLowercaseCharacters": true,
                    "RequireNumbers": true,
                    "RequireSymbols": true,
                    "PasswordReusePrevention": 4,
                    "MaxPasswordAge": 90,
                },
            })
        ),
        "the password policy asks for a password unlike the last 4, fewer than 24"
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "password_policy": {
                    "MinimumPasswordLength": 14,
                    "RequireUppercaseCharacters": true,
                    "RequireLowercaseCharacters": true,
                    "RequireNumbers": true,
                    "RequireSymbols": true,
                    "PasswordReusePrevention": 4,
                    "MaxPasswordAge": 90,
                },
            })
        ),
        ["account fail"]
    );
}

#[test]
fn the_default_policy_fails() {
    assert_eq!(
        outcomes(&CONTROL, json!({"password_policy": "default"})),
        ["account fail"]
    );
}

#[test]
fn it_applies_to_an_account_without_users_too() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [],
                "password_policy": {
                    "MinimumPasswordLength": 14,
                    "RequireUppercaseCharacters": true,
                    "RequireLowercaseCharacters": true,
                    "RequireNumbers": true,
                    "RequireSymbols": true,
                    "PasswordReusePrevention": 24,
                    "MaxPasswordAge": 90,
                },
            })
        ),
        ["account pass"]
    );
}

#[test]
fn a_policy_that_could_not_be_read_is_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"password_policy": {"unreadable": "no"}})),
        ["account unknown"]
    );
    assert_eq!(
        reason(&CONTROL, json!({"password_policy": {"unreadable": "no"}})),
        "the password policy could not be read: iam:Test was denied: no"
    );
}

#[test]
fn a_policy_that_remembers_nothing_fails() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "password_policy": {
                    "MinimumPasswordLength": 14,
                    "RequireUppercaseCharacters": true,
                    "RequireLowercaseCharacters": true,
                    "RequireNumbers": true,
                    "RequireSymbols": true,
                    "MaxPasswordAge": 90,
                },
            })
        ),
        "the password policy asks for a password that may be an old one"
    );
}
