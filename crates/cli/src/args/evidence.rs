//! Options about what an assessor gets, and what an assessor does with it.

use std::path::PathBuf;

use clap::Args;

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A run directory.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
}
