//! What a session may do to others: on resources that are not the calling user.
//!
//! User names are unique in an account whatever their path, so an ARN that ends in the caller's own name is nobody
//! else's: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.

use super::forms::Form;
use super::problem::{Problem, Scope, Weights};
use super::{ClassReach, Outcome, Reach, forms_of};
use crate::actions::{Action, ActionId, ActionList, ActionResource};
use crate::evaluate::CallerKind;
use std::cell::OnceCell;
use std::sync::Arc;

impl Reach {
    /// What the session may do with an action on resources of its types that are not the caller itself.
    #[must_use]
    pub fn on_others(&self, id: ActionId) -> Outcome {
        let denied = Outcome::Denied { by: Arc::from([]) };
        let (Some(action), true) = (ActionList::embedded().get(id), self.is_reachable(id)) else {
            return denied;
        };
        match self.class(id) {
            None => denied,
            Some(ClassReach::Uniform(outcome)) => outcome.clone(),
            Some(ClassReach::Everywhere) => {
                let form = forms_of(action).next().unwrap_or(Form::Star);
                Outcome::Allowed {
                    resource: form.other(&self.session),
                }
            }
            Some(ClassReach::ByForm(_)) => {
                let weights = Weights::new(&self.set, &self.session);
                self.search_others(id, action, &weights).unwrap_or(denied)
            }
        }
    }

    fn search_others(&self, id: ActionId, action: &Action, weights: &Weights) -> Option<Outcome> {
        let class = self.set.classes.as_ref()?.of(id);
        let entries = self.set.applicable().get(class)?;
        let problem = Problem::new(&self.set, &self.session, weights, entries.iter().copied());
        let forms = action.resources.iter().map(|resource| Form::Type(resource.kind));
        // A role is not among the users.
        let scope = if self.session.caller().kind() == CallerKind::User {
            Scope::Others
        } else {
            Scope::All
        };
        forms.map(|form| problem.on_form(form, scope)).reduce(Outcome::or)
    }
}

/// Which actions are open on others, each question asked once: actions that the same statements speak of and that act
/// on the same types of resources have one answer.
pub(super) struct Others<'r> {
    reach: &'r Reach,
    weights: OnceCell<Weights>,
    known: Vec<(usize, &'static [ActionResource], bool)>,
}

impl<'r> Others<'r> {
    pub(super) fn new(reach: &'r Reach) -> Self {
        Self {
            reach,
            weights: OnceCell::new(),
            known: Vec::new(),
        }
    }

    pub(super) fn open(&mut self, id: ActionId) -> bool {
        let (Some(action), true) = (ActionList::embedded().get(id), self.reach.is_reachable(id)) else {
            return false;
        };
        match self.reach.class(id) {
            None => false,
            Some(ClassReach::Everywhere) => true,
            Some(ClassReach::Uniform(outcome)) => outcome.is_reachable(),
            Some(ClassReach::ByForm(_)) => self.found(id, action),
        }
    }

    fn found(&mut self, id: ActionId, action: &'static Action) -> bool {
        let Some(class) = self.reach.set.classes.as_ref().map(|classes| classes.of(id)) else {
            return false;
        };
        let resources: &[ActionResource] = &action.resources;
        let same = |known: &&(usize, &[ActionResource], bool)| known.0 == class && known.1 == resources;
        if let Some((_, _, open)) = self.known.iter().find(same) {
            return *open;
        }
        let weights = || Weights::new(&self.reach.set, &self.reach.session);
        let weights = self.weights.get_or_init(weights);
        let outcome = self.reach.search_others(id, action, weights);
        let open = outcome.is_some_and(|outcome| outcome.is_reachable());
        self.known.push((class, resources, open));
        open
    }
}
