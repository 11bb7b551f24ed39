//! What a report is made of beside the accounts: the organization, the program, the options.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::Timestamp;
use org_audit_model::{AccountAssessment, OrganizationSnapshot};

use crate::rule::Rule;

/// Everything that every format may need, beside the accounts themselves.
#[derive(Debug, Clone)]
pub struct ReportContext<'a> {
    /// The organization as it was collected.
    pub organization: &'a OrganizationSnapshot,
    /// Version of the program that writes the report; the collection may be another version's.
    pub tool_version: &'a str,
    /// Whether the data are of the embedded demo organization, and not of anybody's real one.
    pub demo: bool,
    /// The controls, for formats that describe what they judge by.
    pub rules: &'a [Rule],
    /// What the user may choose.
    pub options: Options,
}

impl ReportContext<'_> {
    /// The control with this id.
    pub(crate) fn rule(&self, control_id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == control_id)
    }

    /// The control's title; its id where it is not known.
    pub(crate) fn title<'b>(&'b self, control_id: &'b str) -> &'b str {
        self.rule(control_id).map_or(control_id, |rule| &rule.title)
    }

    /// When the account's facts were collected: the end of its own collection, or of the whole.
    pub(crate) fn collected_at(&self, account: &AccountAssessment) -> Timestamp {
        let collection = &self.organization.collection;
        let whole = collection.ended_at.unwrap_or(collection.started_at);
        account.evidence.ended_at.parse().unwrap_or(whole)
    }
}

/// What the user may choose about the reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether CSV files begin with a byte order mark, which Excel needs to see that they are UTF-8.
    pub csv_bom: bool,
    /// Where to look for the user's own templates of the HTML report. A file that is missing there is
    /// taken from those in the program.
    pub template_dir: Option<PathBuf>,
    /// The language of the HTML report.
    pub lang: Language,
    /// How many bytes of accounts and users the HTML report carries; beyond that, accounts get pages of their
    /// own beside it.
    pub html_page_bytes: usize,
}

/// What a browser still opens in less than two seconds.
pub const HTML_PAGE_BYTES: usize = 16 * 1024 * 1024;

impl Default for Options {
    fn default() -> Self {
        Self {
            csv_bom: false,
            template_dir: None,
            lang: Language::default(),
            html_page_bytes: HTML_PAGE_BYTES,
        }
    }
}

/// A language that the HTML report can be written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Japanese. What the analysis itself says (reasons, ways out) stays English.
    Ja,
}

impl Language {
    /// Every language.
    pub const ALL: &'static [Self] = &[Self::En, Self::Ja];

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }
}

/// A word that is no language of the report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a language of the report; the languages are en, ja")]
pub struct UnknownLanguage {
    word: String,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownLanguage {
                word: text.chars().take(64).collect(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_read_back_and_named_in_the_error() {
        for language in Language::ALL {
            assert_eq!(language.to_string().parse(), Ok(*language));
        }
        let error = "de".parse::<Language>().unwrap_err().to_string();
        assert!(
            Language::ALL
                .iter()
                .all(|language| error.contains(language.as_str()))
        );
    }
}
