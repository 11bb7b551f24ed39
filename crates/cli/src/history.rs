//! Runs side by side in a directory, and their figures.
//!
//! A run's manifest keeps its figures, so that a year of runs is read in a moment. They are what the program
//! of that day said. A run without them in its manifest is judged again, by its own controls.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use org_audit_model::RunFigures;
use org_audit_model::manifest::{MANIFEST_FILE, Manifest};
use org_audit_model::store::SNAPSHOT_DIRECTORY;
use org_audit_reporting::history::PastRun;

use crate::earlier::EarlierRun;
use crate::error::CliError;
use crate::recorded;
use crate::run_directory::cannot;
use crate::text::safe;

/// The runs that were found.
#[derive(Debug, Default)]
pub struct Found {
    /// Organization and run.
    runs: Vec<(String, PastRun)>,
    /// What was left out, and why.
    notes: Vec<String>,
}

impl Found {
    /// The organization of the newest run.
    pub fn newest_organization(&self) -> Option<&str> {
        let newest = self.runs.iter().max_by_key(|(_, run)| run.figures.started_at)?;
        Some(&newest.0)
    }

    /// The runs of one organization, the oldest first, each collection once; and what was left out.
    pub fn of(&self, organization: &str) -> (Vec<PastRun>, Vec<String>) {
        let mut notes = self.notes.clone();
        let mut by_time: BTreeMap<Timestamp, PastRun> = BTreeMap::new();
        let mut others = 0_usize;
        for (id, run) in &self.runs {
            if id != organization {
                others += 1;
            } else if let Some(first) = by_time.get(&run.figures.started_at) {
                notes.push(format!(
                    "`{}` is left out: it is the same collection as `{}`",
                    safe(&run.run),
                    safe(&first.run)
                ));
            } else {
                by_time.insert(run.figures.started_at, run.clone());
            }
        }
        if others > 0 {
            notes.push(format!(
                "runs of other organizations than `{}` are left out: {others}",
                safe(organization)
            ));
        }
        (by_time.into_values().collect(), notes)
    }
}

/// Finds the runs in `directories`: each is a run, or holds runs.
///
/// # Errors
///
/// When a directory cannot be read.
pub fn find(directories: &[PathBuf]) -> Result<Found, CliError> {
    let mut found = Found::default();
    for directory in directories {
        if is_run(directory) {
            look(directory, &mut found);
            continue;
        }
        let entries = fs::read_dir(directory).map_err(|error| cannot("read", directory, &error))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|error| cannot("read", directory, &error))?.path());
        }
        // The order of a directory is the file system's own.
        paths.sort();
        for path in paths.iter().filter(|path| is_run(path)) {
            look(path, &mut found);
        }
    }
    Ok(found)
}

fn is_run(path: &Path) -> bool {
    path.join(MANIFEST_FILE).is_file() || path.join(SNAPSHOT_DIRECTORY).is_dir()
}

/// A run that cannot be read is left out and named: one damaged file must not hide a year.
fn look(path: &Path, found: &mut Found) {
    let run = path.display().to_string();
    match figures(path) {
        Ok((organization, figures)) => found.runs.push((organization, PastRun { figures, run })),
        Err(why) => found
            .notes
            .push(format!("`{}` is left out: {}", safe(&run), safe(&why))),
    }
}

fn figures(path: &Path) -> Result<(String, RunFigures), String> {
    let manifest = path.join(MANIFEST_FILE);
    if !manifest.is_file() {
        return Err("it has no manifest, so it was not finished".to_owned());
    }
    let bytes = fs::read(&manifest).map_err(|error| error.to_string())?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let figures = match manifest.figures {
        Some(figures) => figures,
        None => judged_again(path).map_err(|error| error.to_string())?,
    };
    Ok((manifest.organization.id.to_string(), figures))
}

fn judged_again(path: &Path) -> Result<RunFigures, CliError> {
    let run = EarlierRun::open(path)?;
    let options = recorded::options(&run.arguments)?;
    let assessed =
        org_audit_analysis::analyze_with(&options, &run.organization, &run.aws_managed, &run.reader, |_| {
            Ok::<(), Infallible>(())
        });
    let assessment = assessed.map_err(|error| match error {
        org_audit_analysis::AnalyzeError::Store(error) => CliError::from(error),
        org_audit_analysis::AnalyzeError::Receiver(never) => match never {},
    })?;
    Ok(RunFigures::of(&run.organization, &assessment))
}
