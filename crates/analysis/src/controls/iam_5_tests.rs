//! IAM.5 over every combination of what the report and IAM itself may say.

use jiff::Timestamp;

use super::*;
use crate::facts::Doubt;
use crate::model::credential_report::{AccessKey, Flag, ReportRow};
use crate::model::snapshot::{LoginProfile, MfaDevice, User};
use crate::model::{Failure, FailureKind, Reading};

const WHOLE: Population<'static> = Population {
    report_missing: None,
    report_time: Some("2026-01-01T00:00:00Z"),
};

fn row(password: &str, mfa: &str) -> ReportRow {
    let key = || AccessKey {
        active: Flag::False,
        last_rotated: "N/A".into(),
        last_used: "N/A".into(),
    };
    ReportRow {
        user: "ana".into(),
        arn: "arn:aws:iam::111122223333:user/ana".into(),
        created: "2024-01-01T00:00:00+00:00".into(),
        password_enabled: Flag::from(password),
        password_last_used: "N/A".into(),
        password_last_changed: "N/A".into(),
        mfa_active: Flag::from(mfa),
        access_keys: [key(), key()],
        certificates: [Flag::False, Flag::False],
        additional_credentials: "".into(),
    }
}

fn listed() -> User {
    serde_json::from_str(
        r#"{"name":"ana","arn":"arn:aws:iam::111122223333:user/ana","id":"AIDA","path":"/","created_at":null}"#,
    )
    .unwrap()
}

fn read<T>(value: T) -> Reading<T> {
    Reading::Read {
        at: Timestamp::UNIX_EPOCH,
        requests: vec![],
        value,
    }
}

fn denied<T>() -> Reading<T> {
    let failure = Failure::new(FailureKind::AccessDenied, "iam:GetLoginProfile", "no");
    Reading::Unreadable {
        at: Timestamp::UNIX_EPOCH,
        failure,
    }
}

fn password(there: bool) -> Reading<Option<LoginProfile>> {
    read(there.then_some(LoginProfile {
        created_at: None,
        reset_required: false,
    }))
}

fn devices(count: usize) -> Reading<Option<Vec<MfaDevice>>> {
    read(Some(vec![
        MfaDevice {
            serial_number: "GAHT1".into(),
            enabled_at: None
        };
        count
    ]))
}

fn by_report(password: &str, mfa: &str) -> Outcome {
    let listed = listed();
    let user = UserSources {
        row: Some(row(password, mfa)),
        details: Some(&listed),
        ..UserSources::default()
    };
    judge(&user, WHOLE).0
}

fn by_live(report: (&str, &str), live: &LiveConfirmation) -> Outcome {
    let listed = listed();
    let user = UserSources {
        row: Some(row(report.0, report.1)),
        details: Some(&listed),
        live: Some(live),
        virtual_devices: None,
        doubt: None,
    };
    judge(&user, WHOLE).0
}

#[test]
fn a_password_and_a_device_is_a_pass() {
    assert_eq!(by_report("true", "true"), Outcome::Pass);
    assert_eq!(by_report("TRUE", "True"), Outcome::Pass);
}

#[test]
fn a_password_and_no_device_is_a_fail() {
    assert_eq!(by_report("true", "false"), Outcome::Fail);
}

#[test]
fn no_password_is_not_applicable_with_or_without_a_device() {
    assert_eq!(by_report("false", "false"), Outcome::NotApplicable);
    assert_eq!(by_report("false", "true"), Outcome::NotApplicable);
}

#[test]
fn a_value_that_is_no_truth_value_is_unknown_and_never_a_pass() {
    for (password, mfa) in [
        ("not_supported", "true"),
        ("", "true"),
        ("N/A", "false"),
        ("true", ""),
        ("true", "not_supported"),
    ] {
        assert_eq!(by_report(password, mfa), Outcome::Unknown, "{password:?} {mfa:?}");
    }
}

#[test]
fn a_device_enrolled_after_the_report_passes_live() {
    let live = LiveConfirmation {
        login_profile: password(true),
        mfa_devices: devices(1),
    };
    assert_eq!(by_live(("true", "false"), &live), Outcome::Pass);
}

#[test]
fn a_device_removed_after_the_report_fails_live() {
    let live = LiveConfirmation {
        login_profile: password(true),
        mfa_devices: devices(0),
    };
    assert_eq!(by_live(("true", "true"), &live), Outcome::Fail);
}

#[test]
fn a_password_removed_after_the_report_is_not_applicable() {
    let live = LiveConfirmation {
        login_profile: password(false),
        mfa_devices: devices(0),
    };
    assert_eq!(by_live(("true", "false"), &live), Outcome::NotApplicable);
}

#[test]
fn a_fail_that_cannot_be_confirmed_stays_a_fail() {
    let live = LiveConfirmation {
        login_profile: denied(),
        mfa_devices: devices(0),
    };
    assert_eq!(by_live(("true", "false"), &live), Outcome::Fail);
    let live = LiveConfirmation {
        login_profile: password(true),
        mfa_devices: denied(),
    };
    assert_eq!(by_live(("true", "false"), &live), Outcome::Fail);
}

#[test]
fn a_pass_that_was_to_be_confirmed_and_was_not_is_unknown() {
    let live = LiveConfirmation {
        login_profile: password(true),
        mfa_devices: denied(),
    };
    assert_eq!(by_live(("true", "true"), &live), Outcome::Unknown);
    let live = LiveConfirmation {
        login_profile: denied(),
        mfa_devices: devices(1),
    };
    assert_eq!(by_live(("true", "true"), &live), Outcome::Unknown);
}

#[test]
fn a_user_deleted_meanwhile_is_unknown() {
    let live = LiveConfirmation {
        login_profile: read(None),
        mfa_devices: read(None),
    };
    assert_eq!(by_live(("true", "false"), &live), Outcome::Unknown);
    let user = UserSources {
        row: Some(row("true", "true")),
        doubt: Some(Doubt::Gone),
        ..UserSources::default()
    };
    assert_eq!(judge(&user, WHOLE).0, Outcome::Unknown);
}

#[test]
fn a_user_made_after_the_report_is_unknown() {
    let listed = listed();
    let user = UserSources {
        details: Some(&listed),
        ..UserSources::default()
    };
    assert_eq!(judge(&user, WHOLE).0, Outcome::Unknown);
}

#[test]
fn nobody_passes_where_the_report_could_not_be_read() {
    let listed = listed();
    let user = UserSources {
        details: Some(&listed),
        ..UserSources::default()
    };
    let population = Population {
        report_missing: Some("denied"),
        report_time: None,
    };
    let (outcome, reason) = judge(&user, population);
    assert_eq!(outcome, Outcome::Unknown);
    assert_eq!(reason, "the credential report could not be read: denied");
}
