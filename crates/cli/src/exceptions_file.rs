//! The exceptions file: read before the work begins, kept in the run as it was, and used again with the run.

use std::fs;
use std::path::Path;

use org_audit_analysis::Exceptions;
use org_audit_model::ids::sha256_hex;
use org_audit_model::manifest::{Arguments, EXCEPTIONS_FILE};
use org_audit_model::private_files;
use org_audit_policy::document::{LineIndex, Span, excerpt};

use crate::error::CliError;
use crate::run_directory::cannot;

/// An exceptions file: what it means, and its bytes.
#[derive(Debug)]
pub struct ExceptionsFile {
    /// What it means.
    pub exceptions: Exceptions,
    bytes: Vec<u8>,
}

impl ExceptionsFile {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or an entry is wrong: with the line.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = fs::read(path).map_err(|error| cannot("read", path, &error))?;
        let name = path.display();
        let text = str::from_utf8(&bytes)
            .map_err(|error| CliError::usage(format!("`{name}` is not UTF-8: {error}")))?;
        let exceptions = Exceptions::parse(text).map_err(|error| {
            let span = Span::new(error.span().start, error.span().end);
            let place = LineIndex::new(text).position(span.start());
            CliError::usage(format!("{name}:{}:{}: {error}", place.line, place.column))
                .with_excerpt(excerpt(text, span))
                .with_help(error.help())
        })?;
        Ok(Self { exceptions, bytes })
    }

    /// The file that is kept in the run of `directory`, whose manifest says `arguments`; `None` where the run has
    /// none.
    ///
    /// # Errors
    ///
    /// When it is not the file that the manifest speaks of: nobody would know who approved what.
    pub fn of_run(directory: &Path, arguments: &Arguments) -> Result<Option<Self>, CliError> {
        let Some(sha256) = &arguments.exceptions_sha256 else {
            return Ok(None);
        };
        let path = directory.join(EXCEPTIONS_FILE);
        let kept = Self::read(&path)?;
        if sha256_hex(&kept.bytes) == *sha256 {
            Ok(Some(kept))
        } else {
            Err(
                CliError::usage(format!("`{}` was changed after the run", path.display())).with_help(
                    "make a new run with `org-audit analyze RUN/snapshot --exceptions FILE`; `org-audit verify` \
                     tells what else was changed",
                ),
            )
        }
    }

    /// Writes the file into a run, byte for byte.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn keep(&self, directory: &Path) -> Result<(), CliError> {
        let path = directory.join(EXCEPTIONS_FILE);
        private_files::write(&path, &self.bytes).map_err(|error| cannot("write", &path, &error))
    }
}
