//! Values as a template shows them.

use serde::{Serialize, Serializer};

use crate::text::visible;

/// Text from outside: its invisible characters are written out when it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown(String);

impl Shown {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&visible(&self.0))
    }
}

/// `1234567` as `1,234,567`.
pub(in crate::formats) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `part` of `whole` in per cent with one decimal, rounded down: 9,999 of 10,000 is not `100.0`.
pub(in crate::formats) fn percent(part: u64, whole: u64) -> Option<String> {
    let per_mille = part.checked_mul(1_000)?.checked_div(whole)?;
    Some(if per_mille == 1_000 {
        "100".to_owned()
    } else {
        format!("{}.{}", per_mille / 10, per_mille % 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(thousands),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn a_rate_is_never_rounded_up_to_all() {
        assert_eq!(percent(9_999, 10_000).unwrap(), "99.9");
        assert_eq!(percent(3, 3).unwrap(), "100");
        assert_eq!(percent(0, 3).unwrap(), "0.0");
        assert_eq!(percent(0, 0), None);
    }
}
