//! A bounded JSON reader that keeps every value's place.
//!
//! `serde_json` does not see duplicate keys, does not say why a comment is refused, and gives no place for
//! a value that is valid JSON but not a valid policy; so the reader is our own. It is iterative in width and
//! recursive in depth, and the depth is bounded.

use super::error::{ParseError, ParseErrorKind};
use super::position::{LineIndex, Span};
use std::collections::HashSet;

/// The largest document that is read. IAM's own limits are between 2,048 and 20,480 characters.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The deepest nesting that is read. A policy needs six levels.
pub const MAX_DEPTH: usize = 32;

/// A JSON value with the place where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) value: Json,
    pub(super) span: Span,
}

/// A JSON value. Numbers keep their text, so that nothing is rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Node>),
    Object(Vec<Member>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: Node,
}

impl Json {
    /// The type's name, for messages.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

/// Reads a whole text as one JSON value.
pub(super) fn read(text: &str) -> Result<Node, ParseError> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        path: Vec::new(),
    };
    if text.len() > MAX_BYTES {
        let kind = ParseErrorKind::TooLarge {
            bytes: text.len(),
            limit: MAX_BYTES,
        };
        return Err(reader.error_at(kind, Span::new(0, 0)));
    }
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    let node = reader.value()?;
    reader.skip_space()?;
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.unexpected("the end of the document")),
    }
}

/// The RFC 6901 form of a path.
pub(super) fn pointer<'a>(path: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for step in path {
        out.push('/');
        out.push_str(&step.replace('~', "~0").replace('/', "~1"));
    }
    out
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    path: Vec<String>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn error_at(&self, kind: ParseErrorKind, span: Span) -> ParseError {
        let position = LineIndex::new(self.text).position(span.start());
        ParseError::new(
            kind,
            position,
            span,
            pointer(self.path.iter().map(String::as_str)),
        )
    }

    fn error(&self, kind: ParseErrorKind) -> ParseError {
        self.error_at(kind, Span::new(self.at, self.at + 1))
    }

    fn unexpected(&self, expected: &'static str) -> ParseError {
        if self.is_comment() {
            return self.comment();
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = match rest.chars().next() {
            None => "the end of the document".to_owned(),
            Some(c) => format!("`{}`", c.escape_debug()),
        };
        self.error(ParseErrorKind::Syntax { expected, found })
    }

    fn is_comment(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.starts_with(b"//") || rest.starts_with(b"/*") || rest.starts_with(b"#")
    }

    fn comment(&self) -> ParseError {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            rest.find('\n').unwrap_or(rest.len())
        };
        self.error_at(ParseErrorKind::Comment, Span::new(self.at, self.at + length))
    }

    fn skip_space(&mut self) -> Result<(), ParseError> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        if self.is_comment() {
            Err(self.comment())
        } else {
            Ok(())
        }
    }

    fn value(&mut self) -> Result<Node, ParseError> {
        self.skip_space()?;
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object()?,
            Some(b'[') => self.array()?,
            Some(b'"') => Json::String(self.string()?),
            Some(b't') => self.word("true", Json::Bool(true))?,
            Some(b'f') => self.word("false", Json::Bool(false))?,
            Some(b'n') => self.word("null", Json::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.unexpected("a JSON value")),
        };
        Ok(Node {
            value,
            span: Span::new(start, self.at),
        })
    }

    fn word(&mut self, word: &'static str, value: Json) -> Result<Json, ParseError> {
        if self
            .bytes
            .get(self.at..)
            .unwrap_or_default()
            .starts_with(word.as_bytes())
        {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.unexpected("a JSON value"))
        }
    }

    fn enter(&mut self, step: String) -> Result<(), ParseError> {
        if self.path.len() >= MAX_DEPTH {
            return Err(self.error(ParseErrorKind::TooDeep { limit: MAX_DEPTH }));
        }
        self.path.push(step);
        Ok(())
    }

    fn array(&mut self) -> Result<Json, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space()?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            self.enter(items.len().to_string())?;
            items.push(self.value()?);
            self.path.pop();
            if self.separator(b']')? {
                return Ok(Json::Array(items));
            }
        }
    }

    fn object(&mut self) -> Result<Json, ParseError> {
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        let mut seen = HashSet::new();
        self.skip_space()?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space()?;
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let key = self.string()?;
            let key_span = Span::new(start, self.at);
            if !seen.insert(key.clone()) {
                return Err(self.error_at(ParseErrorKind::DuplicateKey { key }, key_span));
            }
            self.skip_space()?;
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:`"));
            }
            self.at += 1;
            self.enter(key.clone())?;
            let value = self.value()?;
            self.path.pop();
            members.push(Member { key, key_span, value });
            if self.separator(b'}')? {
                return Ok(Json::Object(members));
            }
        }
    }

    /// Reads a comma (`false`) or the closing bracket (`true`).
    fn separator(&mut self, close: u8) -> Result<bool, ParseError> {
        self.skip_space()?;
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.skip_space()?;
                if self.peek() == Some(close) {
                    let kind = ParseErrorKind::TrailingComma {
                        close: char::from(close),
                    };
                    return Err(self.error_at(kind, Span::new(comma, comma + 1)));
                }
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            _ if close == b']' => Err(self.unexpected("`,` or `]`")),
            _ => Err(self.unexpected("`,` or `}`")),
        }
    }

    fn number(&mut self) -> Result<Json, ParseError> {
        let start = self.at;
        while let Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if is_json_number(text) {
            return Ok(Json::Number(text.to_owned()));
        }
        let found = format!("`{text}`");
        let kind = ParseErrorKind::Syntax {
            expected: "a JSON number",
            found,
        };
        Err(self.error_at(kind, Span::new(start, self.at)))
    }

    fn string(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let from = self.at;
            while self.peek().is_some_and(|b| b != b'"' && b != b'\\' && b >= 0x20) {
                self.at += 1;
            }
            out.push_str(self.text.get(from..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape(start)?);
                }
                Some(_) => return Err(self.bad_string(start, "a control character must be escaped")),
                None => return Err(self.bad_string(start, "it is not closed")),
            }
        }
    }

    fn bad_string(&self, start: usize, detail: &'static str) -> ParseError {
        self.error_at(ParseErrorKind::BadString { detail }, Span::new(start, self.at))
    }

    fn escape(&mut self, start: usize) -> Result<char, ParseError> {
        let byte = self.peek();
        self.at += 1;
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(self.bad_string(start, "an escape that JSON does not know")),
        })
    }

    fn unicode(&mut self, start: usize) -> Result<char, ParseError> {
        const BAD: &str = "a `\\u` escape is not a character";
        let first = self.hex4(start)?;
        let code = if (0xD800..0xDC00).contains(&first) {
            if self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
                return Err(self.bad_string(start, BAD));
            }
            self.at += 2;
            let second = self.hex4(start)?;
            let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400);
            low.map(|low| 0x10000 + ((first - 0xD800) << 10) + low)
        } else {
            Some(first)
        };
        code.and_then(char::from_u32)
            .ok_or_else(|| self.bad_string(start, BAD))
    }

    fn hex4(&mut self, start: usize) -> Result<u32, ParseError> {
        let digits = self
            .bytes
            .get(self.at..self.at + 4)
            .filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let value = digits
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u32::from_str_radix(d, 16).ok());
        self.at = (self.at + 4).min(self.bytes.len());
        value.ok_or_else(|| self.bad_string(start, "a `\\u` escape needs four hexadecimal digits"))
    }
}

/// RFC 8259: no leading zeros, digits on both sides of a point, digits in an exponent.
fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}
