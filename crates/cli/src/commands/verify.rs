//! `org-audit verify`: whether a run is still what was written.

use org_audit_model::ExitCode;
use org_audit_model::integrity::{self, Change, ManifestError};
use org_audit_model::manifest::SIGNATURE_FILE;

use crate::args::VerifyArgs;
use crate::error::CliError;
use crate::printer::Printer;
use crate::run_directory::cannot;
use crate::text::safe;

/// Compares every file of the run with its manifest, and prints each difference.
///
/// A run that was changed is a finding (exit code 10): it is what was asked about. Exit code 1 and 2 stay for a
/// run of which nothing can be said.
///
/// # Errors
///
/// When there is no manifest to judge by, or a file cannot be read.
pub fn run(arguments: &VerifyArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let directory = &arguments.run;
    if !directory.is_dir() {
        return Err(
            CliError::usage(format!("`{}` is not a directory", directory.display()))
                .with_help("name a run directory: the one that holds manifest.json"),
        );
    }
    let manifest = integrity::read_manifest(directory)
        .map_err(|error| unusable(&directory.display().to_string(), &error))?;
    let found = integrity::inventory(directory).map_err(|error| cannot("read", directory, &error))?;
    let changes = integrity::compare(&manifest, &found);
    tell(&changes, manifest.files.len(), printer)?;
    if !directory.join(SIGNATURE_FILE).exists() {
        printer.say(
            "There is no signature: whoever changed a file could have written a manifest to match. Compare the \
             manifest's own SHA-256 with one that was kept elsewhere.",
        );
    }
    Ok(if changes.is_empty() {
        ExitCode::Clean
    } else {
        ExitCode::Finding
    })
}

fn tell(changes: &[Change], files: usize, printer: Printer) -> Result<(), CliError> {
    let mut lines: Vec<String> = changes.iter().map(|change| safe(&change.to_string())).collect();
    if lines.is_empty() {
        lines.push(format!("intact: {files} files, all as the manifest says"));
    } else {
        printer.say(&format!(
            "The run was changed after it was written: {} of what follows.",
            lines.len()
        ));
    }
    lines
        .iter()
        .try_for_each(|line| printer.data(line))
        .map_err(|error| CliError::unexpected(&error))
}

fn unusable(run: &str, error: &ManifestError) -> CliError {
    let help = match error {
        ManifestError::None => "a run without a manifest was not finished, or this is not a run directory",
        ManifestError::Newer(_) => "use the version of org-audit that wrote it, or a later one",
        ManifestError::Io(_) => "ask for the right to read it",
        ManifestError::NotAFile(_) | ManifestError::Damaged(_) | ManifestError::Name(_) => {
            "this is not what org-audit wrote: get the run again from whoever made it"
        }
    };
    let told = CliError::of(error, ExitCode::Usage);
    CliError::usage(format!("`{run}` cannot be verified: {told}")).with_help(help)
}
