//! What a report is made of beside the accounts: the organization, the program, the options.

use std::path::PathBuf;

use org_audit_model::OrganizationSnapshot;

/// Everything that every format may need, beside the accounts themselves.
#[derive(Debug, Clone)]
pub struct ReportContext<'a> {
    /// The organization as it was collected.
    pub organization: &'a OrganizationSnapshot,
    /// Version of the program that writes the report; the collection may be another version's.
    pub tool_version: &'a str,
    /// Whether the data are of the embedded demo organization, and not of anybody's real one.
    pub demo: bool,
    /// What the user may choose.
    pub options: Options,
}

/// What the user may choose about the reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether CSV files begin with a byte order mark, which Excel needs to see that they are UTF-8.
    pub csv_bom: bool,
    /// Where to look for the user's own templates of the HTML report. A file that is missing there is
    /// taken from those in the program.
    pub template_dir: Option<PathBuf>,
    /// The language of the HTML report.
    pub lang: Language,
}

/// A language that the HTML report can be written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
}

impl Language {
    /// Every language.
    pub const ALL: &'static [Self] = &[Self::En];

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
        }
    }
}
