//! The formats that can be asked for.

use std::fmt;
use std::str::FromStr;

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `report.html`: one self-contained page for people.
    Html,
    /// Tables: `users.csv`, `accounts.csv`, `findings.csv` and more.
    Csv,
    /// `report.json`: everything that was said, versioned, for programs.
    Json,
    /// `report.junit.xml`: a test case for each finding, for continuous integration.
    Junit,
    /// `report.md`: a summary for a pull request or a job's page.
    Markdown,
    /// `report.sarif`: SARIF 2.1.0, for code scanning.
    Sarif,
    /// `report.ocsf.jsonl`: OCSF Compliance Findings, for security data lakes.
    Ocsf,
    /// `report.asff.json`: the AWS Security Finding Format, for Security Hub.
    Asff,
}

/// A word that is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a report format; the formats are {}", known())]
pub struct UnknownFormat {
    word: String,
}

fn known() -> String {
    Format::ALL.map(Format::as_str).join(", ")
}

impl Format {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Self; 8] = [
        Self::Html,
        Self::Csv,
        Self::Json,
        Self::Junit,
        Self::Markdown,
        Self::Sarif,
        Self::Ocsf,
        Self::Asff,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
            Self::Ocsf => "ocsf",
            Self::Asff => "asff",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownFormat {
                word: text.chars().take(64).collect(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read_back_as_what_it_was() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse::<Format>(), Ok(format));
        }
        assert_eq!(" HTML".parse::<Format>(), Ok(Format::Html));
    }

    #[test]
    fn an_unknown_format_is_told_which_ones_there_are() {
        let error = "pdf".parse::<Format>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`pdf` is not a report format; the formats are html, csv, json, junit, markdown, sarif, ocsf, asff"
        );
    }
}
