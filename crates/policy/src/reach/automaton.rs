//! A search over all texts of a form: is there a resource for which a set of patterns matches in a wanted way?
//!
//! Every pattern is a small automaton. They run side by side, in breadth, over an alphabet of the characters that
//! occur in them and one that does not; states that cannot lead to the goal are cut off. So the search either
//! finds a shortest witness, or has seen everything, or stops at a bound and says that it does not know.

use crate::pattern::Atom;
use crate::truth::Truth;
use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

/// How many joint states are looked at before giving up.
const MAX_STATES: usize = 4096;

/// Positions of an automaton; 256 are enough for any ARN.
type Bits = [u64; 4];
const POSITIONS: usize = 255;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Char(char),
    One { not: Option<char> },
    Star { not: Option<char> },
}

impl Step {
    fn takes(self, c: char) -> bool {
        match self {
            Step::Char(own) => own == c,
            Step::One { not } | Step::Star { not } => not != Some(c),
        }
    }

    /// A character that both take.
    fn shared(self, other: Self) -> Option<char> {
        let both = |c: char| (self.takes(c) && other.takes(c)).then_some(c);
        match (self, other) {
            (Step::Char(c), _) | (_, Step::Char(c)) => both(c),
            // At most two characters are excluded.
            (Step::One { .. } | Step::Star { .. }, Step::One { .. } | Step::Star { .. }) => {
                ['x', 'y', 'z'].into_iter().find_map(both)
            }
        }
    }
}

/// A pattern as an automaton.
#[derive(Debug, Clone, Default)]
pub(super) struct Automaton {
    steps: Vec<Step>,
}

impl Automaton {
    /// Adds text.
    pub(super) fn text(&mut self, text: &str) {
        self.steps.extend(text.chars().map(Step::Char));
    }

    /// Adds any run of characters, or of all characters but one.
    pub(super) fn star(&mut self, not: Option<char>) {
        self.steps.push(Step::Star { not });
    }

    /// Adds the atoms of a pattern; within a segment, wildcards stop at a colon.
    pub(super) fn atoms(&mut self, atoms: &[Atom<'_>], within_segment: bool) {
        let not = within_segment.then_some(':');
        for atom in atoms {
            match atom {
                Atom::Literal(text) => self.text(text),
                Atom::One => self.steps.push(Step::One { not }),
                Atom::Star => self.star(not),
            }
        }
    }

    fn start(&self) -> Bits {
        let mut bits = [0; 4];
        self.enter(&mut bits, 0);
        bits
    }

    /// Marks a position, and the next one if a star stands there: a star may take nothing.
    fn enter(&self, bits: &mut Bits, position: usize) {
        let mut at = position;
        set(bits, at);
        while matches!(self.steps.get(at), Some(Step::Star { .. })) {
            at += 1;
            set(bits, at);
        }
    }

    fn advance(&self, bits: &Bits, c: char) -> Bits {
        let mut out = [0; 4];
        for position in positions(bits) {
            match self.steps.get(position) {
                Some(step @ Step::Star { .. }) if step.takes(c) => self.enter(&mut out, position),
                Some(step @ (Step::Char(_) | Step::One { .. })) if step.takes(c) => {
                    self.enter(&mut out, position + 1);
                }
                Some(_) | None => {}
            }
        }
        out
    }

    fn accepts(&self, bits: &Bits) -> bool {
        bits.get(self.steps.len() / 64)
            .is_some_and(|word| word >> (self.steps.len() % 64) & 1 == 1)
    }

    /// Whether a text matches.
    pub(super) fn accepts_text(&self, text: &str) -> bool {
        self.steps.len() <= POSITIONS
            && self.accepts(&text.chars().fold(self.start(), |bits, c| self.advance(&bits, c)))
    }

    /// A short text that both match; `None` when there is none.
    ///
    /// Positions are looked at in pairs, so the work is at most the product of the two lengths, and near the longer of
    /// them where the patterns begin with text.
    pub(super) fn common(&self, other: &Self) -> Option<String> {
        let width = other.steps.len() + 1;
        let mut from: Vec<Option<(usize, Option<char>)>> = vec![None; (self.steps.len() + 1) * width];
        let mut queue = std::collections::VecDeque::from([0]);
        let goal = from.len().checked_sub(1)?;
        *from.first_mut()? = Some((0, None));
        while let Some(at) = queue.pop_front() {
            if at == goal {
                return Some(path(&from, goal));
            }
            let pair = (self.steps.get(at / width), other.steps.get(at % width));
            let mut go = |to: usize, taken: Option<char>| {
                if let Some(slot @ None) = from.get_mut(to) {
                    *slot = Some((at, taken));
                    // A step that takes nothing comes first, so that the text stays short.
                    if taken.is_none() {
                        queue.push_front(to);
                    } else {
                        queue.push_back(to);
                    }
                }
            };
            if let (Some(Step::Star { .. }), _) = pair {
                go(at + width, None);
            }
            if let (_, Some(Step::Star { .. })) = pair {
                go(at + 1, None);
            }
            if let (Some(own), Some(others)) = pair
                && let Some(c) = own.shared(*others)
            {
                let down = if matches!(own, Step::Star { .. }) {
                    0
                } else {
                    width
                };
                let right = usize::from(!matches!(others, Step::Star { .. }));
                go(at + down + right, Some(c));
            }
        }
        None
    }

    /// The only characters that may come next, or `None` when a wildcard takes more.
    fn literals(&self, bits: &Bits) -> Option<Vec<char>> {
        let mut out = Vec::new();
        for position in positions(bits) {
            match self.steps.get(position) {
                Some(Step::Char(c)) => out.push(*c),
                Some(Step::One { .. } | Step::Star { .. }) => return None,
                None => {}
            }
        }
        Some(out)
    }
}

fn set(bits: &mut Bits, position: usize) {
    if let Some(word) = bits.get_mut(position / 64) {
        *word |= 1 << (position % 64);
    }
}

fn positions(bits: &Bits) -> impl Iterator<Item = usize> + '_ {
    bits.iter().enumerate().flat_map(|(index, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            (left != 0).then(|| {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                index * 64 + bit
            })
        })
    })
}

/// What the search is for.
pub(super) trait Goal {
    /// What a text comes to that matches exactly the patterns marked here.
    fn outcome(&self, accepted: &[bool]) -> Truth;

    /// Whether a text can still come to something when only the patterns marked here can still match.
    fn viable(&self, alive: &[bool]) -> bool;
}

/// What the search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Search {
    /// A text whose outcome is true.
    True(String),
    /// No text is certainly true, and this one is perhaps.
    Perhaps(String),
    /// Every text is false.
    Nothing,
    /// The search was given up.
    GaveUp,
}

struct Node {
    parent: usize,
    taken: Option<char>,
}

/// How many states all searches of one reach may look at together. Policies as people write them need some hundreds; one
/// that was made to be slow ends here, and what is not searched is possible.
const ALL_STATES: usize = 65_536;

/// What is left of the states that the searches of one reach may look at.
#[derive(Debug, Clone)]
pub(super) struct Budget(Rc<Cell<usize>>);

impl Default for Budget {
    fn default() -> Self {
        Self(Rc::new(Cell::new(ALL_STATES)))
    }
}

impl Budget {
    /// Takes one; `false` where none is left.
    fn take(&self) -> bool {
        let left = self.0.get().checked_sub(1);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// Searches all texts of `form` for one that reaches the goal with `patterns`.
pub(super) fn search(form: &Automaton, patterns: &[Automaton], goal: &impl Goal, budget: &Budget) -> Search {
    if std::iter::once(form)
        .chain(patterns)
        .any(|automaton| automaton.steps.len() > POSITIONS)
    {
        return Search::GaveUp;
    }
    let alphabet = alphabet(form, patterns);
    let automata: Vec<&Automaton> = std::iter::once(form).chain(patterns).collect();
    let start: Vec<Bits> = automata.iter().map(|automaton| automaton.start()).collect();
    let mut nodes = vec![Node {
        parent: 0,
        taken: None,
    }];
    let mut states = vec![start.clone()];
    let mut seen = HashSet::from([start]);
    let mut perhaps = None;
    let mut at = 0;
    while let Some(state) = states.get(at).cloned() {
        let next = state
            .first()
            .and_then(|bits| form.literals(bits))
            .unwrap_or_else(|| alphabet.clone());
        for c in next {
            let moved: Vec<Bits> = automata
                .iter()
                .zip(&state)
                .map(|(a, bits)| a.advance(bits, c))
                .collect();
            if moved.first() == Some(&[0; 4]) || !seen.insert(moved.clone()) {
                continue;
            }
            let alive: Vec<bool> = moved.iter().skip(1).map(|bits| *bits != [0; 4]).collect();
            if !goal.viable(&alive) {
                continue;
            }
            nodes.push(Node {
                parent: at,
                taken: Some(c),
            });
            if moved.first().is_some_and(|bits| form.accepts(bits)) {
                let accepted: Vec<bool> = patterns
                    .iter()
                    .zip(moved.iter().skip(1))
                    .map(|(a, b)| a.accepts(b))
                    .collect();
                match goal.outcome(&accepted) {
                    Truth::True => return Search::True(text(&nodes, nodes.len() - 1)),
                    Truth::Unknown if perhaps.is_none() => perhaps = Some(nodes.len() - 1),
                    Truth::Unknown | Truth::False => {}
                }
            }
            if nodes.len() > MAX_STATES || !budget.take() {
                return Search::GaveUp;
            }
            states.push(moved);
        }
        at += 1;
    }
    perhaps.map_or(Search::Nothing, |node| Search::Perhaps(text(&nodes, node)))
}

/// The characters that the automata tell apart, and one that stands for all others.
fn alphabet(form: &Automaton, patterns: &[Automaton]) -> Vec<char> {
    let mut out = vec![':', '/'];
    for step in std::iter::once(form)
        .chain(patterns)
        .flat_map(|automaton| &automaton.steps)
    {
        if let Step::Char(c) = step
            && !out.contains(c)
        {
            out.push(*c);
        }
    }
    let other = ('a'..='z')
        .rev()
        .chain('0'..='9')
        .chain('\u{4e00}'..)
        .find(|c| !out.contains(c));
    out.extend(other);
    out
}

/// The text that leads to `at`, where each position knows the one that it was reached from.
fn path(from: &[Option<(usize, Option<char>)>], mut at: usize) -> String {
    let mut out: Vec<char> = Vec::new();
    while let Some(Some((before, taken))) = from.get(at)
        && at != 0
    {
        out.extend(taken);
        at = *before;
    }
    out.iter().rev().collect()
}

fn text(nodes: &[Node], mut at: usize) -> String {
    let mut out = Vec::new();
    while let Some(Node {
        parent,
        taken: Some(c),
    }) = nodes.get(at)
    {
        out.push(*c);
        at = *parent;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All automata of up to `length` steps, of two texts and both wildcards, in a segment and not.
    fn automata(length: usize) -> Vec<Automaton> {
        let steps = [
            Step::Char('a'),
            Step::Char(':'),
            Step::One { not: Some(':') },
            Step::Star { not: Some(':') },
            Step::Star { not: None },
        ];
        let mut all = vec![Automaton::default()];
        let mut longest = all.clone();
        for _ in 0..length {
            longest = longest
                .iter()
                .flat_map(|shorter| {
                    steps.map(|step| {
                        let mut longer = shorter.clone();
                        longer.steps.push(step);
                        longer
                    })
                })
                .collect();
            all.extend(longest.iter().cloned());
        }
        all
    }

    fn texts(length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut longest = all.clone();
        for _ in 0..length {
            longest = longest
                .iter()
                .flat_map(|shorter| ['a', 'b', ':'].map(|c| format!("{shorter}{c}")))
                .collect();
            all.extend(longest.iter().cloned());
        }
        all
    }

    #[test]
    fn a_common_text_is_found_just_where_there_is_one() {
        let texts = texts(6);
        let automata = automata(3);
        let matched: Vec<Vec<bool>> = automata
            .iter()
            .map(|own| texts.iter().map(|text| own.accepts_text(text)).collect())
            .collect();
        for (one, by_one) in automata.iter().zip(&matched) {
            for (other, by_other) in automata.iter().zip(&matched) {
                let there_is = by_one.iter().zip(by_other).any(|(one, other)| *one && *other);
                match one.common(other) {
                    Some(text) => assert!(
                        one.accepts_text(&text) && other.accepts_text(&text),
                        "{text}: {one:?}, {other:?}"
                    ),
                    None => assert!(!there_is, "{one:?}, {other:?}"),
                }
            }
        }
    }
}
