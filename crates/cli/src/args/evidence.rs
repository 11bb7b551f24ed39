//! Options about what an assessor gets, and what an assessor does with it.

use std::path::PathBuf;

use clap::Args;

/// What turns a run into something that can be handed over.
#[derive(Debug, Clone, Default, Args)]
pub struct EvidenceArgs {
    /// Sign the manifest with this OpenSSH private key: manifest.json.sig, which `ssh-keygen -Y verify` checks.
    ///
    /// Ed25519 or ECDSA P-256, without a passphrase. The key is not written anywhere.
    #[arg(long, value_name = "KEY", help_heading = "Evidence")]
    pub sign: Option<PathBuf>,
    /// Write the run into one file as well, beside the run directory: RUN.zip. The same run gives the same bytes.
    #[arg(long, help_heading = "Evidence")]
    pub archive: bool,
}

impl EvidenceArgs {
    /// Whether any of them was given.
    pub fn is_given(&self) -> bool {
        self.sign.is_some() || self.archive
    }
}

/// What the organization has accepted.
#[derive(Debug, Clone, Default, Args)]
pub struct ExceptionArgs {
    /// Apply the approved exceptions of this file (TOML). An exempt finding stays a fail and is counted apart.
    ///
    /// The file is kept in the run. Without this option, `analyze` and `report` of a run use the one that is kept
    /// there. docs/evidence.md has the form.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    pub exceptions: Option<PathBuf>,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A run directory.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Also check the signature: it must be by a key of this file, which has one public key on a line.
    #[arg(long, value_name = "FILE")]
    pub public_key: Option<PathBuf>,
}
