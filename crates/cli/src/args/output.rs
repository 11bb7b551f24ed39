//! Options about what is written.

use std::path::PathBuf;

use clap::Args;
use org_audit_model::Severity;
use org_audit_reporting::Format;

use super::ControlArgs;

/// Which reports are written.
#[derive(Debug, Clone, Args)]
pub struct FormatArgs {
    /// Formats of the reports, separated by commas: html, csv, json.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "html,csv",
        value_parser = parse_format, help_heading = "Output")]
    pub format: Vec<Format>,
}

/// What is written, and where.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Which reports.
    #[command(flatten)]
    pub formats: FormatArgs,
    /// What is judged.
    #[command(flatten)]
    pub controls: ControlArgs,
    /// The run directory to make; without it, `org-audit-run-<time>` in the current directory.
    ///
    /// It must not be there yet.
    #[arg(long, short, value_name = "DIR", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Replace the run directory if it is there. Only an earlier run is replaced, nothing else.
    #[arg(long, help_heading = "Output")]
    pub force: bool,
    /// Exit with code 10 when a control of this severity or above fails: informational, low, medium, high,
    /// critical. IAM.5 is medium.
    #[arg(long, value_name = "SEVERITY", help_heading = "Output")]
    pub fail_on: Option<Severity>,
}

fn parse_format(text: &str) -> Result<Format, String> {
    text.parse().map_err(|error| format!("{error}"))
}
