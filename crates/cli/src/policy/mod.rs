//! `org-audit policy`: the policy engine on files, no AWS needed.

mod lint;
mod reach;
mod sarif;
mod simulate;

use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use clap::Subcommand;
use org_audit_model::ExitCode;

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Looks for mistakes in policies that try to enforce MFA.
    ///
    /// Exits with 10 when there is a finding at or above `--fail-on`, and with 2 when a file cannot be read.
    Lint(lint::LintArgs),
    /// Works out everything that a user's session may do, with or without MFA.
    Reach(reach::ReachArgs),
    /// Decides concrete requests: JSON Lines in, JSON Lines out.
    ///
    /// A case that cannot be evaluated gets `error` in place of `result`; the run goes on and exits with 2.
    Simulate(simulate::SimulateArgs),
}

/// Runs a policy command.
///
/// # Errors
///
/// When `out` or `err` cannot be written to.
pub fn run(command: &PolicyCommand, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<ExitCode> {
    let mut out = BufWriter::new(out);
    let code = match command {
        PolicyCommand::Lint(args) => lint::run(args, &mut out, err)?,
        PolicyCommand::Reach(args) => reach::run(args, &mut out, err)?,
        PolicyCommand::Simulate(args) => simulate::run(args, &mut out, err)?,
    };
    out.flush()?;
    Ok(code)
}

/// The text of a file; `-` is standard input.
fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().lock().read_to_string(&mut text)?;
    } else {
        text = fs::read_to_string(path)?;
    }
    Ok(text)
}

/// Answers a file of JSON Lines line by line: `answer` gives a line to print, or the line that says why not.
fn each_line(
    path: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
    answer: impl Fn(&str) -> (bool, serde_json::Result<String>),
) -> io::Result<ExitCode> {
    let input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        match fs::File::open(path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => {
                writeln!(err, "error: cannot read `{}`: {error}", path.display())?;
                return Ok(ExitCode::Usage);
            }
        }
    };
    let mut failed = 0usize;
    for line in input.split(b'\n') {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let (good, text) = answer(&String::from_utf8_lossy(&line));
        failed += usize::from(!good);
        writeln!(out, "{}", text?)?;
    }
    if failed == 0 {
        return Ok(ExitCode::Clean);
    }
    writeln!(
        err,
        "error: {failed} of the cases could not be evaluated; their lines say why"
    )?;
    Ok(ExitCode::Usage)
}
