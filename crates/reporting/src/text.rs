//! Hostile text made visible: what a reader sees is what is there.

use std::borrow::Cow;

/// Whether a character shows nothing, or changes how its neighbours are shown.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// `text` with every invisible character written as its number, such as `⟨U+202E⟩`.
///
/// A zero-width joiner within an emoji is written out too: two names that differ must look different.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    use std::fmt::Write as _;
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_invisible(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_text_around_is_written_out() {
        assert_eq!(visible("a\u{202e}gpj.exe"), "a⟨U+202E⟩gpj.exe");
        assert_eq!(visible("a\0\n"), "a⟨U+0000⟩⟨U+000A⟩");
        assert!(matches!(visible("日本 🦀 é"), Cow::Borrowed(_)));
    }
}
