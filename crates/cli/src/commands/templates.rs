//! `org-audit templates export`: the HTML report's templates, to start one's own from.

use std::fs;
use std::path::Path;

use org_audit_model::ExitCode;
use org_audit_model::private_files;
use org_audit_reporting::templates;

use crate::args::TemplatesCommand;
use crate::error::CliError;
use crate::printer::Printer;
use crate::run_directory::cannot;

/// Writes every template, and prints the names.
///
/// # Errors
///
/// When the directory is not empty and `--force` was not given, or cannot be written to.
pub fn run(command: &TemplatesCommand, printer: Printer) -> Result<ExitCode, CliError> {
    let TemplatesCommand::Export(wanted) = command;
    let directory = &wanted.directory;
    check(directory, wanted.force)?;
    private_files::create_directory(directory).map_err(|error| cannot("make", directory, &error))?;
    for template in templates::ALL {
        let path = directory.join(template.name);
        private_files::write(&path, template.text.as_bytes())
            .map_err(|error| cannot("write", &path, &error))?;
        printer
            .data(&path.display().to_string())
            .map_err(|error| CliError::unexpected(&error))?;
    }
    printer.say("Change what you want to, delete the rest, and use it with --template-dir.");
    Ok(ExitCode::Clean)
}

/// Somebody's own templates are not overwritten unasked; other files are never touched.
fn check(directory: &Path, force: bool) -> Result<(), CliError> {
    if fs::symlink_metadata(directory).is_err() {
        return Ok(());
    }
    let mut entries = fs::read_dir(directory).map_err(|error| cannot("write into", directory, &error))?;
    if entries.next().is_some() && !force {
        return Err(
            CliError::usage(format!("`{}` is not empty and is kept", directory.display()))
                .with_help("name another directory, or replace the templates in this one with --force"),
        );
    }
    Ok(())
}
