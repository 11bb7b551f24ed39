//! What makes a directory of reports a run: the manifest and its companions; and a snapshot's way into a new one.

pub mod readme;
pub mod sums;

use std::fs;
use std::path::Path;

use org_audit_model::ids::sha256_hex;
use org_audit_model::integrity::{self, Found, is_unlisted, of_reader};
use org_audit_model::manifest::{
    Arguments, EXCEPTIONS_FILE, FileEntry, MANIFEST_FILE, MANIFEST_VERSION, Manifest, SIGNATURE_FILE, Tool,
};
use org_audit_model::private_files;
use org_audit_model::snapshot::OrganizationSnapshot;
use org_audit_model::store::{
    ACCOUNTS_DIRECTORY, AWS_MANAGED_POLICIES_FILE, ORGANIZATION_FILE, SNAPSHOT_DIRECTORY,
};
use org_audit_policy::actions::ActionList;

use self::readme::README_FILE;
use self::sums::SUMS_FILE;
use crate::error::CliError;
use crate::printer::Printer;
use crate::recorded::Recorded;
use crate::signing::Signer;
use crate::text::safe;

/// Writes what makes a run evidence: `README.txt`, `SHA256SUMS`, `manifest.json` and its signature. A directory
/// without the manifest was not finished.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn seal(
    directory: &Path,
    organization: &OrganizationSnapshot,
    recorded: Recorded,
    signer: Option<&Signer>,
) -> Result<(), CliError> {
    let Recorded {
        mut arguments,
        figures,
    } = recorded;
    arguments.formats.sort();
    arguments.formats.dedup();
    arguments.report_options.sort();
    arguments.report_options.dedup();
    let files = reports_and_snapshot(directory)?;
    let readme = readme::text(organization, &files, signer.is_some());
    write(directory, README_FILE, readme.as_bytes())?;
    let mut entries = entries(directory)?;
    arguments.exceptions_sha256 = entries
        .iter()
        .find(|entry| entry.path == EXCEPTIONS_FILE)
        .map(|entry| entry.sha256.clone());
    write(directory, SUMS_FILE, sums::text(&entries).as_bytes())?;
    entries.push(entry(directory, SUMS_FILE.to_owned())?);
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    let manifest = Manifest {
        manifest_version: MANIFEST_VERSION,
        tool: Tool {
            name: "org-audit".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            binary_sha256: std::env::current_exe()
                .ok()
                .and_then(|path| hash_of(&path).ok())
                .map(|(hash, _)| hash),
            action_list_date: ActionList::embedded().date().to_owned(),
        },
        demo: organization.collection.is_demo(),
        arguments,
        collection: organization.collection.clone(),
        organization: organization.organization.clone(),
        figures: Some(figures),
        files: entries,
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(|error| CliError::unexpected(&error))?;
    bytes.push(b'\n');
    // A signature that is older than the manifest belongs to another one.
    match signer {
        None => write(directory, MANIFEST_FILE, &bytes),
        Some(signer) => {
            let signature = signer.sign(&bytes)?;
            write(directory, MANIFEST_FILE, &bytes)?;
            write(directory, SIGNATURE_FILE, signature.as_bytes())
        }
    }
}

fn write(directory: &Path, name: &str, bytes: &[u8]) -> Result<(), CliError> {
    let path = directory.join(name);
    private_files::write(&path, bytes).map_err(|error| cannot("write", &path, &error))
}

/// The names of the files that are there before a run is sealed.
fn reports_and_snapshot(directory: &Path) -> Result<Vec<String>, CliError> {
    let mut names = private_files::list(directory).map_err(|error| cannot("read", directory, &error))?;
    names.retain(|name| !is_unlisted(name) && name != SUMS_FILE);
    Ok(names)
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

/// Every file but the manifest, its signature and the list of sums itself.
fn entries(directory: &Path) -> Result<Vec<FileEntry>, CliError> {
    let names = reports_and_snapshot(directory)?;
    names.into_iter().map(|name| entry(directory, name)).collect()
}

fn entry(directory: &Path, name: String) -> Result<FileEntry, CliError> {
    let path = directory.join(&name);
    let (sha256, bytes) = hash_of(&path).map_err(|error| cannot("read", &path, &error))?;
    Ok(FileEntry {
        path: name,
        sha256,
        bytes,
    })
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
        // What may not be looked at must not be taken for what is not there.
        if !from.try_exists().map_err(|error| cannot("read", &from, &error))? {
            continue;
        }
        let bytes = fs::read(&from).map_err(|error| cannot("read", &from, &error))?;
        let to = target.join(&name);
        private_files::write(&to, &bytes).map_err(|error| cannot("write", &to, &error))?;
    }
    Ok(())
}

/// Warns where the snapshot of a run is not what its manifest lists: an account that somebody took out would look as if
/// it had never been read. `copy` is a directory that holds a copy of the snapshot.
///
/// # Errors
///
/// When a file cannot be read.
pub fn warn_if_changed(run: &Path, copy: &Path, printer: Printer) -> Result<(), CliError> {
    // A run, or the snapshot within one.
    let is_snapshot = run.file_name().is_some_and(|name| name == SNAPSHOT_DIRECTORY);
    let above = run.parent().filter(|_| is_snapshot).map(integrity::read_manifest);
    let manifest = integrity::read_manifest(run).or_else(|error| above.unwrap_or(Err(error)));
    let Ok(mut manifest) = manifest else {
        // A bare snapshot, or a run that was not finished, has none that anything could be held against.
        return Ok(());
    };
    let within = format!("{SNAPSHOT_DIRECTORY}/");
    manifest.files.retain(|entry| entry.path.starts_with(&within));
    let mut found = integrity::inventory(copy).map_err(|error| cannot("read", copy, &error))?;
    found.retain(|name, _| name.starts_with(&within));
    let changes = integrity::compare(&manifest, &found);
    if let Some(first) = changes.first() {
        printer.warn(&format!(
            "the snapshot of `{}` is not the one that the run wrote: {}{}; `org-audit verify` tells all",
            safe(&run.display().to_string()),
            safe(&first.to_string()),
            if changes.len() > 1 { ", …" } else { "" }
        ));
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
