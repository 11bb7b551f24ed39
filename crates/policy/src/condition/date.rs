//! Date operators: ISO 8601 in the W3C profile, or seconds since 1970.
//!
//! Read by hand, so that the crate needs no clock and no time zone data.

use super::number::Order;

/// An instant: seconds since 1970 and nanoseconds.
type Instant = (i64, u32);

/// The policy's values of a date operator.
#[derive(Debug, Clone)]
pub(super) struct Dates {
    order: Order,
    values: Vec<Option<Instant>>,
}

impl Dates {
    pub(super) fn new(texts: &[&str], order: Order) -> Self {
        Self {
            order,
            values: texts.iter().map(|text| parse(text)).collect(),
        }
    }

    pub(super) fn match_any(&self, value: &str) -> bool {
        let Some(value) = parse(value) else {
            return false;
        };
        self.values
            .iter()
            .flatten()
            .any(|other| self.order.holds(value.cmp(other)))
    }
}

/// `2024-06-01`, `2024-06-01T00:00Z`, `2024-06-01T00:00:00.5+02:00`, or epoch seconds. Without a zone it is UTC.
pub(super) fn parse(text: &str) -> Option<Instant> {
    let text = text.trim();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return epoch(text, unsigned);
    }
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let days = days(date)?;
    let (seconds, nanos) = match time {
        Some(time) => time_of_day(time)?,
        None => (0, 0),
    };
    Some((days * 86_400 + seconds, nanos))
}

fn epoch(text: &str, unsigned: &str) -> Option<Instant> {
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let seconds: i64 = whole.parse().ok()?;
    let nanos = fraction_nanos(fraction)?;
    if !text.starts_with('-') {
        return Some((seconds, nanos));
    }
    Some(if nanos == 0 {
        (-seconds, 0)
    } else {
        (-seconds - 1, 1_000_000_000 - nanos)
    })
}

fn fraction_nanos(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let padded: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
    padded.parse().ok()
}

fn digits(text: &str, length: usize) -> Option<i64> {
    if text.len() == length && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

/// Days since 1970-01-01 of `YYYY-MM-DD` or `YYYY-MM`.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = parts.next().map_or(Some(1), |day| digits(day, 2))?;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if parts.next().is_some() || !(1..=last).contains(&day) {
        return None;
    }
    // Years begin in March here, so that the leap day is the last day of the year.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Seconds and nanoseconds of `hh:mm[:ss[.s…]][zone]`, moved to UTC.
fn time_of_day(time: &str) -> Option<(i64, u32)> {
    let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (time.get(..at)?, zone(time.get(at..)?)?),
        None => (time, 0),
    };
    let mut parts = clock.split(':');
    let hours = digits(parts.next()?, 2).filter(|h| *h < 24)?;
    let minutes = digits(parts.next()?, 2).filter(|m| *m < 60)?;
    let (seconds, nanos) = match parts.next() {
        None => (0, 0),
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            (digits(whole, 2).filter(|s| *s <= 60)?, fraction_nanos(fraction)?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    Some((hours * 3600 + minutes * 60 + seconds - offset, nanos))
}

fn zone(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("Z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.get(1..)?;
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() == 4 => (rest.get(..2)?, rest.get(2..)?),
        None => (rest, "00"),
    };
    Some(sign * (digits(hours, 2)? * 3600 + digits(minutes, 2)? * 60))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_every_form_of_an_instant() {
        for (text, seconds, nanos) in [
            ("1970-01-01", 0, 0),
            ("2024-06-01", 1_717_200_000, 0),
            ("2024-06-01T02:00:00+02:00", 1_717_200_000, 0),
            ("2024-06-01T02:00+0200", 1_717_200_000, 0),
            ("2024-05-31T19:00:00.25-05:00", 1_717_200_000, 250_000_000),
            ("2024-06-01t00:00:00z", 1_717_200_000, 0),
            ("1717200000", 1_717_200_000, 0),
            ("1717200000.5", 1_717_200_000, 500_000_000),
            ("-1", -1, 0),
            ("-0.5", -1, 500_000_000),
            ("2000-02-29", 951_782_400, 0),
            ("1969-12-31T23:59:59Z", -1, 0),
        ] {
            assert_eq!(parse(text), Some((seconds, nanos)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_date_is_none() {
        for text in [
            "",
            "-",
            ".",
            "yesterday",
            "2023-02-29",
            "2024-13-01",
            "2024-06-01T25:00:00Z",
            "24-6-1",
            "2024-06-01T",
            "1e9",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
