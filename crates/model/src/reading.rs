//! What came of trying to read something: the thing itself, or why it could not be read.

mod parse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The longest error message that is kept. AWS's are a few hundred characters; anything longer is not
/// AWS's, and a snapshot must not grow by what a stranger answers.
const LONGEST_MESSAGE: usize = 2_000;

/// The result of reading one part of an organization or an account.
///
/// The difference between "read, and empty" and "not read" is the difference between a pass and an
/// unknown, so it is in the type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Reading<T> {
    /// It was read.
    Read {
        /// When the last answer arrived.
        at: Timestamp,
        /// The request id of each answer, in the order in which they came. They join with CloudTrail.
        requests: Vec<SmolStr>,
        /// What was read.
        value: T,
    },
    /// It was asked for and not received.
    Unreadable {
        /// When it was given up.
        at: Timestamp,
        /// Why.
        failure: Failure,
    },
    /// It was not asked for, because something else had made that pointless or unwanted.
    NotAsked {
        /// Why not, as a short sentence without a full stop.
        reason: String,
    },
}

impl<T> Reading<T> {
    /// The value, where it was read.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Read { value, .. } => Some(value),
            Self::Unreadable { .. } | Self::NotAsked { .. } => None,
        }
    }

    /// Why it could not be read, where it was asked for and not received.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Unreadable { failure, .. } => Some(failure),
            Self::Read { .. } | Self::NotAsked { .. } => None,
        }
    }

    /// Why there is no value, in words; `None` where there is one.
    pub fn why_missing(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::Unreadable { failure, .. } => Some(failure.to_string()),
            Self::NotAsked { reason } => Some(reason.clone()),
        }
    }

    /// The same reading of something made from the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Read { at, requests, value } => Reading::Read {
                at,
                requests,
                value: f(value),
            },
            Self::Unreadable { at, failure } => Reading::Unreadable { at, failure },
            Self::NotAsked { reason } => Reading::NotAsked { reason },
        }
    }
}

/// What kind of failure it was: what the reader has to do depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// AWS refused: `AccessDenied`, `AccessDeniedException` and their like.
    AccessDenied,
    /// The credentials have expired or are not valid.
    Credentials,
    /// AWS asked to slow down, and went on asking after all retries.
    Throttled,
    /// No answer within the time allowed.
    Timeout,
    /// The connection could not be made or was lost.
    Connection,
    /// An answer arrived that could not be understood.
    InvalidResponse,
    /// The credential report was not completed within the time allowed.
    NotReady,
    /// AWS reported a fault of its own (HTTP 5xx).
    ServiceFault,
    /// Anything else that AWS answered.
    Other,
}

/// A call that failed, with everything that AWS said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{}", self.describe())]
pub struct Failure {
    /// What kind of failure it was.
    pub kind: FailureKind,
    /// The operation as IAM policies name it, such as `sts:AssumeRole`.
    pub operation: SmolStr,
    /// AWS's error code, such as `AccessDenied`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<SmolStr>,
    /// AWS's message, or the transport's. Hostile text: it is escaped wherever it is shown.
    pub message: String,
    /// The HTTP status of the answer, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// AWS's request id, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<SmolStr>,
    /// How often it was tried, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
}

impl Failure {
    /// A failure of `operation` with nothing more known than its kind and a message.
    #[must_use]
    pub fn new(kind: FailureKind, operation: &str, message: impl Into<String>) -> Self {
        let mut message: String = message.into();
        if let Some((end, _)) = message.char_indices().nth(LONGEST_MESSAGE) {
            message.truncate(end);
            message.push('…');
        }
        Self {
            kind,
            operation: operation.into(),
            code: None,
            message,
            http_status: None,
            request_id: None,
            attempts: None,
        }
    }

    fn describe(&self) -> String {
        let code = self
            .code
            .as_deref()
            .map(|code| format!(" ({code})"))
            .unwrap_or_default();
        let message = self.message.trim_end_matches('.');
        let told = if message.is_empty() {
            String::new()
        } else {
            format!(": {message}")
        };
        match self.kind {
            FailureKind::AccessDenied => {
                // Several operations stand here together where one cause stopped them all.
                let were = if self.operation.contains(',') {
                    "were"
                } else {
                    "was"
                };
                format!("{} {were} denied{code}{told}", self.operation)
            }
            FailureKind::Credentials => {
                format!(
                    "{} was refused because of the credentials{code}{told}",
                    self.operation
                )
            }
            FailureKind::Throttled => {
                format!("{} was throttled after all retries{code}{told}", self.operation)
            }
            FailureKind::Timeout => format!("{} timed out{told}", self.operation),
            FailureKind::Connection => format!("{} could not reach AWS{told}", self.operation),
            FailureKind::InvalidResponse => {
                format!(
                    "{} got an answer that could not be understood{told}",
                    self.operation
                )
            }
            FailureKind::NotReady => format!("{} was not ready in time{code}{told}", self.operation),
            FailureKind::ServiceFault => {
                format!("{} failed on the side of AWS{code}{told}", self.operation)
            }
            FailureKind::Other => format!("{} failed{code}{told}", self.operation),
        }
    }

    /// The way out, as one sentence for the person who reads the report.
    ///
    /// AWS does not say which of several causes made an `AccessDenied`; its wording sometimes names a
    /// policy type (IAM User Guide, "Troubleshoot access denied error messages"), and that is used as a
    /// hint only.
    #[must_use]
    pub fn way_out(&self) -> String {
        let scp = self.message.contains("service control policy");
        let rcp = self.message.contains("resource control policy");
        match self.kind {
            FailureKind::AccessDenied if scp => format!(
                "a service control policy on this account's chain stops {}; exempt the audit role in that SCP",
                self.operation
            ),
            FailureKind::AccessDenied if rcp => format!(
                "a resource control policy stops {}; exempt the audit role's caller in that RCP",
                self.operation
            ),
            FailureKind::AccessDenied if self.operation == "sts:AssumeRole" => {
                "create the audit role in this account, let its trust policy name the caller (and the \
                 external id, if one is used), and allow the caller sts:AssumeRole on it"
                    .to_owned()
            }
            FailureKind::AccessDenied => {
                format!("allow {} in the audit role's permissions policy", self.operation)
            }
            FailureKind::Credentials => "sign in again and repeat the run".to_owned(),
            FailureKind::Throttled => "repeat the run with a lower --concurrency".to_owned(),
            FailureKind::Timeout | FailureKind::Connection => {
                "check the network and proxy settings, then repeat the run".to_owned()
            }
            FailureKind::InvalidResponse => {
                "check that nothing between here and AWS changes answers, then repeat the run".to_owned()
            }
            FailureKind::NotReady => {
                "repeat the run in a few minutes; AWS is still making the credential report".to_owned()
            }
            FailureKind::ServiceFault => "repeat the run later".to_owned(),
            FailureKind::Other => "see the error code and message".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_that_failed_has_no_value_and_says_why() {
        let failure = Failure {
            code: Some("AccessDenied".into()),
            ..Failure::new(
                FailureKind::AccessDenied,
                "iam:GetAccountSummary",
                "not authorized.",
            )
        };
        let reading: Reading<u8> = Reading::Unreadable {
            at: Timestamp::UNIX_EPOCH,
            failure,
        };
        assert_eq!(reading.value(), None);
        assert_eq!(
            reading.why_missing().unwrap(),
            "iam:GetAccountSummary was denied (AccessDenied): not authorized"
        );
    }

    #[test]
    fn a_message_of_any_length_is_cut_at_a_character() {
        let failure = Failure::new(FailureKind::Other, "iam:GetUser", "é".repeat(100_000));
        assert_eq!(failure.message.chars().count(), LONGEST_MESSAGE + 1);
    }

    #[test]
    fn the_way_out_names_the_scp_when_aws_does() {
        let failure = Failure::new(
            FailureKind::AccessDenied,
            "sts:AssumeRole",
            "User: x is not authorized with an explicit deny in a service control policy",
        );
        assert!(failure.way_out().contains("exempt the audit role in that SCP"));
    }
}
