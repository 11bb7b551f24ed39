//! Faults as words on a command line.

use std::str::FromStr;
use std::time::Duration;

use super::{Fault, Share};

/// A word that is not a fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseFaultError {
    /// The name is none of ours.
    #[error("unknown fault `{0}`; one of {names}", names = NAMES.join(", "))]
    Unknown(String),
    /// The name is ours, and what follows it is not what it takes.
    #[error("fault `{fault}` needs {expected}")]
    Value {
        /// The whole word.
        fault: String,
        /// What it takes.
        expected: &'static str,
    },
}

/// The names, sorted, for help and error messages.
const NAMES: &[&str] = &[
    "cut=PERCENT",
    "deny=SERVICE:ACTION[@ACCOUNT]",
    "deny-assume-role=PERCENT",
    "empty-pages",
    "error-500=PERCENT",
    "expired-credentials[=COUNT][@ACCOUNT]",
    "latency=DURATION",
    "packed-policy-too-large",
    "report-limit-exceeded[=COUNT][@ACCOUNT]",
    "report-never-completes[@ACCOUNT]",
    "report-takes=DURATION",
    "reset=PERCENT",
    "slow-body=DURATION",
    "throttle[=RATE]",
    "truncate=PERCENT",
];

impl Fault {
    /// Every fault as it is written, for help texts.
    #[must_use]
    pub fn names() -> &'static [&'static str] {
        NAMES
    }
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (rest, account) = match text.rsplit_once('@') {
            Some((rest, account)) => (rest, Some(account)),
            None => (text, None),
        };
        let (name, value) = match rest.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (rest, None),
        };
        let parts = Parts { text, value, account };
        match name {
            "latency" => parts.duration().map(Self::Latency),
            "throttle" => parts.rate().map(Self::Throttle),
            "deny" => parts.action(),
            "deny-assume-role" => parts.share().map(Self::DenyAssumeRole),
            "error-500" => parts.share().map(Self::InternalError),
            "reset" => parts.share().map(Self::Reset),
            "truncate" => parts.share().map(Self::Truncate),
            "cut" => parts.share().map(Self::Cut),
            "slow-body" => parts.duration().map(Self::SlowBody),
            "expired-credentials" => Ok(Self::ExpiredCredentials(parts.count(0)?, parts.account_id()?)),
            "report-never-completes" => parts.bare(Self::ReportNeverCompletes(parts.account_id()?)),
            "report-takes" => parts.duration().map(Self::ReportTakes),
            "report-limit-exceeded" => {
                let count = u32::try_from(parts.count(1)?).unwrap_or(u32::MAX);
                Ok(Self::ReportLimitExceeded(count, parts.account_id()?))
            }
            "packed-policy-too-large" => parts.bare(Self::PackedPolicyTooLarge),
            "empty-pages" => parts.bare(Self::EmptyPages),
            _ => Err(ParseFaultError::Unknown(text.to_owned())),
        }
    }
}

struct Parts<'a> {
    text: &'a str,
    value: Option<&'a str>,
    account: Option<&'a str>,
}

impl Parts<'_> {
    fn wrong<T>(&self, expected: &'static str) -> Result<T, ParseFaultError> {
        Err(ParseFaultError::Value {
            fault: self.text.to_owned(),
            expected,
        })
    }

    fn bare(&self, fault: Fault) -> Result<Fault, ParseFaultError> {
        if self.value.is_some() {
            self.wrong("no value")
        } else {
            Ok(fault)
        }
    }

    fn share(&self) -> Result<Share, ParseFaultError> {
        let number = self
            .value
            .and_then(|value| value.strip_suffix('%'))
            .and_then(|value| value.parse::<f64>().ok());
        match number {
            Some(percent) if (0.0..=100.0).contains(&percent) && self.account.is_none() => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between 0 and 10,000 by the guard"
                )]
                let share = (percent * 100.0).round() as u32;
                Ok(Share(share))
            }
            Some(_) | None => self.wrong("a percentage such as `10%`"),
        }
    }

    fn duration(&self) -> Result<Duration, ParseFaultError> {
        let parsed = self.value.and_then(|value| {
            let digits = value.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
            let number: u64 = digits.parse().ok()?;
            match value.get(digits.len()..)? {
                "ms" => Some(Duration::from_millis(number)),
                "s" => Some(Duration::from_secs(number)),
                _ => None,
            }
        });
        match parsed {
            Some(duration) if self.account.is_none() => Ok(duration),
            Some(_) | None => self.wrong("a duration such as `80ms` or `2s`"),
        }
    }

    fn rate(&self) -> Result<Option<f64>, ParseFaultError> {
        let Some(value) = self.value else { return Ok(None) };
        match value.parse::<f64>() {
            Ok(rate) if rate > 0.0 && rate.is_finite() => Ok(Some(rate)),
            Ok(_) | Err(_) => self.wrong("a number of calls a second, such as `5`"),
        }
    }

    fn count(&self, default: u64) -> Result<u64, ParseFaultError> {
        match self.value.map(str::parse::<u64>) {
            None => Ok(default),
            Some(Ok(count)) => Ok(count),
            Some(Err(_)) => self.wrong("a count such as `100`"),
        }
    }

    fn account_id(&self) -> Result<Option<String>, ParseFaultError> {
        match self.account {
            None => Ok(None),
            Some(id) if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Some(id.to_owned()))
            }
            Some(_) => self.wrong("an account of twelve digits after `@`"),
        }
    }

    fn action(&self) -> Result<Fault, ParseFaultError> {
        match self.value {
            Some(action) if action.contains(':') => Ok(Fault::Deny(action.to_owned(), self.account_id()?)),
            Some(_) | None => self.wrong("an action such as `iam:GetAccountSummary`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let read = |text: &str| text.parse::<Fault>().unwrap();
        assert_eq!(read("latency=80ms"), Fault::Latency(Duration::from_millis(80)));
        assert_eq!(read("throttle"), Fault::Throttle(None));
        assert_eq!(read("throttle=2.5"), Fault::Throttle(Some(2.5)));
        assert_eq!(read("error-500=1%"), Fault::InternalError(Share(100)));
        assert_eq!(read("reset=0.5%"), Fault::Reset(Share(50)));
        assert_eq!(
            read("deny=iam:Get*@123456789012"),
            Fault::Deny("iam:Get*".to_owned(), Some("123456789012".to_owned()))
        );
        assert_eq!(read("expired-credentials"), Fault::ExpiredCredentials(0, None));
        assert_eq!(
            read("report-limit-exceeded=2"),
            Fault::ReportLimitExceeded(2, None)
        );
        assert_eq!(
            read("report-takes=2s"),
            Fault::ReportTakes(Duration::from_secs(2))
        );
    }

    #[test]
    fn a_wrong_word_says_what_is_right() {
        let error = |text: &str| text.parse::<Fault>().unwrap_err().to_string();
        assert!(error("latnecy=1s").starts_with("unknown fault `latnecy=1s`; one of cut=PERCENT, "));
        assert_eq!(
            error("reset=often"),
            "fault `reset=often` needs a percentage such as `10%`"
        );
        assert_eq!(
            error("latency=80"),
            "fault `latency=80` needs a duration such as `80ms` or `2s`"
        );
        assert_eq!(error("empty-pages=3"), "fault `empty-pages=3` needs no value");
    }
}
