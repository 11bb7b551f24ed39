//! The words in which results are given.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An enum whose variants have a fixed spelling, one text for CSV, JSON, HTML and the command line.
macro_rules! spelled {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The fixed spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownWord {
                        word: text.chars().take(64).collect(),
                        known: &[$($text),+],
                    }),
                }
            }
        }
    };
}

/// A word that is none of those known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not one of {}", known.join(", "))]
pub struct UnknownWord {
    word: String,
    known: &'static [&'static str],
}

spelled! {
    /// What a control says of a resource.
    Outcome {
        /// The requirement is met, and everything that decides it was read.
        Pass = "pass",
        /// The requirement is not met.
        Fail = "fail",
        /// The requirement says nothing of this resource. Never counted as a pass.
        NotApplicable = "not_applicable",
        /// Something that decides it could not be read or understood. Never counted as a pass.
        Unknown = "unknown",
    }
}

spelled! {
    /// How much a failed control matters, in Security Hub's words, least first.
    Severity {
        /// For information.
        Informational = "informational",
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Critical.
        Critical = "critical",
    }
}

spelled! {
    /// How far service control policies stop sessions without MFA in an account or OU.
    Coverage {
        /// A session of an IAM user without MFA is denied everything but the self-service list.
        Enforced = "enforced",
        /// Some actions are denied without MFA, others are not.
        Partial = "partial",
        /// No SCP on the chain asks for MFA.
        None = "none",
        /// SCPs do not apply here: the management account.
        Exempt = "exempt",
        /// The SCP type is not enabled on the root: whatever is attached covers nothing.
        NotEnabled = "not_enabled",
        /// It could not be read, or it cannot be decided.
        Unknown = "unknown",
    }
}

impl Coverage {
    /// The coverage of two kinds of session, or of two accounts, together. What is known to be covered in part, or in one
    /// of them alone, is covered in part.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Partial, _) | (_, Self::Partial) => Self::Partial,
            (Self::Enforced, Self::None) | (Self::None, Self::Enforced) => Self::Partial,
            _ => Self::Unknown,
        }
    }
}

spelled! {
    /// From whom service control policies keep an action in an account.
    Protection {
        /// From every user and role.
        All = "all",
        /// From some, and not from others: the statements exempt principals, or single them out.
        Some = "some",
        /// From none.
        None = "none",
        /// It could not be read, or it depends on something that is not known.
        Unknown = "unknown",
    }
}

impl Protection {
    /// From whom an action is kept, of two groups of users and roles together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Some,
        }
    }
}

spelled! {
    /// What a session without MFA can do for whoever holds an IAM user's credentials.
    Verdict {
        /// Neither a password nor an active access key.
        NoCredentials = "no_credentials",
        /// No session without MFA can be opened.
        Protected = "protected",
        /// One can be opened and does no more than self-service, or nothing.
        Contained = "contained",
        /// Contained, could do more with MFA, and cannot enrol itself.
        LockedOut = "locked_out",
        /// More than self-service, less than with MFA.
        Partial = "partial",
        /// As much as with MFA, or a way to more.
        Exposed = "exposed",
        /// Something that decides it could not be read.
        Unknown = "unknown",
    }
}

impl Verdict {
    /// Whether a session without MFA does more than self-service.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Partial | Self::Exposed)
    }

    /// Whether a session without MFA can be opened, and does no more than self-service.
    #[must_use]
    pub fn is_contained(self) -> bool {
        matches!(self, Self::Contained | Self::LockedOut)
    }
}

spelled! {
    /// How bad a lint's finding is, least first.
    LintSeverity {
        /// Worth knowing; a trade-off, not a fault.
        Info = "info",
        /// A weakness, or something that breaks for somebody.
        Warning = "warning",
        /// The policy does not do what it seems to.
        Error = "error",
    }
}

spelled! {
    /// What kind of policy a text is.
    PolicyKind {
        /// A policy of a user or group, or a boundary.
        Identity = "identity",
        /// A service control policy.
        Scp = "scp",
    }
}

spelled! {
    /// Where an account stands to the cardholder data environment, by the user's scope map.
    Scope {
        /// In it.
        InCde = "in_cde",
        /// Connected to it, or able to affect its security.
        Connected = "connected",
        /// Neither.
        Out = "out",
        /// The map says nothing of it. Never the same as `out`.
        Unmapped = "unmapped",
    }
}

spelled! {
    /// What became of something that two runs were asked about.
    ChangeKind {
        /// It fails now. The earlier run assessed its place and it did not fail there, or it was not there.
        New = "new",
        /// The earlier run could not say; this one can. A fail of this kind may be old.
        NewlyAssessed = "newly_assessed",
        /// It failed, and now it passes, or is not applicable, or is gone from an account that was read
        /// completely.
        Resolved = "resolved",
        /// The earlier run could say; this one cannot. Never counted as resolved.
        NotAssessed = "not_assessed",
        /// Its account is no longer in the organization. Never counted as resolved.
        LeftOrganization = "left_organization",
        /// A verdict that allows more without MFA than before.
        Worse = "worse",
        /// A verdict that allows less without MFA than before.
        Better = "better",
        /// It fails in neither run, and its outcome is another one, or it came or went.
        Changed = "changed",
        /// The same outcome in both.
        Unchanged = "unchanged",
    }
}

spelled! {
    /// What became of an account between two runs.
    AccountChange {
        /// It was not in the organization at the earlier run.
        Joined = "joined",
        /// It is no longer in the organization.
        Left = "left",
        /// The earlier run did not assess it; this one did.
        NewlyAssessed = "newly_assessed",
        /// The earlier run assessed it; this one did not.
        NotAssessed = "not_assessed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_as_what_it_was() {
        for outcome in Outcome::ALL {
            assert_eq!(outcome.as_str().parse::<Outcome>().as_ref(), Ok(outcome));
            assert_eq!(serde_json::to_string(outcome).unwrap(), format!("\"{outcome}\""));
        }
        let error = "passed".parse::<Outcome>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`passed` is not one of pass, fail, not_applicable, unknown"
        );
    }

    #[test]
    fn severities_are_ordered_from_least_to_most() {
        assert!(Severity::Critical > Severity::High);
        assert!(Severity::Low > Severity::Informational);
    }
}
