//! From classes of actions to actions: which are open, and what resources those of a class act on.

use super::forms::Form;
use super::{ClassReach, Outcome, Session, forms_of};
use crate::actions::{ActionId, ActionList, ActionSet};
use crate::evaluate::PolicySet;
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;

/// The forms that the resources of a class of actions have.
#[derive(Default)]
struct Forms {
    types: FixedBitSet,
    star: bool,
    any: bool,
}

impl Forms {
    fn add(&mut self, form: Form) {
        match form {
            Form::Type(kind) => self.types.grow_and_insert(usize::from(kind)),
            Form::Star => self.star = true,
            Form::Any => self.any = true,
        }
    }

    /// In their order.
    fn all(&self) -> Vec<Form> {
        let kinds = self.types.ones().filter_map(|kind| u16::try_from(kind).ok());
        let star = self.star.then_some(Form::Star);
        let any = self.any.then_some(Form::Any);
        kinds.map(Form::Type).chain(star).chain(any).collect()
    }
}

/// For each class whose outcome depends on the resource: the forms that its actions' resources have.
pub(super) fn forms_by_class(set: &PolicySet, classes: &[ClassReach]) -> BTreeMap<usize, Vec<Form>> {
    let mut out: BTreeMap<usize, Forms> = BTreeMap::new();
    let list = ActionList::embedded();
    for (range, class) in set.classes.iter().flat_map(|partition| partition.runs()) {
        let class = usize::from(class);
        if let Some(ClassReach::ByForm(_)) = classes.get(class) {
            let forms = out.entry(class).or_default();
            let actions = range.filter_map(|id| list.get(ActionId(id)));
            actions.flat_map(forms_of).for_each(|form| forms.add(form));
        }
    }
    out.into_iter()
        .map(|(class, forms)| (class, forms.all()))
        .collect()
}

/// Every action and stand-in that is allowed or possible.
pub(super) fn open(set: &PolicySet, session: &Session, classes: &[ClassReach]) -> ActionSet {
    let list = ActionList::embedded();
    let mut open = ActionSet::new();
    let by_form: Vec<Vec<Form>> = classes.iter().map(open_forms).collect();
    for (range, class) in set.classes.iter().flat_map(|partition| partition.runs()) {
        let class = usize::from(class);
        match (classes.get(class), by_form.get(class)) {
            (Some(ClassReach::Everywhere), _) => open.insert_range(&range),
            (Some(ClassReach::Uniform(outcome)), _) if outcome.is_reachable() => open.insert_range(&range),
            (Some(ClassReach::ByForm(_)), Some(forms)) if !forms.is_empty() => {
                let is_open = |id: &ActionId| {
                    let mut own = list.get(*id).into_iter().flat_map(forms_of);
                    own.any(|form| forms.binary_search(&form).is_ok())
                };
                range.map(ActionId).filter(is_open).for_each(|id| open.insert(id));
            }
            _ => {}
        }
    }
    list.free().iter().for_each(|id| open.insert(*id));
    let forbidden = |id: &ActionId| {
        list.lower
            .get(id.index())
            .is_some_and(|name| session.forbids(name))
    };
    if session.forbids_something() {
        let forbidden: ActionSet = open.iter().filter(forbidden).collect();
        open = open.without(&forbidden);
    }
    open
}

/// The forms on which a class is open, ascending; none where forms do not matter.
fn open_forms(class: &ClassReach) -> Vec<Form> {
    let ClassReach::ByForm(outcomes) = class else {
        return Vec::new();
    };
    let open = outcomes
        .iter()
        .filter(|(_, outcome): &(_, &Outcome)| outcome.is_reachable());
    open.map(|(form, _)| *form).collect()
}
