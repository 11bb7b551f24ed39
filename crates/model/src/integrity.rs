//! Whether a run directory still holds what its manifest says.
//!
//! Nothing that the manifest names is ever opened by that name: the directory is listed, and the two lists are
//! compared. So a manifest that somebody else wrote can point nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path};

use sha2::{Digest, Sha256};

use crate::ids::hex;
use crate::manifest::{FileEntry, MANIFEST_FILE, MANIFEST_VERSION, Manifest, SIGNATURE_FILE};

/// The longest manifest that is read. Ten thousand accounts make two megabytes.
const LONGEST_MANIFEST: u64 = 512 * 1024 * 1024;

/// What lies under a name of the run directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A regular file.
    File {
        /// Of its content, in lower-case hexadecimal.
        sha256: String,
        /// Its length.
        bytes: u64,
    },
    /// Something else, such as a symbolic link. It is not followed and not opened.
    Other(&'static str),
}

/// A difference between the manifest and the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The content is another.
    Changed {
        /// Which file.
        path: String,
        /// Its length by the manifest.
        listed_bytes: u64,
        /// Its length now.
        bytes: u64,
    },
    /// It is not a file any more.
    Replaced {
        /// Under which name.
        path: String,
        /// By what.
        by: &'static str,
    },
    /// It is gone.
    Missing {
        /// Which file.
        path: String,
    },
    /// It is not in the manifest.
    Added {
        /// Which file.
        path: String,
    },
    /// It is gone, and the same content lies under a name that is not in the manifest.
    Renamed {
        /// The name in the manifest.
        from: String,
        /// The name now.
        to: String,
    },
}

impl Change {
    /// The word for it, as `org-audit verify` prints it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Changed { .. } | Self::Replaced { .. } => "changed",
            Self::Missing { .. } => "missing",
            Self::Added { .. } => "added",
            Self::Renamed { .. } => "renamed",
        }
    }

    /// The name in the manifest, or the new one where it is not in there.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Changed { path, .. }
            | Self::Replaced { path, .. }
            | Self::Missing { path }
            | Self::Added { path }
            | Self::Renamed { from: path, .. } => path,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.word(), self.path())?;
        match self {
            Self::Changed {
                listed_bytes, bytes, ..
            } if listed_bytes != bytes => write!(f, " ({bytes} bytes, the manifest says {listed_bytes})"),
            Self::Changed { .. } => write!(f, " (same length, other content)"),
            Self::Replaced { by, .. } => write!(f, " (it is {by} now)"),
            Self::Renamed { to, .. } => write!(f, " -> {to}"),
            Self::Missing { .. } | Self::Added { .. } => Ok(()),
        }
    }
}

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// There is none: the directory is no run, or the run was not finished.
    #[error("there is no {MANIFEST_FILE}")]
    None,
    /// It cannot be read.
    #[error("{MANIFEST_FILE} cannot be read")]
    Io(#[source] io::Error),
    /// It is a link, a pipe or the like, or of a length that no run has.
    #[error("{MANIFEST_FILE} is {0}")]
    NotAFile(&'static str),
    /// It is not what this program writes.
    #[error("{MANIFEST_FILE} is damaged")]
    Damaged(#[source] serde_json::Error),
    /// It was written by a later version.
    #[error("{MANIFEST_FILE} has version {0}, this program knows up to {MANIFEST_VERSION}")]
    Newer(u32),
    /// It lists a name that no run has: outside the directory, or twice.
    #[error("{MANIFEST_FILE} lists `{0}`, which is not the name of a file of the run, or lists it twice")]
    Name(String),
}

/// Reads the manifest of a run directory.
///
/// # Errors
///
/// When there is none that this version can judge by.
pub fn read_manifest(directory: &Path) -> Result<Manifest, ManifestError> {
    let path = directory.join(MANIFEST_FILE);
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ManifestError::None),
        Err(error) => return Err(ManifestError::Io(error)),
    };
    if let Some(kind) = other_kind(metadata.file_type()) {
        return Err(ManifestError::NotAFile(kind));
    }
    if metadata.len() > LONGEST_MANIFEST {
        return Err(ManifestError::NotAFile("larger than any run's"));
    }
    parse_manifest(&fs::read(&path).map_err(ManifestError::Io)?)
}

/// Parses a manifest. Its version is looked at before anything else: a later form may not parse at all.
///
/// # Errors
///
/// When this version cannot judge by it.
pub fn parse_manifest(bytes: &[u8]) -> Result<Manifest, ManifestError> {
    #[derive(serde::Deserialize)]
    struct Version {
        manifest_version: u32,
    }
    let Version { manifest_version } = serde_json::from_slice(bytes).map_err(ManifestError::Damaged)?;
    if manifest_version > MANIFEST_VERSION {
        return Err(ManifestError::Newer(manifest_version));
    }
    let manifest: Manifest = serde_json::from_slice(bytes).map_err(ManifestError::Damaged)?;
    let mut seen = BTreeSet::new();
    for FileEntry { path, .. } in &manifest.files {
        if !is_inside(path) || is_unlisted(path) || !seen.insert(path) {
            return Err(ManifestError::Name(path.chars().take(200).collect()));
        }
    }
    Ok(manifest)
}

/// Whether `path` is the plain name of a file below a directory.
fn is_inside(path: &str) -> bool {
    let plain = |component| matches!(component, Component::Normal(_));
    // Components drops `.` and doubled slashes, so that two names could mean one file.
    !path.is_empty()
        && !path.contains('\0')
        && Path::new(path).components().all(plain)
        && path.split('/').all(|part| !part.is_empty() && part != ".")
}

/// The files that a manifest does not list: itself, and what is made from it afterwards.
#[must_use]
pub fn is_unlisted(path: &str) -> bool {
    path == MANIFEST_FILE || path == SIGNATURE_FILE
}

/// Everything below `directory` but the manifest and its signature, with `/` in the names.
///
/// # Errors
///
/// When a directory or a file cannot be read.
pub fn inventory(directory: &Path) -> io::Result<BTreeMap<String, Found>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![(directory.to_owned(), String::new())];
    while let Some((path, prefix)) = pending.pop() {
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            // A name that is not UTF-8 cannot be in a manifest; what stands for it is good enough to name it.
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                pending.push((entry.path(), format!("{name}/")));
            } else if !is_unlisted(&name) {
                let what = match other_kind(kind) {
                    Some(other) => Found::Other(other),
                    None => of_reader(&mut fs::File::open(entry.path())?)?,
                };
                found.insert(name, what);
            }
        }
    }
    Ok(found)
}

/// What a regular file with this content is, read piece by piece.
///
/// # Errors
///
/// When it cannot be read.
pub fn of_reader(reader: &mut dyn Read) -> io::Result<Found> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        let read = match reader.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        hasher.update(part);
        bytes += part.len() as u64;
    }
    Ok(Found::File {
        sha256: hex(&hasher.finalize()),
        bytes,
    })
}

fn other_kind(kind: fs::FileType) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_file() {
        None
    } else if kind.is_symlink() {
        Some("a symbolic link")
    } else if kind.is_dir() {
        Some("a directory")
    } else if kind.is_fifo() {
        Some("a pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        Some("a device")
    }
}

/// Every difference, sorted by path. None means that the run is intact.
#[must_use]
pub fn compare(manifest: &Manifest, found: &BTreeMap<String, Found>) -> Vec<Change> {
    let listed: BTreeMap<&str, &FileEntry> = manifest
        .files
        .iter()
        .map(|entry| (entry.path.as_str(), entry))
        .collect();
    let mut changes = Vec::new();
    let mut gone = Vec::new();
    for entry in listed.values().copied() {
        let path = entry.path.clone();
        match found.get(&entry.path) {
            None => gone.push(entry),
            Some(Found::Other(by)) => changes.push(Change::Replaced { path, by }),
            Some(Found::File { sha256, bytes }) if !same(entry, sha256, *bytes) => {
                changes.push(Change::Changed {
                    path,
                    listed_bytes: entry.bytes,
                    bytes: *bytes,
                });
            }
            Some(Found::File { .. }) => {}
        }
    }
    let mut new: Vec<(&String, &Found)> = found
        .iter()
        .filter(|(path, _)| !listed.contains_key(path.as_str()))
        .collect();
    for entry in gone {
        let same_content = new.iter().position(|(_, found)| match found {
            Found::File { sha256, bytes } => same(entry, sha256, *bytes),
            Found::Other(_) => false,
        });
        let path = entry.path.clone();
        changes.push(match same_content {
            Some(index) => Change::Renamed {
                from: path,
                to: new.remove(index).0.clone(),
            },
            None => Change::Missing { path },
        });
    }
    changes.extend(
        new.into_iter()
            .map(|(path, _)| Change::Added { path: path.clone() }),
    );
    changes.sort_by(|one, other| one.path().cmp(other.path()));
    changes
}

fn same(entry: &FileEntry, sha256: &str, bytes: u64) -> bool {
    entry.bytes == bytes && entry.sha256.eq_ignore_ascii_case(sha256)
}

#[cfg(test)]
mod tests;
