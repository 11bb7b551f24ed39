//! Hostile text on a terminal.

/// `text` with everything taken out by which a name could move the cursor, change colours, reverse the
/// direction of writing or start a new line: control characters and Unicode's formatting characters become
/// `\u{…}`.
pub fn safe(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut safe, c| {
            if c.is_control() || is_formatting(c) {
                safe.extend(c.escape_unicode());
            } else {
                safe.push(c);
            }
            safe
        })
}

/// Direction and joining controls (Unicode category Cf, the ones that change what the reader sees).
fn is_formatting(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_direction_overrides_and_new_lines_are_shown_and_not_obeyed() {
        assert_eq!(safe("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(safe("x\u{202e}y\nz"), "x\\u{202e}y\\u{a}z");
        assert_eq!(safe("Zoë 東京 🙂"), "Zoë 東京 🙂");
    }
}
