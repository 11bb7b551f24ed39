//! Live confirmation: what IAM says now of a user that a report of up to four hours ago would fail, or
//! does not know yet.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;
use org_audit_model::credential_report::ReportRow;
use org_audit_model::snapshot::{
    AuthorizationDetails, LiveConfirmation, LoginProfile, MfaDevice, RawCredentialReport, User,
};
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

/// The users to confirm, in the order of their names.
fn worth_confirming(
    report: Option<&RawCredentialReport>,
    details: Option<&AuthorizationDetails>,
    fresh: bool,
) -> BTreeSet<SmolStr> {
    let generated_at = report.map(|raw| raw.generated_at);
    let report = report.and_then(|raw| CredentialReport::parse(&raw.content).ok());
    let rows = report.as_ref().map_or(&[][..], |report| &report.users);
    let reported: BTreeMap<&SmolStr, &ReportRow> = rows.iter().map(|row| (&row.user, row)).collect();
    // Not in the report, or only another user of the same name.
    let unreported = |user: &User| match (reported.get(&user.name), generated_at) {
        (Some(row), Some(generated_at)) => row.is_of_another_user(user.created_at, generated_at),
        (Some(_), None) => false,
        (None, _) => report.is_some(),
    };
    let of_report = rows.iter().filter(|row| fresh || row.would_fail());
    let of_details = details
        .map_or(&[][..], |details| &details.users)
        .iter()
        .filter(|user| fresh || unreported(user));
    of_report
        .map(|row| row.user.clone())
        .chain(of_details.map(|user| user.name.clone()))
        .collect()
}

impl Reader<'_> {
    /// Confirms the users that the report would fail and those that are younger than the report, or all of
    /// them where the settings say so.
    ///
    /// A report that cannot be parsed names nobody: then nobody is confirmed unless all are, and the
    /// analysis says why.
    pub(super) async fn confirm(
        &self,
        report: &Reading<RawCredentialReport>,
        details: &Reading<AuthorizationDetails>,
        mut before: BTreeMap<SmolStr, LiveConfirmation>,
    ) -> BTreeMap<SmolStr, LiveConfirmation> {
        let users: Vec<(SmolStr, Option<LiveConfirmation>)> =
            worth_confirming(report.value(), details.value(), self.accounts.settings.fresh)
                .into_iter()
                .map(|user| {
                    let known = before.remove(&user);
                    (user, known)
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use org_audit_model::snapshot::User;

    use super::*;

    fn report(rows: &[(&str, &str, &str)]) -> RawCredentialReport {
        let mut content =
            "user,arn,password_enabled,mfa_active,access_key_1_active,access_key_2_active\n".to_owned();
        for (user, password, mfa) in rows {
            content.push_str(&format!("{user},arn,{password},{mfa},false,false\n"));
        }
        RawCredentialReport {
            generated_at: Timestamp::UNIX_EPOCH,
            content,
        }
    }

    fn details(names: &[&str]) -> AuthorizationDetails {
        let user = |name: &&str| User {
            name: (*name).into(),
            arn: "arn".into(),
            id: "id".into(),
            path: "/".into(),
            created_at: None,
            inline_policies: Vec::new(),
            attached_policies: Vec::new(),
            groups: Vec::new(),
            permissions_boundary: None,
            tags: Vec::new(),
        };
        AuthorizationDetails {
            users: names.iter().map(user).collect(),
            ..AuthorizationDetails::default()
        }
    }

    fn chosen(
        report: Option<&RawCredentialReport>,
        details: Option<&AuthorizationDetails>,
        fresh: bool,
    ) -> Vec<String> {
        worth_confirming(report, details, fresh)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn those_that_would_fail_and_those_younger_than_the_report_are_confirmed() {
        let report = report(&[
            ("ana", "true", "false"),
            ("bob", "true", "true"),
            ("<root_account>", "true", "false"),
        ]);
        let details = details(&["ana", "bob", "new"]);
        assert_eq!(chosen(Some(&report), Some(&details), false), ["ana", "new"]);
        assert_eq!(chosen(Some(&report), Some(&details), true), ["ana", "bob", "new"]);
        assert_eq!(chosen(Some(&report), None, true), ["ana", "bob"]);
    }

    #[test]
    fn a_user_that_was_made_again_under_the_same_name_is_confirmed() {
        let report = report(&[("ana", "true", "true"), ("bob", "true", "true")]);
        let mut details = details(&["ana", "bob"]);
        // The rows say when their users were made, or do not: then the report's own time decides.
        for user in &mut details.users {
            user.created_at = Some(report.generated_at + jiff::SignedDuration::from_secs(60));
        }
        details.users[1].created_at = None;
        assert_eq!(chosen(Some(&report), Some(&details), false), ["ana"]);
    }

    #[test]
    fn without_a_report_nobody_is_confirmed_unless_all_are() {
        let details = details(&["ana"]);
        let damaged = RawCredentialReport {
            generated_at: Timestamp::UNIX_EPOCH,
            content: "not a report".to_owned(),
        };
        assert_eq!(chosen(None, Some(&details), false), [""; 0]);
        assert_eq!(chosen(Some(&damaged), Some(&details), false), [""; 0]);
        assert_eq!(chosen(Some(&damaged), Some(&details), true), ["ana"]);
    }
}
