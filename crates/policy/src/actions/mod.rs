//! The list of AWS actions: names, access levels, resource types.
//!
//! The list is embedded compressed and unpacked on first use. It ages: AWS adds actions every week. So each
//! service has a *stand-in* for the actions that it may get, and one more stands for services that do not exist
//! yet; what a policy says of those is part of every answer about "all actions".

mod expand;
mod load;
mod set;

pub use expand::Expansion;
pub use set::ActionSet;

use std::ops::Range;
use std::sync::LazyLock;

/// An action's number in the list. Stand-ins have numbers too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId(pub(crate) u16);

impl ActionId {
    /// Its place in the order of [`ActionList::iter`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The range of this number alone.
    pub(crate) fn range(self) -> Range<u16> {
        self.0..self.0.saturating_add(1)
    }
}

/// AWS's five access levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub enum AccessLevel {
    /// Lists resources.
    List,
    /// Reads contents.
    Read,
    /// Creates, changes or deletes.
    Write,
    /// Changes permissions.
    #[serde(rename = "Permissions management")]
    PermissionsManagement,
    /// Changes tags only.
    Tagging,
}

impl AccessLevel {
    /// All levels, harmless first.
    pub const ALL: [AccessLevel; 5] = [
        AccessLevel::List,
        AccessLevel::Read,
        AccessLevel::Tagging,
        AccessLevel::Write,
        AccessLevel::PermissionsManagement,
    ];

    /// The name in AWS's Service Authorization Reference.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            AccessLevel::List => "List",
            AccessLevel::Read => "Read",
            AccessLevel::Write => "Write",
            AccessLevel::PermissionsManagement => "Permissions management",
            AccessLevel::Tagging => "Tagging",
        }
    }
}

/// A resource type that an action names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionResource {
    /// Index into [`ActionList::resource_types`].
    pub(crate) kind: u16,
    pub(crate) required: bool,
}

/// One action of the list.
#[derive(Debug)]
pub struct Action {
    /// `iam:EnableMFADevice`, as AWS writes it.
    pub(crate) name: String,
    pub(crate) level: AccessLevel,
    pub(crate) resources: Vec<ActionResource>,
    pub(crate) stand_in: bool,
}

impl Action {
    /// The full name as AWS writes it, such as `iam:EnableMFADevice`; a stand-in's is `iam:(new)`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The service prefix.
    #[must_use]
    pub fn service(&self) -> &str {
        self.name.split(':').next().unwrap_or_default()
    }

    /// The access level.
    #[must_use]
    pub fn level(&self) -> AccessLevel {
        self.level
    }

    /// Whether this stands for actions that are not in the list.
    #[must_use]
    pub fn is_stand_in(&self) -> bool {
        self.stand_in
    }
}

/// A service: its prefix, its actions, whether resource control policies apply to it.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) prefix: String,
    /// Its actions, sorted by lower-case name; the stand-in comes last.
    pub(crate) actions: Range<u16>,
    pub(crate) rcp: bool,
}

/// The whole list.
#[derive(Debug)]
pub struct ActionList {
    pub(crate) date: String,
    pub(crate) actions: Vec<Action>,
    /// Lower-case names, in the order of `actions`, for search.
    pub(crate) lower: Vec<String>,
    pub(crate) services: Vec<Service>,
    /// ARN templates with `%P`, `%R`, `%A` and `*`.
    pub(crate) resource_types: Vec<String>,
    /// Those of them that IAM's own actions act on.
    pub(crate) iam_types: Range<u16>,
    pub(crate) listed: usize,
    /// The calls that need no permission.
    pub(crate) free: Vec<ActionId>,
}

static LIST: LazyLock<ActionList> = LazyLock::new(load::embedded);

impl ActionList {
    /// The embedded list. The first call unpacks it (a few milliseconds).
    #[must_use]
    pub fn embedded() -> &'static ActionList {
        &LIST
    }

    /// The day on which the list was made, such as `2026-09-26`.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// How many actions it lists (stand-ins are not counted).
    #[must_use]
    pub fn len(&self) -> usize {
        self.listed
    }

    /// Whether the list is empty, which only a broken build could make it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed == 0
    }

    /// The calls that need no permission.
    pub(crate) fn free(&self) -> &[ActionId] {
        &self.free
    }

    /// How many numbers there are: actions and stand-ins.
    pub(crate) fn ids(&self) -> usize {
        self.actions.len()
    }

    /// Finds an action by its name, whatever the case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ActionId> {
        if name.bytes().any(|b| b.is_ascii_uppercase()) {
            return self.find_lower(&name.to_ascii_lowercase());
        }
        self.find_lower(name)
    }

    /// Finds an action by its name in lower case.
    fn find_lower(&self, name: &str) -> Option<ActionId> {
        let service = self.service(name.split(':').next()?)?;
        // The stand-in comes last and is not found by its name.
        let listed = service.actions.start..service.actions.end.saturating_sub(1);
        let names = self
            .lower
            .get(usize::from(listed.start)..usize::from(listed.end))?;
        let at = names.binary_search_by(|own| own.as_str().cmp(name)).ok()?;
        Some(ActionId(listed.start.checked_add(u16::try_from(at).ok()?)?))
    }

    /// The action with this number.
    #[must_use]
    pub fn get(&self, id: ActionId) -> Option<&Action> {
        self.actions.get(id.index())
    }

    /// The resource types that an action acts on: the form of their ARNs, where `%P` stands for the partition,
    /// `%R` for a region, `%A` for an account and `*` for a name, and whether a request must name one of them.
    pub fn resource_types(&self, id: ActionId) -> impl Iterator<Item = (&str, bool)> {
        let resources = self.get(id).into_iter().flat_map(|action| &action.resources);
        resources.filter_map(|resource| {
            let template = self.resource_types.get(usize::from(resource.kind))?;
            Some((template.as_str(), resource.required))
        })
    }

    /// All actions and stand-ins in the order of their numbers: by service, then by name.
    pub fn iter(&self) -> impl Iterator<Item = (ActionId, &Action)> {
        (0u16..).map(ActionId).zip(&self.actions)
    }

    pub(crate) fn service(&self, prefix: &str) -> Option<&Service> {
        let at = self
            .services
            .binary_search_by(|service| service.prefix.as_str().cmp(prefix))
            .ok()?;
        self.services.get(at)
    }

    /// Whether a service exists, by its prefix in lower case.
    #[must_use]
    pub fn has_service(&self, prefix: &str) -> bool {
        self.service(prefix).is_some()
    }

    /// Whether resource control policies apply to a service.
    #[must_use]
    pub fn supports_rcp(&self, prefix: &str) -> bool {
        self.service(prefix).is_some_and(|service| service.rcp)
    }

    /// The nearest action name of the same service, or the nearest service's prefix, for a name that does not exist.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        let (prefix, action) = lower.split_once(':')?;
        let Some(service) = self.service(prefix) else {
            let prefixes = self.services.iter().map(|service| service.prefix.clone());
            return crate::nearest::nearest(prefix, prefixes).map(|near| format!("{near}:{action}"));
        };
        let range = usize::from(service.actions.start)..usize::from(service.actions.end);
        let names = self
            .actions
            .get(range)?
            .iter()
            .filter(|a| !a.stand_in)
            .map(|a| a.name.clone());
        crate::nearest::nearest(&lower, names)
    }
}
