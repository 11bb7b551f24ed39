//! `org-audit demo`: the main job against the embedded, emulated organization.

use std::sync::Arc;

use org_audit_emulator::{Running, ServeOptions};
use org_audit_fetcher::{ConnectSettings, StaticCredentials};
use org_audit_model::ExitCode;
use org_audit_model::snapshot::{DEMO_SOURCE, EndpointOverride};

use crate::args::DemoArgs;
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
    let output = audit::check_output(&arguments.output)?;
    let settings = audit::collect_settings(&arguments.collection)?;
    audit::runtime()?.block_on(async {
        let running = start(arguments).await?;
        audit::collect(&connect_settings(&running), &settings, &output, printer).await
    })?;
    audit::finish(&arguments.output, &output, printer)
}

/// Serves until stopped.
async fn serve(arguments: &DemoArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let running = start(arguments).await?;
    for (name, value) in running.environment() {
        printer.data(&format!("export {name}={value}")).map_err(|error| CliError::unexpected(&error))?;
    }
    printer.say("Serving until stopped (Ctrl-C).");
    tokio::signal::ctrl_c().await.map_err(|error| CliError::unexpected(&error))?;
    running.shutdown().await;
    Ok(ExitCode::Clean)
}

async fn start(arguments: &DemoArgs) -> Result<Running, CliError> {
    let options = serve_options(arguments)?;
    org_audit_emulator::serve(options, Arc::new(clock::now)).await.map_err(|error| {
        CliError::of(&error, ExitCode::Usage).with_help("choose another port, or 0 for any free one")
    })
}

fn serve_options(arguments: &DemoArgs) -> Result<ServeOptions, CliError> {
    let faults = arguments
        .fault
        .iter()
        .map(|fault| fault.parse())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error: org_audit_emulator::FaultError| CliError::of(&error, ExitCode::Usage))?;
    Ok(ServeOptions {
        port: arguments.port,
        accounts: arguments.accounts,
        users: arguments.users,
        seed: arguments.seed,
        faults,
        ..ServeOptions::default()
    })
}

/// How to reach the emulated organization: its own credentials, and never those of the environment.
fn connect_settings(running: &Running) -> ConnectSettings {
    let environment: std::collections::BTreeMap<String, String> = running.environment().into_iter().collect();
    let get = |name: &str| environment.get(name).cloned();
    let url = get("AWS_ENDPOINT_URL").unwrap_or_default();
    ConnectSettings {
        region: get("AWS_REGION"),
        endpoint_url: Some(url.clone()),
        credentials: Some(StaticCredentials {
            access_key_id: get("AWS_ACCESS_KEY_ID").unwrap_or_default(),
            secret_access_key: get("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
            session_token: get("AWS_SESSION_TOKEN"),
        }),
        environment_endpoints: vec![EndpointOverride { source: DEMO_SOURCE.to_owned(), url }],
        ..ConnectSettings::default()
    }
}
