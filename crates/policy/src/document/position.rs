//! Places in a document: byte spans in the tree, lines and columns for people.

use std::fmt;

/// A range of bytes in the text that was parsed.
///
/// Two spans always compare equal, so that two trees are equal when they mean the same, wherever their parts
/// stood. Compare [`Span::start`] and [`Span::end`] to compare places.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// A span from the first byte to the one after the last.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        }
    }

    /// The offset of the first byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset after the last byte.
    #[must_use]
    pub fn end(self) -> usize {
        self.end as usize
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl std::hash::Hash for Span {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

/// A line and a column, both counted from 1; a column is a character, not a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Finds lines and columns in one text without walking it anew for every question.
#[derive(Debug, Clone)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Notes where each line of `text` begins.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The line and column of a byte offset; an offset past the end is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        Position {
            line,
            column: before.chars().count() + 1,
        }
    }

    /// The text of a line (from 1) without its line end.
    #[must_use]
    pub fn line(&self, line: usize) -> &'a str {
        let start = line
            .checked_sub(1)
            .and_then(|i| self.starts.get(i))
            .copied()
            .unwrap_or(self.text.len());
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text
            .get(start..end)
            .unwrap_or_default()
            .trim_end_matches(['\n', '\r'])
    }
}

/// The line that a span begins on, with the place underlined, as people expect it of a compiler.
///
/// Long lines (a policy pasted as one line) are cut to a window around the place.
#[must_use]
pub fn excerpt(text: &str, span: Span) -> String {
    const BEFORE: usize = 60;
    const WIDTH: usize = 100;
    let index = LineIndex::new(text);
    let at = index.position(span.start());
    let line = index.line(at.line);
    let skipped = if at.column > BEFORE + 10 {
        at.column - 1 - BEFORE
    } else {
        0
    };
    let shown: String = line.chars().skip(skipped).take(WIDTH).collect();
    let shown = shown.replace('\t', " ");
    let lead = if skipped > 0 { "…" } else { "" };
    let trail = if line.chars().count() > skipped + WIDTH {
        "…"
    } else {
        ""
    };
    let marked = text
        .get(span.start()..span.end().max(span.start()))
        .unwrap_or_default();
    let width = marked.lines().next().unwrap_or_default().chars().count().max(1);
    let offset = at.column - 1 - skipped + lead.chars().count();
    let width = width.min((WIDTH + 1).saturating_sub(offset).max(1));
    let number = at.line.to_string();
    let gutter = " ".repeat(number.len());
    let underline = "^".repeat(width);
    format!(
        "{gutter} |\n{number} | {lead}{shown}{trail}\n{gutter} | {}{underline}\n",
        " ".repeat(offset)
    )
}
