//! `org-audit completions`.

use std::io::Write;

use clap::CommandFactory;
use org_audit_model::ExitCode;

use crate::args::{Cli, CompletionsArgs};
use crate::error::CliError;

/// Prints the completion script.
///
/// # Errors
///
/// When stdout is closed or full.
pub fn run(arguments: &CompletionsArgs) -> Result<ExitCode, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "org-audit", &mut script);
    std::io::stdout()
        .write_all(&script)
        .map_err(|error| CliError::unexpected(&error))?;
    Ok(ExitCode::Clean)
}
