//! What turns a finished run into something that can be handed over: a signature, an archive.

use std::path::{Path, PathBuf};

use org_audit_model::snapshot::OrganizationSnapshot;

use crate::archive;
use crate::args::EvidenceArgs;
use crate::error::CliError;
use crate::printer::Printer;
use crate::recorded::Recorded;
use crate::run_directory;
use crate::signing::Signer;

/// How a run is to be sealed. Made and checked before the work begins.
#[derive(Debug, Default)]
pub struct Sealing {
    signer: Option<Signer>,
    archive: Option<PathBuf>,
}

impl Sealing {
    /// What the arguments ask for, for the run in `directory`.
    ///
    /// # Errors
    ///
    /// When the key cannot sign, or the archive is there already.
    pub fn new(arguments: &EvidenceArgs, directory: &Path, force: bool) -> Result<Self, CliError> {
        let signer = arguments.sign.as_deref().map(Signer::load).transpose()?;
        let archive = arguments
            .archive
            .then(|| archive::beside(directory, force))
            .transpose()?;
        Ok(Self { signer, archive })
    }

    /// Whether the manifest is signed.
    pub fn signs(&self) -> bool {
        self.signer.is_some()
    }

    /// Whether there is anything to do beside the manifest.
    pub fn is_asked_for(&self) -> bool {
        self.signer.is_some() || self.archive.is_some()
    }

    /// Writes manifest, signature and archive, in this order.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written.
    pub fn seal(
        &self,
        directory: &Path,
        organization: &OrganizationSnapshot,
        recorded: Recorded,
        printer: Printer,
    ) -> Result<(), CliError> {
        run_directory::seal(directory, organization, recorded, self.signer.as_ref())?;
        if let Some(archive) = &self.archive {
            archive::write(directory, archive, organization)?;
            printer.say(&format!("Archived as {}", archive.display()));
        }
        Ok(())
    }
}
