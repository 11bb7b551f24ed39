//! The Python side of the tests: a virtual environment with the pinned packages, and pytest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Environment;
use crate::process;

/// The one place where versions of Python packages are pinned.
const REQUIREMENTS: &str = "tests/requirements.txt";
/// Writes the documents of AWS managed policies that moto carries, as test data for the policy engine.
const MANAGED_POLICIES: &str = "tests/moto/managed_policies.py";

/// Makes `target/venv` with the pinned packages, unless it is there; returns its Python.
pub fn virtual_environment(target: &Path) -> Result<PathBuf> {
    let directory = target.join("venv");
    let python = directory.join("bin/python");
    let stamp = directory.join("installed.txt");
    let wanted = fs::read_to_string(REQUIREMENTS).with_context(|| format!("cannot read `{REQUIREMENTS}`"))?;
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    println!(
        "    installing the packages of {REQUIREMENTS} into {}",
        directory.display()
    );
    process::run(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&directory),
    )
    .context(
        "the tests need Python 3.10 or newer with its venv module (Debian: `apt-get install python3-venv`)",
    )?;
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        REQUIREMENTS,
    ];
    process::run(Command::new(&python).args(install))
        .context("the packages cannot be installed; pip has to reach its package index")?;
    // Written last: an installation that was cut off is done again.
    fs::write(&stamp, wanted)?;
    Ok(python)
}

/// Writes the AWS managed policies that moto carries to a JSON file, unless it is newer than the packages.
pub fn managed_policies(python: &Path, target: &Path) -> Result<PathBuf> {
    let path = target.join("aws-managed-policies.json");
    let sources = [Path::new(MANAGED_POLICIES), &target.join("venv/installed.txt")];
    if !newer_than(&path, &sources) {
        let text = process::output(Command::new(python).arg(MANAGED_POLICIES))?;
        fs::write(&path, text)?;
    }
    Ok(path)
}

fn newer_than(path: &Path, sources: &[&Path]) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|entry| entry.modified()).ok();
    changed(path).is_some_and(|made| {
        sources
            .iter()
            .all(|source| changed(source).is_some_and(|source| source <= made))
    })
}

/// The folders of `tests` that hold Python tests, sorted.
pub fn folders(tests: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(tests)? {
        let folder = entry?.path();
        if folder.is_dir() && holds_tests(&folder)? {
            found.push(folder);
        }
    }
    if found.is_empty() {
        bail!("there is no folder with Python tests in `{}`", tests.display());
    }
    found.sort();
    Ok(found)
}

fn holds_tests(folder: &Path) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("test_") && name.ends_with(".py") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Runs pytest in `folder`.
pub fn test(folder: &Path, environment: &Environment) -> Result<()> {
    let mut command = Command::new(&environment.python);
    // The work tree stays clean: no byte code beside the sources.
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-m", "pytest", "--quiet", "-c", "tests/pytest.ini"])
        .arg(folder);
    process::run(environment.set(&mut command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_with_test_files_are_run() {
        let root = tempfile::tempdir().unwrap();
        for path in ["b/test_b.py", "a/test_a.py", "c/naive.py", "d/test_d.mjs"] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = folders(root.path()).unwrap();
        assert_eq!(found, [root.path().join("a"), root.path().join("b")]);
    }

    #[test]
    fn no_python_tests_at_all_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        assert!(folders(root.path()).is_err());
    }

    #[test]
    fn a_file_is_stale_when_a_source_is_missing_or_later() {
        let root = tempfile::tempdir().unwrap();
        let (made, source) = (root.path().join("made"), root.path().join("source"));
        assert!(!newer_than(&made, &[&source]));
        fs::write(&source, "").unwrap();
        fs::write(&made, "").unwrap();
        assert!(newer_than(&made, &[&source]));
        assert!(!newer_than(&made, &[&source, &root.path().join("gone")]));
    }
}
