//! The browser side of the tests: Chromium from the system's packages, Node packages, a report to open.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Environment, system};
use crate::process;
use crate::workspace;

/// The browser test and the list of Node packages that it needs.
const SOURCES: &str = "tests/browser";
/// The names under which systems install Chromium.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Finds Chromium, or installs it where apt-get can.
pub fn chromium() -> Result<PathBuf> {
    system::program(
        "ORG_AUDIT_CHROMIUM",
        &CHROMIUM,
        "chromium",
        "the browser test needs Chromium",
    )
}

/// Where the browser test runs from: a copy, so that `node_modules` is never in the work tree.
fn directory(target: &Path) -> PathBuf {
    target.join("browser")
}

/// Copies the browser test below `target` and installs its packages, unless the lock file did not change.
pub fn packages(target: &Path) -> Result<()> {
    let directory = directory(target);
    fs::create_dir_all(&directory)?;
    copy_files(Path::new(SOURCES), &directory)?;
    let lock = fs::read_to_string(directory.join("package-lock.json"))
        .with_context(|| format!("`{SOURCES}` has no package-lock.json"))?;
    let stamp = directory.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!(
        "    installing the packages of {SOURCES} into {}",
        directory.display()
    );
    let mut npm = Command::new("npm");
    npm.args(["ci", "--silent", "--no-audit", "--no-fund"])
        .current_dir(&directory)
        // The browser comes from the system's packages; a package must not fetch another one.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1");
    process::run(&mut npm).context("the browser test needs Node 20 or newer with npm")?;
    fs::write(&stamp, lock)?;
    Ok(())
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read `{}`", from.display()))? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name)).with_context(|| format!("cannot copy `{}`", path.display()))?;
        }
    }
    Ok(())
}

/// Makes reports of the demo and opens them, and those of the tests.
pub fn test(environment: &Environment) -> Result<()> {
    let target = workspace::target()?;
    let directory = directory(&target);
    // Of a run with a baseline and a history, which has everything that a page can have.
    let (earlier, run) = (directory.join("earlier"), directory.join("run"));
    demo(&earlier, &["--world", "every-user-passes"], environment)?;
    let earlier = earlier.display().to_string();
    demo(
        &run,
        &["--baseline", &earlier, "--history", &earlier],
        environment,
    )?;
    let small = directory.join("small");
    demo(
        &small,
        &["--world", "mixed", "--accounts", "3", "--users", "4"],
        environment,
    )?;
    let mut node = Command::new("node");
    node.arg(directory.join("report.mjs"))
        .arg(run.join("report.html"))
        .arg(small.join("report.html"))
        .args(samples(&target)?);
    process::run(environment.set(&mut node))
}

/// Reports that the tests of `reporting` write: hostile names in every field, in both languages, and with pages of
/// accounts beside them.
fn samples(target: &Path) -> Result<Vec<PathBuf>> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--quiet", "--package", "org-audit-reporting"]);
    cargo.args(["--test", "formats", "--test", "account_pages"]);
    process::run(&mut cargo)?;
    let reports = ["sample", "sample-ja", "pages", "pages-ja"];
    Ok(reports
        .iter()
        .map(|name| target.join("tmp").join(name).join("report.html"))
        .collect())
}

/// A run of the demo. It finds something to report, so its exit code is not zero; the files are what counts.
fn demo(run: &Path, more: &[&str], environment: &Environment) -> Result<()> {
    let mut demo = Command::new(workspace::binary()?);
    demo.args(["demo", "--format", "html,csv,json", "--force", "--output"])
        .arg(run)
        .args(more);
    let output = environment
        .set(&mut demo)
        .output()
        .context("cannot start the program")?;
    if !run.join("report.html").is_file() {
        bail!(
            "`org-audit demo` wrote no report ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}
