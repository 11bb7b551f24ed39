//! Makes an account's users: a pure function of the seed, the account and the position, so that an
//! organization of a million users needs no memory until somebody asks for one account.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::model::{
    AccessKey, Credentials, Device, DeviceKind, Inline, Password, PolicyRef, Population, User,
};
use super::{Account, UserSpec, World, identities, people};
use crate::draw::{BASE32, below, draw, letters, of_text, pick};

const DAY: i64 = 86_400;

/// What a generated user has, before it is dressed with names and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Password and these devices.
    Console(&'static [DeviceKind]),
    /// Password, devices, and an active key.
    ConsoleAndKey(&'static [DeviceKind]),
    /// No password, this many active keys.
    Keys(usize),
    /// No password, one inactive key.
    InactiveKey,
    /// No password, an active key and a device.
    KeyAndDevice,
    /// Nothing at all.
    Nothing,
    /// Different from what the last report says.
    Changed(Change),
}

/// What happened to a user after the last report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Enrolled,
    DeviceRemoved,
    PasswordDeleted,
    PasswordCreated,
}

impl Change {
    /// Whether there was a password, and the devices.
    fn before(self) -> (bool, &'static [DeviceKind]) {
        match self {
            Self::Enrolled | Self::PasswordDeleted => (true, &[]),
            Self::DeviceRemoved => (true, &[Virtual]),
            Self::PasswordCreated => (false, &[]),
        }
    }

    /// Whether there is a password, and the devices.
    fn after(self) -> (bool, &'static [DeviceKind]) {
        match self {
            Self::Enrolled => (true, &[Virtual]),
            Self::DeviceRemoved | Self::PasswordCreated => (true, &[]),
            Self::PasswordDeleted => (false, &[]),
        }
    }
}

use DeviceKind::{Hardware, Passkey, Sms, Virtual};

/// Shapes of a real account and their weights.
const MIXED: &[(Shape, u64)] = &[
    (Shape::Console(&[Virtual]), 26),
    (Shape::ConsoleAndKey(&[Virtual]), 10),
    (Shape::Console(&[Passkey]), 7),
    (Shape::Console(&[Hardware]), 3),
    (Shape::Console(&[Virtual, Passkey]), 4),
    (Shape::Console(&[Virtual, Virtual, Hardware]), 1),
    (Shape::Console(&[Sms]), 1),
    (Shape::Console(&[]), 7),
    (Shape::ConsoleAndKey(&[]), 4),
    (Shape::Keys(1), 18),
    (Shape::Keys(2), 4),
    (Shape::InactiveKey, 5),
    (Shape::KeyAndDevice, 3),
    (Shape::Nothing, 4),
];

/// Shapes of which none fails IAM.5.
const PASSING: &[(Shape, u64)] = &[
    (Shape::Console(&[Virtual]), 10),
    (Shape::Console(&[Passkey]), 3),
    (Shape::Console(&[Hardware]), 2),
    (Shape::Console(&[Virtual, Passkey]), 1),
    (Shape::Keys(1), 4),
    (Shape::Nothing, 1),
];

/// What only an account with an old report has, at its first positions.
const CHANGES: &[Change] = &[
    Change::Enrolled,
    Change::DeviceRemoved,
    Change::PasswordDeleted,
    Change::PasswordCreated,
];

/// All users of an account, in the order of their names, as IAM lists them.
pub(crate) fn users(world: &World, account: &Account) -> Vec<User> {
    if let Population::Explicit(specs) = &account.population {
        let users = specs
            .iter()
            .zip(0u64..)
            .map(|(spec, index)| explicit(world, account, index, spec));
        return sorted(users.collect());
    }
    let caller = world.caller_user(account);
    // The user behind static credentials is one of those that were asked for.
    let others = account.users.saturating_sub(usize::from(caller.is_some()));
    let mut users: Vec<User> = (0..others as u64)
        .map(|index| generated(world, account, index))
        .collect();
    users.extend(caller.map(|name| caller_user(world, account, name)));
    sorted(users)
}

fn sorted(mut users: Vec<User>) -> Vec<User> {
    users.sort_by(|left, right| left.name.cmp(&right.name));
    users.dedup_by(|left, right| left.name == right.name);
    users
}

struct Maker<'a> {
    world: &'a World,
    account: &'a Account,
    key: u64,
}

fn generated(world: &World, account: &Account, index: u64) -> User {
    let key = draw(world.spec.seed, &[0x05E2, account.index as u64, index]);
    let maker = Maker { world, account, key };
    let shape = maker.shape(index);
    let is_machine = matches!(shape, Shape::Keys(_) | Shape::InactiveKey);
    let salt = draw(world.spec.seed, &[0x0A3E, account.index as u64]);
    let hostile = (account.population == Population::Hostile)
        .then(|| people::HOSTILE.get(usize::try_from(index).unwrap_or(usize::MAX)))
        .flatten();
    let name = match hostile {
        Some(name) => (*name).to_owned(),
        None if is_machine => people::machine(index),
        None => people::person(index, salt),
    };
    let path = match below(key, 12) {
        0 => "/division/",
        1 if !is_machine => "/division/logistics/",
        _ if is_machine => "/service/",
        _ => "/",
    };
    let created = maker.days_ago(60 + maker.number(1, 1500));
    let mut user = User {
        id: format!("AIDA{}", letters(BASE32, draw(key, &[2]), 17)),
        name,
        path: path.to_owned(),
        created,
        groups: Vec::new(),
        inline: Vec::new(),
        attached: Vec::new(),
        boundary: None,
        tags: Vec::new(),
        live: Credentials::default(),
        before: None,
    };
    maker.dress(&mut user, shape);
    identities::entitle(account, &mut user, is_machine, key);
    user
}

impl Maker<'_> {
    fn shape(&self, index: u64) -> Shape {
        let failing = self.account.population != Population::Passing;
        if self.account.has_old_report
            && failing
            && let Some(change) = CHANGES.get(usize::try_from(index).unwrap_or(usize::MAX))
        {
            return Shape::Changed(*change);
        }
        let table = if failing { MIXED } else { PASSING };
        let total: u64 = table.iter().map(|(_, weight)| weight).sum();
        let mut rest = self.number(0, total);
        for (shape, weight) in table {
            if rest < *weight {
                return *shape;
            }
            rest -= weight;
        }
        Shape::Nothing
    }

    fn number(&self, purpose: u64, bound: u64) -> u64 {
        below(draw(self.key, &[purpose]), bound)
    }

    fn days_ago(&self, days: u64) -> Timestamp {
        let days = i64::try_from(days).unwrap_or(0);
        let seconds = days * DAY + i64::try_from(self.number(90, 80_000)).unwrap_or(0);
        before(self.world.epoch, seconds)
    }

    fn dress(&self, user: &mut User, shape: Shape) {
        match shape {
            Shape::Console(devices) => user.live = self.credentials(user, true, devices, &[]),
            Shape::ConsoleAndKey(devices) => user.live = self.credentials(user, true, devices, &[true]),
            Shape::Keys(count) => {
                let keys: &[bool] = if count > 1 { &[true, true] } else { &[true] };
                user.live = self.credentials(user, false, &[], keys);
            }
            Shape::InactiveKey => user.live = self.credentials(user, false, &[], &[false]),
            Shape::KeyAndDevice => user.live = self.credentials(user, false, &[Virtual], &[true]),
            Shape::Nothing => {}
            Shape::Changed(change) => self.dress_changed(user, change),
        }
    }

    /// Users whose credentials changed an hour before the emulator started: the report that exists
    /// then is two hours old, and live calls say something else.
    fn dress_changed(&self, user: &mut User, change: Change) {
        let (was, is) = (change.before(), change.after());
        let changed = before(self.world.epoch, 3600);
        user.live = self.credentials(user, is.0, is.1, &[]);
        if let Some(device) = user.live.devices.first_mut() {
            device.enabled = changed;
        }
        user.before = Some((changed, self.credentials(user, was.0, was.1, &[])));
    }

    /// How old a credential of this user may be, in days: not older than the user, and young where
    /// nobody is to fail anything.
    fn oldest(&self, user: &User) -> u64 {
        if self.account.population == Population::Passing {
            return 58;
        }
        let seconds = self.world.epoch.duration_since(user.created).as_secs().max(0);
        (seconds.unsigned_abs() / DAY.unsigned_abs()).clamp(2, 500) - 1
    }

    fn credentials(&self, user: &User, password: bool, devices: &[DeviceKind], keys: &[bool]) -> Credentials {
        let oldest = self.oldest(user);
        let password = password.then(|| {
            let age = self.number(10, oldest);
            Password {
                changed: self.days_ago(age),
                last_used: (self.number(11, 5) > 0).then(|| self.days_ago(self.number(12, age.max(1)))),
                reset_required: self.number(13, 20) == 0,
            }
        });
        let devices = devices
            .iter()
            .zip(0u64..)
            .map(|(kind, position)| self.device(user, *kind, position));
        let keys = keys
            .iter()
            .zip(0u64..)
            .map(|(active, position)| self.access_key(*active, position, oldest));
        let certificate = (self.number(14, 80) == 0).then(|| self.days_ago(self.number(15, oldest)));
        Credentials {
            password,
            devices: devices.collect(),
            keys: keys.collect(),
            certificate,
        }
    }

    fn device(&self, user: &User, kind: DeviceKind, position: u64) -> Device {
        let enabled = self.days_ago(1 + self.number(20 + position, 58));
        Device {
            kind,
            serial: serial(&self.account.id, &user.name, kind, self.key, position),
            enabled,
        }
    }

    fn access_key(&self, active: bool, position: u64, oldest: u64) -> AccessKey {
        let age = self.number(60 + position, oldest);
        let used = self.number(40 + position, 4) > 0;
        let service = pick(&["s3", "ecr", "sts", "ec2"], self.number(42 + position, 4)).copied();
        AccessKey {
            id: format!("AKIA{}", letters(BASE32, draw(self.key, &[50, position]), 16)),
            active,
            created: self.days_ago(age),
            last_used: used.then(|| {
                let when = self.days_ago(self.number(70 + position, age.max(1)));
                (when, "eu-central-1", service.unwrap_or_default())
            }),
        }
    }
}

/// A device's serial number, whose form tells the kind.
pub(crate) fn serial(account: &str, user: &str, kind: DeviceKind, key: u64, position: u64) -> String {
    match kind {
        DeviceKind::Virtual if position == 0 => format!("arn:aws:iam::{account}:mfa/{user}"),
        DeviceKind::Virtual => format!("arn:aws:iam::{account}:mfa/{user}-phone-{}", position + 1),
        DeviceKind::Hardware => format!("GAKT{:08}", below(draw(key, &[30, position]), 100_000_000)),
        DeviceKind::Passkey => {
            format!(
                "arn:aws:iam::{account}:u2f/user/{user}/laptop-{}",
                letters(BASE32, draw(key, &[31, position]), 26)
            )
        }
        DeviceKind::Sms => format!("arn:aws:iam::{account}:sms-mfa/{user}"),
    }
}

/// A moment this many seconds before another.
pub(crate) fn before(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_sub(SignedDuration::from_secs(seconds))
        .unwrap_or(time)
}

fn explicit(world: &World, account: &Account, index: u64, spec: &UserSpec) -> User {
    let key = draw(
        world.spec.seed,
        &[0xE8, account.index as u64, index, of_text(&spec.name)],
    );
    let maker = Maker { world, account, key };
    let mut user = User {
        id: format!("AIDA{}", letters(BASE32, draw(key, &[2]), 17)),
        name: spec.name.clone(),
        path: spec.path.clone(),
        created: maker.days_ago(90),
        groups: spec.groups.iter().map(|(name, _)| *name).collect(),
        inline: spec
            .inline
            .iter()
            .map(|(name, document)| Inline {
                name: name.clone(),
                document: Cow::Owned(document.clone()),
            })
            .collect(),
        attached: spec.attached.iter().map(|name| PolicyRef::Aws(name)).collect(),
        boundary: spec
            .boundary
            .as_ref()
            .and_then(|(name, _)| identities::given_policy(account, name)),
        tags: Vec::new(),
        live: Credentials::default(),
        before: None,
    };
    let managed = spec.managed.iter();
    user.attached
        .extend(managed.filter_map(|(name, _)| identities::given_policy(account, name)));
    user.live = maker.credentials(&user, spec.password, &spec.devices, &spec.keys);
    user
}

/// The IAM user behind static credentials: one active key, no password.
fn caller_user(world: &World, account: &Account, name: &str) -> User {
    let key = draw(world.spec.seed, &[0xCA11, account.index as u64]);
    let maker = Maker { world, account, key };
    let mut user = explicit(world, account, u64::MAX, &UserSpec::new(name));
    let id = world.caller_key(account).unwrap_or_default().to_owned();
    user.live.keys = vec![AccessKey {
        id,
        active: true,
        created: maker.days_ago(20),
        last_used: None,
    }];
    user.attached = vec![PolicyRef::Aws("AdministratorAccess")];
    user
}
