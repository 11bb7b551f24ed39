//! `org-audit explain`: what a control or lint is, or why a user got its verdict.

use std::path::Path;

use org_audit_model::ExitCode;

use super::{explain_page, explain_user};
use crate::args::ExplainArgs;
use crate::error::CliError;
use crate::printer::Printer;

/// Prints the explanation on stdout.
///
/// # Errors
///
/// When there is nothing of that name.
pub fn run(arguments: &ExplainArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let text = match (&arguments.subject, &arguments.account, &arguments.user) {
        (Some(run), Some(account), Some(user)) => explain_user::explain(run, account, user)?,
        (None, Some(_), _) | (None, _, Some(_)) => {
            return Err(CliError::usage("name the run directory, too"));
        }
        (Some(subject), _, _) => page(subject)?,
        (None, None, None) => explain_page::list(),
    };
    printer
        .data(text.trim_end())
        .map_err(|error| CliError::unexpected(&error))?;
    Ok(ExitCode::Clean)
}

fn page(subject: &Path) -> Result<String, CliError> {
    if subject.is_dir() {
        return Err(CliError::usage(format!("`{}` is a directory", subject.display()))
            .with_help("if it is a run, name a user of it with --account and --user"));
    }
    explain_page::page(&subject.to_string_lossy())
}
