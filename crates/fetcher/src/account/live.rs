//! Live confirmation: what IAM says now of a user that a report of up to four hours ago would fail.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use org_audit_model::credential_report::ReportRow;
use org_audit_model::snapshot::{LiveConfirmation, LoginProfile, MfaDevice, RawCredentialReport};
use org_audit_model::{CredentialReport, Failure, Reading};
use smol_str::SmolStr;

use super::{Reader, unless_made};
use crate::calls::{Trail, has_code};
use crate::failure::invalid;
use crate::organization::timestamp;
use crate::page::next_token;

const LOGIN_PROFILE: &str = "iam:GetLoginProfile";
const MFA_DEVICES: &str = "iam:ListMFADevices";

/// How many users of one account are confirmed at the same time.
const USERS_AT_ONCE: usize = 8;

impl Reader<'_> {
    /// Confirms the users that the report would fail, or all of them where the settings say so.
    ///
    /// A report that cannot be parsed names nobody: then there is nothing to confirm, and the analysis
    /// says why.
    pub(super) async fn confirm(
        &self,
        report: &Reading<RawCredentialReport>,
        mut before: BTreeMap<SmolStr, LiveConfirmation>,
    ) -> BTreeMap<SmolStr, LiveConfirmation> {
        let fresh = self.accounts.settings.fresh;
        let report = report
            .value()
            .and_then(|raw| CredentialReport::parse(&raw.content).ok())
            .unwrap_or_default();
        let users: Vec<(SmolStr, Option<LiveConfirmation>)> = report
            .users
            .into_iter()
            .filter(|row| fresh || ReportRow::would_fail(row))
            .map(|row| {
                let known = before.remove(&row.user);
                (row.user, known)
            })
            .collect();
        stream::iter(users)
            .map(|(user, known)| async move {
                let live = self.confirm_user(&user, known).await;
                (user, live)
            })
            .buffered(USERS_AT_ONCE)
            .collect()
            .await
    }

    async fn confirm_user(&self, user: &str, known: Option<LiveConfirmation>) -> LiveConfirmation {
        let (login_profile, mfa_devices) = match known {
            Some(known) => (Some(known.login_profile), Some(known.mfa_devices)),
            None => (None, None),
        };
        let login = async {
            match login_profile {
                Some(made) => unless_made(made, self.login_profile(user)).await,
                None => self.login_profile(user).await,
            }
        };
        let devices = async {
            match mfa_devices {
                Some(made) => unless_made(made, self.mfa_devices(user)).await,
                None => self.mfa_devices(user).await,
            }
        };
        let (login_profile, mfa_devices) = tokio::join!(login, devices);
        LiveConfirmation {
            login_profile,
            mfa_devices,
        }
    }

    async fn login_profile(&self, user: &str) -> Reading<Option<LoginProfile>> {
        let mut trail = self.trail();
        let answer = trail
            .ask(
                LOGIN_PROFILE,
                self.client.get_login_profile().user_name(user).send(),
            )
            .await;
        let profile = match answer {
            Ok(output) => output
                .login_profile()
                .ok_or_else(|| invalid(LOGIN_PROFILE, "the answer has no login profile"))
                .map(|profile| {
                    Some(LoginProfile {
                        created_at: timestamp(profile.create_date()),
                        reset_required: profile.password_reset_required(),
                    })
                }),
            Err(failure) if has_code(&failure, "NoSuchEntity") => Ok(None),
            Err(failure) => Err(failure),
        };
        trail.reading(profile)
    }

    async fn mfa_devices(&self, user: &str) -> Reading<Option<Vec<MfaDevice>>> {
        let mut trail = self.trail();
        let devices = match self.all_mfa_devices(user, &mut trail).await {
            Ok(devices) => Ok(Some(devices)),
            Err(failure) if has_code(&failure, "NoSuchEntity") => Ok(None),
            Err(failure) => Err(failure),
        };
        trail.reading(devices)
    }

    async fn all_mfa_devices(&self, user: &str, trail: &mut Trail<'_>) -> Result<Vec<MfaDevice>, Failure> {
        let mut devices = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let call = self
                .client
                .list_mfa_devices()
                .user_name(user)
                .set_marker(marker.clone())
                .send();
            let page = trail.ask(MFA_DEVICES, call).await?;
            devices.extend(page.mfa_devices().iter().map(|device| MfaDevice {
                serial_number: device.serial_number().into(),
                enabled_at: timestamp(device.enable_date()),
            }));
            marker = next_token(MFA_DEVICES, marker.as_deref(), page.marker(), page.is_truncated())?;
            if marker.is_none() {
                break;
            }
        }
        devices.sort_by(|a, b| a.serial_number.cmp(&b.serial_number));
        Ok(devices)
    }
}
