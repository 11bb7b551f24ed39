//! The tasks of this workspace: `cargo xtask TASK`.
//!
//! A task needs nothing but Rust, Python, Node and a C compiler on the machine: what else it uses it installs
//! under `target/`, except Chromium, which comes from the system's packages. This crate has few
//! dependencies, so that the first `cargo xtask` on a fresh clone begins after seconds.

#![expect(clippy::print_stdout, reason = "a task talks to the person who runs it")]
#![expect(clippy::print_stderr, reason = "a task talks to the person who runs it")]

mod actions;
mod bench;
mod bench_analysis;
mod bench_policy;
mod docs;
mod new_control;
mod process;
mod stage;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

/// What `cargo xtask` without a task prints.
const USAGE: &str = "\
usage: cargo xtask TASK

  test               install what the tests need, then run all of them
  tidy               check the walls between the crates and the rules for source files
  bench [OPTIONS]    time the main job beside a threaded boto3 script
  bench policy       time the policy engine beside its peer
  bench analysis     time the analysis of large snapshots
  docs [--check]     write the generated pages of docs/ again, or fail when they are not up to date
  new-control NAME   write the files of a new control and its lines in the lists
  actions            make the embedded list of AWS actions again";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    workspace::enter()?;
    let Some((task, rest)) = arguments.split_first() else {
        bail!("no task\n\n{USAGE}");
    };
    match task.as_str() {
        "test" => test::run(rest),
        "tidy" => tidy::run(rest),
        "bench" => bench::run(rest),
        "docs" => docs::run(rest),
        "new-control" => new_control::run(rest),
        "actions" => actions::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("`{other}` is not a task\n\n{USAGE}"),
    }
}
