//! `org-audit diff`: what changed between two runs.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use org_audit_analysis::change::Comparison;
use org_audit_analysis::controls::{self, Parameters, Selection};
use org_audit_analysis::{AnalyzeError, Options};
use org_audit_model::change::{Change, RunFigures};
use org_audit_model::manifest::Arguments;
use org_audit_model::{AccountAssessment, ExitCode};
use org_audit_reporting::diff::{self, DiffHead};

use crate::args::DiffArgs;
use crate::earlier::EarlierRun;
use crate::error::CliError;
use crate::exceptions_file::ExceptionsFile;
use crate::printer::Printer;

/// Judges both runs by this program and the same controls, and writes the difference to stdout.
///
/// # Errors
///
/// When a run cannot be read, or they are of different organizations.
pub fn run(arguments: &DiffArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let old = EarlierRun::open(&arguments.old)?;
    let new = EarlierRun::open(&arguments.new)?;
    old.check_same_organization(&new.organization.organization.id)?;
    let (mut options, not_compared) = options(arguments, &old.arguments, &new.arguments)?;
    // What is accepted now is what counts; the earlier run's exceptions are history.
    if let Some(file) = ExceptionsFile::of_run(&arguments.new, &new.arguments)? {
        options.exceptions = file.exceptions;
    }
    if old.organization.collection.started_at > new.organization.collection.started_at {
        printer.warn("the run that is named first is the later one; OLD comes before NEW");
    }
    let mut stdout = BufWriter::new(io::stdout().lock());
    let written = write(arguments, &old, &new, &options, not_compared, &mut stdout);
    let (change, incomplete) = match written {
        Ok(told) => told,
        // A reader that went away (`org-audit diff … | head`) has had what it wanted.
        Err(AnalyzeError::Receiver(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Ok(ExitCode::Clean);
        }
        Err(AnalyzeError::Receiver(error)) => return Err(CliError::unexpected(&error)),
        Err(AnalyzeError::Store(error)) => return Err(error.into()),
    };
    Ok(match arguments.fail_on {
        Some(fail_on) if change.has_new(fail_on.least) => ExitCode::Finding,
        Some(_) | None if incomplete => ExitCode::Incomplete,
        Some(_) | None => ExitCode::Clean,
    })
}

/// Returns also whether the later run is incomplete.
fn write(
    arguments: &DiffArgs,
    old: &EarlierRun,
    new: &EarlierRun,
    options: &Options,
    not_compared: Vec<String>,
    out: &mut dyn Write,
) -> Result<(Change, bool), AnalyzeError<io::Error>> {
    let head = DiffHead {
        tool_version: env!("CARGO_PKG_VERSION"),
        old: &old.organization,
        new: &new.organization,
        all: arguments.all,
    };
    let mut writer = diff::begin(arguments.format, head, out).map_err(AnalyzeError::Receiver)?;
    let mut comparison = Comparison::new(options, &old.baseline());
    let later = new.baseline();
    let run = org_audit_analysis::analyze_with(
        options,
        later.organization,
        later.aws_managed,
        later.source,
        |account: AccountAssessment| -> Result<(), Told> {
            comparison
                .account(&account, |told| {
                    writer.account(told.account.as_ref(), &told.items)
                })
                .map_err(Told)
        },
    )
    .map_err(|error| match error {
        AnalyzeError::Store(error) => AnalyzeError::Store(error),
        AnalyzeError::Receiver(Told(error)) => error,
    })?;
    let figures = RunFigures::of(later.organization, &run);
    let mut change = comparison.finish(old.manifest_sha256.clone(), figures, |told| {
        writer.account(told.account.as_ref(), &told.items)
    })?;
    change.controls_not_compared = not_compared;
    writer.finish(&change).map_err(AnalyzeError::Receiver)?;
    Ok((change, run.incomplete))
}

/// What ended the comparison, on its way through the analysis of the later run.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Told(AnalyzeError<io::Error>);

/// The controls and parameters by which both runs are judged, and the controls that are left out though one of
/// the runs judged them.
fn options(
    arguments: &DiffArgs,
    old: &Arguments,
    new: &Arguments,
) -> Result<(Options, Vec<String>), CliError> {
    let recorded: BTreeSet<String> = judged(old).into_iter().chain(judged(new)).collect();
    let selection = match &arguments.controls {
        Some(selection) => selection.clone(),
        None => {
            let known: Vec<&str> = recorded
                .iter()
                .filter_map(|id| controls::by_id(id))
                .map(|control| control.id)
                .collect();
            Selection::parse(&known.join(",")).map_err(|error| CliError::of(&error, ExitCode::Usage))?
        }
    };
    let selected: BTreeSet<&str> = selection.ids().collect();
    let left_out = recorded
        .iter()
        .filter(|id| !selected.contains(id.as_str()))
        .cloned()
        .collect();
    let mut parameters = Parameters::default();
    if arguments.control_parameter.is_empty() {
        let recorded = Arguments {
            control_parameters: new.control_parameters.clone(),
            ..Arguments::default()
        };
        parameters = crate::recorded::options(&recorded)?.parameters;
    }
    for assignment in &arguments.control_parameter {
        assignment.assign_to(&mut parameters)?;
    }
    Ok((
        Options {
            selection,
            parameters,
            ..Options::default()
        },
        left_out,
    ))
}

/// Ids of the controls that a manifest names; the default ones where it names none.
fn judged(arguments: &Arguments) -> Vec<String> {
    if arguments.controls.is_empty() {
        Selection::default().ids().map(str::to_owned).collect()
    } else {
        arguments.controls.clone()
    }
}
