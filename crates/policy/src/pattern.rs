//! Wildcard patterns: `*` for any run of characters, `?` for one character.
//!
//! A pattern is a list of atoms. Values of policy variables come in as literals, so a `*` in a value is a star
//! and not a wildcard.

use smol_str::SmolStr;

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

    /// Whether a text matches, by case.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self.pieces.as_slice() {
            [Piece::Star] => true,
            [Piece::Literal(literal)] => literal == text,
            [Piece::Literal(prefix), Piece::Star] => text.starts_with(prefix.as_str()),
            pieces => {
                let atoms: Vec<Atom<'_>> = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Literal(text) => Atom::Literal(text),
                        Piece::One => Atom::One,
                        Piece::Star => Atom::Star,
                    })
                    .collect();
                matches(&atoms, text)
            }
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
