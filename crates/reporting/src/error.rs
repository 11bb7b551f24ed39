//! What can go wrong while reports are written.

use std::io;
use std::path::{Path, PathBuf};

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file system refused.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A template, the built-in or the user's, cannot be used.
    #[error("the template `{name}` cannot be used: {reason}")]
    Template {
        /// Which one.
        name: String,
        /// Where and why.
        reason: String,
    },
}

impl ReportError {
    pub(crate) fn write(path: &Path, source: impl Into<io::Error>) -> Self {
        Self::Io {
            action: "write",
            path: path.to_owned(),
            source: source.into(),
        }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::Io {
            action: "read",
            path: path.to_owned(),
            source,
        }
    }
}
