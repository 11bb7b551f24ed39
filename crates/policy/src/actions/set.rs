//! Sets of actions: one bit for each number of the list, so that 22,000 actions are compared in a few hundred steps.

use super::{ActionId, ActionList};
use fixedbitset::FixedBitSet;
use std::ops::Range;

/// A set of actions and stand-ins of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionSet(FixedBitSet);

impl Default for ActionSet {
    fn default() -> Self {
        Self(FixedBitSet::with_capacity(ActionList::embedded().ids()))
    }
}

impl ActionSet {
    /// A set of no action.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All actions and stand-ins of the list.
    #[must_use]
    pub fn all() -> Self {
        let mut set = Self::new();
        set.0.insert_range(..);
        set
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.count_ones(..)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_clear()
    }

    /// Whether an action is among them.
    #[must_use]
    pub fn contains(&self, id: ActionId) -> bool {
        self.0.contains(id.index())
    }

    /// All of them, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = ActionId> + '_ {
        self.0
            .ones()
            .filter_map(|index| u16::try_from(index).ok().map(ActionId))
    }

    /// The first in the order of the list.
    #[must_use]
    pub fn first(&self) -> Option<ActionId> {
        self.iter().next()
    }

    /// How many are in both sets.
    #[must_use]
    pub fn in_common(&self, other: &Self) -> usize {
        self.0.intersection_count(&other.0)
    }

    /// Whether every one of them is in the other set.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Those that are not in the other set.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = self.clone();
        left.0.difference_with(&other.0);
        left
    }

    /// Those that are in the other set too.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        let mut left = self.clone();
        left.0.intersect_with(&other.0);
        left
    }

    pub(crate) fn insert(&mut self, id: ActionId) {
        if id.index() < self.0.len() {
            self.0.insert(id.index());
        }
    }

    pub(crate) fn insert_range(&mut self, range: &Range<u16>) {
        let end = usize::from(range.end).min(self.0.len());
        let start = usize::from(range.start).min(end);
        self.0.insert_range(start..end);
    }
}

impl FromIterator<ActionId> for ActionSet {
    fn from_iter<T: IntoIterator<Item = ActionId>>(ids: T) -> Self {
        let mut set = Self::new();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[u16]) -> ActionSet {
        ids.iter().copied().map(ActionId).collect()
    }

    #[test]
    fn says_what_was_put_in() {
        let mut one = set(&[3, 64, 700]);
        one.insert_range(&(60..66));
        let ids: Vec<u16> = one.iter().map(|id| id.0).collect();
        assert_eq!(ids, [3, 60, 61, 62, 63, 64, 65, 700]);
        assert_eq!(one.len(), 8);
        assert_eq!(one.first(), Some(ActionId(3)));
        assert!(one.contains(ActionId(65)) && !one.contains(ActionId(66)));
        assert!(ActionSet::new().is_empty() && !one.is_empty());
    }

    #[test]
    fn compares_sets() {
        let (one, other) = (set(&[1, 2, 3]), set(&[2, 3, 4]));
        assert_eq!(one.in_common(&other), 2);
        assert_eq!(one.without(&other), set(&[1]));
        assert_eq!(one.within(&other), set(&[2, 3]));
        assert!(set(&[2]).is_within(&one) && !one.is_within(&other));
    }

    #[test]
    fn leaves_out_numbers_that_the_list_does_not_have() {
        let mut none = ActionSet::new();
        none.insert(ActionId(u16::MAX));
        none.insert_range(&(u16::MAX - 1..u16::MAX));
        assert!(none.is_empty() && !none.contains(ActionId(u16::MAX)));
    }
}
