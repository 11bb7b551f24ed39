//! Action classes: all actions that the same statements speak of, treated as one.
//!
//! There are 22,000 actions but a policy set tells only a few dozen kinds of them apart. Each statement's patterns
//! are expanded once and split the classes; the rest of the engine then works per class.

use crate::actions::{ActionId, ActionList, Expansion};
use crate::prepared::Actions;
use crate::truth::Truth;
use std::collections::HashMap;

/// A partition of the action list by the statements that speak of an action.
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    /// The class of each action.
    of: Vec<u16>,
    /// How many actions a class has.
    sizes: Vec<u32>,
    /// Which entries' patterns match a class, `NotAction` not yet turned round; entries ascend.
    patterns: Vec<Vec<(u32, Truth)>>,
    /// The entries whose patterns match everything.
    all: Vec<bool>,
    /// Which entries use `NotAction`.
    not: Vec<bool>,
}

impl Classes {
    pub(crate) fn new() -> Self {
        let ids = ActionList::embedded().ids();
        Self {
            of: vec![0; ids],
            sizes: vec![u32::try_from(ids).unwrap_or(u32::MAX)],
            patterns: vec![Vec::new()],
            all: Vec::new(),
            not: Vec::new(),
        }
    }

    /// Adds the next entry and splits the classes by it.
    pub(crate) fn add(&mut self, actions: &Actions) {
        let entry = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let expansions = actions.expansions();
        self.not.push(actions.not);
        self.all.push(expansions.contains(&Expansion::All));
        if self.all.last() == Some(&true) {
            return;
        }
        let mut moved = HashMap::new();
        for expansion in expansions {
            if let Expansion::Some { ranges, .. } = expansion {
                for range in ranges {
                    range
                        .clone()
                        .for_each(|id| self.split(ActionId(id), entry, Truth::True, &mut moved));
                }
            }
        }
        for expansion in expansions {
            if let Expansion::Some { perhaps, .. } = expansion {
                perhaps
                    .iter()
                    .for_each(|id| self.split(*id, entry, Truth::Unknown, &mut moved));
            }
        }
    }

    fn split(&mut self, id: ActionId, entry: u32, truth: Truth, moved: &mut HashMap<(u16, Truth), u16>) {
        let Some(slot) = self.of.get_mut(id.index()) else {
            return;
        };
        let old = *slot;
        let Some(signature) = self.patterns.get(usize::from(old)) else {
            return;
        };
        if signature.last().is_some_and(|(last, _)| *last == entry) {
            return;
        }
        let new = match moved.get(&(old, truth)) {
            Some(new) => *new,
            None => {
                let mut signature = signature.clone();
                signature.push((entry, truth));
                let new = u16::try_from(self.patterns.len()).unwrap_or(u16::MAX);
                self.patterns.push(signature);
                self.sizes.push(0);
                moved.insert((old, truth), new);
                new
            }
        };
        *slot = new;
        if let Some(size) = self.sizes.get_mut(usize::from(old)) {
            *size -= 1;
        }
        if let Some(size) = self.sizes.get_mut(usize::from(new)) {
            *size += 1;
        }
    }

    /// The class of each action, in the order of their numbers.
    pub(crate) fn of_each(&self) -> &[u16] {
        &self.of
    }

    /// The class of an action.
    pub(crate) fn of(&self, id: ActionId) -> usize {
        self.of.get(id.index()).copied().map_or(0, usize::from)
    }

    /// For each class, the entries that speak of its actions, and how certainly.
    pub(crate) fn applicable(&self) -> Vec<Vec<(u32, Truth)>> {
        self.patterns
            .iter()
            .map(|signature| {
                let mut matches = signature.iter().peekable();
                let entries = (0u32..).zip(self.all.iter().zip(&self.not));
                entries
                    .filter_map(|(entry, (all, not))| {
                        let pattern = match matches.next_if(|(e, _)| *e == entry) {
                            Some((_, truth)) => *truth,
                            None => Truth::of(*all),
                        };
                        let truth = pattern.flip_if(*not);
                        truth.possible().then_some((entry, truth))
                    })
                    .collect()
            })
            .collect()
    }

    /// How many classes there are, empty ones included.
    pub(crate) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// The classes that have actions.
    pub(crate) fn populated(&self) -> impl Iterator<Item = usize> {
        self.sizes
            .iter()
            .enumerate()
            .filter(|(_, size)| **size > 0)
            .map(|(class, _)| class)
    }
}
