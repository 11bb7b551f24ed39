//! `org-audit --version`, and with `--verbose` what data the program carries.

use org_audit_model::ExitCode;
use org_audit_policy::actions::ActionList;

use crate::error::CliError;
use crate::printer::Printer;

/// Prints the version; with `verbose`, also of which day the list of AWS actions is. What an action may do is
/// judged by that list, so its age is part of the evidence.
///
/// # Errors
///
/// When stdout cannot be written to.
pub fn run(verbose: bool, printer: Printer) -> Result<ExitCode, CliError> {
    let mut lines = vec![format!("org-audit {}", env!("CARGO_PKG_VERSION"))];
    if verbose {
        let list = ActionList::embedded();
        lines.push(format!("action list: {} actions, {}", list.len(), list.date()));
        lines.push(format!(
            "snapshot schema: {}",
            org_audit_model::snapshot::SCHEMA_VERSION
        ));
        lines.push(format!(
            "manifest version: {}",
            org_audit_model::manifest::MANIFEST_VERSION
        ));
    }
    lines
        .iter()
        .try_for_each(|line| printer.data(line))
        .map_err(|error| CliError::unexpected(&error))?;
    Ok(ExitCode::Clean)
}
