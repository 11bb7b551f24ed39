//! `org-audit report`: reports of a run written again, offline.

use std::fs;
use std::path::Path;

use org_audit_model::ExitCode;
use org_audit_model::manifest::MANIFEST_FILE;
use org_audit_model::store::SnapshotReader;

use crate::args::{FormatArgs, ReportArgs};
use crate::clock;
use crate::error::CliError;
use crate::output_directory::OutputDirectory;
use crate::pipeline;
use crate::printer::Printer;
use crate::recorded;
use crate::run_directory::{arguments_of, cannot, same_bytes, seal};

/// Renders the run's snapshot, into another directory or into the run itself.
///
/// # Errors
///
/// When the run cannot be read, or a report is there, differs, and `--force` was not given.
pub fn run(arguments: &ReportArgs, printer: Printer) -> Result<ExitCode, CliError> {
    arguments.formats.check()?;
    let reader = SnapshotReader::open(&arguments.run)?;
    let organization = reader.organization()?;
    // The controls and parameters are the run's: other ones would make another run of it.
    let options = recorded::options(&arguments_of(&arguments.run)?)?;
    let (directory, run, files) = match &arguments.output {
        Some(path) => {
            let output = OutputDirectory::check(Some(path), arguments.force, clock::now())?;
            output.make()?;
            let (run, _, files) = pipeline::render(
                &reader,
                &organization,
                output.path(),
                &arguments.formats,
                &options,
                None,
            )?;
            (output.path().to_owned(), run, files)
        }
        None => {
            if reader.directory() == arguments.run {
                return Err(CliError::usage(format!(
                    "`{}` is a snapshot and not a run directory",
                    arguments.run.display()
                ))
                .with_help("name the directory for the reports with --output"));
            }
            let scratch = scratch_directory(&arguments.run)?;
            let (run, _, files) = pipeline::render(
                &reader,
                &organization,
                scratch.path(),
                &arguments.formats,
                &options,
                None,
            )?;
            move_into(&arguments.run, scratch.path(), &files, arguments.force)?;
            drop(scratch);
            renew_manifest(&arguments.run, &organization, &arguments.formats)?;
            (arguments.run.clone(), run, files)
        }
    };
    for file in &files {
        printer
            .data(&directory.join(file).display().to_string())
            .map_err(|error| CliError::unexpected(&error))?;
    }
    Ok(pipeline::exit_code(&run, None))
}

/// A directory beside the reports, on the same file system, so that they can be renamed into place.
fn scratch_directory(run: &Path) -> Result<tempfile::TempDir, CliError> {
    tempfile::Builder::new()
        .prefix(".org-audit-")
        .tempdir_in(run)
        .map_err(|error| {
            cannot("write into", run, &error).with_help("write the reports elsewhere with --output")
        })
}

/// Moves the new reports into the run. A report that is there already and differs is evidence: it is kept
/// unless `force`.
fn move_into(run: &Path, scratch: &Path, files: &[String], force: bool) -> Result<(), CliError> {
    let mut new = Vec::new();
    for file in files {
        let (from, to) = (scratch.join(file), run.join(file));
        if !to.exists() || force {
            new.push((from, to));
        } else if !same_bytes(&from, &to).map_err(|error| cannot("read", &to, &error))? {
            return Err(CliError::usage(format!(
                "`{}` is there already and differs; it is kept",
                to.display()
            ))
            .with_help("replace it with --force, or write elsewhere with --output"));
        }
    }
    for (from, to) in new {
        fs::rename(&from, &to).map_err(|error| cannot("write", &to, &error))?;
    }
    Ok(())
}

/// A finished run stays a finished run: the manifest then names the new files too.
fn renew_manifest(
    run: &Path,
    organization: &org_audit_model::OrganizationSnapshot,
    formats: &FormatArgs,
) -> Result<(), CliError> {
    if !run.join(MANIFEST_FILE).exists() {
        return Ok(());
    }
    let mut arguments = arguments_of(run)?;
    arguments
        .formats
        .extend(formats.format.iter().map(ToString::to_string));
    arguments.report_options.extend(formats.recorded());
    seal(run, organization, arguments)
}
