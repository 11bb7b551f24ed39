//! One kind of session of one user.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use org_audit_policy::actions::{ActionId, ActionSet};
use org_audit_policy::evaluate::{Because, Layer};
use org_audit_policy::reach::{self, Outcome, Reach, Session, SessionKind, SessionVerdict};
use org_audit_policy::{AccessLevel, ActionList, PolicySet, ScpChain, Truth};
use smol_str::SmolStr;

use super::Place;
use super::policies::{Placed, UserPolicies};
use crate::analyzer::SessionReach;
use crate::model::Verdict;
use crate::model::assessment::SessionWithoutMfa;
use crate::model::snapshot::{Tag, User};

/// How many open actions are named as examples; the numbers by access level count all of them.
const MOST_EXAMPLES: usize = 12;

/// A user, as far as policies can see it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// `aws`, `aws-cn`…
    pub partition: &'a str,
    /// The organization's id.
    pub organization: &'a str,
    /// Its account.
    pub account: &'a str,
    /// Its path, `/` for most.
    pub path: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its tags.
    pub tags: &'a [Tag],
}

impl<'a> Subject<'a> {
    /// The user as it was read.
    pub fn new(user: &'a User, place: Place<'a>) -> Self {
        Self {
            partition: place.partition,
            organization: place.organization,
            account: place.account.as_str(),
            path: &user.path,
            name: &user.name,
            tags: &user.tags,
        }
    }
}

/// What a session amounts to, and the statements behind it, which have no names yet: their policies are called
/// differently in every account.
#[derive(Debug)]
pub struct Judged {
    session: SessionWithoutMfa,
    because: Vec<Because>,
}

/// The SCPs of each level, root first, and what they are called. Accounts with the same SCPs share them, wherever they
/// are.
#[derive(Debug)]
pub struct Levels {
    policies: ScpChain,
    names: Vec<Vec<String>>,
}

impl Levels {
    /// The policies, and a name for each.
    pub fn new(policies: ScpChain, names: Vec<Vec<String>>) -> Self {
        Self { policies, names }
    }

    /// The policies.
    pub fn policies(&self) -> &ScpChain {
        &self.policies
    }
}

/// The SCPs above an account.
#[derive(Debug)]
pub struct Chain {
    levels: Arc<Levels>,
    /// Where each level is: the root, an OU, the account.
    places: Vec<Arc<str>>,
    exempt: bool,
    unknown: Option<String>,
}

impl Chain {
    /// The chain of an account in which SCPs are in force.
    pub fn known(levels: Arc<Levels>, places: Vec<Arc<str>>) -> Self {
        Self {
            levels,
            places,
            exempt: false,
            unknown: None,
        }
    }

    fn without_policies() -> Self {
        Self::known(Arc::new(Levels::new(ScpChain::none(), Vec::new())), Vec::new())
    }

    /// No SCP is in force: the type is off, or the account is the management account (`exempt`).
    pub fn none(exempt: bool) -> Self {
        Self {
            exempt,
            ..Self::without_policies()
        }
    }

    /// What is above is not known, for this reason.
    pub fn not_known(why: String) -> Self {
        Self {
            unknown: Some(why),
            ..Self::without_policies()
        }
    }

    /// The SCPs.
    pub fn policies(&self) -> &ScpChain {
        self.levels.policies()
    }

    /// What the SCPs of each level are called and where they hang, root first.
    pub fn names(&self) -> Vec<Vec<String>> {
        let called = |(level, names): (usize, &Vec<String>)| {
            let each = (0..names.len()).filter_map(|index| self.name(level, index));
            each.collect()
        };
        self.levels.names.iter().enumerate().map(called).collect()
    }

    /// What an SCP is called and where it hangs.
    fn name(&self, level: usize, index: usize) -> Option<String> {
        let name = self.levels.names.get(level)?.get(index)?;
        Some(format!("{name} at {}", self.places.get(level)?))
    }

    /// What tells the policies of this chain from others of the same analysis. It must be kept as long as the key is
    /// in use; chains without SCPs are told apart by whether they are exempt alone.
    pub fn key(&self) -> usize {
        if self.policies().levels() == 0 {
            usize::from(self.exempt)
        } else {
            Arc::as_ptr(&self.levels).addr()
        }
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
pub fn reach_of(set: &Arc<PolicySet>, kind: SessionKind, user: Subject<'_>) -> SessionReach {
    let session = reach(set, kind, user);
    let verdict = reach::verdict(&session, &reach(set, SessionKind::Mfa, user));
    SessionReach { session, verdict }
}

fn reach(set: &Arc<PolicySet>, kind: SessionKind, user: Subject<'_>) -> Reach {
    let tags = user.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
    let session = Session::user(kind, user.partition, user.account, user.path, user.name);
    let session = session.know("aws:PrincipalOrgID", user.organization).tags(tags);
    reach::reach(set, &Arc::new(session))
}

/// Compares a user's sessions with the same user's session with MFA.
pub fn judge(set: &Arc<PolicySet>, kinds: &[SessionKind], user: Subject<'_>) -> Vec<Judged> {
    let with = reach(set, SessionKind::Mfa, user);
    kinds
        .iter()
        .map(|kind| compare(set, *kind, &with, user))
        .collect()
}

fn compare(set: &Arc<PolicySet>, kind: SessionKind, with: &Reach, user: Subject<'_>) -> Judged {
    let without = reach(set, kind, user);
    let verdict = reach::verdict(&without, with);
    let session = SessionWithoutMfa {
        kind: SmolStr::new_static(kind.as_str()),
        verdict: translate(verdict.verdict),
        open_by_access_level: by_level(&verdict),
        examples: examples(&verdict),
        escalations: names(&verdict.escalations),
        on_others: names(&verdict.on_others),
        can_enrol: verdict.can_enrol,
        depends_on: depends_on(&verdict, &without),
        decided_by: Vec::new(),
    };
    Judged {
        session,
        because: decided_by(&verdict, &without, with),
    }
}

impl Judged {
    /// The session as one user's, with the names of its own policies.
    pub fn of(&self, policies: &UserPolicies<'_>, chain: &Chain) -> SessionWithoutMfa {
        let told = self.because.iter().map(|because| tell(policies, because, chain));
        let mut told: Vec<String> = told.collect();
        told.sort();
        told.dedup();
        if told.is_empty() && self.session.verdict.is_contained() {
            told.push("no policy allows more, with MFA or without".to_owned());
        }
        SessionWithoutMfa {
            decided_by: told,
            ..self.session.clone()
        }
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
        .map(|(level, count)| (SmolStr::new_static(level.as_str()), count as u64))
        .collect()
}

fn names(ids: &[ActionId]) -> Vec<SmolStr> {
    let list = ActionList::embedded();
    ids.iter()
        .filter_map(|id| list.get(*id))
        .map(|action| SmolStr::new_static(action.name()))
        .collect()
}

/// The most telling actions first: privilege escalation, then by access level, then by name.
fn examples(verdict: &SessionVerdict) -> Vec<SmolStr> {
    let list = ActionList::embedded();
    let named = told(verdict).filter_map(|id| list.get(id));
    let named = named.map(|action| SmolStr::new_static(action.name()));
    let unlisted = verdict.unlisted.iter().map(SmolStr::new);
    named.chain(unlisted).take(MOST_EXAMPLES).collect()
}

/// The most telling of the listed actions beyond self-service.
fn told(verdict: &SessionVerdict) -> impl Iterator<Item = ActionId> {
    let escalations: ActionSet = verdict.escalations.iter().copied().collect();
    let first = TELLING.first_of(&escalations.within(&verdict.beyond), MOST_EXAMPLES);
    let then = TELLING.first_of(&verdict.beyond.without(&escalations), MOST_EXAMPLES);
    first.into_iter().chain(then).take(MOST_EXAMPLES)
}

/// All actions by access level, the most privileged first, and then by name.
struct Telling {
    ordered: Vec<ActionId>,
    ranks: Vec<usize>,
}

static TELLING: LazyLock<Telling> = LazyLock::new(|| {
    let list = ActionList::embedded();
    let mut ordered: Vec<(u8, &str, ActionId)> = list
        .iter()
        .map(|(id, action)| (weight(action.level()), action.name(), id))
        .collect();
    ordered.sort_unstable();
    let ordered: Vec<ActionId> = ordered.into_iter().map(|(_, _, id)| id).collect();
    let mut ranks = vec![usize::MAX; ordered.len()];
    for (rank, id) in ordered.iter().enumerate() {
        if let Some(slot) = ranks.get_mut(id.index()) {
            *slot = rank;
        }
    }
    Telling { ordered, ranks }
});

impl Telling {
    /// The most telling of a set. A small set is sorted; in a large one the most telling are soon met.
    fn first_of(&self, set: &ActionSet, most: usize) -> Vec<ActionId> {
        if set.len() > SMALL_SET {
            let ordered = self.ordered.iter().copied();
            return ordered.filter(|id| set.contains(*id)).take(most).collect();
        }
        let mut ids: Vec<ActionId> = set.iter().collect();
        ids.sort_unstable_by_key(|id| self.ranks.get(id.index()));
        ids.truncate(most);
        ids
    }
}

/// Up to how many actions it is quicker to sort than to look through the whole list.
const SMALL_SET: usize = 500;

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
fn decided_by(verdict: &SessionVerdict, without: &Reach, with: &Reach) -> Vec<Because> {
    if let Some(because) = opened_by(verdict, without) {
        return because;
    }
    let denied = with.open().without(without.open()).first();
    match denied.map(|id| without.of(id)) {
        Some(Outcome::Denied { by }) => by.to_vec(),
        Some(Outcome::Allowed { .. } | Outcome::Possible { .. }) | None => Vec::new(),
    }
}

/// What allows the most telling open action; `None` where nothing is open.
fn opened_by(verdict: &SessionVerdict, without: &Reach) -> Option<Vec<Because>> {
    let escalations: ActionSet = verdict.escalations.iter().copied().collect();
    let escalation = TELLING.first_of(&escalations, 1).first().copied();
    let beyond = || TELLING.first_of(&verdict.beyond, 1).first().copied();
    let on_others = || verdict.on_others.first().copied();
    if let Some(id) = escalation.or_else(beyond).or_else(on_others) {
        let others = Some(without.on_others(id)).filter(|outcome| {
            outcome.is_reachable() && (escalation == Some(id) || verdict.on_others.contains(&id))
        });
        let outcome = others.unwrap_or_else(|| without.of(id));
        return Some(without.allowing(id, resource(&outcome)));
    }
    if let Some(name) = verdict.unlisted.first() {
        return Some(without.allowing_unlisted(name));
    }
    // Whatever a service may still come to have.
    let service = verdict.beyond_the_list.first()?;
    let mut stand_ins = ActionList::embedded().iter();
    let (id, _) = stand_ins.find(|(_, action)| action.is_stand_in() && action.service() == *service)?;
    Some(without.allowing(id, None))
}

fn resource(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Allowed { resource } => Some(resource),
        Outcome::Possible { resource, .. } => resource.as_deref(),
        Outcome::Denied { .. } => None,
    }
}

/// The condition keys that examples of what is open hang on, where it is not certain that they are open.
fn depends_on(verdict: &SessionVerdict, without: &Reach) -> Vec<SmolStr> {
    let told = told(verdict).chain(verdict.on_others.iter().copied());
    let uncertain = told.filter(|id| without.certainty(*id) == Truth::Unknown);
    let keys = uncertain.map(|id| match without.of(id) {
        Outcome::Possible { depends_on, .. } => depends_on.to_vec(),
        Outcome::Allowed { .. } | Outcome::Denied { .. } => Vec::new(),
    });
    let keys: BTreeSet<SmolStr> = keys.flatten().collect();
    keys.into_iter().collect()
}

fn tell(policies: &UserPolicies<'_>, because: &Because, chain: &Chain) -> String {
    let index = because.policy;
    let source = match because.layer {
        Layer::Identity => index
            .and_then(|index| policies.identity.get(index))
            .map(Placed::source),
        Layer::Boundary => policies.boundary.as_ref().map(Placed::source),
        Layer::Scp { level } => index
            .and_then(|index| chain.name(level, index))
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
