//! hardware-or-phishing-resistant: IAM users should sign in with hardware tokens or phishing-resistant
//! devices.
//!
//! # What it checks
//!
//! Which kinds of MFA device a user with a console password has. A passkey, a security key or a hardware
//! token passes; a virtual device or SMS fails, also beside a better one, because one device suffices to sign
//! in. A user without a device fails.
//!
//! The kind shows in the serial number that `ListMFADevices` gives, which is read for users that IAM.5 would
//! fail, and with `--fresh` for all. The credential report says only that there is a device. Then a virtual
//! device on the list of `ListVirtualMFADevices` is a fail, and a device that is not on it is unknown.
//!
//! # Why it matters
//!
//! A code that can be typed can be typed into the wrong page. Only FIDO2 (passkeys, security keys) binds the
//! answer to the site. PCI DSS v4.0.1 exempts accounts that use nothing but phishing-resistant factors from
//! requirement 8.4.2.
//!
//! # How to fix
//!
//! Enrol a passkey or security key in the console, try it, then remove the virtual device.
//!
//! # Where AWS is silent
//!
//! Security Hub has no such control; the id, the title and the severity are our own. The forms of the serial
//! numbers are those that IAM is seen to give: `:mfa/` is virtual, `:u2f/` a passkey or security key,
//! `:sms-mfa/` SMS, and anything that is not an ARN a hardware token.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {
//!   "report": [{"user": "ana", "password_enabled": "true", "mfa_active": "true"}],
//!   "live": {"ana": {"password": true, "devices": ["arn:aws:iam::111122223333:u2f/user/ana/key-1"]}}
//! }
//! ```
//!
//! This fails:
//!
//! ```json
//! {
//!   "report": [{"user": "ana", "password_enabled": "true", "mfa_active": "true"}],
//!   "virtual_mfa_devices": [{"serial": "arn:aws:iam::111122223333:mfa/ana", "user": "ana"}]
//! }
//! ```

use super::common::age::Tally;
use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::{Judgement, Population, every_user};
use crate::facts::{AccountFacts, UserSources, truth};
use crate::model::snapshot::MfaDevice;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "hardware-or-phishing-resistant",
    title: "IAM users should sign in with hardware tokens or phishing-resistant devices",
    severity: Severity::Low,
    resource_type: control::USER,
    config_rule: None,
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("hardware_or_phishing_resistant.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    every_user(&CONTROL, account, context, judge)
}

fn judge(user: &UserSources<'_>, population: Population<'_>) -> Judgement {
    match user.console_password() {
        Some(false) => return (Outcome::NotApplicable, "no console password".to_owned()),
        Some(true) => {}
        None => {
            let why = population.row(user).err().unwrap_or_else(|| {
                "the credential report does not say whether there is a console password".to_owned()
            });
            return (Outcome::Unknown, why);
        }
    }
    let Some(live) = user.live else {
        return judge_report(user, population);
    };
    match live.mfa_devices.value() {
        Some(Some(devices)) => judge_devices(devices),
        Some(None) => (
            Outcome::Unknown,
            "the user was deleted while the account was read".to_owned(),
        ),
        None => {
            let why = live.mfa_devices.why_missing().unwrap_or_default();
            (
                Outcome::Unknown,
                format!("the kinds of its MFA devices could not be read: {why}"),
            )
        }
    }
}

/// What a device is, by its serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    PasskeyOrSecurityKey,
    HardwareToken,
    Virtual,
    Sms,
    Unknown,
}

fn kind(serial: &str) -> Kind {
    if !serial.starts_with("arn:") {
        Kind::HardwareToken
    } else if serial.contains(":u2f/") {
        Kind::PasskeyOrSecurityKey
    } else if serial.contains(":mfa/") {
        Kind::Virtual
    } else if serial.contains(":sms-mfa/") {
        Kind::Sms
    } else {
        Kind::Unknown
    }
}

fn judge_devices(devices: &[MfaDevice]) -> Judgement {
    if devices.is_empty() {
        return (Outcome::Fail, "no MFA device, confirmed live".to_owned());
    }
    let mut tally = Tally::default();
    for device in devices {
        let serial = &device.serial_number;
        match kind(serial) {
            Kind::PasskeyOrSecurityKey => tally
                .sound
                .push(format!("`{serial}` is a passkey or security key")),
            Kind::HardwareToken => tally.sound.push(format!("`{serial}` is a hardware token")),
            Kind::Virtual => tally.failed.push(format!("`{serial}` is a virtual device")),
            Kind::Sms => tally.failed.push(format!("`{serial}` is a telephone number")),
            Kind::Unknown => tally
                .unknown
                .push(format!("of which kind `{serial}` is, is not known")),
        }
    }
    tally.judge("")
}

fn judge_report(user: &UserSources<'_>, population: Population<'_>) -> Judgement {
    let mfa = match population.row(user) {
        Ok(row) => truth(&row.mfa_active),
        Err(why) => return (Outcome::Unknown, why),
    };
    match (mfa, user.virtual_devices) {
        (Some(false), _) => (
            Outcome::Fail,
            format!("no MFA device, by the credential report of {}", population.time()),
        ),
        (_, Some(1..)) => (Outcome::Fail, "a virtual MFA device".to_owned()),
        (Some(true), Some(0)) => (
            Outcome::Unknown,
            "an MFA device that is not on the list of virtual ones; of which kind it is, was not read"
                .to_owned(),
        ),
        (Some(true), None) => (
            Outcome::Unknown,
            "an MFA device; the list of virtual ones could not be read".to_owned(),
        ),
        (None, Some(0) | None) => (
            Outcome::Unknown,
            "the credential report does not say whether there is an MFA device".to_owned(),
        ),
    }
}

#[cfg(test)]
#[path = "hardware_or_phishing_resistant_tests.rs"]
mod tests;
