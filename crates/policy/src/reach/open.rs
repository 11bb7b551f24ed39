//! From classes of actions to actions: which are open, and what resources those of a class act on.

use super::forms::Form;
use super::{ClassReach, Outcome, Session, SessionKind, forms_of};
use crate::actions::{ActionId, ActionList, ActionSet};
use crate::evaluate::PolicySet;
use fixedbitset::FixedBitSet;
use std::collections::{BTreeMap, BTreeSet};

/// The forms that the resources of a class of actions have.
#[derive(Default)]
pub(super) struct Forms {
    types: FixedBitSet,
    others: BTreeSet<Form>,
}

impl Forms {
    fn add(&mut self, form: Form) {
        match form {
            Form::Type(kind) => self.types.grow_and_insert(usize::from(kind)),
            Form::Star | Form::Any => {
                self.others.insert(form);
            }
        }
    }
}

impl IntoIterator for Forms {
    type Item = Form;
    type IntoIter = Box<dyn Iterator<Item = Form>>;

    fn into_iter(self) -> Self::IntoIter {
        let kinds = self.types.into_ones().filter_map(|kind| u16::try_from(kind).ok());
        Box::new(kinds.map(Form::Type).chain(self.others))
    }
}

/// For each class whose outcome depends on the resource: the forms that its actions' resources have.
pub(super) fn forms_by_class(
    set: &PolicySet,
    classes: &[ClassReach],
) -> impl Iterator<Item = (usize, impl Iterator<Item = Form> + use<>)> + use<> {
    let mut out: BTreeMap<usize, Forms> = BTreeMap::new();
    let list = ActionList::embedded();
    let runs = set.classes.iter().flat_map(|partition| partition.runs());
    for (range, class) in runs {
        let class = usize::from(class);
        if let Some(ClassReach::ByForm(_)) = classes.get(class) {
            let forms = out.entry(class).or_default();
            let actions = range.filter_map(|id| list.get(ActionId(id)));
            actions.flat_map(forms_of).for_each(|form| forms.add(form));
        }
    }
    out.into_iter().map(|(class, forms)| (class, forms.into_iter()))
}

/// Every action and stand-in that is allowed or possible.
pub(super) fn open(set: &PolicySet, session: &Session, classes: &[ClassReach]) -> ActionSet {
    let list = ActionList::embedded();
    let mut open = ActionSet::new();
    let by_form: Vec<Option<Vec<Form>>> = classes.iter().map(open_forms).collect();
    for (range, class) in set.classes.iter().flat_map(|partition| partition.runs()) {
        match (classes.get(usize::from(class)), by_form.get(usize::from(class))) {
            (Some(ClassReach::Everywhere), _) => open.insert_range(&range),
            (Some(ClassReach::Uniform(outcome)), _) if outcome.is_reachable() => open.insert_range(&range),
            (Some(ClassReach::ByForm(_)), Some(Some(forms))) => {
                let is_open = |id: &ActionId| {
                    let mut own = list.get(*id).into_iter().flat_map(forms_of);
                    own.any(|form| forms.binary_search(&form).is_ok())
                };
                range.map(ActionId).filter(is_open).for_each(|id| open.insert(id));
            }
            _ => {}
        }
    }
    if session.kind() == SessionKind::SessionToken {
        let forbidden = |id: &ActionId| {
            list.lower
                .get(id.index())
                .is_some_and(|name| session.forbids(name))
        };
        let forbidden: ActionSet = open.iter().filter(forbidden).collect();
        open = open.without(&forbidden);
    }
    let free = list.free().iter().copied();
    let usable = |id: &ActionId| {
        list.lower
            .get(id.index())
            .is_some_and(|name| !session.forbids(name))
    };
    free.filter(usable).for_each(|id| open.insert(id));
    open
}

/// The forms on which a class is open, ascending; `None` where there is none, or where forms do not matter.
fn open_forms(class: &ClassReach) -> Option<Vec<Form>> {
    let ClassReach::ByForm(outcomes) = class else {
        return None;
    };
    let open = outcomes
        .iter()
        .filter(|(_, outcome): &(_, &Outcome)| outcome.is_reachable());
    let open: Vec<Form> = open.map(|(form, _)| *form).collect();
    (!open.is_empty()).then_some(open)
}
