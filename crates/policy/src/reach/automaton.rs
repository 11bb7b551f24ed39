//! A search over all texts of a form: is there a resource for which a set of patterns matches in a wanted way?
//!
//! Every pattern is a small automaton. They run side by side, in breadth, over an alphabet of the characters that
//! occur in them and one that does not; states that cannot lead to the goal are cut off. So the search either
//! finds a shortest witness, or has seen everything, or stops at a bound and says that it does not know.

use crate::pattern::Atom;
use crate::truth::Truth;
use std::collections::HashSet;

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

/// Searches all texts of `form` for one that reaches the goal with `patterns`.
pub(super) fn search(form: &Automaton, patterns: &[Automaton], goal: &impl Goal) -> Search {
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
            if nodes.len() > MAX_STATES {
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
