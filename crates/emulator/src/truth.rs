//! What is true in the world, without the wire: what a test compares an audit's answer with.

use jiff::Timestamp;

use crate::emulator::Emulator;
use crate::report::{AsOf, ReportState};
use crate::world::model::{Credentials, Device, Password};
use crate::world::{DeviceKind, users};

/// What a user can sign in with at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// Whether there is a console password.
    pub password: bool,
    /// How many MFA devices are enrolled, of any kind.
    pub devices: usize,
    /// How many access keys are active.
    pub active_keys: usize,
}

impl From<&Credentials> for Truth {
    fn from(credentials: &Credentials) -> Self {
        Self {
            password: credentials.password.is_some(),
            devices: credentials.devices.len(),
            active_keys: credentials.keys.iter().filter(|key| key.active).count(),
        }
    }
}

/// One user of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTruth {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// What is true now: what `GetLoginProfile` and `ListMFADevices` say.
    pub live: Truth,
    /// What the account's credential report says, if there already is one that still counts; otherwise
    /// what one would say that is made now.
    pub reported: Truth,
}

impl Emulator {
    /// Every user of an account, sorted by name; empty for an account that does not exist.
    #[must_use]
    pub fn expected_users(&self, account: &str) -> Vec<UserTruth> {
        let Some(account) = self.world().account(account) else {
            return Vec::new();
        };
        let now = self.now();
        let reported_at = self
            .live
            .report(account, now)
            .map_or(AsOf::now(now), ReportState::as_of);
        let view = self.live.view(self.world(), account);
        view.users
            .iter()
            .map(|user| UserTruth {
                name: user.name.clone(),
                arn: user.arn(&account.id),
                live: Truth::from(&self.live.credentials(account, user, AsOf::now(now))),
                reported: Truth::from(&self.live.credentials(account, user, reported_at)),
            })
            .collect()
    }

    /// The user enrols one more device, now. Whether there was such a user.
    pub fn enrol_device(&self, account: &str, user: &str, kind: DeviceKind) -> bool {
        self.change_user(account, user, |credentials, now| {
            let position = credentials.devices.len() as u64;
            let serial = users::serial(account, user, kind, now.as_second().unsigned_abs(), position);
            credentials.devices.push(Device {
                kind,
                serial,
                enabled: now,
            });
        })
    }

    /// The user's devices are all removed, now. Whether there was such a user.
    pub fn remove_devices(&self, account: &str, user: &str) -> bool {
        self.change_user(account, user, |credentials, _| credentials.devices.clear())
    }

    /// The user gets a password or loses it, now. Whether there was such a user.
    pub fn set_password(&self, account: &str, user: &str, password: bool) -> bool {
        self.change_user(account, user, |credentials, now| {
            credentials.password = password.then_some(Password {
                changed: now,
                last_used: None,
                reset_required: true,
            });
        })
    }

    fn change_user(
        &self,
        account: &str,
        user: &str,
        change: impl FnOnce(&mut Credentials, Timestamp),
    ) -> bool {
        let Some(account) = self.world().account(account) else {
            return false;
        };
        let view = self.live.view(self.world(), account);
        let Some(user) = view.user(user) else { return false };
        let now = self.now();
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let mut credentials = self.live.credentials(account, user, AsOf::now(now));
        change(&mut credentials, now);
        self.live.change(account, &user.name, credentials);
        true
    }
}
