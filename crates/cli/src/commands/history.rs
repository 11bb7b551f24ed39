//! `org-audit history`: many runs over time.

use std::io;

use org_audit_model::ExitCode;
use org_audit_reporting::history;

use crate::args::HistoryArgs;
use crate::error::CliError;
use crate::printer::Printer;

/// Lists the runs of the newest run's organization.
///
/// # Errors
///
/// When a directory cannot be read or holds no run.
pub fn run(arguments: &HistoryArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let found = crate::history::find(&arguments.directories)?;
    let Some(organization) = found.newest_organization() else {
        for note in found.of("").1 {
            printer.warn(&note);
        }
        return Err(CliError::usage("no run was found")
            .with_help("name run directories, or the directory in which they stand side by side"));
    };
    let (runs, notes) = found.of(organization);
    for note in notes {
        printer.warn(&note);
    }
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let written = history::write(arguments.format, organization, &runs, &mut stdout)
        .and_then(|()| io::Write::flush(&mut stdout));
    match written {
        // A reader that went away (`org-audit history … | head`) has had what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::Clean),
        Err(error) => Err(CliError::unexpected(&error)),
        Ok(()) => Ok(ExitCode::Clean),
    }
}
