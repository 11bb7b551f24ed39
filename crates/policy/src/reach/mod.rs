//! Reach: everything that a session may do, when only part of its context is known.
//!
//! Each action of the list is *allowed* (with a witness resource for which the exact evaluator says so whatever the
//! unknown context is), *possible* (on some resource and in some context), or *denied* (on every resource and in
//! every context). Soundness is the point: what the exact evaluator allows under any completion of the unknown
//! context is never denied here.
//!
//! The work is done per class of actions and per form of resource. Conditions are judged once for a session.
//! Where all that matters speaks of every resource, the answer is immediate; where resources matter, likely ones
//! are tried first, and only if none of them settles it, `automaton` searches all of them.

mod automaton;
mod blind;
mod cache;
mod forms;
mod open;
mod others;
mod parts;
mod problem;
mod session;
mod verdict;

pub use blind::AccountSight;
pub use cache::{NOBODY, ReachCache, User, UserReach};
pub(crate) use parts::beyond_self_service;
pub use session::{Session, SessionKind};
pub use verdict::{SessionVerdict, Verdict, verdict};

use crate::actions::{Action, ActionId, ActionList, ActionSet};
use crate::evaluate::{ActionTraits, Because, Classes, NEED_NO_PERMISSION, PolicySet, View};
use crate::truth::Truth;
use forms::Form;
use others::Others;
use problem::{Problem, Scope, Weights};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a session may do with one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Allowed on this resource, whatever the unknown context is.
    Allowed {
        /// A resource for which the exact evaluator says so.
        resource: String,
    },
    /// Allowed perhaps.
    Possible {
        /// The condition keys that it depends on, as the policies write them.
        depends_on: Arc<[SmolStr]>,
        /// A resource that it is possible on, when one is known.
        resource: Option<String>,
    },
    /// Never allowed.
    Denied {
        /// The statements that deny, or the layers that do not allow.
        by: Arc<[Because]>,
    },
}

impl Outcome {
    /// Whether the action is allowed, for certain or perhaps.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        match self {
            Outcome::Allowed { .. } | Outcome::Possible { .. } => true,
            Outcome::Denied { .. } => false,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Outcome::Allowed { .. } => 2,
            Outcome::Possible { .. } => 1,
            Outcome::Denied { .. } => 0,
        }
    }

    /// The better of two outcomes; the first when they are alike.
    fn or(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }
}

/// What holds for a class of actions.
#[derive(Debug, Clone)]
enum ClassReach {
    /// Allowed on every resource.
    Everywhere,
    /// The same on every resource.
    Uniform(Outcome),
    /// It depends on the form of the resource.
    ByForm(BTreeMap<Form, Outcome>),
}

/// Everything that a session may do.
#[derive(Debug, Clone)]
pub struct Reach {
    set: Arc<PolicySet>,
    session: Arc<Session>,
    classes: Vec<ClassReach>,
    /// Actions that the policies name and the list does not have.
    unlisted: Vec<(String, Outcome)>,
    /// Every action and stand-in that is allowed or possible.
    open: ActionSet,
}

/// Works out everything that a session may do under a set of policies.
///
/// A set that was built for a single question is built for many first.
#[must_use]
pub fn reach(set: &Arc<PolicySet>, session: &Arc<Session>) -> Reach {
    let set = &set.for_many();
    let weights = Weights::new(set, session);
    let problem_of = |class: usize| {
        let entries = set.applicable().get(class).map(Vec::as_slice).unwrap_or_default();
        Problem::new(set, session, &weights, entries.iter().copied())
    };
    let count = set.classes.as_ref().map_or(0, Classes::len);
    let mut classes: Vec<ClassReach> = (0..count)
        .map(|class| problem_of(class).on_every_resource())
        .collect();
    for (class, forms) in open::forms_by_class(set, &classes) {
        let problem = problem_of(class);
        let outcomes = forms
            .into_iter()
            .map(|form| (form, problem.on_form(form, Scope::All)));
        if let Some(slot) = classes.get_mut(class) {
            *slot = ClassReach::ByForm(outcomes.collect());
        }
    }
    let unlisted = unlisted(set, session, &weights);
    let open = open::open(set, session, &classes);
    Reach {
        set: Arc::clone(set),
        session: Arc::clone(session),
        classes,
        unlisted,
        open,
    }
}

/// The forms that an action's resources have.
fn forms_of(action: &Action) -> impl Iterator<Item = Form> + '_ {
    let typed = action.resources.iter().map(|resource| Form::Type(resource.kind));
    let star = !action.resources.iter().any(|resource| resource.required);
    typed
        .chain(star.then_some(Form::Star))
        .chain(action.stand_in.then_some(Form::Any))
}

/// Actions that some policy names in full and that the list does not have.
fn unlisted(set: &PolicySet, session: &Session, weights: &Weights) -> Vec<(String, Outcome)> {
    let statements = set.entries.iter().filter_map(|entry| entry.statement());
    let names: BTreeSet<&SmolStr> = statements
        .flat_map(|statement| statement.actions.unlisted())
        .collect();
    let outcome = |name: &SmolStr| {
        let problem = Problem::for_action(set, session, weights, name);
        match problem.on_every_resource() {
            ClassReach::Uniform(outcome) => outcome,
            ClassReach::Everywhere => Outcome::Allowed {
                resource: Form::Any.typical(session),
            },
            ClassReach::ByForm(_) => problem
                .on_form(Form::Star, Scope::All)
                .or(problem.on_form(Form::Any, Scope::All)),
        }
    };
    names
        .into_iter()
        .filter(|name| !session.forbids(name))
        .map(|name| (name.to_string(), outcome(name)))
        .collect()
}

impl Reach {
    /// The session that this is about.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the session may do with an action of the list.
    #[must_use]
    pub fn of(&self, id: ActionId) -> Outcome {
        let list = ActionList::embedded();
        let (Some(action), Some(lower)) = (list.get(id), list.lower.get(id.index())) else {
            return Outcome::Denied { by: Arc::from([]) };
        };
        if self.session.forbids(lower) {
            return Outcome::Denied { by: Arc::from([]) };
        }
        if NEED_NO_PERMISSION.contains(&lower.as_str()) {
            return Outcome::Allowed {
                resource: "*".to_owned(),
            };
        }
        match self.class(id) {
            None => Outcome::Denied { by: Arc::from([]) },
            Some(ClassReach::Uniform(outcome)) => outcome.clone(),
            Some(ClassReach::Everywhere) => {
                let form = forms_of(action).next().unwrap_or(Form::Star);
                Outcome::Allowed {
                    resource: form.typical(&self.session),
                }
            }
            Some(ClassReach::ByForm(outcomes)) => {
                let typed = !action.resources.is_empty();
                let each = forms_of(action).filter_map(|form| {
                    let outcome = outcomes.get(&form)?.clone();
                    Some(if form == Form::Star && typed {
                        weaken(outcome)
                    } else {
                        outcome
                    })
                });
                each.reduce(Outcome::or)
                    .unwrap_or(Outcome::Denied { by: Arc::from([]) })
            }
        }
    }

    /// Whether the session may use an action, for certain or perhaps. Cheaper than [`Reach::of`].
    #[must_use]
    pub fn is_reachable(&self, id: ActionId) -> bool {
        self.open.contains(id)
    }

    /// Whether an action is allowed (true), possible (unknown) or denied. Cheaper than [`Reach::of`], which names the
    /// resource and the reason.
    #[must_use]
    pub fn certainty(&self, id: ActionId) -> Truth {
        if !self.is_reachable(id) {
            return Truth::False;
        }
        let of_outcome = |outcome: &Outcome| match outcome {
            Outcome::Allowed { .. } => Truth::True,
            Outcome::Possible { .. } => Truth::Unknown,
            Outcome::Denied { .. } => Truth::False,
        };
        let list = ActionList::embedded();
        let certainty = match (self.class(id), list.get(id)) {
            (Some(ClassReach::Everywhere), _) => Truth::True,
            (Some(ClassReach::Uniform(outcome)), _) => of_outcome(outcome),
            (Some(ClassReach::ByForm(outcomes)), Some(action)) => {
                let typed = !action.resources.is_empty();
                let of_form = |form: Form| {
                    let certainty = outcomes.get(&form).map_or(Truth::False, of_outcome);
                    let weak = form == Form::Star && typed && certainty == Truth::True;
                    if weak { Truth::Unknown } else { certainty }
                };
                forms_of(action).map(of_form).fold(Truth::False, Truth::or)
            }
            (None, _) | (Some(ClassReach::ByForm(_)), None) => Truth::False,
        };
        if list.free().contains(&id) {
            Truth::True
        } else {
            certainty
        }
    }

    /// Every action and stand-in that is allowed or possible.
    #[must_use]
    pub fn open(&self) -> &ActionSet {
        &self.open
    }

    fn class(&self, id: ActionId) -> Option<&ClassReach> {
        let class = self.set.classes.as_ref().map(|classes| classes.of(id))?;
        self.classes.get(class)
    }

    /// Every listed action that is allowed or possible, in the order of the list.
    pub fn reachable(&self) -> impl Iterator<Item = (ActionId, &'static Action, Outcome)> + '_ {
        let list = ActionList::embedded();
        let open = self.open.iter().filter_map(|id| Some((id, list.get(id)?)));
        open.filter(|(_, action)| !action.is_stand_in())
            .map(|(id, action)| (id, action, self.of(id)))
    }

    /// What holds for actions that the list does not have: one stand-in a service, one for new services. Only
    /// those that are allowed or possible.
    pub fn beyond_the_list(&self) -> impl Iterator<Item = (&'static str, Outcome)> + '_ {
        let list = ActionList::embedded();
        let open = self.open.iter().filter_map(|id| Some((id, list.get(id)?)));
        open.filter(|(_, action)| action.is_stand_in())
            .map(|(id, action)| (action.service(), self.of(id)))
    }

    /// Actions that the policies name in full and the list does not have.
    #[must_use]
    pub fn unlisted(&self) -> &[(String, Outcome)] {
        &self.unlisted
    }

    /// The Allow statements of the caller's own policies by which an action is open, on a resource where one is known: those
    /// that allow it for certain where there are any, else those that may. SCPs grant nothing and are not among them.
    #[must_use]
    pub fn allowing(&self, id: ActionId, resource: Option<&str>) -> Vec<Because> {
        let class = self.set.classes.as_ref().map(|classes| classes.of(id));
        let entries = class.and_then(|class| self.set.applicable().get(class));
        let weights = Weights::new(&self.set, &self.session);
        let entries = entries.map(Vec::as_slice).unwrap_or_default();
        Problem::new(&self.set, &self.session, &weights, entries.iter().copied()).allowing(resource)
    }

    /// The same for an action that the policies name and the list does not have.
    #[must_use]
    pub fn allowing_unlisted(&self, name: &str) -> Vec<Because> {
        let weights = Weights::new(&self.set, &self.session);
        let name = name.to_ascii_lowercase();
        Problem::for_action(&self.set, &self.session, &weights, &name).allowing(None)
    }

    /// Whether an action is allowed on one resource.
    #[must_use]
    pub fn on(&self, id: ActionId, resource: &str) -> Truth {
        let class = self.set.classes.as_ref().map_or(0, |classes| classes.of(id));
        let forbidden = ActionList::embedded()
            .lower
            .get(id.index())
            .is_none_or(|name| self.session.forbids(name));
        let Some(entries) = self.set.applicable().get(class).filter(|_| !forbidden) else {
            return Truth::False;
        };
        let weights = Weights::new(&self.set, &self.session);
        Problem::new(&self.set, &self.session, &weights, entries.iter().copied()).at(resource)
    }
}

/// An action that has resource types may be asked about with `*`; whether it is, is not documented for each.
fn weaken(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Allowed { resource } => Outcome::Possible {
            depends_on: Arc::from([]),
            resource: Some(resource),
        },
        Outcome::Possible { .. } | Outcome::Denied { .. } => outcome,
    }
}

/// The view of a session on a set: all of a request but action and resource.
fn view<'a>(set: &PolicySet, session: &'a Session) -> View<'a, Session> {
    View::of(set, session.caller(), ActionTraits::of(""), false, session)
}
