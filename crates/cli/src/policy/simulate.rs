//! `org-audit policy simulate`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use org_audit_model::ExitCode;
use org_audit_policy::cases;

use super::each_line;

/// Options of `policy simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// A file with one case a line; `-` is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
}

pub(super) fn run(args: &SimulateArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<ExitCode> {
    each_line(&args.file, out, err, |line| match cases::simulate(line) {
        Ok(answer) => (true, serde_json::to_string(&answer)),
        Err(error) => (false, serde_json::to_string(&error)),
    })
}
