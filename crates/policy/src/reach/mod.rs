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
mod problem;
mod session;
mod verdict;

pub use cache::{ReachCache, User, UserReach};
pub use session::{Session, SessionKind};
pub(crate) use verdict::is_self_service;
pub use verdict::{SessionVerdict, Verdict, verdict};

use crate::actions::{Action, ActionId, ActionList, ActionResource};
use crate::evaluate::{ActionTraits, Because, NEED_NO_PERMISSION, PolicySet, View};
use crate::truth::Truth;
use forms::Form;
use problem::{Problem, Scope, Weights};
use smol_str::SmolStr;
use std::cell::OnceCell;
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
    /// No action is in it.
    Empty,
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
}

/// Works out everything that a session may do under a set of policies.
///
/// The set must come from [`crate::evaluate::PolicySetBuilder::build`]; one that was built for a single question
/// is built anew for every action here, which is slow but right.
#[must_use]
pub fn reach(set: &Arc<PolicySet>, session: &Arc<Session>) -> Reach {
    let weights = Weights::new(set, session);
    let mut classes = vec![ClassReach::Empty; set.classes.as_ref().map_or(0, |classes| classes.len())];
    if let Some(partition) = &set.classes {
        for class in partition.populated() {
            let Some(entries) = set.applicable().get(class) else {
                continue;
            };
            let problem = Problem::new(set, session, &weights, entries.iter().copied());
            if let Some(slot) = classes.get_mut(class) {
                *slot = problem.on_every_resource();
            }
        }
    }
    for (class, forms) in forms_by_class(set, &classes) {
        let Some(entries) = set.applicable().get(class) else {
            continue;
        };
        let problem = Problem::new(set, session, &weights, entries.iter().copied());
        let outcomes = forms
            .into_iter()
            .map(|form| (form, problem.on_form(form, Scope::All)))
            .collect();
        if let Some(slot) = classes.get_mut(class) {
            *slot = ClassReach::ByForm(outcomes);
        }
    }
    let unlisted = unlisted(set, session, &weights);
    Reach {
        set: Arc::clone(set),
        session: Arc::clone(session),
        classes,
        unlisted,
    }
}

/// For each class whose outcome depends on the resource: the forms that its actions' resources have.
fn forms_by_class(set: &PolicySet, classes: &[ClassReach]) -> BTreeMap<usize, BTreeSet<Form>> {
    let mut out: BTreeMap<usize, BTreeSet<Form>> = BTreeMap::new();
    let open = |class: &ClassReach| matches!(class, ClassReach::ByForm(_));
    let Some(partition) = set.classes.as_ref().filter(|_| classes.iter().any(open)) else {
        return out;
    };
    for (id, action) in ActionList::embedded().iter() {
        let class = partition.of(id);
        if classes.get(class).is_some_and(open) {
            out.entry(class).or_default().extend(forms_of(action));
        }
    }
    out
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
    let list = ActionList::embedded();
    let mut names = BTreeSet::new();
    for entry in &set.entries {
        if let Some(statement) = entry.statement() {
            let full = |name: &&SmolStr| name.contains(':') && !name.contains(['*', '?']);
            names.extend(
                statement
                    .actions
                    .patterns
                    .iter()
                    .filter(full)
                    .filter(|name| list.find(name).is_none()),
            );
        }
    }
    let outcome = |name: &SmolStr| {
        let problem = Problem::for_action(set, session, weights, name);
        match problem.on_every_resource() {
            ClassReach::Uniform(outcome) => outcome,
            ClassReach::Everywhere | ClassReach::Empty => Outcome::Allowed {
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
            ClassReach::Empty => Outcome::Denied { by: Arc::from([]) },
            ClassReach::Uniform(outcome) => outcome.clone(),
            ClassReach::Everywhere => {
                let form = forms_of(action).next().unwrap_or(Form::Star);
                Outcome::Allowed {
                    resource: form.typical(&self.session),
                }
            }
            ClassReach::ByForm(outcomes) => {
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
        let list = ActionList::embedded();
        let Some(lower) = list.lower.get(id.index()) else {
            return false;
        };
        if self.session.forbids(lower) {
            return false;
        }
        let by_class = match self.class(id) {
            ClassReach::Empty => false,
            ClassReach::Everywhere => true,
            ClassReach::Uniform(outcome) => outcome.is_reachable(),
            ClassReach::ByForm(outcomes) => list.get(id).is_some_and(|action| {
                forms_of(action).any(|form| outcomes.get(&form).is_some_and(Outcome::is_reachable))
            }),
        };
        by_class || NEED_NO_PERMISSION.contains(&lower.as_str())
    }

    /// For each class, whether all of its actions are open, or none, or it must be asked of each.
    fn open_by_class(&self) -> Vec<Option<bool>> {
        let restricted = self.session.kind() == SessionKind::SessionToken;
        let open = |class: &ClassReach| match class {
            ClassReach::Empty => Some(false),
            ClassReach::Everywhere => Some(true),
            ClassReach::Uniform(outcome) => Some(outcome.is_reachable()),
            ClassReach::ByForm(_) => None,
        };
        self.classes
            .iter()
            .map(|class| open(class).filter(|open| !(restricted && *open)))
            .collect()
    }

    /// Whether each action of the list is open, in the order of their numbers.
    fn open_actions(&self) -> Vec<bool> {
        let by_class = self.open_by_class();
        let classes = self.set.classes.as_ref().map(|classes| classes.of_each());
        let of_class = |class: &u16| by_class.get(usize::from(*class)).copied().flatten();
        let mut open: Vec<bool> = classes
            .into_iter()
            .flatten()
            .map(|class| of_class(class) == Some(true))
            .collect();
        open.resize(ActionList::embedded().ids(), false);
        let mut ask = |id: ActionId| {
            if let Some(open) = open.get_mut(id.index()) {
                *open = self.is_reachable(id);
            }
        };
        if by_class.contains(&None) {
            let each = (0u16..).zip(classes.into_iter().flatten());
            each.filter(|(_, class)| of_class(class).is_none())
                .for_each(|(id, _)| ask(ActionId(id)));
        }
        ActionList::embedded().free().iter().for_each(|id| ask(*id));
        open
    }

    fn class(&self, id: ActionId) -> &ClassReach {
        let class = self.set.classes.as_ref().map(|classes| classes.of(id));
        class
            .and_then(|class| self.classes.get(class))
            .unwrap_or(&ClassReach::Empty)
    }

    /// Every listed action that is allowed or possible, in the order of the list.
    pub fn reachable(&self) -> impl Iterator<Item = (ActionId, &'static Action, Outcome)> + '_ {
        ActionList::embedded()
            .iter()
            .filter(|(id, action)| !action.is_stand_in() && self.is_reachable(*id))
            .map(|(id, action)| (id, action, self.of(id)))
    }

    /// What holds for actions that the list does not have: one stand-in a service, one for new services. Only
    /// those that are allowed or possible.
    pub fn beyond_the_list(&self) -> impl Iterator<Item = (&'static str, Outcome)> + '_ {
        ActionList::embedded()
            .iter()
            .filter(|(id, action)| action.is_stand_in() && self.is_reachable(*id))
            .map(|(id, action)| (action.service(), self.of(id)))
    }

    /// Actions that the policies name in full and the list does not have.
    #[must_use]
    pub fn unlisted(&self) -> &[(String, Outcome)] {
        &self.unlisted
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

    /// What the session may do with an action on resources of its types that are not the caller itself.
    ///
    /// User names are unique in an account whatever their path, so an ARN that ends in the caller's own name is
    /// nobody else's: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
    #[must_use]
    pub fn on_others(&self, id: ActionId) -> Outcome {
        self.on_others_weighed(id, &OnceCell::new())
    }

    /// The same; what the entries come to is worked out at most once.
    fn on_others_weighed(&self, id: ActionId, weights: &OnceCell<Weights>) -> Outcome {
        let denied = Outcome::Denied { by: Arc::from([]) };
        let list = ActionList::embedded();
        let (Some(action), true) = (list.get(id), self.is_reachable(id)) else {
            return denied;
        };
        let class = match self.class(id) {
            ClassReach::Empty => return denied,
            ClassReach::Uniform(outcome) => return outcome.clone(),
            ClassReach::Everywhere => {
                let form = forms_of(action).next().unwrap_or(Form::Star);
                return Outcome::Allowed {
                    resource: form.other(&self.session),
                };
            }
            ClassReach::ByForm(_) => self.set.classes.as_ref().map_or(0, |classes| classes.of(id)),
        };
        let Some(entries) = self.set.applicable().get(class) else {
            return denied;
        };
        let weights = weights.get_or_init(|| Weights::new(&self.set, &self.session));
        let problem = Problem::new(&self.set, &self.session, weights, entries.iter().copied());
        let forms = action.resources.iter().map(|resource| Form::Type(resource.kind));
        forms
            .map(|form| problem.on_form(form, Scope::Others))
            .reduce(Outcome::or)
            .unwrap_or(denied)
    }
}

/// Which actions are open on others, each question asked once: actions that the same statements speak of and that act
/// on the same types of resources have one answer.
struct Others<'r> {
    reach: &'r Reach,
    weights: OnceCell<Weights>,
    known: Vec<(usize, &'static [ActionResource], bool)>,
}

impl<'r> Others<'r> {
    fn new(reach: &'r Reach) -> Self {
        Self {
            reach,
            weights: OnceCell::new(),
            known: Vec::new(),
        }
    }

    fn open(&mut self, id: ActionId) -> bool {
        let class = self
            .reach
            .set
            .classes
            .as_ref()
            .map_or(0, |classes| classes.of(id));
        let action = ActionList::embedded().get(id);
        let resources = action.map_or(&[][..], |action| &action.resources);
        let same = |known: &&(usize, &[ActionResource], bool)| known.0 == class && known.1 == resources;
        if let Some((_, _, open)) = self.known.iter().find(same) {
            return *open;
        }
        let open = self.reach.on_others_weighed(id, &self.weights).is_reachable();
        self.known.push((class, resources, open));
        open
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
