//! `org-audit demo`: the main job against the embedded, emulated organization.

use std::sync::Arc;

use org_audit_emulator::{ParseFaultError, Running, ServeOptions, WorldSpec};
use org_audit_fetcher::{ConnectSettings, StaticCredentials};
use org_audit_model::ExitCode;
use org_audit_model::snapshot::{DEMO_SOURCE, EndpointOverride};

use crate::args::{CollectionArgs, DemoArgs, DemoWorld};
use crate::clock;
use crate::commands::audit;
use crate::error::CliError;
use crate::printer::Printer;

/// Audits the emulated organization, or serves it.
///
/// # Errors
///
/// When a fault is not known, the port is taken, or the audit itself ends early.
pub fn run(arguments: &DemoArgs, printer: Printer) -> Result<ExitCode, CliError> {
    if arguments.serve {
        return audit::runtime()?.block_on(serve(arguments, printer));
    }
    let (output, sealing, exceptions) = audit::check_output(&arguments.output)?;
    let options = arguments.output.controls.options()?;
    let settings = audit::collect_settings(&arguments.collection, &arguments.output.controls)?;
    let compared = audit::open_compared(&arguments.output, &output)?;
    audit::runtime()?.block_on(async {
        let running = start(arguments).await?;
        audit::collect(
            &connect_settings(&running, &arguments.collection),
            &settings,
            &output,
            &compared,
            printer,
        )
        .await
    })?;
    audit::finish(
        &arguments.output,
        &options,
        &output,
        exceptions.as_ref(),
        &sealing,
        &compared,
        printer,
    )
}

/// Serves until stopped.
async fn serve(arguments: &DemoArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let running = start(arguments).await?;
    for (name, value) in running.environment() {
        printer
            .data(&format!("export {name}={value}"))
            .map_err(|error| CliError::unexpected(&error))?;
    }
    printer.say("Serving until stopped (Ctrl-C).");
    stopped().await.map_err(|error| CliError::unexpected(&error))?;
    running.shutdown();
    Ok(ExitCode::Clean)
}

/// Waits for Ctrl-C, or for the signal by which service managers stop a program.
async fn stopped() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

async fn start(arguments: &DemoArgs) -> Result<Running, CliError> {
    let options = serve_options(arguments)?;
    org_audit_emulator::serve(options, Arc::new(clock::now))
        .await
        .map_err(|error| {
            CliError::of(&error, ExitCode::Usage).with_help("choose another port, or 0 for any free one")
        })
}

fn serve_options(arguments: &DemoArgs) -> Result<ServeOptions, CliError> {
    let faults = arguments
        .fault
        .iter()
        .map(|fault| fault.parse())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error: ParseFaultError| CliError::of(&error, ExitCode::Usage))?;
    let mut world = match arguments.world {
        DemoWorld::Company => WorldSpec::demo(),
        DemoWorld::EveryUserPasses => WorldSpec::every_user_passes(),
        DemoWorld::Mixed => WorldSpec::mixed(),
        DemoWorld::Uniform => WorldSpec::uniform(),
    };
    if let Some(accounts) = arguments.accounts {
        world = world.accounts(accounts as usize);
    }
    if let Some(users) = arguments.users {
        world = world.users_per_account(users as usize);
    }
    if let Some(seed) = arguments.seed {
        world = world.seed(seed);
    }
    Ok(ServeOptions {
        port: arguments.port,
        world,
        faults,
        caller: arguments.caller,
    })
}

/// How to reach the emulated organization: its own credentials, and never those of the environment.
fn connect_settings(running: &Running, collection: &CollectionArgs) -> ConnectSettings {
    let get = |wanted: &str| {
        let mut variables = running.environment().iter();
        variables
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| value.clone())
    };
    let url = get("AWS_ENDPOINT_URL").unwrap_or_default();
    ConnectSettings {
        region: get("AWS_REGION"),
        endpoint_url: Some(url.clone()),
        credentials: Some(StaticCredentials {
            access_key_id: get("AWS_ACCESS_KEY_ID").unwrap_or_default(),
            secret_access_key: get("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
            session_token: get("AWS_SESSION_TOKEN"),
        }),
        environment_endpoints: vec![EndpointOverride {
            source: DEMO_SOURCE.to_owned(),
            url,
        }],
        requests_at_once: audit::requests_at_once(collection),
        ..ConnectSettings::default()
    }
}
