//! `cargo xtask bench analysis`: how many users a second are analysed from a snapshot, and whether memory grows with
//! the number of accounts.
//!
//! Two organizations of 1,000 accounts with 100 users each: one in which policies repeat, and one in which nearly
//! every user has a combination of its own. After them `org-audit analyze` with its reports, for a fifth of the
//! accounts and for all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::bench::{self, Cost};
use crate::{process, workspace};

const ACCOUNTS: [u32; 2] = [200, 1_000];
const USERS: u32 = 100;
/// The worlds of the demo, the kinder one first.
const WORLDS: [&str; 2] = ["uniform", "mixed"];

/// Measures both organizations.
pub fn run() -> Result<()> {
    let target = workspace::target()?;
    let scratch = target.join("bench");
    fs::create_dir_all(&scratch)?;
    let binary = bench::release(&target)?;
    println!("{}", bench::machine()?);
    for world in WORLDS {
        println!("\n{world} policies, {} accounts of {USERS} users", ACCOUNTS[1]);
        let run = collect(&binary, &scratch, world, ACCOUNTS[1])?;
        let mut command = Command::new(workspace::cargo());
        command.args(["bench", "--quiet", "--package", "org-audit-analysis"]);
        command.args(["--bench", "analyze", "--"]).arg(&run);
        process::run(&mut command)?;
    }
    println!("\norg-audit analyze, mixed policies, HTML and CSV");
    let [few, all] = ACCOUNTS.map(|accounts| analyze(&binary, &scratch, accounts));
    let (few, all) = (few?, all?);
    for (accounts, cost) in ACCOUNTS.iter().zip([&few, &all]) {
        println!(
            "{accounts:>6} accounts  {:>6.2} s  {:>6.2} s of processor time  {:>4} MB",
            cost.wall,
            cost.cpu,
            cost.memory / 1_000_000
        );
    }
    println!(
        "{:>6.1} ×          {:>6.1} ×  {:>6.1} ×                     {:>4.2} ×",
        f64::from(ACCOUNTS[1]) / f64::from(ACCOUNTS[0]),
        all.wall / few.wall,
        all.cpu / few.cpu,
        bench::part(all.memory, few.memory)
    );
    Ok(())
}

/// A run of the demo. The demo organization has accounts that cannot be read, so it ends with exit code 3.
fn collect(binary: &Path, scratch: &Path, world: &str, accounts: u32) -> Result<PathBuf> {
    let run = scratch.join(format!("{world}-{accounts}"));
    let mut command = Command::new(binary);
    command.args(["demo", "--quiet", "--force", "--format", "csv", "--world", world]);
    command.args(["--accounts", &accounts.to_string(), "--users", &USERS.to_string()]);
    command.arg("--output").arg(&run).stdout(Stdio::null());
    let status = command.status().context("cannot run the demo")?;
    match status.code() {
        Some(0 | 3) => Ok(run),
        _ => bail!("the demo ended with {status}"),
    }
}

fn analyze(binary: &Path, scratch: &Path, accounts: u32) -> Result<Cost> {
    let run = collect(binary, scratch, "mixed", accounts)?;
    let mut command = bench::measured("python3");
    command.arg(binary).args(["analyze", "--quiet", "--force"]);
    command.arg("--output").arg(scratch.join("analyzed")).arg(&run);
    bench::cost_of(&mut command, &[0, 3])
}
