//! Action classes: all actions that the same statements speak of, treated as one.
//!
//! There are 22,000 actions but a policy set tells only a few dozen kinds of them apart. Each statement's patterns
//! are expanded once and split the classes; the rest of the engine then works per class. A partition is kept as runs
//! of neighbours in the list, because patterns speak of whole services and of names that begin alike: there are a few
//! hundred runs where there are 22,000 actions.

use crate::actions::{ActionId, ActionList};
use crate::prepared::{Actions, Piece};
use crate::truth::Truth;
use std::ops::Range;

/// Neighbours in the list that are in one class. A run ends where the next one starts.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: u16,
    class: u16,
}

/// A partition of the action list by the statements that speak of an action.
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    /// In the order of the list; neighbours differ in class.
    runs: Vec<Run>,
    /// How many numbers the list has.
    end: u16,
    /// Which entries' patterns match a class, `NotAction` not yet turned round; entries ascend.
    ///
    /// INVARIANT: no class is empty, so there are never more classes than actions, and their numbers fit.
    patterns: Vec<Vec<(u32, Truth)>>,
    /// The entries whose patterns match everything.
    all: Vec<bool>,
    /// Which entries use `NotAction`.
    not: Vec<bool>,
}

impl Classes {
    pub(crate) fn new() -> Self {
        let end = u16::try_from(ActionList::embedded().ids()).unwrap_or(u16::MAX);
        Self {
            runs: vec![Run { start: 0, class: 0 }],
            end,
            patterns: vec![Vec::new()],
            all: Vec::new(),
            not: Vec::new(),
        }
    }

    /// Adds the next entry and splits the classes by it.
    pub(crate) fn add(&mut self, actions: &Actions) {
        let entry = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.not.push(actions.not);
        self.all.push(actions.all());
        if actions.all() {
            return;
        }
        let parts = self.cut(actions.pieces());
        let mut split = Split::new(self.patterns.len(), &parts);
        self.runs.clear();
        for part in &parts {
            let class = match part.truth {
                Truth::False => part.class,
                truth @ (Truth::Unknown | Truth::True) => split.class(self, part.class, truth, entry),
            };
            if self.runs.last().is_none_or(|last| last.class != class) {
                let start = part.range.start;
                self.runs.push(Run { start, class });
            }
        }
    }

    /// The runs, cut where a piece begins or ends, each with what the pieces say of it.
    fn cut(&self, pieces: &[Piece]) -> Vec<Part> {
        let mut parts = Vec::with_capacity(self.runs.len() + 2 * pieces.len());
        let mut pieces = pieces.iter().peekable();
        for (run, class) in self.runs() {
            let mut at = run.start;
            while at < run.end {
                while pieces.next_if(|piece| piece.range.end <= at).is_some() {}
                let (end, truth) = match pieces.peek() {
                    Some(piece) if piece.range.start <= at => (piece.range.end, piece.truth),
                    Some(piece) => (piece.range.start, Truth::False),
                    None => (run.end, Truth::False),
                };
                let end = end.min(run.end);
                parts.push(Part {
                    range: at..end,
                    class,
                    truth,
                });
                at = end;
            }
        }
        parts
    }

    /// The runs of neighbours that are in one class, in the order of the list.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (Range<u16>, u16)> + '_ {
        let ends = self.runs.iter().skip(1).map(|next| next.start);
        let ends = ends.chain(std::iter::once(self.end));
        self.runs
            .iter()
            .zip(ends)
            .map(|(run, end)| (run.start..end, run.class))
    }

    /// The class of an action.
    pub(crate) fn of(&self, id: ActionId) -> usize {
        let after = self.runs.partition_point(|run| run.start <= id.0);
        let run = after.checked_sub(1).and_then(|at| self.runs.get(at));
        run.map_or(0, |run| usize::from(run.class))
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

    /// How many classes there are. Each has an action.
    pub(crate) fn len(&self) -> usize {
        self.patterns.len()
    }
}

/// A part of the list that is in one class, and whether the new entry's patterns match it.
struct Part {
    range: Range<u16>,
    class: u16,
    truth: Truth,
}

/// What becomes of the classes that there were before an entry.
struct Split {
    /// For each class, how many of its actions have not been given another class yet.
    left: Vec<u32>,
    /// For each class, how many actions are matched certainly and perhaps.
    matched: Vec<[u32; 2]>,
    /// For each class, where those go.
    to: Vec<[Option<u16>; 2]>,
}

impl Split {
    fn new(classes: usize, parts: &[Part]) -> Self {
        let mut split = Self {
            left: vec![0; classes],
            matched: vec![[0; 2]; classes],
            to: vec![[None; 2]; classes],
        };
        for part in parts {
            let (class, length) = (
                usize::from(part.class),
                u32::from(part.range.end - part.range.start),
            );
            if let Some(left) = split.left.get_mut(class) {
                *left += length;
            }
            let matched = split.matched.get_mut(class);
            if let (Some([certainly, perhaps]), true) = (matched, part.truth != Truth::False) {
                let matched = if part.truth == Truth::True {
                    certainly
                } else {
                    perhaps
                };
                *matched += length;
            }
        }
        split
    }

    /// Where the actions of a class go that an entry matches with `truth`. The last of a class to leave stay, and the
    /// class is said to be matched.
    fn class(&mut self, classes: &mut Classes, old: u16, truth: Truth, entry: u32) -> u16 {
        let (at, way) = (usize::from(old), usize::from(truth != Truth::True));
        let (Some(to), Some(matched), Some(left), Some(signature)) = (
            self.to.get_mut(at).and_then(|to| to.get_mut(way)),
            self.matched.get(at).and_then(|matched| matched.get(way)),
            self.left.get_mut(at),
            classes.patterns.get_mut(at),
        ) else {
            return old;
        };
        if let Some(class) = to {
            return *class;
        }
        let class = if left == matched {
            signature.push((entry, truth));
            old
        } else {
            *left -= matched;
            let mut signature = signature.clone();
            signature.push((entry, truth));
            let class = u16::try_from(classes.patterns.len()).unwrap_or(u16::MAX);
            classes.patterns.push(signature);
            class
        };
        *to = Some(class);
        class
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::Expansion;
    use crate::prepared::Policy;

    fn policy(statements: &str) -> Policy {
        Policy::parse(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
        ))
        .unwrap()
    }

    fn partition(policy: &Policy) -> Classes {
        let mut classes = Classes::new();
        policy
            .statements
            .iter()
            .for_each(|statement| classes.add(&statement.actions));
        classes
    }

    /// Statements that cut through services, names and each other, every second one with `NotAction`.
    fn statements(count: usize) -> String {
        let patterns = [
            r#""iam:*","sts:AssumeRole""#,
            r#""iam:Create*","ec2:*Instances","s3:Get*""#,
            r#""*""#,
            r#""iam:*MFA*","s3:NoSuchActionYet""#,
            r#""ec2:Describe*","ec2:RunInstances","lambda:?et*""#,
            r#""nosuchservice:*""#,
        ];
        let statement = |at: usize| {
            let element = if at.is_multiple_of(2) {
                "Action"
            } else {
                "NotAction"
            };
            let patterns = patterns[at % patterns.len()];
            format!(r#"{{"Effect":"Allow","{element}":[{patterns}],"Resource":"*"}}"#)
        };
        (0..count).map(statement).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn each_action_is_in_the_class_of_the_statements_that_name_it() {
        let policy = policy(&statements(9));
        let classes = partition(&policy);
        let applicable = classes.applicable();
        let list = ActionList::embedded();
        let mut perhaps = 0;
        for ((id, action), lower) in list.iter().zip(&list.lower) {
            let truth = |actions: &Actions| {
                if action.is_stand_in() {
                    stand_in(id, actions)
                } else {
                    Truth::of(actions.cover(lower))
                }
            };
            let named = (0u32..).zip(&policy.statements);
            let expected: Vec<(u32, Truth)> = named
                .map(|(entry, statement)| (entry, truth(&statement.actions)))
                .filter(|(_, truth)| truth.possible())
                .collect();
            assert_eq!(applicable[classes.of(id)], expected, "{lower}");
            perhaps += expected
                .iter()
                .filter(|(_, truth)| *truth == Truth::Unknown)
                .count();
        }
        assert!(perhaps > 5, "{perhaps}");
    }

    /// What a statement says of actions that the list does not have, straight from its patterns.
    fn stand_in(id: ActionId, actions: &Actions) -> Truth {
        let by_pattern = actions.expansions().iter().map(|expansion| match expansion {
            Expansion::All => Truth::True,
            Expansion::Some { ranges, .. } if ranges.iter().any(|range| range.contains(&id.0)) => Truth::True,
            Expansion::Some { perhaps, .. } if perhaps.contains(&id) => Truth::Unknown,
            Expansion::Some { .. } => Truth::False,
        });
        by_pattern.fold(Truth::False, Truth::or).flip_if(actions.not)
    }

    #[test]
    fn the_runs_are_the_whole_list_in_order_and_neighbours_differ() {
        let classes = partition(&policy(&statements(6)));
        let runs: Vec<(Range<u16>, u16)> = classes.runs().collect();
        assert_eq!(runs.first().map(|(range, _)| range.start), Some(0));
        assert_eq!(
            runs.last().map(|(range, _)| usize::from(range.end)),
            Some(ActionList::embedded().ids())
        );
        assert!(runs.windows(2).all(|pair| pair[0].0.end == pair[1].0.start));
        assert!(runs.windows(2).all(|pair| pair[0].1 != pair[1].1));
    }

    #[test]
    fn no_class_is_empty_however_often_the_same_is_said() {
        let classes = partition(&policy(&statements(600)));
        let mut sizes = vec![0; classes.len()];
        for (range, class) in classes.runs() {
            sizes[usize::from(class)] += range.len();
        }
        assert!(sizes.iter().all(|size| *size > 0), "{sizes:?}");
        assert_eq!(sizes.iter().sum::<usize>(), ActionList::embedded().ids());
        // Six lists of patterns, with and without a stand-in that may match: the order does not matter.
        assert!(classes.len() < 40, "{}", classes.len());
    }
}
