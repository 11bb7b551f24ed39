//! `cargo xtask test`: the one command that installs what the tests need and runs all of them.
//!
//! Nothing is skipped: a stage that cannot run fails and says how to make it run. The Rust tests are built
//! first, because that also builds the program with the same features; a separate `cargo build` would
//! compile the AWS SDK a second time.

mod browser;
pub mod python;
mod system;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::stage::Stages;
use crate::workspace;

/// What `cargo build` and `cargo test` get, so that both mean the same artifacts.
const WHOLE: [&str; 2] = ["--workspace", "--all-features"];

/// Runs every stage in turn.
pub fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("`{argument}` is not an option of `cargo xtask test`: it runs everything");
    }
    let mut stages = Stages::default();
    let environment = stages.run(
        "install",
        "Python packages, Chromium, LibreOffice, Node packages",
        Environment::prepare,
    )?;
    stages.run("build", "the program and every Rust test, dev profile", build)?;
    let result = run_tests(&mut stages, &environment);
    stages.summary();
    result
}

fn run_tests(stages: &mut Stages, environment: &Environment) -> Result<()> {
    stages.run("rust", "unit, snapshot and whole-program tests", || {
        rust(environment)
    })?;
    for folder in python::folders(Path::new("tests"))? {
        let what = format!("Python tests of {}", folder.display());
        stages.run("python", &what, || python::test(&folder, environment))?;
    }
    stages.run("browser", "the report of a demo run, opened in Chromium", || {
        browser::test(environment)
    })
}

/// Builds all tests, and with them the program.
pub fn build() -> Result<()> {
    let mut command = Command::new(workspace::cargo());
    process::run(command.arg("test").args(WHOLE).arg("--no-run").arg("--quiet"))
}

fn rust(environment: &Environment) -> Result<()> {
    let mut command = Command::new(workspace::cargo());
    command
        .arg("test")
        .args(WHOLE)
        .args(["--quiet", "--no-fail-fast"]);
    process::run(environment.set(&mut command))
}

/// The policies that AWS manages, as moto carries them: a JSON object of documents by name, under `target/`.
pub fn managed_policies() -> Result<PathBuf> {
    let target = workspace::target()?;
    fs::create_dir_all(&target).with_context(|| format!("cannot make `{}`", target.display()))?;
    python::managed_policies(&python::virtual_environment(&target)?, &target)
}

/// What the tests find in their environment.
#[derive(Debug)]
pub struct Environment {
    python: PathBuf,
    chromium: PathBuf,
    office: PathBuf,
    managed_policies: PathBuf,
    binary: PathBuf,
}

impl Environment {
    /// Installs everything that is missing.
    fn prepare() -> Result<Self> {
        let target = workspace::target()?;
        fs::create_dir_all(&target).with_context(|| format!("cannot make `{}`", target.display()))?;
        let python = python::virtual_environment(&target)?;
        let managed_policies = python::managed_policies(&python, &target)?;
        let chromium = browser::chromium()?;
        let office = system::program(
            "ORG_AUDIT_SOFFICE",
            &["soffice", "libreoffice"],
            "libreoffice-calc",
            "the tests of the CSV files need LibreOffice Calc",
        )?;
        browser::packages(&target)?;
        Ok(Self {
            python,
            chromium,
            office,
            managed_policies,
            binary: workspace::binary()?,
        })
    }

    /// Gives `command` the variables by which tests find what they need.
    pub fn set<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("ORG_AUDIT_BIN", &self.binary)
            .env("ORG_AUDIT_PYTHON", &self.python)
            .env("ORG_AUDIT_CHROMIUM", &self.chromium)
            .env("ORG_AUDIT_SOFFICE", &self.office)
            .env("ORG_AUDIT_MANAGED_POLICIES", &self.managed_policies)
    }
}
