//! Exceptions that the organization has approved: which finding one covers, and who answers for it.
//!
//! An exempt finding stays a fail. The exemption says that somebody has taken the risk until a date, and it is
//! counted apart: it never makes a pass, and never makes the pass rate better.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// An approved exception on the finding that it covers.
///
/// All texts are the exceptions file's own. They are escaped wherever they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exemption {
    /// Which entry of the exceptions file it is, counted from 1.
    pub entry: u32,
    /// Why the finding is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approved_by: String,
    /// The last day, in UTC, on which it applies.
    pub expires: Date,
}

/// What became of an entry of the exceptions file in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExceptionState {
    /// It covers at least one failed finding.
    Used,
    /// It is in force and covers none: what it was made for is gone, or it names something that is not there.
    Unused,
    /// Its last day was before the day on which the snapshot was taken. It covers nothing.
    Expired,
}

impl ExceptionState {
    /// The spelling of the reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Unused => "unused",
            Self::Expired => "expired",
        }
    }
}

/// An entry of the exceptions file, as it stands, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExceptionUse {
    /// What it grants, and its number.
    #[serde(flatten)]
    pub exemption: Exemption,
    /// The line of the file on which it begins.
    pub line: u32,
    /// Which accounts: an id, a name, or a pattern.
    pub account: String,
    /// Which users, where it names users: a name or a pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Which resources, where it names resources: an ARN or a pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Ids of the controls that it covers. Never a pattern.
    pub controls: Vec<SmolStr>,
    /// What became of it.
    pub state: ExceptionState,
    /// How many failed findings it covers.
    pub findings: u64,
}
