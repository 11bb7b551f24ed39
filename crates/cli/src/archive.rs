//! `--archive`: the whole run as one file, the same bytes for the same run.
//!
//! A ZIP file, because every assessor's computer opens one. Whatever could differ from one writing to the next is
//! fixed: the order, the times (1980-01-01, ZIP's first), the modes (0600) and the compression. Everything lies
//! in one folder that is named after the organization and the time of the collection, and not after the run
//! directory, whose name is the machine's own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use org_audit_model::private_files::{self, PrivateFile};
use org_audit_model::snapshot::OrganizationSnapshot;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::error::CliError;
use crate::run_directory::cannot;

/// Where the archive of the run in `directory` goes: beside it.
///
/// # Errors
///
/// When the directory has no name of its own, or the archive is there and is to be kept.
pub fn beside(directory: &Path, force: bool) -> Result<PathBuf, CliError> {
    let Some(name) = directory.file_name() else {
        return Err(CliError::usage(format!(
            "`{}` has no name from which the archive could have its own",
            directory.display()
        ))
        .with_help("name the run directory with --output"));
    };
    let mut name = name.to_owned();
    name.push(".zip");
    let archive = directory.with_file_name(name);
    if !force && fs::symlink_metadata(&archive).is_ok() {
        return Err(
            CliError::usage(format!("`{}` exists already and is kept", archive.display()))
                .with_help("name another run directory with --output, or replace it with --force"),
        );
    }
    Ok(archive)
}

/// Writes everything below `directory` into `archive`.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn write(directory: &Path, archive: &Path, organization: &OrganizationSnapshot) -> Result<(), CliError> {
    let folder = folder(organization);
    let names = private_files::list(directory).map_err(|error| cannot("read", directory, &error))?;
    let written = || -> io::Result<()> {
        let mut zip = ZipWriter::new(PrivateFile::create(archive)?);
        for name in &names {
            let path = directory.join(name);
            let mut file = fs::File::open(&path)?;
            let large = file.metadata()?.len() >= u64::from(u32::MAX);
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .compression_level(Some(6))
                .last_modified_time(DateTime::default())
                .system(System::Unix)
                .unix_permissions(0o600)
                .large_file(large);
            zip.start_file(format!("{folder}/{name}"), options)?;
            io::copy(&mut file, &mut zip)?;
        }
        zip.finish()?.finish()
    };
    written().map_err(|error| cannot("write", archive, &error))
}

/// The one folder in the archive. An organization's id is letters, digits and dashes; anything else is left out.
fn folder(organization: &OrganizationSnapshot) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect()
    };
    let second = organization.collection.started_at.to_string();
    let second: String = plain(&second).chars().filter(|c| *c != '-').take(15).collect();
    format!("org-audit-{}-{second}Z", plain(&organization.organization.id))
}
