//! Where a run is written, and the promise that nothing is overwritten unasked.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use org_audit_model::manifest::MANIFEST_FILE;
use org_audit_model::private_files;
use org_audit_model::store::SNAPSHOT_DIRECTORY;

use crate::error::CliError;

/// A directory that may be made. Checked before the work begins, made when there is something to write.
#[derive(Debug, Clone)]
pub struct OutputDirectory {
    path: PathBuf,
    replace: bool,
}

impl OutputDirectory {
    /// Checks `path`, or the default name at time `now`.
    ///
    /// # Errors
    ///
    /// When it is there already (with `force`: and is not an earlier run), or cannot be made.
    pub fn check(path: Option<&Path>, force: bool, now: Timestamp) -> Result<Self, CliError> {
        let path = path.map_or_else(|| PathBuf::from(default_name(now)), Path::to_owned);
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            check_parent(&path)?;
            return Ok(Self { path, replace: false });
        };
        if !force {
            return Err(
                CliError::usage(format!("`{}` exists already and is kept", path.display()))
                    .with_help("name another directory with --output, or replace this one with --force"),
            );
        }
        if !metadata.is_dir() || !is_earlier_run(&path) {
            return Err(
                CliError::usage(format!("`{}` is not a run directory and is kept", path.display()))
                    .with_help("--force replaces only what an earlier run wrote; name another directory"),
            );
        }
        Ok(Self { path, replace: true })
    }

    /// The directory's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finds out whether the directory may be replaced while `snapshot` is read.
    ///
    /// # Errors
    ///
    /// When it holds the snapshot that is to be read: with --force it is removed first.
    pub fn refuse_source(&self, snapshot: &Path) -> Result<(), CliError> {
        let (Ok(snapshot), Ok(output)) = (snapshot.canonicalize(), self.path.canonicalize()) else {
            return Ok(());
        };
        if snapshot.starts_with(&output) {
            return Err(
                CliError::usage("the output directory holds the snapshot that is to be read")
                    .with_help("name another directory with --output"),
            );
        }
        Ok(())
    }

    /// Makes the directory, readable by its owner only. An earlier run in its place is removed.
    ///
    /// # Errors
    ///
    /// When the file system refuses.
    pub fn make(&self) -> Result<(), CliError> {
        self.replace().map_err(|error| self.refused(&error))
    }

    /// The same, but an earlier run in its place is kept until the new one is there.
    ///
    /// # Errors
    ///
    /// When the file system refuses.
    pub fn make_beside(&self) -> Result<SetAside, CliError> {
        let earlier = if self.replace {
            let beside = self.beside().map_err(|error| self.refused(&error))?;
            if let Err(error) = fs::rename(&self.path, beside.join(EARLIER)) {
                let _ = fs::remove_dir(beside);
                return Err(self.refused(&error));
            }
            Some(beside)
        } else {
            None
        };
        let aside = SetAside {
            path: self.path.clone(),
            earlier,
        };
        match private_files::create_directory(&self.path) {
            Ok(()) => Ok(aside),
            Err(error) => {
                let refused = self.refused(&error);
                Err(match aside.restore() {
                    Ok(()) => refused,
                    Err(kept) => refused.with_help(kept),
                })
            }
        }
    }

    /// A new directory beside this one.
    fn beside(&self) -> std::io::Result<PathBuf> {
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let beside = tempfile::Builder::new()
            .prefix(".org-audit-earlier-")
            .tempdir_in(parent)?;
        Ok(beside.keep())
    }

    fn refused(&self, error: &std::io::Error) -> CliError {
        CliError::usage(format!(
            "cannot make the directory `{}`: {error}",
            self.path.display()
        ))
        .with_help("name a directory that you may write to with --output")
    }

    /// Whether an earlier run is in its place.
    pub fn replaces(&self) -> bool {
        self.replace
    }

    /// The same, without words for the user.
    ///
    /// # Errors
    ///
    /// When the file system refuses.
    pub fn replace(&self) -> std::io::Result<()> {
        if self.replace {
            fs::remove_dir_all(&self.path)?;
        }
        private_files::create_directory(&self.path)
    }
}

/// What an earlier run is called while it is out of the way.
const EARLIER: &str = "run";

/// An earlier run, out of the way of the one that is made in its place.
#[derive(Debug)]
pub struct SetAside {
    path: PathBuf,
    earlier: Option<PathBuf>,
}

impl SetAside {
    /// Removes the earlier run: the new one is there.
    pub fn replaced(self) {
        if let Some(beside) = &self.earlier {
            let _ = fs::remove_dir_all(beside);
        }
    }

    /// Removes what there is of the new run, and puts the earlier one back.
    ///
    /// # Errors
    ///
    /// Where the earlier run is, when it cannot be put back.
    pub fn restore(self) -> Result<(), String> {
        let _ = fs::remove_dir_all(&self.path);
        let Some(beside) = &self.earlier else {
            return Ok(());
        };
        let kept = beside.join(EARLIER);
        fs::rename(&kept, &self.path).map_err(|error| {
            let kept = kept.display();
            format!("the earlier run is kept in `{kept}`, as it could not be put back: {error}")
        })?;
        let _ = fs::remove_dir(beside);
        Ok(())
    }
}

/// Whether everything in `path` could have come from a run: it is empty, or it holds a run's marks.
fn is_earlier_run(path: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(path) else {
        return false;
    };
    let snapshot = path.join(SNAPSHOT_DIRECTORY);
    // A run that was cut off at once has nothing but an empty snapshot.
    let bare = entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == SNAPSHOT_DIRECTORY));
    bare || snapshot.join("organization.json").is_file() || is_manifest(&path.join(MANIFEST_FILE))
}

/// Whether the file is a manifest of this program; many others have files of that name.
fn is_manifest(path: &Path) -> bool {
    let text = fs::read(path).unwrap_or_default();
    serde_json::from_slice::<serde_json::Value>(&text).is_ok_and(|manifest| {
        manifest
            .pointer("/tool/name")
            .is_some_and(|name| name == "org-audit")
    })
}

/// Finds out now, not after an hour, that the nearest directory above is no directory.
fn check_parent(path: &Path) -> Result<(), CliError> {
    let existing = path
        .ancestors()
        .skip(1)
        .find(|above| above.as_os_str().is_empty() || above.exists());
    match existing {
        Some(above) if !above.as_os_str().is_empty() && !above.is_dir() => Err(CliError::usage(format!(
            "`{}` is not a directory",
            above.display()
        ))
        .with_help("name a directory below an existing one with --output")),
        Some(_) | None => Ok(()),
    }
}

fn default_name(now: Timestamp) -> String {
    let time: String = now
        .to_string()
        .chars()
        .take(19)
        .filter(|c| c.is_ascii_digit() || *c == 'T')
        .collect();
    format!("org-audit-run-{time}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &Path, force: bool) -> Result<OutputDirectory, CliError> {
        OutputDirectory::check(Some(path), force, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_default_name_is_the_time_in_utc() {
        assert_eq!(
            default_name(Timestamp::UNIX_EPOCH),
            "org-audit-run-19700101T000000Z"
        );
    }

    #[test]
    fn what_is_there_is_kept() {
        let root = tempfile::tempdir().unwrap();
        assert!(check(root.path(), false).is_err());
        assert!(check(&root.path().join("new/run"), false).is_ok());
    }

    #[test]
    fn force_replaces_an_earlier_run_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let holiday = root.path().join("holiday-pictures");
        fs::create_dir(&holiday).unwrap();
        fs::write(holiday.join("beach.png"), "").unwrap();
        assert!(check(&holiday, true).is_err());
        let run = root.path().join("run");
        fs::create_dir(&run).unwrap();
        fs::write(run.join(MANIFEST_FILE), r#"{"manifest_version":3}"#).unwrap();
        assert!(check(&run, true).is_err());
        fs::create_dir(run.join(SNAPSHOT_DIRECTORY)).unwrap();
        assert!(check(&run, true).is_err());
        fs::write(run.join(MANIFEST_FILE), r#"{"tool":{"name":"org-audit"}}"#).unwrap();
        let output = check(&run, true).unwrap();
        output.make().unwrap();
        assert!(!run.join(MANIFEST_FILE).exists());
    }

    #[test]
    fn a_file_in_the_way_is_an_error_before_the_work_begins() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(check(&file.join("run"), false).is_err());
    }
}
