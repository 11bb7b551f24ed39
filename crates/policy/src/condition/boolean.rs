//! `Bool`, and the values of `Null`.

/// `true` or `false`, whatever the case.
pub(super) fn parse(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

pub(super) fn match_any(values: &[Option<bool>], value: &str) -> bool {
    parse(value).is_some_and(|value| values.contains(&Some(value)))
}
