//! `org-audit report`: reports of a run written again, offline.

use std::fs;
use std::path::Path;

use org_audit_model::integrity;
use org_audit_model::manifest::{Arguments, MANIFEST_FILE, SIGNATURE_FILE};
use org_audit_model::private_files;
use org_audit_model::store::SnapshotReader;
use org_audit_model::{ExitCode, RunFigures};
use org_audit_reporting::ACCOUNT_PAGES;

use crate::args::ReportArgs;
use crate::clock;
use crate::compared::Compared;
use crate::error::CliError;
use crate::exceptions_file::ExceptionsFile;
use crate::output_directory::OutputDirectory;
use crate::pipeline::{self, Rendering};
use crate::printer::Printer;
use crate::recorded::{self, Recorded};
use crate::run_directory::{arguments_of, cannot, same_bytes};
use crate::scope_map;
use crate::sealing::Sealing;

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
    let recorded = arguments_of(&arguments.run)?;
    let mut options = recorded::options(&recorded)?;
    let exceptions = exceptions(arguments, &recorded)?;
    if let Some(file) = &exceptions {
        options.exceptions = file.exceptions.clone();
    }
    options.scope = scope_map::of_run(&arguments.run, &recorded)?;
    let compared = Compared::open(&arguments.formats.compared, arguments.output.as_deref(), None)?;
    compared.check_organization(&organization.organization.id)?;
    say_what_is_not_repeated(&recorded, &compared, printer);
    let rendering = |directory| Rendering {
        directory,
        reports: &arguments.formats,
        options: &options,
        compared: &compared,
        run: None,
    };
    let (directory, run, files) = match &arguments.output {
        Some(path) => {
            refuse_sealing(arguments)?;
            let output = OutputDirectory::check(Some(path), arguments.force, clock::now())?;
            output.refuse_source(reader.directory())?;
            output.make()?;
            if let Some(file) = &exceptions {
                file.keep(output.path())?;
            }
            let rendering = rendering(output.path());
            let (run, _, files) = pipeline::render(&reader, &organization, &rendering, printer)?;
            (output.path().to_owned(), run, files)
        }
        None => {
            refuse_bare_snapshot(arguments, &reader)?;
            let sealing = may_renew(arguments)?;
            let scratch = scratch_directory(&arguments.run)?;
            let rendering = rendering(scratch.path());
            let (run, _, files) = pipeline::render(&reader, &organization, &rendering, printer)?;
            move_into(&arguments.run, scratch.path(), &files, arguments.force)?;
            drop(scratch);
            let figures = RunFigures::of(&organization, &run);
            let recorded = renewed(arguments, &compared, figures)?;
            if arguments.run.join(MANIFEST_FILE).exists() {
                sealing.seal(&arguments.run, &organization, recorded, printer)?;
            }
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

fn refuse_sealing(arguments: &ReportArgs) -> Result<(), CliError> {
    if arguments.evidence.is_given() {
        return Err(CliError::usage(
            "--sign and --archive are for a run directory, and --output gets reports only",
        )
        .with_help("leave out --output, or make a new run with `org-audit analyze`"));
    }
    Ok(())
}

fn refuse_bare_snapshot(arguments: &ReportArgs, reader: &SnapshotReader) -> Result<(), CliError> {
    if reader.directory() == arguments.run {
        return Err(CliError::usage(format!(
            "`{}` is a snapshot and not a run directory",
            arguments.run.display()
        ))
        .with_help("name the directory for the reports with --output"));
    }
    Ok(())
}

/// A run's own reports were compared with a baseline, and these will not be.
fn say_what_is_not_repeated(recorded: &Arguments, compared: &Compared, printer: Printer) {
    if let (Some(baseline), None) = (&recorded.baseline, compared.reference()) {
        printer.warn(&format!(
            "the run was compared with the one of {:.0}; its reports say what changed only with --baseline",
            baseline.started_at
        ));
    }
}

/// The exceptions that were given, or those of the run.
fn exceptions(arguments: &ReportArgs, asked: &Arguments) -> Result<Option<ExceptionsFile>, CliError> {
    match (&arguments.exceptions.exceptions, &arguments.output) {
        (None, _) => ExceptionsFile::of_run(&arguments.run, asked),
        (Some(file), Some(_)) => ExceptionsFile::read(file).map(Some),
        (Some(_), None) => Err(CliError::usage(
            "other exceptions make other findings, and the run's reports would contradict each other",
        )
        .with_help("write the reports elsewhere with --output, or make a new run with `org-audit analyze`")),
    }
}

/// Whether the run's manifest may be written anew: it would vouch for whatever lies in the directory by now, so
/// the run must be what it was; and a signature would not belong to it any more.
fn may_renew(arguments: &ReportArgs) -> Result<Sealing, CliError> {
    let run = &arguments.run;
    let sealing = Sealing::new(&arguments.evidence, run, arguments.force)?;
    if !run.join(MANIFEST_FILE).exists() {
        if sealing.is_asked_for() {
            return Err(CliError::usage(format!(
                "`{}` has no {MANIFEST_FILE}: the run was not finished",
                run.display()
            ))
            .with_help("finish it with `org-audit analyze`, into a directory of its own"));
        }
        return Ok(sealing);
    }
    if run.join(SIGNATURE_FILE).exists() && !sealing.signs() {
        return Err(CliError::usage(format!(
            "`{}` is signed, and new reports would break the signature",
            run.display()
        ))
        .with_help("write the reports elsewhere with --output, or sign again with --sign"));
    }
    let manifest = integrity::read_manifest(run).map_err(|error| CliError::of(&error, ExitCode::Usage))?;
    let found = integrity::inventory(run).map_err(|error| cannot("read", run, &error))?;
    match integrity::compare(&manifest, &found).first() {
        Some(change) if !arguments.force => Err(CliError::usage(format!(
            "`{}` is not what its manifest says ({change}), and a new manifest would hide that",
            run.display()
        ))
        .with_help(
            "look at it with `org-audit verify`; write elsewhere with --output, or accept it with --force",
        )),
        Some(_) | None => Ok(sealing),
    }
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
        if let Some(parent) = to.parent() {
            private_files::create_directory(parent).map_err(|error| cannot("make", parent, &error))?;
        }
        fs::rename(&from, &to).map_err(|error| cannot("write", &to, &error))?;
    }
    if force && files.iter().any(|file| file == "report.html") {
        remove_stale_pages(run, files)?;
    }
    Ok(())
}

/// Removes pages of accounts to which the new report does not lead any more.
fn remove_stale_pages(run: &Path, files: &[String]) -> Result<(), CliError> {
    let pages = run.join(ACCOUNT_PAGES);
    if !pages.is_dir() {
        return Ok(());
    }
    let names = private_files::list(&pages).map_err(|error| cannot("read", &pages, &error))?;
    for name in names {
        if !files.contains(&format!("{ACCOUNT_PAGES}/{name}")) {
            let path = pages.join(name);
            fs::remove_file(&path).map_err(|error| cannot("remove", &path, &error))?;
        }
    }
    Ok(())
}

/// A finished run stays a finished run: the manifest then names the new files too.
fn renewed(arguments: &ReportArgs, compared: &Compared, figures: RunFigures) -> Result<Recorded, CliError> {
    let formats = &arguments.formats;
    let mut recorded = arguments_of(&arguments.run)?;
    recorded
        .formats
        .extend(formats.format.iter().map(ToString::to_string));
    recorded.report_options.extend(formats.recorded());
    recorded.baseline = compared.reference().or(recorded.baseline);
    Ok(Recorded {
        arguments: recorded,
        figures,
    })
}
