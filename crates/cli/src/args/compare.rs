//! Options about earlier runs.

use std::path::PathBuf;

use clap::Args;
use org_audit_reporting::history::HistoryFormat;

/// Earlier runs that the reports speak of.
#[derive(Debug, Clone, Default, Args)]
pub struct CompareArgs {
    /// Say in the reports what changed since this earlier run (a run directory or snapshot).
    ///
    /// It is judged again by this program with the same controls, and must be of the same organization.
    #[arg(long, value_name = "RUN", help_heading = "Earlier runs")]
    pub baseline: Option<PathBuf>,
    /// Show the runs in this directory over time in the HTML report; may be repeated.
    #[arg(long, value_name = "DIR", help_heading = "Earlier runs")]
    pub history: Vec<PathBuf>,
}

/// Options of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Run directories, or directories that hold them.
    #[arg(value_name = "DIR", required = true)]
    pub directories: Vec<PathBuf>,
    /// How to write it: text, json, csv.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    pub format: HistoryFormat,
}

fn parse_format(text: &str) -> Result<HistoryFormat, String> {
    text.parse().map_err(|error| format!("{error}"))
}
