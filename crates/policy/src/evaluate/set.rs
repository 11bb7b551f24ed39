//! Everything that decides about one principal: the policies of all layers, as one flat list of statements.

use super::classes::Classes;
use crate::document::Effect;
use crate::prepared::{Policy, PreparedStatement};
use crate::truth::Truth;
use serde::Serialize;
use std::sync::{Arc, OnceLock};

/// Where a statement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(tag = "layer", rename_all = "snake_case")]
pub enum Layer {
    /// A service control policy; level 0 is the root of the organization.
    Scp {
        /// The level, from the root.
        level: usize,
    },
    /// A resource control policy; level 0 is the root of the organization.
    Rcp {
        /// The level, from the root.
        level: usize,
    },
    /// The resource's own policy.
    Resource,
    /// A policy of the user, its groups, or the role.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The policy that was passed when the session was made.
    Session,
}

impl Layer {
    /// The layer's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Layer::Scp { .. } => "scp",
            Layer::Rcp { .. } => "rcp",
            Layer::Resource => "resource",
            Layer::Identity => "identity",
            Layer::Boundary => "boundary",
            Layer::Session => "session",
        }
    }

    /// The level of an SCP or RCP.
    #[must_use]
    pub fn level(self) -> Option<usize> {
        match self {
            Layer::Scp { level } | Layer::Rcp { level } => Some(level),
            Layer::Resource | Layer::Identity | Layer::Boundary | Layer::Session => None,
        }
    }
}

/// A statement of a set, and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) layer: Layer,
    /// Which policy of its layer, in the order they were given.
    pub(crate) policy_index: usize,
    pub(crate) statement_index: usize,
    policy: Arc<Policy>,
}

impl Entry {
    pub(crate) fn statement(&self) -> Option<&PreparedStatement> {
        self.policy.statements.get(self.statement_index)
    }

    pub(crate) fn effect(&self) -> Option<Effect> {
        self.statement().map(|statement| statement.effect)
    }
}

/// A chain of SCP levels, from the root of the organization to the account. Combined once per OU and shared:
/// [`ScpChain::child`] adds a level without doing the work of the levels above again.
#[derive(Debug, Clone)]
pub struct ScpChain {
    levels: usize,
    entries: Vec<Entry>,
    classes: Classes,
}

impl ScpChain {
    /// No SCPs apply: the type is not enabled, or there is no organization.
    #[must_use]
    pub fn none() -> Self {
        Self {
            levels: 0,
            entries: Vec::new(),
            classes: Classes::new(),
        }
    }

    /// A chain from its levels, the root's first.
    #[must_use]
    pub fn new(levels: &[Vec<Arc<Policy>>]) -> Self {
        levels
            .iter()
            .fold(Self::none(), |chain, level| chain.child(level))
    }

    /// The chain one level further down.
    #[must_use]
    pub fn child(&self, policies: &[Arc<Policy>]) -> Self {
        let mut chain = self.clone();
        let layer = Layer::Scp { level: chain.levels };
        chain.levels += 1;
        push(&mut chain.entries, &mut chain.classes, layer, policies);
        chain
    }

    /// How many levels the chain has.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.levels
    }
}

fn push(entries: &mut Vec<Entry>, classes: &mut Classes, layer: Layer, policies: &[Arc<Policy>]) {
    for (policy_index, policy) in policies.iter().enumerate() {
        for (statement_index, statement) in policy.statements.iter().enumerate() {
            classes.add(&statement.actions);
            entries.push(Entry {
                layer,
                policy_index,
                statement_index,
                policy: Arc::clone(policy),
            });
        }
    }
}

/// The policies that decide about a principal. Build it with [`PolicySet::builder`].
#[derive(Debug)]
pub struct PolicySet {
    pub(crate) entries: Vec<Entry>,
    pub(crate) classes: Option<Classes>,
    pub(crate) scp_levels: usize,
    pub(crate) has_boundary: bool,
    pub(crate) has_session: bool,
    pub(crate) has_resource: bool,
    pub(crate) management_account: bool,
    applicable: OnceLock<Vec<Vec<(u32, Truth)>>>,
}

impl PolicySet {
    /// Begins a set.
    #[must_use]
    pub fn builder() -> PolicySetBuilder {
        PolicySetBuilder::default()
    }

    /// The same set with its classes made, where it was built for one question.
    pub(crate) fn for_many(self: &Arc<Self>) -> Arc<Self> {
        if self.classes.is_some() {
            return Arc::clone(self);
        }
        let mut classes = Classes::new();
        let statements = self.entries.iter().filter_map(Entry::statement);
        statements.for_each(|statement| classes.add(&statement.actions));
        Arc::new(Self {
            entries: self.entries.clone(),
            classes: Some(classes),
            applicable: OnceLock::new(),
            ..**self
        })
    }

    /// For each action class, the entries that speak of it.
    pub(crate) fn applicable(&self) -> &[Vec<(u32, Truth)>] {
        self.applicable
            .get_or_init(|| self.classes.as_ref().map(Classes::applicable).unwrap_or_default())
    }

    pub(crate) fn entry(&self, index: u32) -> Option<&Entry> {
        self.entries.get(usize::try_from(index).ok()?)
    }
}

/// Collects the policies of a [`PolicySet`].
#[derive(Debug, Default)]
pub struct PolicySetBuilder {
    identity: Vec<Arc<Policy>>,
    boundary: Option<Arc<Policy>>,
    session: Option<Arc<Policy>>,
    resource: Option<Arc<Policy>>,
    scps: Option<ScpChain>,
    scp_levels: Vec<Vec<Arc<Policy>>>,
    rcps: Vec<Vec<Arc<Policy>>>,
    management_account: bool,
}

impl PolicySetBuilder {
    /// Adds an identity policy: inline, attached, or of a group.
    #[must_use]
    pub fn identity(mut self, policy: Arc<Policy>) -> Self {
        self.identity.push(policy);
        self
    }

    /// Adds several identity policies.
    #[must_use]
    pub fn identities(mut self, policies: impl IntoIterator<Item = Arc<Policy>>) -> Self {
        self.identity.extend(policies);
        self
    }

    /// Sets the permissions boundary.
    #[must_use]
    pub fn boundary(mut self, policy: Option<Arc<Policy>>) -> Self {
        self.boundary = policy;
        self
    }

    /// Sets the session policy.
    #[must_use]
    pub fn session(mut self, policy: Option<Arc<Policy>>) -> Self {
        self.session = policy;
        self
    }

    /// Sets the resource's policy.
    #[must_use]
    pub fn resource(mut self, policy: Option<Arc<Policy>>) -> Self {
        self.resource = policy;
        self
    }

    /// Sets a combined chain of SCPs.
    #[must_use]
    pub fn scp_chain(mut self, chain: ScpChain) -> Self {
        self.scps = Some(chain);
        self
    }

    /// Sets the SCPs by level, the root's first. No levels: none apply. A level without policies allows nothing.
    #[must_use]
    pub fn scps(mut self, levels: Vec<Vec<Arc<Policy>>>) -> Self {
        self.scp_levels = levels;
        self
    }

    /// Sets the RCPs by level, the root's first. `RCPFullAWSAccess` need not be among them.
    #[must_use]
    pub fn rcps(mut self, levels: Vec<Vec<Arc<Policy>>>) -> Self {
        self.rcps = levels;
        self
    }

    /// Says that the account is the organization's management account, which SCPs and RCPs do not touch.
    #[must_use]
    pub fn management_account(mut self, yes: bool) -> Self {
        self.management_account = yes;
        self
    }

    /// A set for many questions: every pattern is expanded over the action list.
    #[must_use]
    pub fn build(mut self) -> PolicySet {
        let chain = self
            .scps
            .take()
            .unwrap_or_else(|| ScpChain::new(&self.scp_levels));
        let ScpChain {
            levels,
            mut entries,
            mut classes,
        } = chain;
        for (layer, policies) in self.layers() {
            push(&mut entries, &mut classes, layer, &policies);
        }
        self.finish(entries, Some(classes), levels)
    }

    /// A set for one question: nothing is expanded, patterns are matched as they come.
    #[must_use]
    pub fn build_for_one(mut self) -> PolicySet {
        let chain = self.scps.take();
        let levels = chain.as_ref().map_or(self.scp_levels.len(), |chain| chain.levels);
        let mut entries = chain.map(|chain| chain.entries).unwrap_or_default();
        let scps = std::mem::take(&mut self.scp_levels);
        let scps = scps
            .into_iter()
            .enumerate()
            .map(|(level, policies)| (Layer::Scp { level }, policies));
        for (layer, policies) in scps.collect::<Vec<_>>().into_iter().chain(self.layers()) {
            for (policy_index, policy) in policies.iter().enumerate() {
                let indexes = 0..policy.statements.len();
                entries.extend(indexes.map(|statement_index| Entry {
                    layer,
                    policy_index,
                    statement_index,
                    policy: Arc::clone(policy),
                }));
            }
        }
        self.finish(entries, None, levels)
    }

    fn layers(&mut self) -> Vec<(Layer, Vec<Arc<Policy>>)> {
        let rcps = std::mem::take(&mut self.rcps).into_iter().enumerate();
        let mut out: Vec<_> = rcps
            .map(|(level, policies)| (Layer::Rcp { level }, policies))
            .collect();
        let single = |policy: &Option<Arc<Policy>>| policy.iter().cloned().collect::<Vec<_>>();
        out.push((Layer::Resource, single(&self.resource)));
        out.push((Layer::Identity, std::mem::take(&mut self.identity)));
        out.push((Layer::Boundary, single(&self.boundary)));
        out.push((Layer::Session, single(&self.session)));
        out
    }

    fn finish(self, entries: Vec<Entry>, classes: Option<Classes>, scp_levels: usize) -> PolicySet {
        PolicySet {
            entries,
            classes,
            scp_levels,
            has_boundary: self.boundary.is_some(),
            has_session: self.session.is_some(),
            has_resource: self.resource.is_some(),
            management_account: self.management_account,
            applicable: OnceLock::new(),
        }
    }
}
