//! Files and directories that nobody but their owner may read.
//!
//! What this program writes names users, their keys' ages and the ways in: directories are made with mode
//! 0700 and files with 0600. A file appears under its name only when it is complete (written beside it,
//! then renamed), so that a run that was killed leaves no half file that looks whole.

use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Makes `path`, and what is missing above it, readable by the owner only.
///
/// # Errors
///
/// When the file system refuses, or `path` is there and is not a directory.
pub fn create_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes `bytes` to `path`, whole or not at all.
///
/// # Errors
///
/// When the file system refuses.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = PrivateFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// A file that is being written and appears under its name with [`PrivateFile::finish`].
///
/// Dropped before that, it leaves nothing.
#[derive(Debug)]
pub struct PrivateFile {
    buffer: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl PrivateFile {
    /// Begins a file that will be `path`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written to.
    pub fn create(path: &Path) -> io::Result<Self> {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".org-audit-")
            .suffix(".part")
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(directory)?;
        Ok(Self {
            buffer: BufWriter::with_capacity(64 * 1024, file),
            path: path.to_owned(),
        })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// When the last bytes cannot be written or the name cannot be given.
    pub fn finish(self) -> io::Result<()> {
        let file = self.buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Write for PrivateFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.buffer.flush()
    }
}

impl Seek for PrivateFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.buffer.seek(position)
    }
}

/// Every regular file below `directory`, as paths relative to it with `/`, sorted.
///
/// # Errors
///
/// When a directory cannot be listed, or a name is not UTF-8.
pub fn list(directory: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut pending = vec![(directory.to_owned(), String::new())];
    while let Some((path, prefix)) = pending.pop() {
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            let name = entry.file_name().into_string().map_err(|name| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("file name {} is not UTF-8", name.display()),
                )
            })?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                pending.push((entry.path(), format!("{prefix}{name}/")));
            } else {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_and_files_are_private() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("a/b");
        create_directory(&directory).unwrap();
        let file = directory.join("c");
        write(&file, b"text").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(mode(&file), 0o600);
        assert_eq!(fs::read(&file).unwrap(), b"text");
        assert_eq!(list(root.path()).unwrap(), ["a/b/c"]);
    }

    #[test]
    fn a_file_that_was_not_finished_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let mut file = PrivateFile::create(&root.path().join("x")).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert!(list(root.path()).unwrap().is_empty());
    }
}
