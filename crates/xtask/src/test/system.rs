//! Programs of the system's packages that tests need.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Finds a program: the one that `variable` names, else the first of `names` in `PATH`, else what
/// `package` installs where apt-get can.
pub fn program(variable: &str, names: &[&str], package: &str, needed: &str) -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os(variable) {
        return Ok(chosen.into());
    }
    if let Some(found) = process::find(names) {
        return Ok(found);
    }
    println!("    installing {package} with apt-get");
    apt_install(package).with_context(|| {
        format!(
            "{needed}, and it could not be installed: install it yourself, or give the path of the program in \
             {variable}"
        )
    })?;
    process::find(names).with_context(|| format!("apt-get installed {package}, and it is not in PATH"))
}

fn apt_install(package: &str) -> Result<()> {
    if process::find(&["apt-get"]).is_none() {
        bail!("there is no apt-get here");
    }
    process::run(apt_get().args(["update", "--quiet"]))?;
    process::run(apt_get().args(["install", "--quiet", "--yes", "--no-install-recommends", package]))
}

/// `apt-get` for root, `sudo -n apt-get` for others: a test run never asks for a password.
fn apt_get() -> Command {
    let root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = if root || process::find(&["sudo"]).is_none() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_the_path_is_taken_and_nothing_is_installed() {
        let found = program(
            "ORG_AUDIT_NO_SUCH_VARIABLE",
            &["no-such-program-here", "sh"],
            "none",
            "",
        )
        .unwrap();
        assert!(found.ends_with("sh"));
    }
}
