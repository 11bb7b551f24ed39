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
