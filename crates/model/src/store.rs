//! A snapshot's directory: writing it piece by piece, reading it back account by account.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::{AccountId, DocumentId};
use crate::private_files;
use crate::snapshot::{AccountSnapshot, AwsManagedPolicies, Documents, OrganizationSnapshot, SCHEMA_VERSION};

/// Name of the organization's file.
pub const ORGANIZATION_FILE: &str = "organization.json";
/// Name of the file of AWS managed policies.
pub const AWS_MANAGED_POLICIES_FILE: &str = "aws-managed-policies.json";
/// Name of the directory of accounts.
pub const ACCOUNTS_DIRECTORY: &str = "accounts";
/// Name of a snapshot within a run directory.
pub const SNAPSHOT_DIRECTORY: &str = "snapshot";

/// A snapshot that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
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
    /// The directory holds no snapshot.
    #[error("`{}` is not a snapshot: there is no {ORGANIZATION_FILE} in it or in its {SNAPSHOT_DIRECTORY}/", .0.display())]
    NotASnapshot(PathBuf),
    /// The file is not what this version writes.
    #[error("`{}` is damaged", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// The file was written by a later version.
    #[error("`{}` has schema version {found}, this program knows up to {SCHEMA_VERSION}", path.display())]
    NewerSchema {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// What is to be kept is not of the organization that it must be of.
    #[error("the organization is `{found}` and not `{expected}`")]
    AnotherOrganization {
        /// Which it must be.
        expected: String,
        /// Which it is.
        found: String,
    },
    /// A policy's text is kept under another text's SHA-256. Texts are known by it across accounts, so such a one could
    /// stand in for another account's policy.
    #[error("`{}` keeps a policy's text under the SHA-256 of another text, `{id}`", path.display())]
    WrongDocument {
        /// Which file.
        path: PathBuf,
        /// Under which SHA-256.
        id: DocumentId,
    },
    /// The file says that it is another account's.
    #[error("`{}` is of account {found}", path.display())]
    WrongAccount {
        /// Which file.
        path: PathBuf,
        /// What it says.
        found: AccountId,
    },
}

/// Writes a snapshot. Its methods may be called from several threads, one account each.
#[derive(Debug, Clone)]
pub struct SnapshotWriter {
    directory: PathBuf,
}

impl SnapshotWriter {
    /// Makes the directory of a new snapshot.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn create(directory: &Path) -> Result<Self, StoreError> {
        let accounts = directory.join(ACCOUNTS_DIRECTORY);
        private_files::create_directory(&accounts).map_err(|source| StoreError::Io {
            action: "write",
            path: accounts,
            source,
        })?;
        Ok(Self {
            directory: directory.to_owned(),
        })
    }

    /// Writes the organization's file, again if it is there.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn organization(&self, organization: &OrganizationSnapshot) -> Result<(), StoreError> {
        write_json(&self.directory.join(ORGANIZATION_FILE), organization)
    }

    /// Writes the AWS managed policies.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub fn aws_managed_policies(&self, policies: &AwsManagedPolicies) -> Result<(), StoreError> {
        write_json(&self.directory.join(AWS_MANAGED_POLICIES_FILE), policies)
    }

    /// Writes one account.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn account(&self, account: &AccountSnapshot) -> Result<(), StoreError> {
        write_json(&account_path(&self.directory, &account.account_id), account)
    }
}

/// Reads a snapshot. Accounts are read one at a time, so that memory does not grow with their number.
#[derive(Debug, Clone)]
pub struct SnapshotReader {
    directory: PathBuf,
}

impl SnapshotReader {
    /// Opens `path`: a snapshot's directory or a run directory that holds one.
    ///
    /// # Errors
    ///
    /// When there is no snapshot, or `path` cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        // A directory that may not be entered must not be reported as one without a snapshot.
        fs::read_dir(path).map_err(|source| StoreError::Io {
            action: "read",
            path: path.to_owned(),
            source,
        })?;
        for directory in [path.to_owned(), path.join(SNAPSHOT_DIRECTORY)] {
            if is_there(&directory.join(ORGANIZATION_FILE))? {
                return Ok(Self { directory });
            }
        }
        Err(StoreError::NotASnapshot(path.to_owned()))
    }

    /// The snapshot's own directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Reads the organization's file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is of a later version, or keeps a text under a wrong name.
    pub fn organization(&self) -> Result<OrganizationSnapshot, StoreError> {
        let path = self.directory.join(ORGANIZATION_FILE);
        let organization: OrganizationSnapshot = parse_versioned(&path, &read(&path)?)?;
        check_documents(&path, &organization.documents)?;
        Ok(organization)
    }

    /// Reads the AWS managed policies; none where the collection was cut off before it wrote them.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read, or keeps a text under a wrong name.
    pub fn aws_managed_policies(&self) -> Result<AwsManagedPolicies, StoreError> {
        let path = self.directory.join(AWS_MANAGED_POLICIES_FILE);
        if !is_there(&path)? {
            return Ok(AwsManagedPolicies::default());
        }
        let policies: AwsManagedPolicies = parse(&path, &read(&path)?)?;
        check_documents(&path, &policies.documents)?;
        Ok(policies)
    }

    /// Reads one account; `None` where the snapshot has no file of it.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read, is of a later version, is another account's, or keeps a text under a
    /// wrong name.
    pub fn account(&self, id: &AccountId) -> Result<Option<AccountSnapshot>, StoreError> {
        let path = account_path(&self.directory, id);
        if !is_there(&path)? {
            return Ok(None);
        }
        let account: AccountSnapshot = parse_versioned(&path, &read(&path)?)?;
        if account.account_id != *id {
            return Err(StoreError::WrongAccount {
                path,
                found: account.account_id,
            });
        }
        check_documents(&path, &account.documents)?;
        Ok(Some(account))
    }
}

fn account_path(directory: &Path, id: &AccountId) -> PathBuf {
    // An AccountId is twelve digits, so it cannot leave the directory.
    directory.join(ACCOUNTS_DIRECTORY).join(format!("{id}.json"))
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let written = serde_json::to_vec(value)
        .map_err(io::Error::from)
        .and_then(|mut bytes| {
            bytes.push(b'\n');
            private_files::write(path, &bytes)
        });
    written.map_err(|source| StoreError::Io {
        action: "write",
        path: path.to_owned(),
        source,
    })
}

/// Whether there is a file. One that may not be looked at is not taken for one that is not there.
fn is_there(path: &Path) -> Result<bool, StoreError> {
    path.try_exists().map_err(|source| StoreError::Io {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    fs::read(path).map_err(|source| StoreError::Io {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|source| StoreError::Damaged {
        path: path.to_owned(),
        source,
    })
}

/// A file that says which version it is of. A later one may not parse at all, so what is wrong with a file that does
/// not is looked for in its version first.
fn parse_versioned<T: DeserializeOwned + Versioned>(path: &Path, bytes: &[u8]) -> Result<T, StoreError> {
    match parse::<T>(path, bytes) {
        Ok(value) => check_version(path, value.version()).map(|()| value),
        Err(damaged) => Err(version_of(path, bytes)
            .and_then(|found| check_version(path, found))
            .err()
            .unwrap_or(damaged)),
    }
}

/// What has a version.
trait Versioned {
    fn version(&self) -> u32;
}

impl Versioned for OrganizationSnapshot {
    fn version(&self) -> u32 {
        self.schema_version
    }
}

impl Versioned for AccountSnapshot {
    fn version(&self) -> u32 {
        self.schema_version
    }
}

fn check_documents(path: &Path, documents: &Documents) -> Result<(), StoreError> {
    match documents.iter().find(|(id, text)| DocumentId::of(text) != **id) {
        Some((id, _)) => Err(StoreError::WrongDocument {
            path: path.to_owned(),
            id: id.clone(),
        }),
        None => Ok(()),
    }
}

fn version_of(path: &Path, bytes: &[u8]) -> Result<u32, StoreError> {
    #[derive(serde::Deserialize)]
    struct Version {
        schema_version: u32,
    }
    parse(path, bytes).map(|version: Version| version.schema_version)
}

fn check_version(path: &Path, found: u32) -> Result<(), StoreError> {
    if found > SCHEMA_VERSION {
        return Err(StoreError::NewerSchema {
            path: path.to_owned(),
            found,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::snapshot::Access;

    fn account(id: &str) -> AccountSnapshot {
        let id = AccountId::try_from(id).unwrap();
        AccountSnapshot::not_entered(id, Access::Excluded, Timestamp::UNIX_EPOCH, "left out")
    }

    #[test]
    fn an_account_is_read_back_as_it_was_written() {
        let directory = tempfile::tempdir().unwrap();
        let written = account("111122223333");
        SnapshotWriter::create(directory.path())
            .unwrap()
            .account(&written)
            .unwrap();
        let reader = SnapshotReader {
            directory: directory.path().to_owned(),
        };
        assert_eq!(reader.account(&written.account_id).unwrap(), Some(written));
        assert_eq!(
            reader
                .account(&AccountId::try_from("000000000000").unwrap())
                .unwrap(),
            None
        );
    }

    #[test]
    fn an_account_under_another_ones_name_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        SnapshotWriter::create(directory.path())
            .unwrap()
            .account(&account("111122223333"))
            .unwrap();
        let accounts = directory.path().join(ACCOUNTS_DIRECTORY);
        fs::rename(
            accounts.join("111122223333.json"),
            accounts.join("444455556666.json"),
        )
        .unwrap();
        let reader = SnapshotReader {
            directory: directory.path().to_owned(),
        };
        let error = reader
            .account(&AccountId::try_from("444455556666").unwrap())
            .unwrap_err();
        assert!(matches!(error, StoreError::WrongAccount { .. }));
    }

    #[test]
    fn a_text_under_another_ones_name_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let mut written = account("111122223333");
        let id = DocumentId::of("the text of some other account's policy");
        written.documents.insert(id.clone(), "{}".to_owned());
        let writer = SnapshotWriter::create(directory.path()).unwrap();
        writer.account(&written).unwrap();
        let reader = SnapshotReader {
            directory: directory.path().to_owned(),
        };
        let error = reader.account(&written.account_id).unwrap_err();
        assert!(
            matches!(&error, StoreError::WrongDocument { id: found, .. } if *found == id),
            "{error}"
        );
    }

    #[test]
    fn a_later_schema_is_refused_whether_it_can_be_parsed_or_not() {
        let directory = tempfile::tempdir().unwrap();
        let mut written = account("111122223333");
        written.schema_version = 99;
        let writer = SnapshotWriter::create(directory.path()).unwrap();
        writer.account(&written).unwrap();
        let reader = SnapshotReader {
            directory: directory.path().to_owned(),
        };
        let error = reader.account(&written.account_id).unwrap_err();
        assert!(
            matches!(error, StoreError::NewerSchema { found: 99, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_later_schema_is_refused_before_it_is_called_damaged() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(
            directory.path().join(ORGANIZATION_FILE),
            r#"{"schema_version": 99, "new": []}"#,
        )
        .unwrap();
        let error = SnapshotReader::open(directory.path())
            .unwrap()
            .organization()
            .unwrap_err();
        assert!(
            matches!(error, StoreError::NewerSchema { found: 99, .. }),
            "{error}"
        );
    }

    #[test]
    fn a_directory_without_a_snapshot_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(
            SnapshotReader::open(directory.path()),
            Err(StoreError::NotASnapshot(_))
        ));
        assert!(matches!(
            SnapshotReader::open(&directory.path().join("x")),
            Err(StoreError::Io { .. })
        ));
    }
}
