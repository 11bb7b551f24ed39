//! One question of reach: what holds for actions that the same statements speak of.

use super::automaton::{Automaton, Budget, Goal, Search, search};
use super::forms::{Form, Shape, is_account_bound, is_nobody, pattern, sample};
use super::session::Session;
use super::{ClassReach, Outcome, view};
use crate::arn::ArnPattern;
use crate::context::{Context, Lookup};
use crate::document::Effect;
use crate::evaluate::{Because, Entry, Grade, Layer, PolicySet, Setting, Tally, because, missing};
use crate::prepared::PreparedStatement;
use crate::truth::Truth;
use smol_str::SmolStr;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What each entry of a set comes to for a session, actions and resources aside.
pub(super) struct Weights {
    each: Vec<Option<(Truth, Option<Grade>)>>,
    setting: Setting,
    budget: Budget,
}

impl Weights {
    pub(super) fn new(set: &PolicySet, session: &Session) -> Self {
        // Reach leaves RCPs and resource policies out: they belong to a resource, and reach asks about all.
        let view = view(set, session);
        let weigh = |entry: &Entry| {
            let (statement, grade) = view.in_force(entry)?;
            let truth = statement.conditions_hold(session);
            truth.possible().then_some((truth, grade))
        };
        Self {
            each: set.entries.iter().map(weigh).collect(),
            setting: view.setting,
            budget: Budget::default(),
        }
    }
}

/// Which resources a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of them.
    All,
    /// All but the calling user.
    Others,
}

/// An entry that speaks of the actions in question.
struct Weighed<'a> {
    entry: &'a Entry,
    statement: &'a PreparedStatement,
    truth: Truth,
    grade: Option<Grade>,
}

/// The entries that may apply, ready to be asked about resources.
pub(super) struct Problem<'a> {
    set: &'a PolicySet,
    session: &'a Session,
    setting: Setting,
    entries: Vec<Weighed<'a>>,
    budget: Budget,
    /// What resources come to that no pattern matches.
    untouched: OnceCell<Truth>,
}

impl<'a> Problem<'a> {
    pub(super) fn new(
        set: &'a PolicySet,
        session: &'a Session,
        weights: &Weights,
        entries: impl Iterator<Item = (u32, Truth)>,
    ) -> Self {
        let weighed = entries.filter_map(|(index, actions)| {
            let entry = set.entry(index)?;
            let (truth, grade) = weights
                .each
                .get(usize::try_from(index).ok()?)
                .copied()
                .flatten()?;
            Some(Weighed {
                entry,
                statement: entry.statement()?,
                truth: truth.and(actions),
                grade,
            })
        });
        Self {
            set,
            session,
            setting: weights.setting,
            entries: weighed.collect(),
            budget: weights.budget.clone(),
            untouched: OnceCell::new(),
        }
    }

    /// The question for one action by name, in lower case.
    pub(super) fn for_action(
        set: &'a PolicySet,
        session: &'a Session,
        weights: &Weights,
        action: &str,
    ) -> Self {
        let covers = |entry: &Entry| {
            entry
                .statement()
                .is_some_and(|statement| statement.actions.cover(action))
        };
        let indexes = (0u32..)
            .zip(&set.entries)
            .filter(|(_, entry)| covers(entry))
            .map(|(index, _)| (index, Truth::True));
        Self::new(set, session, weights, indexes)
    }

    /// The tally when `resource` gives what each entry's resources come to.
    fn tally(&self, resource: impl Fn(usize, &Weighed<'_>) -> Truth) -> Tally {
        let mut tally = Tally::new(self.set);
        for (index, weighed) in self.entries.iter().enumerate() {
            let truth = weighed.truth.and(resource(index, weighed));
            match weighed.statement.effect {
                Effect::Deny => tally.add_deny(truth),
                Effect::Allow => tally.add_allow(weighed.entry.layer, weighed.grade, truth),
            }
        }
        tally
    }

    /// The answer as far as it does not depend on the resource; an empty [`ClassReach::ByForm`] when it does.
    pub(super) fn on_every_resource(&self) -> ClassReach {
        let certain = self.tally(|_, weighed| Truth::of(weighed.statement.resources.everything));
        if certain.deny == Truth::True {
            let denies = |w: &&Weighed<'_>| {
                let everything = w.statement.resources.everything && w.truth == Truth::True;
                everything && w.statement.effect == Effect::Deny
            };
            let by = self
                .entries
                .iter()
                .filter(denies)
                .map(|w| because(w.entry))
                .collect();
            return ClassReach::Uniform(Outcome::Denied { by });
        }
        let best = self.tally(|_, _| Truth::True);
        if best.granted(self.set, self.setting) == Truth::False {
            return ClassReach::Uniform(Outcome::Denied {
                by: self.lacking(&best),
            });
        }
        if best.deny == Truth::False && certain.granted(self.set, self.setting) == Truth::True {
            return ClassReach::Everywhere;
        }
        if self
            .entries
            .iter()
            .all(|weighed| weighed.statement.resources.everything)
        {
            return ClassReach::Uniform(match certain.allowed(self.set, self.setting) {
                Truth::False => Outcome::Denied {
                    by: self.lacking(&certain),
                },
                Truth::Unknown | Truth::True => self.possible(None),
            });
        }
        ClassReach::ByForm(std::collections::BTreeMap::new())
    }

    fn lacking(&self, tally: &Tally) -> Arc<[Because]> {
        missing(self.set, self.setting, tally).into()
    }

    /// The Allow statements of the caller's own policies that let an action through: in each layer those that do for
    /// certain where there are any, else those that may. `resource`: where it is known on which one.
    pub(super) fn allowing(&self, resource: Option<&str>) -> Vec<Because> {
        let certainty = |weighed: &Weighed<'_>| {
            let resources = &weighed.statement.resources;
            let covered = match resource {
                Some(resource) => resources.cover(resource, self.session),
                None => Truth::True,
            };
            weighed.truth.and(covered)
        };
        let allows = self
            .entries
            .iter()
            .filter(|w| w.statement.effect == Effect::Allow);
        let weighed: Vec<(Truth, &Weighed<'_>)> = allows.map(|w| (certainty(w), w)).collect();
        let of_layer = |layer: Layer| {
            let own = weighed.iter().filter(move |(_, w)| w.entry.layer == layer);
            let best = own.clone().map(|(truth, _)| *truth).max();
            let best = best.filter(|truth| truth.possible());
            own.filter(move |(truth, _)| Some(*truth) == best)
        };
        let layers = [Layer::Identity, Layer::Boundary, Layer::Session].into_iter();
        layers.flat_map(of_layer).map(|(_, w)| because(w.entry)).collect()
    }

    /// What decides about a resource: whether it is allowed.
    pub(super) fn at(&self, resource: &str) -> Truth {
        let tally = self.tally(|_, weighed| weighed.statement.resources.cover(resource, self.session));
        tally.allowed(self.set, self.setting)
    }

    /// The answer for resources of one form, as far as they are in scope.
    pub(super) fn on_form(&self, form: Form, scope: Scope) -> Outcome {
        if form == Form::Star {
            return match self.at("*") {
                Truth::True => Outcome::Allowed {
                    resource: "*".to_owned(),
                },
                Truth::Unknown => self.possible(Some("*".to_owned())),
                Truth::False => self.denied_at("*"),
            };
        }
        let shape = form.shape(self.session, false);
        if !self
            .patterns()
            .any(|pattern| self.may_match(&shape, pattern, scope))
        {
            return self.on_untouched(form, scope);
        }
        let bound = self.upper_bound(&shape, scope);
        let likely = match bound {
            Truth::False => None,
            Truth::Unknown | Truth::True => self.likely(form, scope, bound),
        };
        match likely {
            Some((resource, Truth::True)) => return Outcome::Allowed { resource },
            Some((resource, truth)) if truth == bound => return self.possible(Some(resource)),
            Some(_) | None => {}
        }
        let found = if bound == Truth::False {
            Search::Nothing
        } else {
            self.search(form, false, scope)
        };
        match found {
            Search::True(resource) => Outcome::Allowed { resource },
            Search::Perhaps(resource) => self.possible(Some(resource)),
            Search::GaveUp => self.possible(None),
            Search::Nothing => self.in_other_accounts(form, scope),
        }
    }

    /// Whether a pattern may match some resource of a shape that is in scope; `false` is certain.
    fn may_match(&self, shape: &Shape, pattern: &ArnPattern, scope: Scope) -> bool {
        let in_scope = || scope == Scope::All || !shape.matches_nobody_else(pattern, self.session);
        shape.may_match(pattern, self.session) && in_scope()
    }

    fn patterns(&self) -> impl Iterator<Item = &ArnPattern> {
        self.entries
            .iter()
            .flat_map(|weighed| &weighed.statement.resources.patterns)
    }

    /// The answer for a form that no pattern can match: all its resources are alike, and all such forms are.
    fn on_untouched(&self, form: Form, scope: Scope) -> Outcome {
        let truth = *self.untouched.get_or_init(|| {
            let tally = self.tally(|_, weighed| {
                let resources = &weighed.statement.resources;
                Truth::of(resources.everything || resources.not)
            });
            tally.allowed(self.set, self.setting)
        });
        let resource = || match scope {
            Scope::All => form.typical(self.session),
            Scope::Others => form.other(self.session),
        };
        match truth {
            Truth::True => Outcome::Allowed { resource: resource() },
            Truth::Unknown => self.possible(Some(resource())),
            Truth::False => self.in_other_accounts(form, scope),
        }
    }

    /// The answer when nothing in the session's own account is allowed.
    fn in_other_accounts(&self, form: Form, scope: Scope) -> Outcome {
        let shape = form.shape(self.session, true);
        let denied = || self.denied_at(&form.typical(self.session));
        if is_account_bound(form)
            || !shape.has_free_account()
            || self.upper_bound(&shape, scope) == Truth::False
        {
            return denied();
        }
        match self.search(form, true, scope) {
            Search::Nothing => denied(),
            Search::True(resource) | Search::Perhaps(resource) => self.possible_elsewhere(Some(resource)),
            Search::GaveUp => self.possible_elsewhere(None),
        }
    }

    /// What any resource of a shape can come to at best.
    fn upper_bound(&self, shape: &Shape, scope: Scope) -> Truth {
        let tally = self.tally(|_, weighed| {
            let resources = &weighed.statement.resources;
            let may_match = || {
                let mut patterns = resources.patterns.iter();
                patterns.any(|pattern| self.may_match(shape, pattern, scope))
            };
            match weighed.statement.effect {
                Effect::Deny => Truth::of(resources.everything || resources.not && !may_match()),
                Effect::Allow if resources.everything || resources.not => Truth::True,
                Effect::Allow => Truth::of(may_match()),
            }
        });
        tally.allowed(self.set, self.setting)
    }

    /// Tries the resources that one would think of first, until one comes to `bound`; else the best of them.
    fn likely(&self, form: Form, scope: Scope, bound: Truth) -> Option<(String, Truth)> {
        let own = form.automaton(self.session, false);
        let other = form.other(self.session);
        let usual = [form.typical(self.session), other.clone()].into_iter();
        let allows = self
            .entries
            .iter()
            .filter(|w| w.statement.effect == Effect::Allow);
        let samples = allows
            .flat_map(|w| &w.statement.resources.patterns)
            .filter_map(|pattern| sample(pattern, &other, self.session))
            .filter(|text| own.accepts_text(text) || is_aws_owned(text, form, self.session));
        let mut best: Option<(String, Truth)> = None;
        for candidate in usual.chain(samples) {
            if scope == Scope::Others && !self.is_somebody_else(&candidate) {
                continue;
            }
            let truth = self.at(&candidate);
            if truth.possible() && best.as_ref().is_none_or(|(_, known)| truth > *known) {
                best = Some((candidate, truth));
            }
            if truth == bound {
                break;
            }
        }
        best
    }

    /// Whether a resource may be one, and is not the caller.
    fn is_somebody_else(&self, resource: &str) -> bool {
        let mut own = own_names(self.session).into_iter();
        !is_nobody(resource) && !own.any(|own| own.accepts_text(resource))
    }

    /// Looks at all resources of a form.
    fn search(&self, form: Form, foreign: bool, scope: Scope) -> Search {
        let shape = form.shape(self.session, foreign);
        let resources = form.automaton(self.session, foreign);
        let mut automata = Vec::new();
        let mut parts = Vec::new();
        let mut witnesses = Vec::new();
        for weighed in &self.entries {
            let mut own = Vec::new();
            let patterns = &weighed.statement.resources.patterns;
            for text in patterns
                .iter()
                .filter(|pattern| self.may_match(&shape, pattern, scope))
            {
                if let Some((automaton, certain)) = pattern(text, self.session)
                    && let Some(witness) = resources.common(&automaton)
                {
                    own.push((automata.len(), certain));
                    automata.push(automaton);
                    if weighed.statement.effect == Effect::Allow {
                        witnesses.push(witness);
                    }
                }
            }
            parts.push(own);
        }
        let callers = automata.len();
        if scope == Scope::Others {
            automata.extend(own_names(self.session));
        }
        let goal = ResourceGoal {
            problem: self,
            parts,
            callers,
        };
        // The best that any resource can come to, now that the patterns are known which match one at all.
        let bound = goal.best(&vec![true; automata.len()]);
        if bound == Truth::False {
            return Search::Nothing;
        }
        // A resource that reaches it is the answer, and one of those that a single pattern gives often does.
        let in_scope = |resource: &String| scope == Scope::All || self.is_somebody_else(resource);
        let reaches = |resource: &String| self.at(resource) == bound;
        match witnesses.into_iter().filter(in_scope).find(reaches) {
            Some(resource) if bound == Truth::True => Search::True(resource),
            Some(resource) => Search::Perhaps(resource),
            None => search(&resources, &automata, &goal, &self.budget),
        }
    }

    fn possible(&self, resource: Option<String>) -> Outcome {
        let keys = self.keys(resource.as_deref());
        Outcome::Possible {
            depends_on: keys.into_iter().collect(),
            resource,
        }
    }

    /// A resource of another account also needs that account's consent.
    fn possible_elsewhere(&self, resource: Option<String>) -> Outcome {
        let mut keys = self.keys(resource.as_deref());
        keys.insert(SmolStr::new_static("aws:ResourceAccount"));
        Outcome::Possible {
            depends_on: keys.into_iter().collect(),
            resource,
        }
    }

    /// The condition keys that an unknown answer hangs on.
    fn keys(&self, resource: Option<&str>) -> BTreeSet<SmolStr> {
        let mut keys = BTreeSet::new();
        for weighed in &self.entries {
            let resources = match resource {
                Some(resource) => weighed.statement.resources.cover(resource, self.session),
                None => Truth::Unknown,
            };
            if resources == Truth::False {
                continue;
            }
            for condition in &weighed.statement.conditions {
                if condition.holds(self.session) == Truth::Unknown {
                    let before = keys.len();
                    if matches!(
                        self.session.lookup(&condition.key),
                        Lookup::Present | Lookup::Unknown
                    ) {
                        keys.insert(condition.key_text.clone());
                    }
                    let open = condition.variables().filter(|v| v.is_open(self.session));
                    keys.extend(open.map(|v| v.key_text.clone()));
                    // Everything is known, but not what AWS makes of it.
                    if keys.len() == before {
                        keys.insert(condition.key_text.clone());
                    }
                }
            }
            if resources == Truth::Unknown {
                let variables = weighed
                    .statement
                    .resources
                    .patterns
                    .iter()
                    .flat_map(|pattern| pattern.variables());
                keys.extend(
                    variables
                        .filter(|v| v.is_open(self.session))
                        .map(|v| v.key_text.clone()),
                );
            }
        }
        keys
    }

    /// Why nothing of a form is allowed, by the example of one resource.
    fn denied_at(&self, resource: &str) -> Outcome {
        let truth = |weighed: &Weighed<'_>| {
            weighed
                .truth
                .and(weighed.statement.resources.cover(resource, self.session))
        };
        let denies = |w: &&Weighed<'_>| w.statement.effect == Effect::Deny && truth(w) == Truth::True;
        let by: Arc<[Because]> = self
            .entries
            .iter()
            .filter(denies)
            .map(|w| because(w.entry))
            .collect();
        if by.is_empty() {
            let tally = self.tally(|_, weighed| weighed.statement.resources.cover(resource, self.session));
            return Outcome::Denied {
                by: self.lacking(&tally),
            };
        }
        Outcome::Denied { by }
    }
}

/// The ARNs that would be the caller's: its name, under whatever path.
fn own_names(session: &Session) -> [Automaton; 2] {
    let prefix = format!(
        "arn:{}:iam::{}:user/",
        session.partition(),
        session.caller().account()
    );
    let mut plain = Automaton::default();
    plain.text(&format!("{prefix}{}", session.name()));
    let mut nested = Automaton::default();
    nested.text(&prefix);
    nested.star(None);
    nested.text(&format!("/{}", session.name()));
    [plain, nested]
}

/// AWS's own managed policies belong to the account `aws` and can be used from every account.
fn is_aws_owned(resource: &str, form: Form, session: &Session) -> bool {
    resource.split(':').nth(4) == Some("aws") && form.automaton(session, true).accepts_text(resource)
}

/// The search's goal: a resource for which the problem's entries come out as allowed.
struct ResourceGoal<'p, 'a> {
    problem: &'p Problem<'a>,
    /// For each entry, its patterns among the automata, and how certain a match is.
    parts: Vec<Vec<(usize, Truth)>>,
    /// The automata from here on match the caller itself, which is not in scope.
    callers: usize,
}

impl ResourceGoal<'_, '_> {
    /// The most that a resource can come to which only the patterns marked here may match: every Allow does, and no
    /// Deny but those that deny everything.
    fn best(&self, alive: &[bool]) -> Truth {
        let tally = self.problem.tally(|index, weighed| {
            let resources = &weighed.statement.resources;
            match weighed.statement.effect {
                Effect::Deny => Truth::of(resources.everything),
                Effect::Allow if resources.not => Truth::True,
                Effect::Allow => self.covered(index, weighed, alive),
            }
        });
        tally.allowed(self.problem.set, self.problem.setting)
    }

    fn covered(&self, index: usize, weighed: &Weighed<'_>, matched: &[bool]) -> Truth {
        if weighed.statement.resources.everything {
            return Truth::True;
        }
        let parts = self.parts.get(index).map(Vec::as_slice).unwrap_or_default();
        let hit = |(at, certain): &(usize, Truth)| match matched.get(*at) {
            Some(true) => *certain,
            Some(false) | None => Truth::False,
        };
        parts
            .iter()
            .map(hit)
            .fold(Truth::False, Truth::or)
            .flip_if(weighed.statement.resources.not)
    }
}

impl Goal for ResourceGoal<'_, '_> {
    fn outcome(&self, accepted: &[bool]) -> Truth {
        if accepted.iter().skip(self.callers).any(|caller| *caller) {
            return Truth::False;
        }
        let tally = self
            .problem
            .tally(|index, weighed| self.covered(index, weighed, accepted));
        tally.allowed(self.problem.set, self.problem.setting)
    }

    fn viable(&self, alive: &[bool]) -> bool {
        self.best(alive).possible()
    }
}
