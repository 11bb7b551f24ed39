//! `cargo xtask bench policy`: the policy engine and its peer on the same cases, side by side.
//!
//! After them the engine alone: the policies that AWS manages, each reached from its text, and the criterion benchmarks.
//!
//! The peer, `@cloud-copilot/iam-simulate` from npm, is installed under `target/` and used by this benchmark alone.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::io::{self, Write};
use std::process::Command;

use crate::{process, test, workspace};

const PEER: &str = "@cloud-copilot/iam-simulate";
const INSTALL_DIR: &str = "target/npm-iam-simulate";
const CASES: &str = "crates/policy/benches/peer/cases.jsonl";
const SCRIPT: &str = "crates/policy/benches/peer/iam_simulate.mjs";
const SECONDS: &str = "5";

/// Runs both and prints evaluations a second and the ratios.
pub fn run() -> Result<()> {
    fs::create_dir_all(INSTALL_DIR)?;
    let npm = [
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--prefix",
        INSTALL_DIR,
        PEER,
    ];
    let status = Command::new("npm")
        .args(npm)
        .status()
        .context("cannot run `npm`")?;
    ensure!(status.success(), "`npm install {PEER}` failed");

    let cargo = workspace::cargo();
    let example = [
        "run",
        "--quiet",
        "--release",
        "-p",
        "org-audit-policy",
        "--example",
        "throughput",
        "--",
    ];
    let ours = measure(Command::new(&cargo).args(example).args([CASES, SECONDS]))?;
    let peer = measure(Command::new("node").args([SCRIPT, INSTALL_DIR, CASES, SECONDS]))?;
    ensure!(
        ours.get("results") == peer.get("results"),
        "the two do not agree: {ours} and {peer}"
    );

    let rate = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_f64)
            .context("no rate was printed")
    };
    let (prepared, text) = (rate(&ours, "per_second")?, rate(&ours, "from_text_per_second")?);
    let peer = rate(&peer, "per_second")?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "evaluations a second on one core, the same cases, the same results:"
    )?;
    writeln!(out, "  {PEER:<40} {peer:>12.0}")?;
    writeln!(
        out,
        "  {:<40} {text:>12.0}   {:>6.0} times",
        "org-audit-policy, from the text",
        text / peer
    )?;
    writeln!(
        out,
        "  {:<40} {prepared:>12.0}   {:>6.0} times",
        "org-audit-policy, prepared",
        prepared / peer
    )?;
    out.flush()?;
    engine(&cargo)
}

/// The engine alone.
fn engine(cargo: &str) -> Result<()> {
    let policies = test::managed_policies()?;
    let corpus = [
        "bench",
        "--quiet",
        "-p",
        "org-audit-policy",
        "--bench",
        "corpus",
        "--",
    ];
    process::run(Command::new(cargo).args(corpus).arg(policies))?;
    let engine = ["bench", "--quiet", "-p", "org-audit-policy", "--bench", "engine"];
    process::run(Command::new(cargo).args(engine))
}

fn measure(command: &mut Command) -> Result<Value> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).with_context(|| format!("{command:?} printed no JSON"))
}
