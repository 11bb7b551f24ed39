//! `org-audit explain`: why a user got its verdict.

use org_audit_model::ExitCode;

use super::explain_user;
use crate::args::ExplainArgs;
use crate::error::CliError;
use crate::printer::Printer;

/// Prints the explanation on stdout.
///
/// # Errors
///
/// When there is nothing of that name.
pub fn run(arguments: &ExplainArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let text = match (&arguments.account, &arguments.user) {
        (Some(account), Some(user)) => explain_user::explain(&arguments.subject, account, user)?,
        _ => {
            return Err(CliError::usage(
                "name a user with --account and --user, and the run",
            ));
        }
    };
    printer
        .data(text.trim_end())
        .map_err(|error| CliError::unexpected(&error))?;
    Ok(ExitCode::Clean)
}
