//! One file of a report that is written piece by piece.

use std::io::Write;
use std::path::{Path, PathBuf};

use org_audit_model::private_files::PrivateFile;
use serde::Serialize;

use crate::error::ReportError;

/// A file that appears under its name with [`ReportFile::finish`].
pub(super) struct ReportFile {
    name: &'static str,
    path: PathBuf,
    file: PrivateFile,
}

impl ReportFile {
    /// Begins the file.
    pub(super) fn begin(directory: &Path, name: &'static str) -> Result<Self, ReportError> {
        let path = directory.join(name);
        match PrivateFile::create(&path) {
            Ok(file) => Ok(Self { name, path, file }),
            Err(error) => Err(ReportError::write(&path, error)),
        }
    }

    /// Writes `text` as it is.
    pub(super) fn text(&mut self, text: &str) -> Result<(), ReportError> {
        self.file
            .write_all(text.as_bytes())
            .map_err(|error| ReportError::write(&self.path, error))
    }

    /// Writes `value` as JSON on one line.
    pub(super) fn json(&mut self, value: &impl Serialize) -> Result<(), ReportError> {
        serde_json::to_writer(&mut self.file, value).map_err(|error| ReportError::write(&self.path, error))
    }

    /// Gives the file its name, which is returned.
    pub(super) fn finish(self) -> Result<Vec<String>, ReportError> {
        self.file
            .finish()
            .map_err(|error| ReportError::write(&self.path, error))?;
        Ok(vec![self.name.to_owned()])
    }
}
