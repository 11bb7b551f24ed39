//! One cell: text that a spreadsheet will not run.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and drops a tab or a
//! line end before it. IAM user names may begin with all four. Such a text gets an apostrophe in front,
//! which spreadsheets take as "this is text". The apostrophe can be taken off again without a doubt:
//! a text that already was apostrophes followed by one of these characters gets one more, so a reader
//! strips one apostrophe wherever [`is_formula`] says so, and has the text as it was.
//!
//! Control characters other than tab, line feed and carriage return, which many CSV readers stumble over
//! (a NUL ends the text for some), become U+FFFD. `report.json` has them as they were.

use std::borrow::Cow;

/// Characters that begin a formula, or that a spreadsheet skips before looking for one. The full-width
/// forms count because spreadsheets with an East Asian input locale take them for the ASCII ones.
fn begins_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

/// Characters that show nothing: a formula behind them is looked for as well.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether `text`, without apostrophes, quotes and blanks in front, would be taken for a formula.
fn is_formula(text: &str) -> bool {
    let rest = text.trim_start_matches(['\'', '"']);
    rest.starts_with(begins_formula)
        || rest
            .trim_start_matches(|c| is_blank(c) || matches!(c, '\'' | '"'))
            .starts_with(begins_formula)
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\r' | '\n')
}

/// `text` as it is written into a cell.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    let formula = is_formula(text);
    if !formula && !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut cell = String::with_capacity(text.len() + 1);
    if formula {
        cell.push('\'');
    }
    cell.extend(text.chars().map(|c| if is_control(c) { '\u{fffd}' } else { c }));
    Cow::Owned(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a reader of the CSV does to have the text as it was: documented in `docs/reports.md`.
    fn restore(cell: &str) -> &str {
        match cell.strip_prefix('\'') {
            Some(rest) if is_formula(rest) => rest,
            Some(_) | None => cell,
        }
    }

    #[test]
    fn a_formula_becomes_text() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("  =1", "'  =1"),
            ("\"=1", "'\"=1"),
            ("'=1", "''=1"),
            ("＝1+1", "'＝1+1"),
            ("\u{feff}=1", "'\u{feff}=1"),
        ] {
            assert_eq!(safe(text), cell, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_formula_stays_as_it_is() {
        for text in ["", "ana", "ana=1", "o'brien", "'quoted'", "a\tb", "日本", "1-1"] {
            assert!(
                matches!(safe(text), Cow::Borrowed(same) if same == text),
                "{text:?}"
            );
        }
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(
            safe("a\0b\u{1b}[31m\u{7f}\u{9b}"),
            "a\u{fffd}b\u{fffd}[31m\u{fffd}\u{fffd}"
        );
        assert_eq!(safe("\0=1"), "\u{fffd}=1");
    }

    proptest! {
        #[test]
        fn no_cell_begins_like_a_formula_and_the_text_can_be_restored(text in "[='\"+@ \t\r\n\\-a-cé＝]{0,8}") {
            let cell = safe(&text);
            prop_assert!(!cell.starts_with(begins_formula));
            prop_assert_eq!(restore(&cell), text.as_str());
        }
    }
}
