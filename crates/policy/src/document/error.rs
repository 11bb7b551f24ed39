//! Why a document could not be read, and where.

use super::position::{Position, Span, excerpt};

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The document is larger than [`super::MAX_BYTES`].
    #[error("the document has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// The size that was given.
        bytes: usize,
        /// The size that is read.
        limit: usize,
    },
    /// Arrays and objects nest deeper than [`super::MAX_DEPTH`].
    #[error("arrays and objects are nested deeper than {limit} levels")]
    TooDeep {
        /// The depth that is read.
        limit: usize,
    },
    /// A JavaScript-like comment.
    #[error("comments are not JSON, and AWS rejects a policy that has them; remove this one")]
    Comment,
    /// A comma before a closing bracket.
    #[error("a comma before `{close}` is not JSON")]
    TrailingComma {
        /// The bracket that follows.
        close: char,
    },
    /// Text that is not JSON.
    #[error("expected {expected}, found {found}")]
    Syntax {
        /// What JSON wants here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// A string with an escape or a control character that JSON does not know.
    #[error("this string is not valid JSON: {detail}")]
    BadString {
        /// What is wrong in it.
        detail: &'static str,
    },
    /// The same key twice in one object.
    #[error("the key `{key}` stands twice in this object; AWS rejects that")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// An element that the grammar demands.
    #[error("`{element}` is missing")]
    Missing {
        /// What is missing.
        element: &'static str,
    },
    /// Two elements that exclude each other.
    #[error("`{first}` and `{second}` exclude each other")]
    Exclusive {
        /// The one.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A value of another type than the grammar wants.
    #[error("`{element}` must be {expected}, not {found}")]
    WrongType {
        /// The element.
        element: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// A value outside of a fixed list.
    #[error("`{value}` is not a valid `{element}`; use {allowed}")]
    InvalidValue {
        /// The element.
        element: &'static str,
        /// What was given.
        value: String,
        /// What may be given.
        allowed: &'static str,
    },
    /// A condition operator that AWS does not know.
    #[error("`{operator}` is not a condition operator{}", nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    UnknownOperator {
        /// What was given.
        operator: String,
        /// The nearest operator, when one is near.
        nearest: Option<String>,
    },
    /// URL-encoded text with a broken escape.
    #[error(
        "the document looks URL-encoded, but `%` is not followed by two hexadecimal digits of valid UTF-8"
    )]
    PercentEncoding,
}

/// A document that could not be read: what, where, and at which element.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} ({position}{})", if pointer.is_empty() { String::new() } else { format!(", at `{pointer}`") })]
pub struct ParseError {
    kind: ParseErrorKind,
    position: Position,
    span: Span,
    pointer: String,
}

impl ParseError {
    pub(super) fn new(kind: ParseErrorKind, position: Position, span: Span, pointer: String) -> Self {
        Self {
            kind,
            position,
            span,
            pointer,
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &ParseErrorKind {
        &self.kind
    }

    /// Line and column.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// The bytes that the error is about. For URL-encoded input they count in the decoded text.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The JSON pointer (RFC 6901) of the element, such as `/Statement/0/Effect`; empty at the top.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The line in question with the place underlined; `text` is what was parsed.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> String {
        let decoded = super::url::decode_if_encoded(text);
        excerpt(decoded.as_deref().unwrap_or(text), self.span)
    }
}
