//! Runs of one organization over time, as a table.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use org_audit_model::RunFigures;
use serde::Serialize;

use crate::diff::rate;
use crate::formats::csv::cell;
use crate::text::visible;

/// The version of the JSON form. It grows when a reader of the old form would misunderstand the new one.
const SCHEMA_VERSION: u32 = 1;

const COLUMNS: [&str; 15] = [
    "started_at",
    "accounts",
    "accounts_assessed",
    "users",
    "iam_5_pass",
    "iam_5_fail",
    "iam_5_not_applicable",
    "iam_5_unknown",
    "iam_5_pass_rate",
    "exposed",
    "verdict_unknown",
    "enforced",
    "coverage_unknown",
    "incomplete",
    "run",
];

/// How the table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryFormat {
    /// For people, on a terminal.
    Text,
    /// One object.
    Json,
    /// A row for every run.
    Csv,
}

/// A word that is no format of the table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a format of the history; the formats are text, json, csv")]
pub struct UnknownHistoryFormat {
    word: String,
}

impl HistoryFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Csv];

    /// Its name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

impl fmt::Display for HistoryFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for HistoryFormat {
    type Err = UnknownHistoryFormat;

    fn from_str(text: &str) -> Result<Self, UnknownHistoryFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownHistoryFormat {
                word: text.chars().take(64).collect(),
            })
    }
}

/// A run in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PastRun {
    /// Its figures.
    #[serde(flatten)]
    pub figures: RunFigures,
    /// Where it is.
    pub run: String,
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    organization_id: &'a str,
    runs: &'a [PastRun],
}

/// Writes the runs of an organization, in the order in which they are given.
///
/// # Errors
///
/// When the stream refuses.
pub fn write(
    format: HistoryFormat,
    organization_id: &str,
    runs: &[PastRun],
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        HistoryFormat::Text => text(organization_id, runs, out),
        HistoryFormat::Csv => csv(runs, out),
        HistoryFormat::Json => {
            let document = Document {
                schema_version: SCHEMA_VERSION,
                organization_id,
                runs,
            };
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)
        }
    }
}

fn text(organization_id: &str, runs: &[PastRun], out: &mut dyn Write) -> io::Result<()> {
    // What could not be read may hold more.
    let at_least = |count: u64, known: bool| match known {
        true => count.to_string(),
        false => format!("{count}+"),
    };
    writeln!(out, "Organization {}\n", visible(organization_id))?;
    writeln!(
        out,
        "  {:<20}  {:>15}  {:>9}  {:>10}  {:>8}  {:>16}",
        "collected", "assessed", "IAM.5", "IAM.5 fail", "exposed", "SCPs enforce MFA"
    )?;
    for PastRun { figures, run } in runs {
        let assessed = format!("{} of {}", figures.accounts_assessed, figures.accounts);
        writeln!(
            out,
            "  {:<20}  {assessed:>15}  {:>9}  {:>10}  {:>8}  {:>16}  {:<10}  {}",
            format!("{:.0}", figures.started_at),
            rate(figures),
            at_least(figures.iam_5.fail, !figures.incomplete),
            at_least(
                figures.exposed,
                !figures.incomplete && figures.verdict_unknown == 0
            ),
            at_least(figures.enforced, figures.coverage_unknown == 0),
            if figures.incomplete {
                "incomplete"
            } else {
                "complete"
            },
            visible(run)
        )?;
    }
    if runs.iter().any(|run| run.figures.incomplete) {
        writeln!(
            out,
            "\n  IAM.5 is passes of passes and fails. `+`: there may be more in what could not be read."
        )?;
    }
    Ok(())
}

fn csv(runs: &[PastRun], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(out);
    writer.write_record(COLUMNS)?;
    for PastRun { figures, run } in runs {
        let rate = figures.pass_permille().map_or_else(
            || "unknown".to_owned(),
            |permille| format!("{}.{}", permille / 10, permille % 10),
        );
        writer.write_record([
            figures.started_at.to_string(),
            figures.accounts.to_string(),
            figures.accounts_assessed.to_string(),
            figures.users.to_string(),
            figures.iam_5.pass.to_string(),
            figures.iam_5.fail.to_string(),
            figures.iam_5.not_applicable.to_string(),
            figures.iam_5.unknown.to_string(),
            rate,
            figures.exposed.to_string(),
            figures.verdict_unknown.to_string(),
            figures.enforced.to_string(),
            figures.coverage_unknown.to_string(),
            figures.incomplete.to_string(),
            cell::safe(run).into_owned(),
        ])?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use org_audit_model::assessment::OutcomeCounts;

    use super::*;

    fn runs() -> Vec<PastRun> {
        let figures = |day: u8, incomplete| RunFigures {
            started_at: format!("2026-01-{day:02}T03:04:05.678Z").parse().unwrap(),
            accounts: 45,
            accounts_assessed: 40,
            users: 900,
            iam_5: OutcomeCounts {
                pass: 9,
                fail: 1,
                not_applicable: 3,
                unknown: u64::from(incomplete),
            },
            exposed: 2,
            verdict_unknown: u64::from(incomplete),
            enforced: 20,
            coverage_unknown: 0,
            incomplete,
        };
        vec![
            PastRun {
                figures: figures(1, false),
                run: "runs/monday".to_owned(),
            },
            PastRun {
                figures: figures(2, true),
                run: "=runs/\u{1b}[2Jtuesday".to_owned(),
            },
        ]
    }

    fn written(format: HistoryFormat) -> String {
        let mut out = Vec::new();
        write(format, "o-a1b2c3d4e5", &runs(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_see_which_runs_are_incomplete() {
        insta::assert_snapshot!("history_text", written(HistoryFormat::Text));
    }

    #[test]
    fn programs_read_the_same_numbers_in_both_forms() {
        let json: serde_json::Value = serde_json::from_str(&written(HistoryFormat::Json)).unwrap();
        let csv = written(HistoryFormat::Csv);
        let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<std::collections::BTreeMap<String, String>> =
            reader.deserialize().map(Result::unwrap).collect();
        assert_eq!(rows.len(), json["runs"].as_array().unwrap().len());
        for (row, run) in rows.iter().zip(json["runs"].as_array().unwrap()) {
            assert_eq!(row["iam_5_fail"], run["iam_5"]["fail"].to_string());
            assert_eq!(row["exposed"], run["exposed"].to_string());
            assert_eq!(row["incomplete"], run["incomplete"].to_string());
        }
        assert_eq!(rows[0]["iam_5_pass_rate"], "90.0");
        assert!(rows[1]["run"].starts_with("'="));
    }

    #[test]
    fn every_format_is_read_back_and_named_in_the_error() {
        let error = "pdf".parse::<HistoryFormat>().unwrap_err().to_string();
        for format in HistoryFormat::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
            assert!(error.contains(format.as_str()), "{error}");
        }
    }
}
