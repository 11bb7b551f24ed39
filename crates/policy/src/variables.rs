//! Policy variables and the templates they stand in.
//!
//! Semantics: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>. Variables
//! exist only under Version 2012-10-17. A variable without a value makes its whole text match nothing. `${*}`,
//! `${?}` and `${$}` are the characters themselves. A multivalued key cannot be a variable.

use crate::context::{Context, ContextValue, Lookup};
use crate::document::Version;
use crate::pattern::{Atom, matches, matches_beginning};
use crate::truth::Truth;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Which characters of a text are wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcards {
    /// None: the text is compared as it stands.
    None,
    /// `*` and `?` wherever they stand.
    Anywhere,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(SmolStr),
    One,
    Star,
    Variable(Variable),
}

/// `${key}` or `${key, 'default'}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    /// In lower case.
    pub(crate) key: SmolStr,
    /// As the policy writes it.
    pub(crate) key_text: SmolStr,
    pub(crate) default: Option<SmolStr>,
}

/// A text with wildcards and variables, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

/// A piece of text before wildcards are looked at.
enum Token<'a> {
    Char(char),
    /// `${*}`, `${?}`, `${$}`: never a wildcard.
    Escaped(char),
    Variable(&'a str, Option<&'a str>),
}

impl Template {
    pub(crate) fn parse(text: &str, version: Version, wildcards: Wildcards) -> Self {
        let tokens = tokenize(text, version);
        Self::from_tokens(&tokens, wildcards)
    }

    /// The six parts of an ARN pattern; those that are missing are `None`.
    pub(crate) fn arn_segments(text: &str, version: Version) -> [Option<Self>; 6] {
        let tokens = tokenize(text, version);
        let mut rest = Some(tokens.as_slice());
        std::array::from_fn(|index| {
            let all = rest.take()?;
            let colon = all.iter().position(|token| matches!(token, Token::Char(':')));
            let segment = match colon {
                Some(at) if index < 5 => {
                    rest = all.get(at + 1..);
                    all.get(..at).unwrap_or_default()
                }
                _ => all,
            };
            Some(Self::from_tokens(segment, Wildcards::Anywhere))
        })
    }

    /// The template `*`.
    pub(crate) fn everything() -> Self {
        Self {
            pieces: vec![Piece::Star],
        }
    }

    fn from_tokens(tokens: &[Token<'_>], wildcards: Wildcards) -> Self {
        let mut builder = Builder::default();
        for token in tokens {
            match token {
                Token::Char('*') if wildcards == Wildcards::Anywhere => builder.wild(Piece::Star),
                Token::Char('?') if wildcards == Wildcards::Anywhere => builder.wild(Piece::One),
                Token::Char(c) => builder.literal.push(*c),
                Token::Escaped(c) => builder.literal.push(*c),
                Token::Variable(key, default) => builder.wild(Piece::Variable(Variable {
                    key: SmolStr::new(key.to_ascii_lowercase()),
                    key_text: SmolStr::new(key),
                    default: default.map(SmolStr::new),
                })),
            }
        }
        Self {
            pieces: builder.finish(),
        }
    }

    /// Whether the template matches every text.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Star])
    }

    /// The text before the first wildcard or variable.
    pub(crate) fn head(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            Some(Piece::One | Piece::Star | Piece::Variable(_)) | None => "",
        }
    }

    /// Whether it is a text, then a variable, then nothing or a text that begins with `/`; and no other variable.
    pub(crate) fn stands_alone_after_head(&self, key: &str) -> bool {
        let [Piece::Literal(_), Piece::Variable(variable), rest @ ..] = self.pieces.as_slice() else {
            return false;
        };
        let ends = match rest.first() {
            None => true,
            Some(Piece::Literal(text)) => text.starts_with('/'),
            Some(Piece::One | Piece::Star | Piece::Variable(_)) => false,
        };
        let single = !rest.iter().any(|piece| matches!(piece, Piece::Variable(_)));
        ends && single && variable.key == key && variable.default.is_none()
    }

    /// Whether it is a text, then any text, then `/` and a variable: what the text names, under whatever path.
    pub(crate) fn stands_alone_under_paths(&self, key: &str) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Literal(_), Piece::Star, Piece::Literal(slash), Piece::Variable(variable)]
            if slash == "/" && variable.key == key && variable.default.is_none())
    }

    /// The text, where there is neither wildcard nor variable.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the ARN of a user matches or not whatever the user's name is: every ARN does, or every user's, or the
    /// text speaks of something else.
    pub(crate) fn cannot_end_in_a_user_name(&self) -> bool {
        let speaks_of = |text: &SmolStr| text.contains(":role/") || text.ends_with(":root");
        let other = self
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Literal(text) if speaks_of(text)));
        let all_users = matches!(self.pieces.as_slice(),
            [.., Piece::Literal(text), Piece::Star] if text.ends_with(":user/") && self.variables().next().is_none());
        self.is_everything() || other || all_users
    }

    /// Whether it matches the empty text alone.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The runs of exactly `count` digits in it; `None` where other digits of it may fall on a digit of a run of exactly
    /// `count` digits that stand by themselves: those that stand beside a wildcard or a variable.
    pub(crate) fn digits_that_stand_alone(&self, count: usize) -> Option<BTreeSet<SmolStr>> {
        let mut runs = BTreeSet::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let Piece::Literal(text) = piece else {
                continue;
            };
            let (first, last) = (index == 0, index + 1 == self.pieces.len());
            let open = (!first && text.starts_with(is_digit)) || (!last && text.ends_with(is_digit));
            if open {
                return None;
            }
            let digits = text.split(|c| !is_digit(c)).filter(|run| run.len() == count);
            runs.extend(digits.map(SmolStr::new));
        }
        Some(runs)
    }

    /// Whether it is this variable, and nothing else.
    pub(crate) fn is_variable(&self, key: &str) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Variable(variable)] if variable.key == key)
    }

    /// Whether it is a text and then any text.
    pub(crate) fn is_text_then_star(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Literal(_), Piece::Star])
    }

    /// The variables in it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(variable),
            Piece::Literal(_) | Piece::One | Piece::Star => None,
        })
    }

    /// Whether a text matches, by case.
    pub(crate) fn matches(&self, text: &str, context: &impl Context) -> Truth {
        match self.pieces.as_slice() {
            [Piece::Star] => Truth::True,
            [Piece::Literal(literal)] => Truth::of(literal == text),
            [Piece::Literal(prefix), Piece::Star] => Truth::of(text.starts_with(prefix.as_str())),
            [] => Truth::of(text.is_empty()),
            _ => self.resolve(context, |resolved| resolved.matches(text)),
        }
    }

    /// Whether a text is equal whatever the case; for templates without wildcards.
    pub(crate) fn equals_ignoring_case(&self, text: &str, context: &impl Context) -> Truth {
        self.resolve(context, |resolved| match resolved.text() {
            Some(own) => Truth::of(own.to_lowercase() == text.to_lowercase()),
            None => resolved.lower_case().matches(&text.to_lowercase()),
        })
    }

    /// Whether every text matches that begins like this and goes on, or none.
    pub(crate) fn matches_beginning(
        &self,
        beginning: &str,
        ignoring_case: bool,
        context: &impl Context,
    ) -> Truth {
        self.resolve(context, |resolved| {
            let truth = if ignoring_case {
                resolved.lower_case().matches_beginning(&beginning.to_lowercase())
            } else {
                matches_beginning(&resolved.atoms, beginning)
            };
            if resolved.unknown && truth == Truth::True {
                Truth::Unknown
            } else {
                truth
            }
        })
    }

    /// Replaces the variables and hands the result on; a variable without a value is false at once.
    pub(crate) fn resolve(&self, context: &impl Context, then: impl FnOnce(Resolved<'_>) -> Truth) -> Truth {
        let mut atoms = Vec::with_capacity(self.pieces.len());
        let mut unknown = false;
        for piece in &self.pieces {
            atoms.push(match piece {
                Piece::Literal(text) => Atom::Literal(text),
                Piece::One => Atom::One,
                Piece::Star => Atom::Star,
                Piece::Variable(variable) => match variable.resolve(context) {
                    Value::Known(text) => Atom::Literal(text),
                    Value::None => return Truth::False,
                    Value::Unknown => {
                        unknown = true;
                        Atom::Star
                    }
                },
            });
        }
        then(Resolved { atoms, unknown })
    }
}

/// A template whose variables are replaced.
pub(crate) struct Resolved<'a> {
    pub(crate) atoms: Vec<Atom<'a>>,
    /// Whether some variable's value is not known; a star stands in its place.
    pub(crate) unknown: bool,
}

impl Resolved<'_> {
    fn matches(&self, text: &str) -> Truth {
        match (matches(&self.atoms, text), self.unknown) {
            (false, _) => Truth::False,
            (true, true) => Truth::Unknown,
            (true, false) => Truth::True,
        }
    }

    /// The text, when there are only literals.
    pub(crate) fn text(&self) -> Option<String> {
        let parts = self.atoms.iter().map(|atom| match atom {
            Atom::Literal(text) => Some(*text),
            Atom::One | Atom::Star => None,
        });
        parts.collect()
    }

    fn lower_case(&self) -> Lowered {
        let pieces = self.atoms.iter().map(|atom| match atom {
            Atom::Literal(text) => Err(text.to_lowercase()),
            Atom::One => Ok(Atom::One),
            Atom::Star => Ok(Atom::Star),
        });
        Lowered {
            pieces: pieces.collect(),
            unknown: self.unknown,
        }
    }
}

struct Lowered {
    pieces: Vec<Result<Atom<'static>, String>>,
    unknown: bool,
}

impl Lowered {
    fn atoms(&self) -> Vec<Atom<'_>> {
        let atoms = self.pieces.iter().map(|piece| match piece {
            Ok(atom) => *atom,
            Err(text) => Atom::Literal(text),
        });
        atoms.collect()
    }

    fn matches(&self, text: &str) -> Truth {
        Resolved {
            atoms: self.atoms(),
            unknown: self.unknown,
        }
        .matches(text)
    }

    fn matches_beginning(&self, beginning: &str) -> Truth {
        matches_beginning(&self.atoms(), beginning)
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

enum Value<'a> {
    Known(&'a str),
    None,
    Unknown,
}

impl Variable {
    /// Whether its value tells users apart.
    pub(crate) fn is_of_user(&self) -> bool {
        matches!(
            self.key.as_str(),
            "aws:username" | "aws:userid" | "aws:principalarn"
        )
    }

    /// Whether its value is not known.
    pub(crate) fn is_open(&self, context: &impl Context) -> bool {
        matches!(self.resolve(context), Value::Unknown)
    }

    fn resolve<'a>(&'a self, context: &'a impl Context) -> Value<'a> {
        match context.lookup(&self.key) {
            Lookup::Value(ContextValue::Single(value)) => Value::Known(value),
            Lookup::Value(ContextValue::Multi(_)) | Lookup::Absent => match &self.default {
                // That an empty default replaces by nothing is not documented.
                Some(default) if default.is_empty() && context.undocumented(true) == Truth::Unknown => {
                    Value::Unknown
                }
                Some(default) => Value::Known(default),
                None => Value::None,
            },
            Lookup::Present | Lookup::Unknown => Value::Unknown,
        }
    }
}

#[derive(Default)]
struct Builder {
    pieces: Vec<Piece>,
    literal: String,
}

impl Builder {
    fn wild(&mut self, piece: Piece) {
        self.flush();
        if !(piece == Piece::Star && self.pieces.last() == Some(&Piece::Star)) {
            self.pieces.push(piece);
        }
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(Piece::Literal(SmolStr::new(&self.literal)));
            self.literal.clear();
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.flush();
        self.pieces
    }
}

fn tokenize(text: &str, version: Version) -> Vec<Token<'_>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if version == Version::V2012
            && let Some((token, after)) = rest.strip_prefix("${").and_then(variable)
        {
            out.push(token);
            rest = after;
            continue;
        }
        out.push(Token::Char(c));
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Reads a variable after its `${`; what is not well formed stays text.
fn variable(text: &str) -> Option<(Token<'_>, &str)> {
    for c in ['*', '?', '$'] {
        if let Some(rest) = text.strip_prefix(c).and_then(|t| t.strip_prefix('}')) {
            return Some((Token::Escaped(c), rest));
        }
    }
    let end = text.find(['}', ','])?;
    let key = text.get(..end)?.trim();
    let after = text.get(end..)?;
    if let Some(rest) = after.strip_prefix('}') {
        return Some((Token::Variable(key, None), rest));
    }
    let quoted = after.strip_prefix(',')?.trim_start().strip_prefix('\'')?;
    let (default, after) = quoted.split_once('\'')?;
    let rest = after.trim_start().strip_prefix('}')?;
    Some((Token::Variable(key, Some(default)), rest))
}

/// The variables of a text, by key as written; for the lint.
pub(crate) fn variables_in(text: &str) -> Vec<&str> {
    tokenize(text, Version::V2012)
        .into_iter()
        .filter_map(|token| match token {
            Token::Variable(key, _) => Some(key),
            Token::Char(_) | Token::Escaped(_) => None,
        })
        .collect()
}
