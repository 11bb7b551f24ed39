//! Cells and rows: text from outside that stays where it is put.

use crate::formats::html::shown::thousands;
use crate::text::visible;

/// The most characters of a text from outside.
const LONGEST: usize = 240;

/// A row of a table.
pub(super) fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Says how many rows are left out, and where they stand.
pub(super) fn more(text: &mut String, count: u64, place: &str) {
    if count > 0 {
        text.push_str(&format!("\n{} more: see {place}.\n", thousands(count)));
    }
}

/// Text from outside as a code span; nothing for no text.
///
/// In a code span only backticks mean anything, and in a table the bar. A fence that is longer than any run
/// of backticks holds them. Readers do not agree on how a bar is escaped, so it is written out like an
/// invisible character, and so is the backslash, which some take for the escape of the bar after the span.
pub(super) fn code(text: &str) -> String {
    let shown = visible(text);
    let mut inner = String::with_capacity(shown.len());
    for (count, c) in shown.trim().chars().enumerate() {
        if count == LONGEST {
            inner.push('…');
            break;
        }
        match c {
            '|' => inner.push_str("⟨U+007C⟩"),
            '\\' => inner.push_str("⟨U+005C⟩"),
            c => inner.push(c),
        }
    }
    if inner.is_empty() {
        return inner;
    }
    let longest_run = inner.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest_run + 1);
    let padding = if longest_run > 0 { " " } else { "" };
    format!("{fence}{padding}{inner}{padding}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_code_span_or_its_cell() {
        assert_eq!(code("a`b|c\\"), "`` a`b⟨U+007C⟩c⟨U+005C⟩ ``");
        assert_eq!(code("```"), "```` ``` ````");
        assert_eq!(code("@team <b>"), "`@team <b>`");
        assert_eq!(code(" \u{2003} "), "");
        assert_eq!(code("a\nb"), "`a⟨U+000A⟩b`");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(code(&"é".repeat(1_000)).chars().count(), LONGEST + 3);
    }
}
