//! Options of `templates`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The subcommands of `templates`.
#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// Writes the templates, style sheets and scripts of the HTML report, to start one's own from.
    Export(TemplatesExportArgs),
}

/// Options of `templates export`.
#[derive(Debug, Args)]
pub struct TemplatesExportArgs {
    /// The directory to write to; made if it is not there, and otherwise empty.
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
    /// Write into a directory that is not empty, and replace templates that are there.
    #[arg(long)]
    pub force: bool,
}
