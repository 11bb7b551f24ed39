//! The three small readings: account summary, password policy, assigned virtual MFA devices.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{self, AssignmentStatusType};
use org_audit_model::snapshot::{PasswordPolicy, VirtualMfaDevice};
use org_audit_model::{Failure, Reading};
use smol_str::SmolStr;

use super::Reader;
use crate::calls::{Trail, has_code};
use crate::failure::invalid;
use crate::organization::timestamp;
use crate::page::next_token;

const SUMMARY: &str = "iam:GetAccountSummary";
const PASSWORD_POLICY: &str = "iam:GetAccountPasswordPolicy";
const VIRTUAL_DEVICES: &str = "iam:ListVirtualMFADevices";

/// The largest page that IAM allows.
const PAGE: i32 = 1_000;

impl Reader<'_> {
    /// Reads the summary: counts, and what root has.
    pub(super) async fn account_summary(&self) -> Reading<BTreeMap<SmolStr, i64>> {
        let mut trail = self.trail();
        let summary = trail
            .ask(SUMMARY, self.client.get_account_summary().send())
            .await
            .and_then(|output| {
                output
                    .summary_map()
                    .ok_or_else(|| invalid(SUMMARY, "the answer has no summary"))
                    .map(|map| {
                        map.iter()
                            .map(|(key, value)| (SmolStr::new(key.as_str()), i64::from(*value)))
                            .collect()
                    })
            });
        trail.reading(summary)
    }

    /// Reads the password policy. `NoSuchEntity` means that the account has none of its own.
    pub(super) async fn password_policy(&self) -> Reading<Option<PasswordPolicy>> {
        let mut trail = self.trail();
        let answer = trail
            .ask(PASSWORD_POLICY, self.client.get_account_password_policy().send())
            .await;
        let policy = match answer {
            Ok(output) => output
                .password_policy()
                .ok_or_else(|| invalid(PASSWORD_POLICY, "the answer has no password policy"))
                .map(|policy| Some(password_policy(policy))),
            Err(failure) if has_code(&failure, "NoSuchEntity") => Ok(None),
            Err(failure) => Err(failure),
        };
        trail.reading(policy)
    }

    /// Reads the assigned virtual MFA devices, in the order of their serial numbers.
    pub(super) async fn virtual_mfa_devices(&self) -> Reading<Vec<VirtualMfaDevice>> {
        let mut trail = self.trail();
        let devices = self.all_virtual_devices(&mut trail).await;
        trail.reading(devices)
    }

    async fn all_virtual_devices(&self, trail: &mut Trail<'_>) -> Result<Vec<VirtualMfaDevice>, Failure> {
        let mut devices = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let call = self
                .client
                .list_virtual_mfa_devices()
                .assignment_status(AssignmentStatusType::Assigned)
                .max_items(PAGE)
                .set_marker(marker.clone())
                .send();
            let page = trail.ask(VIRTUAL_DEVICES, call).await?;
            devices.extend(page.virtual_mfa_devices().iter().map(virtual_device));
            marker = next_token(
                VIRTUAL_DEVICES,
                marker.as_deref(),
                page.marker(),
                page.is_truncated(),
            )?;
            if marker.is_none() {
                break;
            }
        }
        devices.sort_by(|a, b| a.serial_number.cmp(&b.serial_number));
        Ok(devices)
    }
}

fn virtual_device(device: &types::VirtualMfaDevice) -> VirtualMfaDevice {
    VirtualMfaDevice {
        serial_number: device.serial_number().into(),
        user_arn: device
            .user()
            .map(types::User::arn)
            .filter(|arn| !arn.is_empty())
            .map(SmolStr::new),
        enabled_at: device.enable_date().and_then(timestamp),
    }
}

fn password_policy(policy: &types::PasswordPolicy) -> PasswordPolicy {
    PasswordPolicy {
        minimum_length: policy.minimum_password_length(),
        require_symbols: policy.require_symbols(),
        require_numbers: policy.require_numbers(),
        require_uppercase: policy.require_uppercase_characters(),
        require_lowercase: policy.require_lowercase_characters(),
        allow_users_to_change: policy.allow_users_to_change_password(),
        expire: policy.expire_passwords(),
        max_age_days: policy.max_password_age(),
        reuse_prevention: policy.password_reuse_prevention(),
        hard_expiry: policy.hard_expiry(),
    }
}
