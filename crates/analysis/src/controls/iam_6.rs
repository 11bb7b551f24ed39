//! IAM.6: Hardware MFA should be enabled for the root user.
//!
//! # What it checks
//!
//! Whether the root user signs in with a hardware device (a passkey, a security key or a hardware token), and
//! no virtual one is enrolled beside it.
//!
//! As Security Hub documents it, an account without root credentials passes: neither a password nor an access
//! key nor a signing certificate. AWS Config does not offer the rule in China and GovCloud (US); there the
//! control is not applicable.
//!
//! # Why it matters
//!
//! The seed of a virtual device is a secret on a phone, which can be copied and phished. Root can do
//! everything.
//!
//! # How to fix
//!
//! Sign in as root, enrol a passkey or hardware token, and remove the virtual device; better, in a member
//! account, remove the root user's credentials from the management account ("Centrally manage root access" in
//! the IAM User Guide).
//!
//! # Where AWS is silent
//!
//! AWS Config returns `NOT_APPLICABLE` without root credentials, Security Hub says `PASSED`; this follows
//! Security Hub. What it takes for root credentials is not documented; an access key counts here. Which devices count as hardware is not documented; what `ListVirtualMFADevices` does not
//! list for root counts.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1}, "virtual_mfa_devices": []}
//! ```
//!
//! This fails:
//!
//! ```json
//! {
//!   "summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1},
//!   "virtual_mfa_devices": [{"serial": "arn:aws:iam::111122223333:mfa/root-phone", "user": "root"}]
//! }
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::Judgement;
use super::common::root::Root;
use crate::facts::AccountFacts;
use crate::model::snapshot::VirtualMfaDevice;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.6",
    title: "Hardware MFA should be enabled for the root user",
    severity: Severity::Critical,
    resource_type: control::ACCOUNT,
    config_rule: Some("root-account-hardware-mfa-enabled"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        pci_dss_3_2_1: &["8.3.1"],
        cis_1_2_0: &["1.14"],
        cis_1_4_0: &["1.6"],
        cis_3_0_0: &["1.6"],
        cis_5_0_0: &["1.5"],
        nist_800_53_r5: &["AC-2(1)", "AC-3(15)", "IA-2(1)", "IA-2(2)", "IA-2(6)", "IA-2(8)"],
    },
    default: true,
    needs_roles: false,
    source: include_str!("iam_6.rs"),
    assess: Assess::Account(assess),
};

/// Partitions in which AWS Config does not offer the rule.
const NOT_OFFERED: [&str; 2] = ["aws-cn", "aws-us-gov"];

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let (outcome, reason) = judge(account, context);
    vec![CONTROL.of_account(context.account_id, outcome, reason)]
}

fn judge(account: &AccountFacts<'_>, context: &Context<'_>) -> Judgement {
    if NOT_OFFERED.contains(&context.partition) {
        let reason = format!(
            "AWS does not offer this control in the partition {}",
            context.partition
        );
        return (Outcome::NotApplicable, reason);
    }
    let root = Root::of(account);
    if root.mfa == Some(true) && root.has_credentials() != Some(false) {
        judge_device(account)
    } else {
        root.without_device()
    }
}

/// Which kind of device it is that root has.
fn judge_device(account: &AccountFacts<'_>) -> Judgement {
    let reading = &account.snapshot.virtual_mfa_devices;
    let Some(devices) = reading.value() else {
        let why = reading.why_missing().unwrap_or_default();
        let reason =
            format!("the root user has an MFA device; whether it is a virtual one could not be read: {why}");
        return (Outcome::Unknown, reason);
    };
    let is_roots = |device: &&VirtualMfaDevice| {
        device
            .user_arn
            .as_deref()
            .is_some_and(|arn| arn.ends_with(":root"))
    };
    if let Some(device) = devices.iter().find(is_roots) {
        let reason = format!(
            "`{}` of the root user is a virtual MFA device",
            device.serial_number
        );
        return (Outcome::Fail, reason);
    }
    if let Some(device) = devices.iter().find(|device| device.user_arn.is_none()) {
        let reason = format!(
            "the root user has an MFA device; whether the virtual device `{}` is it was not told",
            device.serial_number
        );
        return (Outcome::Unknown, reason);
    }
    (
        Outcome::Pass,
        "the root user has an MFA device, and no virtual one".to_owned(),
    )
}

#[cfg(test)]
#[path = "iam_6_tests.rs"]
mod tests;
