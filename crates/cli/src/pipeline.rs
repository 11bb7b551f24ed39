//! From a snapshot to a finished run directory: analysis, reports, manifest, summary.
//!
//! The audit, the demo and `analyze` share this second half; they differ in where the snapshot comes from.

use std::path::Path;

use org_audit_analysis::{AnalyzeError, Options};
use org_audit_model::snapshot::OrganizationSnapshot;
use org_audit_model::store::{SNAPSHOT_DIRECTORY, SnapshotReader, StoreError};
use org_audit_model::{AccountAssessment, ExitCode, RunAssessment, RunFigures};
use org_audit_reporting::{CollectionTable, ReportContext, ReportError, Reports};

use crate::args::{FailOn, FormatArgs};
use crate::compared::Compared;
use crate::error::CliError;
use crate::exceptions_file::ExceptionsFile;
use crate::printer::Printer;
use crate::recorded::{self, Recorded};
use crate::rules;
use crate::scope_map;
use crate::sealing::Sealing;
use crate::summary::Summary;

/// What is to be written of a run.
#[derive(Debug)]
pub struct Writing<'a> {
    /// The run directory. It holds the snapshot already.
    pub directory: &'a Path,
    /// The reports.
    pub reports: &'a FormatArgs,
    /// What is judged.
    pub options: &'a Options,
    /// Which fails are the exit code's business.
    pub fail_on: Option<FailOn>,
    /// The approved exceptions.
    pub exceptions: Option<&'a ExceptionsFile>,
    /// How the run is sealed.
    pub sealing: &'a Sealing,
    /// Earlier runs.
    pub compared: &'a Compared,
}

/// What is to be written of its reports.
#[derive(Debug)]
pub struct Rendering<'a> {
    /// Where the reports go.
    pub directory: &'a Path,
    /// The reports.
    pub reports: &'a FormatArgs,
    /// What is judged.
    pub options: &'a Options,
    /// Earlier runs.
    pub compared: &'a Compared,
    /// The run directory, where what every run has beside reports is written too.
    pub run: Option<&'a Path>,
}

/// Analyses the snapshot in the run directory, writes reports and manifest, and sums up.
///
/// # Errors
///
/// When the snapshot cannot be read or a file cannot be written.
pub fn finish_run(writing: &Writing<'_>, printer: Printer) -> Result<ExitCode, CliError> {
    let reader = SnapshotReader::open(&writing.directory.join(SNAPSHOT_DIRECTORY))?;
    let organization = reader.organization()?;
    let mut options = writing.options.clone();
    if let Some(file) = writing.exceptions {
        file.keep(writing.directory)?;
        options.exceptions = file.exceptions.clone();
    }
    let rendering = Rendering {
        directory: writing.directory,
        reports: writing.reports,
        options: &options,
        compared: writing.compared,
        run: Some(writing.directory),
    };
    let (run, summary, files) = render(&reader, &organization, &rendering, printer)?;
    scope_map::keep(writing.options.scope.as_ref(), writing.directory)?;
    scope_map::warn(&run, printer);
    let mut arguments = recorded::arguments(writing.reports, writing.options);
    arguments.baseline = writing.compared.reference();
    let recorded = Recorded {
        arguments,
        figures: RunFigures::of(&organization, &run),
    };
    writing
        .sealing
        .seal(writing.directory, &organization, recorded, printer)?;
    summary.print(&organization, &run, writing.directory, &files, printer);
    printer
        .data(&writing.directory.display().to_string())
        .map_err(|error| CliError::unexpected(&error))?;
    Ok(exit_code(&run, writing.fail_on))
}

/// Analyses the snapshot and writes its reports; returns also the names of the reports.
///
/// # Errors
///
/// When the snapshot cannot be read or a file cannot be written.
pub fn render(
    reader: &SnapshotReader,
    organization: &OrganizationSnapshot,
    rendering: &Rendering<'_>,
    printer: Printer,
) -> Result<(RunAssessment, Summary, Vec<String>), CliError> {
    let &Rendering {
        directory,
        reports: wanted,
        options,
        compared,
        run,
    } = rendering;
    wanted.check()?;
    compared.check_organization(&organization.organization.id)?;
    let history = compared.history(organization, printer);
    let aws_managed = reader.aws_managed_policies()?;
    let rules = rules::all();
    let context = ReportContext {
        organization,
        tool_version: env!("CARGO_PKG_VERSION"),
        demo: organization.collection.is_demo(),
        rules: &rules,
        options: wanted.options(),
    };
    let mut reports =
        Reports::begin(directory, &wanted.format, context).map_err(|error| report_error(&error))?;
    let mut collection = run
        .map(CollectionTable::begin)
        .transpose()
        .map_err(|error| report_error(&error))?;
    let mut summary = Summary::default();
    let mut comparison = compared.begin(options);
    let receive = |account: AccountAssessment| -> Result<(), Refused> {
        summary.see(&account);
        comparison.account(&account)?;
        if let Some(collection) = &mut collection {
            collection.account(&account)?;
        }
        Ok(reports.account(&account)?)
    };
    let mut run = org_audit_analysis::analyze_with(options, organization, &aws_managed, reader, receive)
        .map_err(|error| match error {
            AnalyzeError::Store(error) => CliError::from(error),
            AnalyzeError::Receiver(Refused::Report(error)) => report_error(&error),
            AnalyzeError::Receiver(Refused::Baseline(error)) => CliError::from(error),
        })?;
    run.change = comparison.finish(RunFigures::of(organization, &run))?;
    run.history = history;
    let files = reports.finish(&run).map_err(|error| report_error(&error))?;
    if let Some(collection) = collection {
        collection.finish().map_err(|error| report_error(&error))?;
    }
    Ok((run, summary, files))
}

/// Why an account was not taken.
#[derive(Debug, thiserror::Error)]
enum Refused {
    /// A report cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The baseline cannot be read.
    #[error(transparent)]
    Baseline(#[from] StoreError),
}

fn report_error(error: &ReportError) -> CliError {
    // A template of the user's own is the user's to put right; a file that cannot be written is not.
    let code = match error {
        ReportError::Template { .. } | ReportError::Io { action: "read", .. } => ExitCode::Usage,
        ReportError::Io { .. } => ExitCode::Unexpected,
    };
    CliError::of(error, code)
}

/// The exit code of a finished run. A finding wins over incompleteness: it is certain.
pub fn exit_code(run: &RunAssessment, fail_on: Option<FailOn>) -> ExitCode {
    let found =
        fail_on.is_some_and(|fail_on| match &run.change {
            Some(change) if fail_on.only_new => change.has_new(fail_on.least),
            Some(_) | None => run.totals.failed_by_severity.keys().any(|severity| {
                *severity >= fail_on.least && run.totals.failed_and_not_exempt(*severity) > 0
            }),
        });
    if found {
        ExitCode::Finding
    } else if run.incomplete {
        ExitCode::Incomplete
    } else {
        ExitCode::Clean
    }
}
