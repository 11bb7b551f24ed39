//! One file per subcommand.

mod analyze;
mod audit;
mod completions;
mod demo;
mod diff;
mod explain;
mod explain_page;
mod explain_user;
mod history;
mod report;
mod templates;
mod verify;
mod version;

use org_audit_model::ExitCode;

use crate::args::{Cli, Command};
use crate::error::CliError;
use crate::printer::Printer;

/// Runs what the arguments ask for.
///
/// # Errors
///
/// Whatever ends the program early.
pub fn run(arguments: Cli, printer: &Printer) -> Result<ExitCode, CliError> {
    if arguments.version {
        return version::run(arguments.verbose, *printer);
    }
    match arguments.command {
        None => audit::run(&arguments.audit, *printer),
        Some(Command::Demo(demo)) => demo::run(&demo, *printer),
        Some(Command::Analyze(analyze)) => analyze::run(&analyze, *printer),
        Some(Command::Report(report)) => report::run(&report, *printer),
        Some(Command::Verify(verify)) => verify::run(&verify, *printer),
        Some(Command::Diff(diff)) => diff::run(&diff, *printer),
        Some(Command::History(history)) => history::run(&history, *printer),
        Some(Command::Explain(explain)) => explain::run(&explain, *printer),
        Some(Command::Policy(policy)) => {
            crate::policy::run(&policy, &mut std::io::stdout(), &mut std::io::stderr())
                .map_err(|error| CliError::unexpected(&error))
        }
        Some(Command::Templates(templates)) => templates::run(&templates, *printer),
        Some(Command::Completions(completions)) => completions::run(&completions),
    }
}
