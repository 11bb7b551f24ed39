//! `org-audit analyze`: a saved snapshot judged again, offline.

use org_audit_model::ExitCode;
use org_audit_model::manifest::MANIFEST_FILE;
use org_audit_model::store::{SNAPSHOT_DIRECTORY, SnapshotReader};

use crate::args::AnalyzeArgs;
use crate::commands::audit;
use crate::error::CliError;
use crate::exceptions_file::ExceptionsFile;
use crate::pipeline::{self, Writing};
use crate::printer::Printer;
use crate::run_directory;
use crate::scope_map;

/// Copies the snapshot into a new run directory and finishes the run there.
///
/// # Errors
///
/// When the snapshot cannot be read or a file cannot be written.
pub fn run(arguments: &AnalyzeArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let reader = SnapshotReader::open(&arguments.snapshot)?;
    let organization = reader.organization()?;
    let wanted = &arguments.output;
    let (output, sealing, given) = audit::check_output(wanted)?;
    let recorded = run_directory::arguments_of(&arguments.snapshot)?;
    let exceptions = match given {
        Some(given) => Some(given),
        None => ExceptionsFile::of_run(&arguments.snapshot, &recorded)?,
    };
    let mut options = wanted.controls.options()?;
    if options.scope.is_none() {
        options.scope = scope_map::of_run(&arguments.snapshot, &recorded)?;
    }
    let compared = audit::open_compared(wanted, &output)?;
    compared.check_organization(&organization.organization.id)?;
    output.refuse_source(reader.directory())?;
    let aside = output.make_beside()?;
    let writing = Writing {
        directory: output.path(),
        reports: &wanted.formats,
        options: &options,
        fail_on: wanted.fail_on,
        exceptions: exceptions.as_ref(),
        sealing: &sealing,
        compared: &compared,
    };
    let finished = run_directory::copy_snapshot(reader.directory(), output.path(), &organization)
        .and_then(|()| run_directory::warn_if_changed(&arguments.snapshot, output.path(), printer))
        .and_then(|()| pipeline::finish_run(&writing, printer));
    match finished {
        Ok(code) => {
            aside.replaced();
            Ok(code)
        }
        // The run is whole, and only saying so failed.
        Err(error) if output.path().join(MANIFEST_FILE).exists() => {
            aside.replaced();
            Err(error)
        }
        Err(error) => {
            // Half a run would be in the way of the next attempt, and what is wrong is wrong in the snapshot that was
            // given.
            let copy = output.path().join(SNAPSHOT_DIRECTORY);
            let error = error.about(&copy, reader.directory());
            Err(match aside.restore() {
                Ok(()) => error,
                Err(kept) => error.with_help(kept),
            })
        }
    }
}
