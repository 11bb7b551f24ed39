//! How old something is, counted back from the moment at which the account was read. That moment is in the
//! snapshot, so the same snapshot always gives the same answer. The credential report may be four hours older;
//! the rules of AWS Config compare its dates with their own clock, too.

use jiff::{SignedDuration, Timestamp};

use super::population::Judgement;
use crate::model::Outcome;

const HOURS_A_DAY: i64 = 24;

/// A moment before the account was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    at: Timestamp,
    age: SignedDuration,
}

impl Past {
    /// Reads a date of the report; `None` where the text is not a date.
    #[must_use]
    pub fn read(text: &str, now: Timestamp) -> Option<Self> {
        let at: Timestamp = text.parse().ok()?;
        let age = now.duration_since(at);
        Some(Self { at, age })
    }

    /// Whether it is more than `days` ago.
    #[must_use]
    pub fn is_before(self, days: u32) -> bool {
        self.age > duration(days)
    }

    /// Whether it is `days` ago, or more.
    #[must_use]
    pub fn is_at_or_before(self, days: u32) -> bool {
        self.age >= duration(days)
    }

    /// The date and the age, in words.
    #[must_use]
    pub fn describe(self) -> String {
        let days = self.age.as_hours() / HOURS_A_DAY;
        let unit = if days == 1 { "day" } else { "days" };
        format!("{} ({days} {unit} before the account was read)", self.at)
    }
}

fn duration(days: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(days) * HOURS_A_DAY)
}

/// What is said of a user's credentials, one after the other.
#[derive(Debug, Default)]
pub struct Tally {
    /// Why a credential fails.
    pub failed: Vec<String>,
    /// Why nothing can be said of one.
    pub unknown: Vec<String>,
    /// What is right with one.
    pub sound: Vec<String>,
}

impl Tally {
    /// One judgement of all credentials: what is certain to be wrong comes first, then what is not known.
    #[must_use]
    pub fn judge(self, none: &str) -> Judgement {
        if !self.failed.is_empty() {
            (Outcome::Fail, self.failed.join("; "))
        } else if !self.unknown.is_empty() {
            (Outcome::Unknown, self.unknown.join("; "))
        } else if self.sound.is_empty() {
            (Outcome::NotApplicable, none.to_owned())
        } else {
            (Outcome::Pass, self.sound.join("; "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(text: &str) -> Past {
        let now = "2026-04-01T00:00:00Z".parse().unwrap();
        Past::read(text, now).unwrap()
    }

    #[test]
    fn ninety_days_to_the_second_are_not_more_than_ninety() {
        assert!(!past("2026-01-01T00:00:00+00:00").is_before(90));
        assert!(past("2026-01-01T00:00:00+00:00").is_at_or_before(90));
        assert!(past("2025-12-31T23:59:59+00:00").is_before(90));
        assert!(!past("2026-01-01T00:00:01+00:00").is_at_or_before(90));
    }

    #[test]
    fn a_text_that_is_no_date_has_no_age() {
        for text in ["N/A", "no_information", "", "not_supported", "2026-99-99"] {
            assert_eq!(Past::read(text, Timestamp::UNIX_EPOCH), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_told_with_its_age() {
        assert_eq!(
            past("2026-03-31T00:00:00+00:00").describe(),
            "2026-03-31T00:00:00Z (1 day before the account was read)"
        );
    }
}
