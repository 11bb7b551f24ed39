//! One kind of session of one user.

use std::collections::BTreeMap;
use std::sync::Arc;

use org_audit_policy::actions::ActionId;
use org_audit_policy::evaluate::{Because, Layer};
use org_audit_policy::reach::{self, Outcome, Reach, Session, SessionKind, SessionVerdict};
use org_audit_policy::{AccessLevel, ActionList, Decision, PolicySet, Request, RequestContext, ScpChain};
use smol_str::SmolStr;

use super::Place;
use crate::analyzer::SessionReach;
use crate::model::Verdict;
use crate::model::assessment::SessionWithoutMfa;
use crate::model::snapshot::User;

/// How many open actions are named as examples; the numbers by access level count all of them.
const MOST_EXAMPLES: usize = 12;

/// A policy set whose policies have names.
#[derive(Debug)]
pub struct NamedSet {
    /// The set.
    pub set: Arc<PolicySet>,
    /// Where each identity policy comes from.
    pub identity_sources: Vec<String>,
    /// Where the boundary comes from; empty where there is none.
    pub boundary_source: String,
}

/// The SCPs above an account.
#[derive(Debug)]
pub struct Chain {
    policies: ScpChain,
    names: Vec<Vec<String>>,
    exempt: bool,
    unknown: Option<String>,
}

impl Chain {
    /// The chain of an account in which SCPs are in force.
    pub fn known(policies: ScpChain, names: Vec<Vec<String>>) -> Self {
        Self {
            policies,
            names,
            exempt: false,
            unknown: None,
        }
    }

    /// No SCP is in force: the type is off, or the account is the management account (`exempt`).
    pub fn none(exempt: bool) -> Self {
        Self {
            policies: ScpChain::none(),
            names: Vec::new(),
            exempt,
            unknown: None,
        }
    }

    /// What is above is not known, for this reason.
    pub fn not_known(why: String) -> Self {
        Self {
            policies: ScpChain::none(),
            names: Vec::new(),
            exempt: false,
            unknown: Some(why),
        }
    }

    /// The SCPs.
    pub fn policies(&self) -> &ScpChain {
        &self.policies
    }

    /// What the SCPs of each level are called, root first.
    pub fn names(&self) -> &[Vec<String>] {
        &self.names
    }

    /// Whether SCPs do not apply.
    pub fn exempt(&self) -> bool {
        self.exempt
    }

    /// Why the chain is not known, where it is not.
    pub fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }
}

/// What a session of one kind may do, and what that amounts to beside the same user's session with MFA.
pub fn reach_of(set: &NamedSet, kind: SessionKind, user: &User, place: Place<'_>) -> SessionReach {
    let (session, with) = both(set, kind, user, place);
    let verdict = reach::verdict(&session, &with);
    SessionReach { session, verdict }
}

fn both(set: &NamedSet, kind: SessionKind, user: &User, place: Place<'_>) -> (Reach, Reach) {
    let session = |kind| {
        let tags = user.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
        let account = place.account.as_str();
        Arc::new(Session::user(kind, place.partition, account, &user.path, &user.name).tags(tags))
    };
    (
        reach::reach(&set.set, &session(kind)),
        reach::reach(&set.set, &session(SessionKind::Mfa)),
    )
}

/// Compares the session with the same user's session with MFA.
pub fn judge(set: &NamedSet, kind: SessionKind, user: &User, place: Place<'_>) -> SessionWithoutMfa {
    let (without, with) = both(set, kind, user, place);
    let verdict = reach::verdict(&without, &with);
    SessionWithoutMfa {
        kind: kind.as_str().into(),
        verdict: translate(verdict.verdict),
        open_by_access_level: by_level(&verdict),
        examples: examples(&verdict),
        escalations: names(&verdict.escalations),
        on_others: names(&verdict.on_others),
        can_enrol: verdict.can_enrol,
        decided_by: decided_by(set, &verdict, (&without, &with), user, place.chain),
    }
}

fn translate(verdict: reach::Verdict) -> Verdict {
    match verdict {
        reach::Verdict::NoCredentials => Verdict::NoCredentials,
        reach::Verdict::Protected => Verdict::Protected,
        reach::Verdict::Contained => Verdict::Contained,
        reach::Verdict::LockedOut => Verdict::LockedOut,
        reach::Verdict::Unknown => Verdict::Unknown,
        reach::Verdict::Partial => Verdict::Partial,
        reach::Verdict::Exposed => Verdict::Exposed,
    }
}

fn by_level(verdict: &SessionVerdict) -> BTreeMap<SmolStr, u64> {
    verdict
        .by_level()
        .into_iter()
        .map(|(level, count)| (level.as_str().into(), count as u64))
        .collect()
}

fn names(ids: &[ActionId]) -> Vec<SmolStr> {
    let list = ActionList::embedded();
    ids.iter()
        .filter_map(|id| list.get(*id))
        .map(|action| action.name().into())
        .collect()
}

/// The most telling actions first: privilege escalation, then by access level, then by name.
fn examples(verdict: &SessionVerdict) -> Vec<SmolStr> {
    let list = ActionList::embedded();
    let mut open: Vec<(bool, u8, &str)> = verdict
        .beyond
        .iter()
        .filter_map(|id| {
            let action = list.get(*id)?;
            Some((
                !verdict.escalations.contains(id),
                weight(action.level()),
                action.name(),
            ))
        })
        .collect();
    open.sort_unstable();
    let unlisted = verdict.unlisted.iter().map(SmolStr::new);
    open.iter()
        .map(|(_, _, name)| SmolStr::new(name))
        .chain(unlisted)
        .take(MOST_EXAMPLES)
        .collect()
}

fn weight(level: AccessLevel) -> u8 {
    match level {
        AccessLevel::PermissionsManagement => 0,
        AccessLevel::Write => 1,
        AccessLevel::Tagging => 2,
        AccessLevel::Read => 3,
        AccessLevel::List => 4,
    }
}

/// The statements behind the verdict: what allows the most telling open action, or, where nothing is open,
/// what denies an action that MFA would open.
fn decided_by(
    set: &NamedSet,
    verdict: &SessionVerdict,
    (without, with): (&Reach, &Reach),
    user: &User,
    chain: &Chain,
) -> Vec<String> {
    let list = ActionList::embedded();
    let witness = verdict.escalations.first().or_else(|| verdict.beyond.first());
    let because: Vec<Because> = match witness.or_else(|| verdict.on_others.first()) {
        Some(id) => allowed_by(set, without, *id, user),
        None => {
            let denied = list
                .iter()
                .find(|(id, _)| !without.is_reachable(*id) && with.is_reachable(*id));
            match denied.map(|(id, _)| without.of(id)) {
                Some(Outcome::Denied { by }) => by.to_vec(),
                Some(Outcome::Allowed { .. } | Outcome::Possible { .. }) | None => Vec::new(),
            }
        }
    };
    let mut told: Vec<String> = because.iter().map(|because| tell(set, because, chain)).collect();
    told.sort();
    told.dedup();
    told
}

/// The statements that allow an open action on its witness resource, by the exact evaluator. Where the
/// action is only possible, what allows it depends on a context that is not known, and nothing is named.
fn allowed_by(set: &NamedSet, without: &Reach, id: ActionId, user: &User) -> Vec<Because> {
    let (Some(action), Outcome::Allowed { resource }) = (ActionList::embedded().get(id), without.of(id))
    else {
        return Vec::new();
    };
    let caller = without.session().caller();
    let mut context = RequestContext::new()
        .with("aws:PrincipalArn", caller.arn())
        .with("aws:PrincipalAccount", caller.account())
        .with("aws:PrincipalType", "User")
        .with("aws:username", user.name.as_str());
    if without.session().kind() == SessionKind::Console {
        context.insert("aws:MultiFactorAuthPresent", "false");
    }
    for tag in &user.tags {
        context.insert(&format!("aws:PrincipalTag/{}", tag.key), tag.value.as_str());
    }
    let request = Request::new(caller.clone(), action.name(), &resource).context(context);
    let evaluation = org_audit_policy::evaluate(&set.set, &request);
    match evaluation.decision {
        // An SCP never grants, so its Allow (usually FullAWSAccess, at every level) says nothing here.
        Decision::Allowed => evaluation
            .because
            .into_iter()
            .filter(|because| because.layer.level().is_none())
            .collect(),
        Decision::ExplicitlyDenied | Decision::ImplicitlyDenied => Vec::new(),
    }
}

fn tell(set: &NamedSet, because: &Because, chain: &Chain) -> String {
    let index = because.policy;
    let source = match because.layer {
        Layer::Identity => index.and_then(|index| set.identity_sources.get(index)).cloned(),
        Layer::Boundary => Some(set.boundary_source.clone()),
        Layer::Scp { level } => index
            .and_then(|index| chain.names.get(level)?.get(index))
            .map(|name| format!("SCP {name}"))
            .or_else(|| Some(format!("SCPs of level {level}"))),
        Layer::Rcp { .. } | Layer::Resource | Layer::Session => None,
    };
    let source = source.unwrap_or_else(|| because.layer.name().to_owned());
    match (&because.sid, because.statement, because.effect) {
        (Some(sid), _, Some(effect)) => format!("{source}, statement {sid} ({})", effect.as_str()),
        (None, Some(number), Some(effect)) => {
            format!("{source}, statement #{} ({})", number + 1, effect.as_str())
        }
        _ => format!("{source}: nothing allows it"),
    }
}
