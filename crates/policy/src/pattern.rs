//! Wildcard patterns: `*` for any run of characters, `?` for one character.
//!
//! A pattern is a list of atoms. Values of policy variables come in as literals, so a `*` in a value is a star
//! and not a wildcard.

use crate::truth::Truth;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Atom<'a> {
    /// These characters.
    Literal(&'a str),
    /// One character, whatever it is.
    One,
    /// Any run of characters, also an empty one.
    Star,
}

/// Whether a text matches a list of atoms.
///
/// On a mismatch, the last star takes one character more; an earlier star can never help where the last cannot.
pub(crate) fn matches(atoms: &[Atom<'_>], text: &str) -> bool {
    let mut rest = text;
    let mut at = 0;
    let mut retry: Option<(usize, &str)> = None;
    loop {
        let step = match atoms.get(at) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Atom::Literal(literal)) => rest.strip_prefix(literal),
            Some(Atom::One) => skip_char(rest),
            Some(Atom::Star) => {
                if at + 1 == atoms.len() {
                    return true;
                }
                retry = Some((at + 1, rest));
                Some(rest)
            }
        };
        if let Some(left) = step {
            rest = left;
            at += 1;
            continue;
        }
        let Some((after_star, from)) = retry else {
            return false;
        };
        let Some(shorter) = next_start(atoms, after_star, from) else {
            return false;
        };
        retry = Some((after_star, shorter));
        rest = shorter;
        at = after_star;
    }
}

/// Whether every text matches that begins like this and goes on without a colon (true), or none does (false).
pub(crate) fn matches_beginning(atoms: &[Atom<'_>], beginning: &str) -> Truth {
    let symbols: Vec<Symbol> = atoms.iter().flat_map(symbols).collect();
    let mut at = through_stars(&symbols, BTreeSet::from([0]));
    for c in beginning.chars() {
        let next = at.iter().filter_map(|position| match symbols.get(*position)? {
            Symbol::Star => Some(*position),
            Symbol::One => Some(position + 1),
            Symbol::Character(own) => (*own == c).then_some(position + 1),
        });
        at = through_stars(&symbols, next.collect());
    }
    let colon = Symbol::Character(':');
    let rests = at.iter().filter_map(|position| symbols.get(*position..));
    let rests = || rests.clone().filter(|rest| !rest.contains(&colon));
    if rests().any(takes_any_end) {
        Truth::True
    } else if rests().any(|rest| !rest.is_empty()) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// A pattern, character by character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Character(char),
    One,
    Star,
}

fn symbols(atom: &Atom<'_>) -> Vec<Symbol> {
    match atom {
        Atom::Literal(text) => text.chars().map(Symbol::Character).collect(),
        Atom::One => vec![Symbol::One],
        Atom::Star => vec![Symbol::Star],
    }
}

/// The positions that are reached from these without a character.
fn through_stars(symbols: &[Symbol], mut at: BTreeSet<usize>) -> BTreeSet<usize> {
    let before: Vec<usize> = at.iter().copied().collect();
    for mut position in before {
        while symbols.get(position) == Some(&Symbol::Star) {
            position += 1;
            at.insert(position);
        }
    }
    at
}

/// Whether what is left of a pattern takes whatever follows, of at least one character.
fn takes_any_end(rest: &[Symbol]) -> bool {
    let stars = match rest {
        [Symbol::One, stars @ ..] | stars => stars,
    };
    !stars.is_empty() && stars.iter().all(|symbol| *symbol == Symbol::Star)
}

/// Where the star before `atoms[after]` may end next, at least one character on.
fn next_start<'t>(atoms: &[Atom<'_>], after: usize, from: &'t str) -> Option<&'t str> {
    let shorter = skip_char(from)?;
    match atoms.get(after) {
        Some(Atom::Literal(literal)) => shorter.find(literal).and_then(|at| shorter.get(at..)),
        _ => Some(shorter),
    }
}

fn skip_char(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

/// A pattern without variables, ready to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(SmolStr),
    One,
    Star,
}

impl Glob {
    /// Reads `*` and `?` as wildcards and all else as it stands.
    pub(crate) fn plain(pattern: &str) -> Self {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        for c in pattern.chars() {
            let wild = match c {
                '*' => Piece::Star,
                '?' => Piece::One,
                c => {
                    literal.push(c);
                    continue;
                }
            };
            if !literal.is_empty() {
                pieces.push(Piece::Literal(SmolStr::new(std::mem::take(&mut literal))));
            }
            if !(wild == Piece::Star && pieces.last() == Some(&Piece::Star)) {
                pieces.push(wild);
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(SmolStr::new(literal)));
        }
        Self { pieces }
    }

    fn atoms(&self) -> Vec<Atom<'_>> {
        let atoms = self.pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => Atom::Literal(text),
            Piece::One => Atom::One,
            Piece::Star => Atom::Star,
        });
        atoms.collect()
    }

    /// Whether a text matches, by case.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self.pieces.as_slice() {
            [Piece::Star] => true,
            [Piece::Literal(literal)] => literal == text,
            [Piece::Literal(prefix), Piece::Star] => text.starts_with(prefix.as_str()),
            _ => matches(&self.atoms(), text),
        }
    }
}

/// Whether `text` matches `pattern`, where `*` is any run of characters and `?` is one.
///
/// ```
/// use org_audit_policy::wildcard_match;
/// assert!(wildcard_match("s3:*et?bject", "s3:GetObject"));
/// ```
#[must_use]
pub fn wildcard_match(pattern: &str, text: &str) -> bool {
    Glob::plain(pattern).matches(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginning(pattern: &str, text: &str) -> Truth {
        matches_beginning(&Glob::plain(pattern).atoms(), text)
    }

    #[test]
    fn a_beginning_is_matched_by_all_its_ends_by_none_or_by_some() {
        for pattern in ["*", "user/*", "us*", "u*/*", "user/?*", "*user/*"] {
            assert_eq!(beginning(pattern, "user/"), Truth::True, "{pattern}");
        }
        assert_eq!(beginning("*:*", "a:user/"), Truth::True);
        for pattern in [
            "role/*", "user", "user/", "", "u?", "users/*", "us??", "*:role/A", "*:*",
        ] {
            assert_eq!(beginning(pattern, "user/"), Truth::False, "{pattern}");
        }
        for pattern in ["user/a*", "user/bob", "*bob", "user/?", "user/*/*", "*/svc-*"] {
            assert_eq!(beginning(pattern, "user/"), Truth::Unknown, "{pattern}");
        }
    }
}
