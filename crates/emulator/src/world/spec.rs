//! What world to make.

use std::collections::{BTreeMap, BTreeSet};

use super::{DeviceKind, PolicyType};

/// The name of the role that Organizations makes in every account that it creates.
pub const DEFAULT_ROLE: &str = "OrganizationAccountAccessRole";

/// How often Organizations answers an empty page with a token, which its documentation allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyPages {
    /// Never: for counting calls.
    Never,
    /// In front of some pages, decided by the list and the position.
    Sometimes,
    /// In front of every page.
    Always,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A company with its units, its exceptions and its accidents.
    Company,
    /// Equal teams.
    Teams,
}

/// A user given by a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSpec {
    /// The name.
    pub name: String,
    /// The path, `/` mostly.
    pub path: String,
    /// Whether there is a console password.
    pub password: bool,
    /// The enrolled devices.
    pub devices: Vec<DeviceKind>,
    /// The access keys: active or not.
    pub keys: Vec<bool>,
    /// Inline policies: name and document.
    pub inline: Vec<(String, String)>,
    /// AWS managed policies, by name.
    pub attached: Vec<&'static str>,
    /// Attached customer managed policies: name and document.
    pub managed: Vec<(&'static str, String)>,
    /// Groups: name, and the document of the group's inline policy.
    pub groups: Vec<(&'static str, String)>,
    /// The permissions boundary, a customer managed policy: name and document.
    pub boundary: Option<(&'static str, String)>,
}

impl UserSpec {
    /// A user with nothing.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: "/".to_owned(),
            password: false,
            devices: Vec::new(),
            keys: Vec::new(),
            inline: Vec::new(),
            attached: Vec::new(),
            managed: Vec::new(),
            groups: Vec::new(),
            boundary: None,
        }
    }

    /// Under this path.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// With a console password.
    #[must_use]
    pub fn password(mut self) -> Self {
        self.password = true;
        self
    }

    /// With one more MFA device.
    #[must_use]
    pub fn device(mut self, kind: DeviceKind) -> Self {
        self.devices.push(kind);
        self
    }

    /// With one more access key.
    #[must_use]
    pub fn key(mut self, active: bool) -> Self {
        self.keys.push(active);
        self
    }

    /// With one more inline policy.
    #[must_use]
    pub fn inline(mut self, name: &str, document: &str) -> Self {
        self.inline.push((name.to_owned(), document.to_owned()));
        self
    }

    /// With one more AWS managed policy.
    #[must_use]
    pub fn attached(mut self, name: &'static str) -> Self {
        self.attached.push(name);
        self
    }

    /// With one more customer managed policy. Of two with one name in an account, the first user's counts.
    #[must_use]
    pub fn managed(mut self, name: &'static str, document: &str) -> Self {
        self.managed.push((name, document.to_owned()));
        self
    }

    /// A member of a group of its own that has one inline policy. Of two with one name in an account, the
    /// first user's counts.
    #[must_use]
    pub fn group(mut self, name: &'static str, document: &str) -> Self {
        self.groups.push((name, document.to_owned()));
        self
    }

    /// With this customer managed policy as the permissions boundary.
    #[must_use]
    pub fn boundary(mut self, name: &'static str, document: &str) -> Self {
        self.boundary = Some((name, document.to_owned()));
        self
    }

    /// The customer managed policies that the user needs in its account.
    pub(crate) fn policies(&self) -> impl Iterator<Item = &(&'static str, String)> {
        self.managed.iter().chain(&self.boundary)
    }
}

/// A service control policy given by a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenScp {
    pub target: String,
    pub name: String,
    pub document: String,
}

/// The description of a world: the same description, seed and start time give the same world.
#[derive(Debug, Clone)]
pub struct WorldSpec {
    pub(crate) layout: Layout,
    pub(crate) accounts: usize,
    pub(crate) users: usize,
    pub(crate) seed: u64,
    pub(crate) failing_users: bool,
    pub(crate) policy_types: BTreeSet<PolicyType>,
    pub(crate) all_features: bool,
    pub(crate) empty_pages: EmptyPages,
    pub(crate) external_id: Option<String>,
    pub(crate) role: String,
    pub(crate) role_path: String,
    pub(crate) max_session: u32,
    pub(crate) report_polls: Option<u8>,
    pub(crate) status_field: bool,
    pub(crate) explicit: BTreeMap<usize, Vec<UserSpec>>,
    pub(crate) scps: Vec<GivenScp>,
}

impl WorldSpec {
    /// A company with 50 accounts, three OU levels, users of every kind, policies of every kind, and the
    /// accidents of real life: this is what a demonstration shows.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            layout: Layout::Company,
            accounts: super::company::FEATURED,
            users: 12,
            seed: 2026,
            failing_users: true,
            policy_types: BTreeSet::from([PolicyType::ServiceControl, PolicyType::ResourceControl]),
            all_features: true,
            empty_pages: EmptyPages::Sometimes,
            external_id: None,
            role: DEFAULT_ROLE.to_owned(),
            role_path: "/".to_owned(),
            max_session: 3600,
            report_polls: None,
            status_field: false,
            explicit: BTreeMap::new(),
            scps: Vec::new(),
        }
    }

    /// Equal accounts that can all be read, whose users all pass: for counting calls and for load.
    #[must_use]
    pub fn uniform() -> Self {
        Self {
            layout: Layout::Teams,
            accounts: 20,
            users: 20,
            failing_users: false,
            empty_pages: EmptyPages::Never,
            report_polls: Some(0),
            ..Self::demo()
        }
    }

    /// As [`uniform`](Self::uniform), with users of every kind.
    #[must_use]
    pub fn mixed() -> Self {
        Self {
            failing_users: true,
            ..Self::uniform()
        }
    }

    /// The demonstration's company, and every user passes.
    #[must_use]
    pub fn every_user_passes() -> Self {
        Self {
            failing_users: false,
            ..Self::demo()
        }
    }

    /// How many accounts, the management account among them; at least 1.
    #[must_use]
    pub fn accounts(mut self, accounts: usize) -> Self {
        self.accounts = accounts.max(1);
        self
    }

    /// How many users an account has (at most 5,000, IAM's limit).
    #[must_use]
    pub fn users_per_account(mut self, users: usize) -> Self {
        self.users = users.min(5000);
        self
    }

    /// Another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The root has not enabled this policy type.
    #[must_use]
    pub fn without_policy_type(mut self, policy_type: PolicyType) -> Self {
        self.policy_types.remove(&policy_type);
        self
    }

    /// An organization with consolidated billing only: no policies at all.
    #[must_use]
    pub fn consolidated_billing(mut self) -> Self {
        self.all_features = false;
        self.policy_types.clear();
        self
    }

    /// How often an empty page with a token comes.
    #[must_use]
    pub fn empty_pages(mut self, empty_pages: EmptyPages) -> Self {
        self.empty_pages = empty_pages;
        self
    }

    /// The roles want this external id.
    #[must_use]
    pub fn external_id(mut self, external_id: &str) -> Self {
        self.external_id = Some(external_id.to_owned());
        self
    }

    /// The audit's role has this name and path instead of [`DEFAULT_ROLE`].
    #[must_use]
    pub fn role(mut self, path: &str, name: &str) -> Self {
        name.clone_into(&mut self.role);
        path.clone_into(&mut self.role_path);
        self
    }

    /// The longest session that the roles allow, in seconds.
    #[must_use]
    pub fn max_session(mut self, seconds: u32) -> Self {
        self.max_session = seconds;
        self
    }

    /// Every account's report is still being made for this many questions.
    #[must_use]
    pub fn report_polls(mut self, polls: u8) -> Self {
        self.report_polls = Some(polls);
        self
    }

    /// Accounts still carry the retired `Status` beside `State`.
    #[must_use]
    pub fn with_status_field(mut self) -> Self {
        self.status_field = true;
        self
    }

    /// The account at this position (0 is the management account) has these users and no others.
    #[must_use]
    pub fn users_of(mut self, account: usize, users: Vec<UserSpec>) -> Self {
        self.explicit.insert(account, users);
        self
    }

    /// One more service control policy, attached to the root (`/`), or to the OU or account of this name.
    #[must_use]
    pub fn scp(mut self, target: &str, name: &str, document: &str) -> Self {
        self.scps.push(GivenScp {
            target: target.to_owned(),
            name: name.to_owned(),
            document: document.to_owned(),
        });
        self
    }
}
