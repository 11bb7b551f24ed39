//! What changed between two runs, written to a stream account by account.
//!
//! What did not change is left out unless it is asked for. Names are hostile text here too: the text for
//! people has no control character of theirs, the table for programs no formula.

mod csv;
mod json;
mod markdown;
mod text;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use org_audit_model::change::{Change, ChangedAccount, ChangedItem, RunFigures};
use org_audit_model::{ChangeKind, OrganizationSnapshot};

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiffFormat {
    /// For people, on a terminal.
    Text,
    /// One object.
    Json,
    /// A row for everything that changed.
    Csv,
    /// The counts and what is new, for a pull request or a job's summary.
    Markdown,
}

/// A word that is no format of a difference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a format of a difference; the formats are text, json, csv, markdown")]
pub struct UnknownDiffFormat {
    word: String,
}

impl DiffFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Text, Self::Json, Self::Csv, Self::Markdown];

    /// Its name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
        }
    }
}

impl fmt::Display for DiffFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for DiffFormat {
    type Err = UnknownDiffFormat;

    fn from_str(text: &str) -> Result<Self, UnknownDiffFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownDiffFormat {
                word: text.chars().take(64).collect(),
            })
    }
}

/// What is known before the first account.
#[derive(Debug, Clone, Copy)]
pub struct DiffHead<'a> {
    /// Version of the program that compares, and that judged both runs.
    pub tool_version: &'a str,
    /// The organization as the earlier run read it.
    pub old: &'a OrganizationSnapshot,
    /// The organization as the later run read it.
    pub new: &'a OrganizationSnapshot,
    /// Whether what did not change is written too.
    pub all: bool,
}

/// A difference that is being written.
pub trait DiffWriter {
    /// Adds an account: what became of it, and of everything in it.
    ///
    /// # Errors
    ///
    /// When the stream refuses.
    fn account(&mut self, account: Option<&ChangedAccount>, items: &[ChangedItem]) -> io::Result<()>;

    /// Ends with the counts.
    ///
    /// # Errors
    ///
    /// When the stream refuses.
    fn finish(self: Box<Self>, change: &Change) -> io::Result<()>;
}

/// Begins to write a difference to `out`.
///
/// # Errors
///
/// When the stream refuses.
pub fn begin<'a>(
    format: DiffFormat,
    head: DiffHead<'a>,
    out: &'a mut dyn Write,
) -> io::Result<Box<dyn DiffWriter + 'a>> {
    Ok(match format {
        DiffFormat::Text => Box::new(text::Text::begin(head, out)?),
        DiffFormat::Json => Box::new(json::Json::begin(head, out)?),
        DiffFormat::Csv => Box::new(csv::Csv::begin(head, out)?),
        DiffFormat::Markdown => Box::new(markdown::Markdown::begin(head, out)?),
    })
}

/// Whether an item is written.
fn is_written(item: &ChangedItem, all: bool) -> bool {
    all || item.kind != ChangeKind::Unchanged
}

/// What became of something, for people.
pub(crate) const fn words(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::New => "new",
        ChangeKind::NewlyAssessed => "newly assessed",
        ChangeKind::Resolved => "resolved",
        ChangeKind::NotAssessed => "not assessed",
        ChangeKind::LeftOrganization => "left the organization",
        ChangeKind::Worse => "worse",
        ChangeKind::Better => "better",
        ChangeKind::Changed => "changed",
        ChangeKind::Unchanged => "unchanged",
    }
}

/// A pass rate for people.
pub(crate) fn rate(figures: &RunFigures) -> String {
    figures.pass_permille().map_or_else(
        || "unknown".to_owned(),
        |permille| format!("{}.{} %", permille / 10, permille % 10),
    )
}

/// The two runs side by side, as `label, then, now`.
fn side_by_side(change: &Change) -> [(&'static str, String, String); 5] {
    let [then, now] = [&change.then, &change.now];
    // What could not be read may hold more.
    let at_least = |count: u64, known: bool| match known {
        true => count.to_string(),
        false => format!("{count} or more"),
    };
    let row = |label, figure: &dyn Fn(&RunFigures) -> String| (label, figure(then), figure(now));
    [
        row("accounts assessed", &|run| {
            format!("{} of {}", run.accounts_assessed, run.accounts)
        }),
        row("IAM.5 pass rate", &rate),
        row("IAM.5 fail", &|run| at_least(run.iam_5.fail, !run.incomplete)),
        row("users exposed without MFA", &|run| {
            at_least(run.exposed, !run.incomplete && run.verdict_unknown == 0)
        }),
        row("accounts where SCPs enforce MFA", &|run| {
            at_least(run.enforced, run.coverage_unknown == 0)
        }),
    ]
}

#[cfg(test)]
#[path = "diff/diff_tests.rs"]
mod tests;
