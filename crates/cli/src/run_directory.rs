//! The run directory's manifest, and a snapshot's way into a new run directory.

use std::fs;
use std::path::Path;

use org_audit_model::ids::sha256_hex;
use org_audit_model::integrity::{Found, is_unlisted, of_reader};
use org_audit_model::manifest::{Arguments, FileEntry, MANIFEST_FILE, MANIFEST_VERSION, Manifest, Tool};
use org_audit_model::private_files;
use org_audit_model::snapshot::OrganizationSnapshot;
use org_audit_model::store::{
    ACCOUNTS_DIRECTORY, AWS_MANAGED_POLICIES_FILE, ORGANIZATION_FILE, SNAPSHOT_DIRECTORY,
};

use crate::error::CliError;

/// Writes `manifest.json`, the last file of a run: a directory without it was not finished.
///
/// # Errors
///
/// When a file cannot be read or the manifest cannot be written.
pub fn write_manifest(
    directory: &Path,
    organization: &OrganizationSnapshot,
    mut arguments: Arguments,
) -> Result<(), CliError> {
    arguments.formats.sort();
    arguments.formats.dedup();
    let manifest = Manifest {
        manifest_version: MANIFEST_VERSION,
        tool: Tool {
            name: "org-audit".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            binary_sha256: std::env::current_exe()
                .ok()
                .and_then(|path| hash_of(&path).ok())
                .map(|(hash, _)| hash),
        },
        demo: organization.collection.is_demo(),
        arguments,
        collection: organization.collection.clone(),
        organization: organization.organization.clone(),
        files: entries(directory)?,
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(|error| CliError::unexpected(&error))?;
    bytes.push(b'\n');
    let path = directory.join(MANIFEST_FILE);
    private_files::write(&path, &bytes).map_err(|error| cannot("write", &path, &error))
}

/// What was asked for by the manifest of an existing run directory; nothing where there is no manifest.
///
/// # Errors
///
/// When there is a manifest and it cannot be read.
pub fn arguments_of(directory: &Path) -> Result<Arguments, CliError> {
    let path = directory.join(MANIFEST_FILE);
    if !path.exists() {
        return Ok(Arguments::default());
    }
    let bytes = fs::read(&path).map_err(|error| cannot("read", &path, &error))?;
    let manifest: Manifest = serde_json::from_slice(&bytes)
        .map_err(|error| CliError::usage(format!("`{}` is damaged: {error}", path.display())))?;
    Ok(manifest.arguments)
}

fn entries(directory: &Path) -> Result<Vec<FileEntry>, CliError> {
    let names = private_files::list(directory).map_err(|error| cannot("read", directory, &error))?;
    names
        .into_iter()
        .filter(|name| !is_unlisted(name))
        .map(|name| {
            let path = directory.join(&name);
            let (sha256, bytes) = hash_of(&path).map_err(|error| cannot("read", &path, &error))?;
            Ok(FileEntry {
                path: name,
                sha256,
                bytes,
            })
        })
        .collect()
}

/// SHA-256 and length of a file.
fn hash_of(path: &Path) -> std::io::Result<(String, u64)> {
    match of_reader(&mut fs::File::open(path)?)? {
        Found::File { sha256, bytes } => Ok((sha256, bytes)),
        Found::Other(kind) => Err(std::io::Error::other(kind)),
    }
}

/// Copies the files of a snapshot, and only those, into `directory`.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn copy_snapshot(
    snapshot: &Path,
    directory: &Path,
    organization: &OrganizationSnapshot,
) -> Result<(), CliError> {
    let target = directory.join(SNAPSHOT_DIRECTORY);
    let accounts = target.join(ACCOUNTS_DIRECTORY);
    private_files::create_directory(&accounts).map_err(|error| cannot("make", &accounts, &error))?;
    let account_files = organization
        .accounts
        .iter()
        .map(|account| format!("{ACCOUNTS_DIRECTORY}/{}.json", account.id));
    let names = [ORGANIZATION_FILE.to_owned(), AWS_MANAGED_POLICIES_FILE.to_owned()];
    for name in names.into_iter().chain(account_files) {
        let from = snapshot.join(&name);
        if !from.exists() {
            continue;
        }
        let bytes = fs::read(&from).map_err(|error| cannot("read", &from, &error))?;
        let to = target.join(&name);
        private_files::write(&to, &bytes).map_err(|error| cannot("write", &to, &error))?;
    }
    Ok(())
}

/// An error about a file.
pub fn cannot(action: &str, path: &Path, error: &std::io::Error) -> CliError {
    CliError::usage(format!("cannot {action} `{}`: {error}", path.display()))
}

/// Whether two files hold the same bytes.
///
/// # Errors
///
/// When one cannot be read.
pub fn same_bytes(one: &Path, other: &Path) -> std::io::Result<bool> {
    Ok(sha256_hex(&fs::read(one)?) == sha256_hex(&fs::read(other)?))
}
