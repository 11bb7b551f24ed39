//! Options of `diff`.

use std::path::PathBuf;

use clap::Args;
use org_audit_reporting::diff::DiffFormat;

use super::controls::Assignment;
use super::output::{FailOn, parse_fail_on};

/// Options of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier run directory or snapshot.
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The later run directory or snapshot.
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// How to write it: text, json, csv, markdown.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    pub format: DiffFormat,
    /// Write what did not change as well.
    #[arg(long)]
    pub all: bool,
    /// Controls to judge in both runs, separated by commas; without it, those that either run judged.
    #[arg(long, value_name = "CONTROLS", value_parser = super::controls::selection)]
    pub controls: Option<org_audit_analysis::controls::Selection>,
    /// Set a parameter of a control for both runs; without it, they are those of the later run.
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::controls::assignment)]
    pub control_parameter: Vec<Assignment>,
    /// Exit with code 10 when a finding of this severity or above is new: informational, low, medium, high,
    /// critical. `new:high` is the same as `high` here.
    #[arg(long, value_name = "SEVERITY", value_parser = parse_fail_on)]
    pub fail_on: Option<FailOn>,
}

fn parse_format(text: &str) -> Result<DiffFormat, String> {
    text.parse().map_err(|error| format!("{error}"))
}
