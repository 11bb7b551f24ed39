//! The main job: the live organization.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use org_audit_analysis::Options;
use org_audit_fetcher::{CollectSettings, ConnectSettings, Connection, FetchError, REQUESTS_AT_ONCE};
use org_audit_model::snapshot::{DEMO_SOURCE, EndpointOverride};
use org_audit_model::store::SNAPSHOT_DIRECTORY;
use org_audit_model::{ExitCode, OrganizationSnapshot};

use crate::args::{AuditArgs, CollectionArgs, ControlArgs, OutputArgs};
use crate::clock;
use crate::compared::Compared;
use crate::environment;
use crate::error::CliError;
use crate::exceptions_file::ExceptionsFile;
use crate::output_directory::OutputDirectory;
use crate::pipeline::{self, Writing};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::sealing::Sealing;
use crate::text::safe;
use crate::watch::WatchedWriter;

/// How long a credential report may take. AWS makes one in seconds for most accounts.
const REPORT_TIMEOUT: Duration = Duration::from_secs(180);

/// Audits the organization of the credentials in use.
///
/// # Errors
///
/// When nothing could be audited: credentials, region, organization, output directory.
pub fn run(arguments: &AuditArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let connect = ConnectSettings {
        profile: arguments.profile.clone(),
        region: arguments.region.clone(),
        endpoint_url: arguments.endpoint_url.clone(),
        environment_endpoints: environment::endpoint_overrides(),
        requests_at_once: requests_at_once(&arguments.collection),
        ..ConnectSettings::default()
    };
    let (output, sealing, exceptions) = check_output(&arguments.output)?;
    let options = arguments.output.controls.options()?;
    let settings = collect_settings(&arguments.collection, &arguments.output.controls)?;
    let compared = open_compared(&arguments.output, &output)?;
    runtime()?.block_on(collect(&connect, &settings, &output, &compared, printer))?;
    finish(
        &arguments.output,
        &options,
        &output,
        exceptions.as_ref(),
        &sealing,
        &compared,
        printer,
    )
}

/// The run directory that the arguments ask for, how it is sealed, and the approved exceptions: all checked.
///
/// # Errors
///
/// When it cannot be used.
pub fn check_output(
    output: &OutputArgs,
) -> Result<(OutputDirectory, Sealing, Option<ExceptionsFile>), CliError> {
    output.formats.check()?;
    let directory = OutputDirectory::check(output.output.as_deref(), output.force, clock::now())?;
    let sealing = Sealing::new(&output.evidence, directory.path(), output.force)?;
    let file = output.exceptions.exceptions.as_deref();
    let exceptions = file.map(ExceptionsFile::read).transpose()?;
    Ok((directory, sealing, exceptions))
}

/// The earlier runs that the reports speak of, opened before anything is asked of AWS.
///
/// # Errors
///
/// When one cannot be read.
pub fn open_compared(wanted: &OutputArgs, output: &OutputDirectory) -> Result<Compared, CliError> {
    Compared::open(&wanted.formats.compared, Some(output.path()), wanted.fail_on)
}

/// The collection's settings, checked before anything is asked of AWS. What is read depends on what is judged.
///
/// # Errors
///
/// When STS would refuse one of them.
pub fn collect_settings(
    arguments: &CollectionArgs,
    controls: &ControlArgs,
) -> Result<CollectSettings, CliError> {
    let settings = CollectSettings {
        role_name: arguments.role_name.clone(),
        role_path: arguments.role_path.clone(),
        external_id: arguments.external_id.clone(),
        session_name: arguments.session_name.clone(),
        session_duration_seconds: arguments.session_duration,
        session_policy: !arguments.no_session_policy,
        concurrency: usize::from(arguments.concurrency),
        fresh: arguments.fresh,
        roles: controls.controls.needs_roles(),
        report_timeout: REPORT_TIMEOUT,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        ..CollectSettings::default()
    };
    settings
        .validate()
        .map_err(|error| CliError::of(&error, ExitCode::Usage))?;
    Ok(settings)
}

/// How many requests may wait for an answer at once: a few for each account that is read, where those are more than
/// is usual.
pub fn requests_at_once(arguments: &CollectionArgs) -> Option<NonZeroUsize> {
    NonZeroUsize::new(3 * usize::from(arguments.concurrency)).filter(|requests| *requests > REQUESTS_AT_ONCE)
}

/// The stack of a worker thread, in bytes. Without optimisation the SDK's futures alone come near the two
/// megabytes that are usual; only what is used of it takes memory.
const STACK: usize = 16 * 1024 * 1024;

/// An asynchronous runtime.
///
/// # Errors
///
/// When the system gives no threads.
pub fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .map_err(|error| CliError::unexpected(&error))
}

/// Connects, says who is asking whom, makes the run directory and collects into it.
///
/// # Errors
///
/// When the organization cannot be read at all.
pub async fn collect(
    connect: &ConnectSettings,
    settings: &CollectSettings,
    output: &OutputDirectory,
    compared: &Compared,
    printer: Printer,
) -> Result<OrganizationSnapshot, CliError> {
    let connection = org_audit_fetcher::connect(connect)
        .await
        .map_err(|error| fetch_error(&error))?;
    introduce(&connection, printer);
    // An earlier run in its place goes when there is something new, and not before.
    if !output.replaces() {
        output.make()?;
    }
    let progress = Arc::new(Progress::new(printer));
    let watched = Arc::new(WatchedWriter::new(
        output.clone(),
        compared.organization_id(),
        printer,
    ));
    let clock: org_audit_fetcher::Clock = Arc::new(clock::now);
    let collected =
        org_audit_fetcher::collect(&connection, settings, watched.clone(), progress.clone(), clock).await;
    progress.finish();
    collected.map_err(|error| {
        // Nothing was read: an empty run directory would only be in the way of the next attempt.
        remove_if_nothing_was_read(output);
        match watched.another_organization() {
            Some(id) => match compared.check_organization(id) {
                Err(error) => error,
                Ok(()) => fetch_error(&error),
            },
            None => fetch_error(&error),
        }
    })
}

fn introduce(connection: &Connection, printer: Printer) {
    printer.say(&format!("Caller {}", safe(&connection.caller().arn)));
    if connection
        .endpoint_overrides()
        .iter()
        .any(|endpoint| endpoint.source == DEMO_SOURCE)
    {
        printer.say("The embedded demo organization is audited, nobody's real one.");
        return;
    }
    for EndpointOverride { source, url } in connection.endpoint_overrides() {
        printer.warn(&format!(
            "{} replaces AWS's endpoint with `{}`: what is audited may not be AWS; the evidence says so",
            safe(source),
            safe(url)
        ));
    }
}

fn remove_if_nothing_was_read(output: &OutputDirectory) {
    let snapshot = output.path().join(SNAPSHOT_DIRECTORY);
    if !snapshot.join(org_audit_model::store::ORGANIZATION_FILE).exists() {
        // remove_dir takes only empty directories, so nothing that was read can be lost here.
        for directory in [
            snapshot.join(org_audit_model::store::ACCOUNTS_DIRECTORY),
            snapshot,
            output.path().into(),
        ] {
            match std::fs::remove_dir(directory) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return,
                Err(_) | Ok(()) => {}
            }
        }
    }
}

/// Analysis, reports, manifest and summary of what was collected.
///
/// # Errors
///
/// When a file cannot be written.
pub fn finish(
    wanted: &OutputArgs,
    options: &Options,
    output: &OutputDirectory,
    exceptions: Option<&ExceptionsFile>,
    sealing: &Sealing,
    compared: &Compared,
    printer: Printer,
) -> Result<ExitCode, CliError> {
    let writing = Writing {
        directory: output.path(),
        reports: &wanted.formats,
        options,
        fail_on: wanted.fail_on,
        exceptions,
        sealing,
        compared,
    };
    pipeline::finish_run(&writing, printer)
}

/// A collection's error with its exit code and its way out.
pub fn fetch_error(error: &FetchError) -> CliError {
    let code = if error.is_usage() {
        ExitCode::Usage
    } else {
        ExitCode::Unexpected
    };
    let told = CliError::of(error, code);
    match error.help() {
        Some(help) => told.with_help(help),
        None => told,
    }
}
