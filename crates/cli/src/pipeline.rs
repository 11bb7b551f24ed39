//! From a snapshot to a finished run directory: analysis, reports, manifest, summary.
//!
//! The audit, the demo and `analyze` share this second half; they differ in where the snapshot comes from.

use std::path::Path;

use org_audit_analysis::controls::{self, Control};
use org_audit_analysis::{AnalyzeError, Options};
use org_audit_model::snapshot::OrganizationSnapshot;
use org_audit_model::store::{SNAPSHOT_DIRECTORY, SnapshotReader};
use org_audit_model::{AccountAssessment, ExitCode, RunAssessment};
use org_audit_reporting::{CollectionTable, ReportContext, ReportError, Reports, Rule};

use crate::args::{FailOn, FormatArgs};
use crate::error::CliError;
use crate::printer::Printer;
use crate::recorded;
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
    /// How the run is sealed.
    pub sealing: &'a Sealing,
}

/// Analyses the snapshot in the run directory, writes reports and manifest, and sums up.
///
/// # Errors
///
/// When the snapshot cannot be read or a file cannot be written.
pub fn finish_run(writing: &Writing<'_>, printer: Printer) -> Result<ExitCode, CliError> {
    let reader = SnapshotReader::open(&writing.directory.join(SNAPSHOT_DIRECTORY))?;
    let organization = reader.organization()?;
    let (run, summary, files) = render(
        &reader,
        &organization,
        writing.directory,
        writing.reports,
        writing.options,
        Some(writing.directory),
    )?;
    let arguments = recorded::arguments(writing.reports, writing.options);
    writing
        .sealing
        .seal(writing.directory, &organization, arguments, printer)?;
    summary.print(&organization, &run, writing.directory, &files, printer);
    printer
        .data(&writing.directory.display().to_string())
        .map_err(|error| CliError::unexpected(&error))?;
    Ok(exit_code(&run, writing.fail_on))
}

/// Analyses the snapshot and writes its reports into `directory`, and what every run has beside reports into
/// `run`, where there is one; returns also the names of the reports.
///
/// # Errors
///
/// When the snapshot cannot be read or a file cannot be written.
pub fn render(
    reader: &SnapshotReader,
    organization: &OrganizationSnapshot,
    directory: &Path,
    wanted: &FormatArgs,
    options: &Options,
    run: Option<&Path>,
) -> Result<(RunAssessment, Summary, Vec<String>), CliError> {
    wanted.check()?;
    let aws_managed = reader.aws_managed_policies()?;
    let rules = rules();
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
    let receive = |account: AccountAssessment| -> Result<(), ReportError> {
        summary.see(&account);
        if let Some(collection) = &mut collection {
            collection.account(&account)?;
        }
        reports.account(&account)
    };
    let run = org_audit_analysis::analyze_with(options, organization, &aws_managed, reader, receive)
        .map_err(|error| match error {
            AnalyzeError::Store(error) => CliError::from(error),
            AnalyzeError::Receiver(error) => report_error(&error),
        })?;
    let files = reports.finish(&run).map_err(|error| report_error(&error))?;
    if let Some(collection) = collection {
        collection.finish().map_err(|error| report_error(&error))?;
    }
    Ok((run, summary, files))
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
    let found = fail_on.is_some_and(|fail_on| match &run.change {
        Some(change) if fail_on.only_new => change.has_new(fail_on.least),
        Some(_) | None => run
            .totals
            .failed_by_severity
            .iter()
            .any(|(severity, count)| *severity >= fail_on.least && *count > 0),
    });
    if found {
        ExitCode::Finding
    } else if run.incomplete {
        ExitCode::Incomplete
    } else {
        ExitCode::Clean
    }
}

/// Every control, as the reports describe it.
fn rules() -> Vec<Rule> {
    let requirements = |control: &Control| {
        let listed = control.requirements.by_standard();
        let named = listed.into_iter().filter(|(_, numbers)| !numbers.is_empty());
        named
            .map(|(standard, numbers)| {
                let numbers = numbers.iter().map(ToString::to_string).collect();
                (standard.to_owned(), numbers)
            })
            .collect()
    };
    controls::pages()
        .map(|(control, page)| Rule {
            id: control.id.to_owned(),
            title: control.title.to_owned(),
            severity: control.severity,
            page,
            requirements: requirements(control),
        })
        .collect()
}
