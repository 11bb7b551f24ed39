//! Where the workspace and its build directory are.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Makes the workspace's root the current directory, so that every other path here can be relative to it.
pub fn enter() -> Result<()> {
    // Cargo sets the variable when it runs the task; the constant serves a binary that is started by hand.
    let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&own)
        .ancestors()
        .nth(2)
        .context("the task's crate is not in a workspace")?
        .to_owned();
    env::set_current_dir(&root).with_context(|| format!("cannot enter `{}`", root.display()))
}

/// The build directory, absolute: tests get paths below it and run elsewhere.
pub fn target() -> Result<PathBuf> {
    let chosen = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    Ok(env::current_dir()?.join(chosen))
}

/// The program, as the dev profile builds it.
pub fn binary() -> Result<PathBuf> {
    Ok(target()?.join("debug/org-audit"))
}

/// The cargo that runs this task.
pub fn cargo() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
