//! Everything that is said to the user goes through here. stdout is data, stderr is talk.

use std::io::{IsTerminal, Write};

use owo_colors::OwoColorize;

use crate::error::CliError;

/// Speaks to the user. Colours are left out when stderr is no terminal or `NO_COLOR` is set (anstream).
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    quiet: bool,
}

impl Printer {
    /// A printer that says nothing but errors and warnings when `quiet`.
    pub const fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Whether progress may be drawn: on a terminal, and not when quiet.
    pub fn draws(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// A line of talk.
    pub fn say(self, line: &str) {
        if !self.quiet {
            // Nobody is there to be told that stderr is closed.
            let _ = writeln!(anstream::stderr(), "{line}");
        }
    }

    /// A warning, also when quiet.
    pub fn warn(self, line: &str) {
        let _ = writeln!(anstream::stderr(), "{} {line}", "warning:".yellow().bold());
    }

    /// The error that ends the program.
    pub fn error(self, error: &CliError) {
        let mut stderr = anstream::stderr();
        let _ = writeln!(
            stderr,
            "{} {}",
            "error:".red().bold(),
            crate::text::safe(&error.to_string())
        );
        for line in error.excerpt().into_iter().flat_map(str::lines) {
            let _ = writeln!(stderr, "{}", crate::text::safe(line));
        }
        if let Some(help) = error.help() {
            let _ = writeln!(stderr, "{} {}", "help:".cyan().bold(), crate::text::safe(help));
        }
    }

    /// A line of data.
    ///
    /// # Errors
    ///
    /// When stdout is full or fails. A reader that went away (`org-audit explain | head`) has had what it
    /// wanted, and is no error.
    pub fn data(self, line: &str) -> std::io::Result<()> {
        let mut stdout = std::io::stdout().lock();
        match writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            told => told,
        }
    }
}
