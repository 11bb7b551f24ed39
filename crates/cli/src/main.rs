//! `org-audit`: what can be done in an AWS organization by someone who has no second factor.
//!
//! This crate alone knows the command line, the terminal, the environment and the clock. Everything else
//! gets what it needs as an argument.

mod archive;
mod args;
mod clock;
mod commands;
mod compared;
mod earlier;
mod environment;
mod error;
mod exceptions_file;
mod history;
mod logging;
mod output_directory;
mod pipeline;
mod policy;
mod printer;
mod progress;
mod recorded;
mod rules;
mod run_directory;
mod scope_map;
mod sealing;
mod signing;
mod summary;
mod text;
mod watch;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = args::Cli::parse();
    logging::start();
    let printer = printer::Printer::new(arguments.quiet);
    let code = commands::run(arguments, &printer).unwrap_or_else(|error| {
        printer.error(&error);
        error.exit_code()
    });
    ExitCode::from(code.number())
}
