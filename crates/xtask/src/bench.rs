//! `cargo xtask bench`: the main job's time, calls and memory, beside the fastest thing people use today.
//!
//! The emulator runs in another process and is started anew for every measurement, because a credential
//! report that one program asked for would be ready for the next. Nothing here fails on a number: a machine
//! that is busy with something else must not break a build.

mod measure;
mod options;
mod server;

pub use measure::{Cost, cost_of};

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::test::python;
use crate::workspace;
use crate::{bench_analysis, bench_policy};
use options::{Case, Options};
use server::Server;

/// The script that does only AssumeRole and the credential report.
const REPORT_ONLY: &str = "tests/bench/report_only.py";

/// Measures every case that the options ask for.
pub fn run(arguments: &[String]) -> Result<()> {
    if arguments == ["policy"] {
        return bench_policy::run();
    }
    if arguments == ["analysis"] {
        return bench_analysis::run();
    }
    let options = Options::parse(arguments)?;
    let target = workspace::target()?;
    let programs = Programs {
        python: python::virtual_environment(&target)?,
        binary: release(&target)?,
        scratch: target.join("bench"),
        concurrency: options.concurrency,
        report_takes: options.report_takes.clone(),
    };
    fs::create_dir_all(&programs.scratch)?;
    println!("{}", machine()?);
    println!("{HEADER}");
    for case in options.cases() {
        let ours = programs.org_audit(&case)?;
        let theirs = programs.report_only(&case)?;
        println!("{}", row(&case, "org-audit", &ours));
        println!("{}", row(&case, "boto3 script", &theirs));
        println!("{}", ratio(&ours, &theirs));
    }
    Ok(())
}

const HEADER: &str = "accounts  users  latency  program          wall       cpu    memory    calls";

fn row(case: &Case, program: &str, cost: &Cost) -> String {
    format!(
        "{:>8}  {:>5}  {:>4} ms  {program:<12} {:>6.2} s  {:>6.2} s  {:>5} MB  {:>7}",
        case.accounts,
        case.users,
        case.latency,
        cost.wall,
        cost.cpu,
        cost.memory / 1_000_000,
        cost.calls,
    )
}

fn ratio(ours: &Cost, theirs: &Cost) -> String {
    format!(
        "{:>25}  {:<12} {:>6.1} ×  {:>6.1} ×  {:>6.1} ×  {:>6.2} ×",
        "",
        "script / ours",
        theirs.wall / ours.wall,
        theirs.cpu / ours.cpu,
        part(theirs.memory, ours.memory),
        part(theirs.calls, ours.calls),
    )
}

#[expect(clippy::cast_precision_loss, reason = "printed with two digits")]
pub fn part(one: u64, other: u64) -> f64 {
    one as f64 / other as f64
}

/// How many cores, and of what: numbers from different machines cannot be compared.
pub fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name\t: "));
    Ok(format!(
        "{cores} cores, {}",
        model.unwrap_or("processor not known")
    ))
}

/// Builds the program as it is released.
pub fn release(target: &Path) -> Result<PathBuf> {
    println!("==> build: the program, release profile");
    let mut command = Command::new(workspace::cargo());
    process::run(command.args(["build", "--release", "--package", "org-audit-cli", "--quiet"]))?;
    Ok(target.join("release/org-audit"))
}

/// A command that measures the one in its arguments.
pub fn measured(python: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(python);
    command.arg("tests/bench/measure.py");
    command
}

/// What is measured, and with what.
struct Programs {
    python: PathBuf,
    binary: PathBuf,
    scratch: PathBuf,
    concurrency: u32,
    report_takes: String,
}

impl Programs {
    fn serve(&self, case: &Case) -> Result<Server> {
        let takes = format!("report-takes={}", self.report_takes);
        Server::start(&self.binary, case, &takes)
    }

    /// The main job: everything, from the first call to the last file.
    fn org_audit(&self, case: &Case) -> Result<Cost> {
        let server = self.serve(case)?;
        let run = self.scratch.join("run");
        let mut command = self.measured(&server);
        command
            .arg(&self.binary)
            .args([
                "--quiet",
                "--force",
                "--concurrency",
                &self.concurrency.to_string(),
                "--output",
            ])
            .arg(&run);
        // The demo organization has accounts that cannot be read.
        measure::run(&mut command, &server, &[0, 3])
    }

    /// The script.
    fn report_only(&self, case: &Case) -> Result<Cost> {
        let server = self.serve(case)?;
        let mut command = self.measured(&server);
        command
            .arg(&self.python)
            .args([REPORT_ONLY, &self.concurrency.to_string()]);
        measure::run(&mut command, &server, &[0])
    }

    /// A measured command whose environment is the server's and nothing of this machine's settings.
    fn measured(&self, server: &Server) -> Command {
        let mut command = measured(&self.python);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.scratch)
            .envs(server.environment());
        command
    }
}
