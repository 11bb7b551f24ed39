//! Exact evaluation: one request, one answer, and the statements that decided.

mod caller;
mod classes;
mod set;
mod tally;

pub(crate) use caller::Grade;
pub use caller::{Caller, CallerKind};
pub(crate) use classes::Classes;
pub(crate) use set::Entry;
pub use set::{Layer, PolicySet, PolicySetBuilder, ScpChain};
pub(crate) use tally::{Setting, Tally};

use crate::actions::{ActionId, ActionList};
use crate::context::{Context, RequestContext};
use crate::document::Effect;
use crate::prepared::PreparedStatement;
use crate::truth::Truth;
use serde::Serialize;
use smol_str::SmolStr;

/// One concrete request.
#[derive(Debug, Clone)]
pub struct Request {
    action: SmolStr,
    id: Option<ActionId>,
    traits: ActionTraits,
    resource: SmolStr,
    resource_account: Option<SmolStr>,
    caller: Caller,
    context: RequestContext,
}

impl Request {
    /// A request of `caller` for `action` on `resource` (an ARN, or `*` for actions without one).
    #[must_use]
    pub fn new(caller: Caller, action: &str, resource: &str) -> Self {
        let action = SmolStr::new(action.to_ascii_lowercase());
        Self {
            id: ActionList::embedded().find(&action),
            traits: ActionTraits::of(&action),
            action,
            resource: SmolStr::new(resource),
            resource_account: None,
            caller,
            context: RequestContext::new(),
        }
    }

    /// Sets the account that owns the resource. Without it, the resource is the caller's own account's.
    #[must_use]
    pub fn resource_account(mut self, account: Option<&str>) -> Self {
        self.resource_account = account.map(SmolStr::new);
        self
    }

    /// Sets the context. What is not in it is absent; nothing is filled in.
    #[must_use]
    pub fn context(mut self, context: RequestContext) -> Self {
        self.context = context;
        self
    }
}

/// AWS's three results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Decision {
    /// Allowed.
    Allowed,
    /// A Deny applies.
    ExplicitlyDenied,
    /// No Deny applies, but something that must allow does not.
    ImplicitlyDenied,
}

/// A statement that decided, or a layer that should have allowed and did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    /// Where.
    #[serde(flatten)]
    pub layer: Layer,
    /// Which policy of the layer, in the order they were given; none when the layer as a whole is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<usize>,
    /// Which statement of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<usize>,
    /// The statement's `Sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<SmolStr>,
    /// What it did; none: nothing in this layer allows.
    pub effect: Option<Effect>,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// The decision.
    #[serde(rename = "result")]
    pub decision: Decision,
    /// What decided: every Deny that applies; or every Allow that applies; or the layers that do not allow.
    /// Empty for the calls that need no permission.
    pub because: Vec<Because>,
}

/// Actions that every identity may call, whatever its policies say.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
pub(crate) const NEED_NO_PERMISSION: [&str; 2] = ["sts:getcalleridentity", "sts:getsessiontoken"];

/// What the rules ask of an action's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActionTraits {
    needs_no_permission: bool,
    /// Whether resource control policies can touch it.
    rcps: bool,
    /// Whether the resource policy must agree even within an account: KMS keys and role trust policies.
    resource_policy_decides: bool,
}

impl ActionTraits {
    /// Of an action in lower case.
    pub(crate) fn of(action: &str) -> Self {
        let prefix = action.split(':').next().unwrap_or_default();
        Self {
            needs_no_permission: NEED_NO_PERMISSION.contains(&action),
            rcps: action != "kms:retiregrant" && ActionList::embedded().supports_rcp(prefix),
            resource_policy_decides: prefix == "kms" || action.starts_with("sts:assumerole"),
        }
    }
}

/// Decides one request.
#[must_use]
pub fn evaluate(set: &PolicySet, request: &Request) -> Evaluation {
    if request.traits.needs_no_permission {
        return Evaluation {
            decision: Decision::Allowed,
            because: Vec::new(),
        };
    }
    let view = View::of(
        set,
        &request.caller,
        request.traits,
        request.foreign_account(),
        &request.context,
    );
    let mut tally = Tally::new(set);
    let mut matched = Matched::default();
    match (request.id, &set.classes) {
        (Some(id), Some(classes)) => {
            let applicable = set
                .applicable()
                .get(classes.of(id))
                .map(Vec::as_slice)
                .unwrap_or_default();
            for (index, _) in applicable {
                if let Some(entry) = set.entry(*index) {
                    view.weigh(entry, Truth::True, &request.resource, &mut tally, |truth| {
                        matched.note(*index, entry, truth);
                    });
                }
            }
        }
        _ => {
            for (index, entry) in (0u32..).zip(&set.entries) {
                if entry
                    .statement()
                    .is_some_and(|statement| statement.actions.cover(&request.action))
                {
                    view.weigh(entry, Truth::True, &request.resource, &mut tally, |truth| {
                        matched.note(index, entry, truth);
                    });
                }
            }
        }
    }
    conclude(set, &view, &tally, &matched)
}

impl Request {
    fn foreign_account(&self) -> bool {
        self.resource_account
            .as_deref()
            .is_some_and(|account| account != self.caller.account())
    }
}

fn conclude(
    set: &PolicySet,
    view: &View<'_, RequestContext>,
    tally: &Tally,
    matched: &Matched,
) -> Evaluation {
    let of = |entries: &[u32]| {
        entries
            .iter()
            .filter_map(|index| set.entry(*index))
            .map(because)
            .collect()
    };
    if tally.deny == Truth::True {
        return Evaluation {
            decision: Decision::ExplicitlyDenied,
            because: of(&matched.denies),
        };
    }
    if tally.granted(set, view.setting) == Truth::True {
        return Evaluation {
            decision: Decision::Allowed,
            because: of(&matched.allows),
        };
    }
    let because = missing(set, view.setting, tally);
    Evaluation {
        decision: Decision::ImplicitlyDenied,
        because,
    }
}

/// The layers that do not allow.
pub(crate) fn missing(set: &PolicySet, setting: Setting, tally: &Tally) -> Vec<Because> {
    let scps = (0..set.scp_levels)
        .filter(|level| setting.scps_apply && tally.scp_level(*level) != Truth::True)
        .map(|level| Layer::Scp { level });
    let own = tally.own_layers().into_iter().filter(|(layer, truth)| {
        let there = match layer {
            Layer::Boundary => set.has_boundary,
            Layer::Session => set.has_session,
            Layer::Identity | Layer::Resource | Layer::Scp { .. } | Layer::Rcp { .. } => true,
        };
        there && *truth != Truth::True
    });
    let mut layers: Vec<Layer> = scps.chain(own.map(|(layer, _)| layer)).collect();
    if layers.is_empty() {
        layers.push(Layer::Resource);
    }
    layers
        .into_iter()
        .map(|layer| Because {
            layer,
            policy: None,
            statement: None,
            sid: None,
            effect: None,
        })
        .collect()
}

pub(crate) fn because(entry: &Entry) -> Because {
    Because {
        layer: entry.layer,
        policy: Some(entry.policy_index),
        statement: Some(entry.statement_index),
        sid: entry.statement().and_then(|statement| statement.sid.clone()),
        effect: entry.effect(),
    }
}

/// The entries that apply.
#[derive(Debug, Default)]
struct Matched {
    denies: Vec<u32>,
    allows: Vec<u32>,
}

impl Matched {
    fn note(&mut self, index: u32, entry: &Entry, truth: Truth) {
        if truth == Truth::True {
            match entry.effect() {
                Some(Effect::Deny) => self.denies.push(index),
                Some(Effect::Allow) => self.allows.push(index),
                None => {}
            }
        }
    }
}

/// A caller, an action and what is known of the context: all of a request but its resource.
pub(crate) struct View<'a, C> {
    pub(crate) caller: &'a Caller,
    pub(crate) context: &'a C,
    pub(crate) setting: Setting,
    rcps_apply: bool,
}

impl<'a, C: Context> View<'a, C> {
    pub(crate) fn of(
        set: &PolicySet,
        caller: &'a Caller,
        action: ActionTraits,
        cross_account: bool,
        context: &'a C,
    ) -> Self {
        let exempt = caller.is_service_linked(context);
        let outside = set.management_account || exempt || caller.kind() == CallerKind::Service;
        let setting = Setting {
            kind: caller.kind(),
            scps_apply: !outside,
            cross_account,
            resource_policy_decides: action.resource_policy_decides,
        };
        let rcps_apply = action.rcps && !exempt && !set.management_account;
        Self {
            caller,
            context,
            setting,
            rcps_apply,
        }
    }

    /// The entry's statement, if its layer touches the request and it speaks of the caller.
    pub(crate) fn in_force<'e>(&self, entry: &'e Entry) -> Option<(&'e PreparedStatement, Option<Grade>)> {
        let statement = entry.statement()?;
        match entry.layer {
            Layer::Scp { .. } => self.setting.scps_apply.then_some((statement, None)),
            Layer::Identity | Layer::Boundary | Layer::Session => Some((statement, None)),
            Layer::Resource | Layer::Rcp { .. } => {
                let rcp = matches!(entry.layer, Layer::Rcp { .. });
                if rcp && !self.rcps_apply {
                    return None;
                }
                let grade = self
                    .caller
                    .named_by(statement.principal.as_ref()?, self.context)?;
                Some((statement, Some(grade)))
            }
        }
    }

    /// Weighs one entry, whose actions fit with certainty `actions`, against a resource.
    pub(crate) fn weigh(
        &self,
        entry: &Entry,
        actions: Truth,
        resource: &str,
        tally: &mut Tally,
        note: impl FnOnce(Truth),
    ) {
        let Some((statement, grade)) = self.in_force(entry) else {
            return;
        };
        let mut truth = actions.and(statement.resources.cover(resource, self.context));
        if truth != Truth::False {
            truth = truth.and(statement.conditions_hold(self.context));
        }
        if truth == Truth::False {
            return;
        }
        match statement.effect {
            Effect::Deny => tally.add_deny(truth),
            Effect::Allow => tally.add_allow(entry.layer, grade, truth),
        }
        note(truth);
    }
}
