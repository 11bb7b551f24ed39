//! `org-audit verify`: whether a run is still what was written.

use std::fs;
use std::path::Path;

use org_audit_model::ExitCode;
use org_audit_model::integrity::{self, Change, ManifestError};
use org_audit_model::manifest::{MANIFEST_FILE, SIGNATURE_FILE};
use ssh_key::PublicKey;

use crate::args::VerifyArgs;
use crate::error::CliError;
use crate::printer::Printer;
use crate::run_directory::cannot;
use crate::signing;
use crate::text::safe;

/// Compares every file of the run with its manifest, and prints each difference.
///
/// A run that was changed is a finding (exit code 10): it is what was asked about. Exit code 1 and 2 stay for a
/// run of which nothing can be said.
///
/// # Errors
///
/// When there is no manifest to judge by, or a file cannot be read.
pub fn run(arguments: &VerifyArgs, printer: Printer) -> Result<ExitCode, CliError> {
    let directory = &arguments.run;
    if !directory.is_dir() {
        return Err(
            CliError::usage(format!("`{}` is not a directory", directory.display()))
                .with_help("name a run directory: the one that holds manifest.json"),
        );
    }
    let keys = arguments
        .public_key
        .as_deref()
        .map(signing::public_keys)
        .transpose()?;
    let manifest = integrity::read_manifest(directory)
        .map_err(|error| unusable(&directory.display().to_string(), &error))?;
    let found = integrity::inventory(directory).map_err(|error| cannot("read", directory, &error))?;
    let changes = integrity::compare(&manifest, &found);
    tell(&changes, manifest.files.len(), printer)?;
    let signed = check_signature(directory, keys.as_deref(), printer)?;
    Ok(if changes.is_empty() && signed {
        ExitCode::Clean
    } else {
        ExitCode::Finding
    })
}

/// Whether the signature is as it should be: without `keys`, nothing is asked of it.
fn check_signature(directory: &Path, keys: Option<&[PublicKey]>, printer: Printer) -> Result<bool, CliError> {
    let path = directory.join(SIGNATURE_FILE);
    let metadata = fs::symlink_metadata(&path).ok();
    let there = metadata.is_some();
    let Some(keys) = keys else {
        printer.say(if there { NOT_CHECKED } else { NOT_SIGNED });
        return Ok(true);
    };
    let result = if metadata.is_some_and(|found| !found.is_file() || found.len() > LONGEST_SIGNATURE) {
        Err("it is not a file of a signature's size".to_owned())
    } else if there {
        let manifest = directory.join(MANIFEST_FILE);
        let bytes = fs::read(&manifest).map_err(|error| cannot("read", &manifest, &error))?;
        let signature = fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
        signing::verify(&bytes, &signature, keys)
    } else {
        Err("there is none".to_owned())
    };
    let (line, good) = match result {
        Ok(fingerprint) => (format!("signature good: {fingerprint}"), true),
        Err(why) => (format!("signature bad: {}", safe(&why)), false),
    };
    printer
        .data(&line)
        .map_err(|error| CliError::unexpected(&error))?;
    Ok(good)
}

/// A signature is some three hundred bytes.
const LONGEST_SIGNATURE: u64 = 64 * 1024;

const NOT_SIGNED: &str = "There is no signature: whoever changed a file could have written a manifest to match. \
    Compare the manifest's own SHA-256 with one that was kept elsewhere.";

const NOT_CHECKED: &str = "There is a signature, and it was not checked: name the signer's public key with \
    --public-key.";

fn tell(changes: &[Change], files: usize, printer: Printer) -> Result<(), CliError> {
    let mut lines: Vec<String> = changes.iter().map(|change| safe(&change.to_string())).collect();
    if lines.is_empty() {
        lines.push(format!("intact: {files} files, all as the manifest says"));
    } else {
        printer.say(&format!(
            "The run was changed after it was written: {} of what follows.",
            lines.len()
        ));
    }
    lines
        .iter()
        .try_for_each(|line| printer.data(line))
        .map_err(|error| CliError::unexpected(&error))
}

fn unusable(run: &str, error: &ManifestError) -> CliError {
    let help = match error {
        ManifestError::None => "a run without a manifest was not finished, or this is not a run directory",
        ManifestError::Newer(_) => "use the version of org-audit that wrote it, or a later one",
        ManifestError::Io(_) => "ask for the right to read it",
        ManifestError::NotAFile(_) | ManifestError::Damaged(_) | ManifestError::Name(_) => {
            "this is not what org-audit wrote: get the run again from whoever made it"
        }
    };
    let told = CliError::of(error, ExitCode::Usage);
    CliError::usage(format!("`{run}` cannot be verified: {told}")).with_help(help)
}
