//! The scope map on disk: read once, kept in the run directory, found there again.

use std::fs;
use std::path::Path;

use org_audit_analysis::ScopeMap;
use org_audit_model::RunAssessment;
use org_audit_model::ids::sha256_hex;
use org_audit_model::manifest::Arguments;
use org_audit_model::private_files;

use crate::error::CliError;
use crate::printer::Printer;
use crate::run_directory::cannot;
use crate::text::safe;

/// The map's name in a run directory.
pub const SCOPE_MAP_FILE: &str = "scope-map.toml";

/// Reads the map at `path`.
///
/// # Errors
///
/// When it cannot be read, or a line of it is wrong.
pub fn read(path: &Path) -> Result<ScopeMap, CliError> {
    let text = fs::read_to_string(path).map_err(|error| cannot("read the scope map", path, &error))?;
    ScopeMap::parse(&text).map_err(|error| {
        CliError::usage(format!(
            "{}:{}: {}",
            path.display(),
            error.line,
            safe(&error.message)
        ))
        .with_help("docs/reports.md shows the form of a scope map")
    })
}

/// Keeps the map in the run directory, as it was read.
///
/// # Errors
///
/// When it cannot be written.
pub fn keep(map: Option<&ScopeMap>, directory: &Path) -> Result<(), CliError> {
    let Some(map) = map else {
        return Ok(());
    };
    let path = directory.join(SCOPE_MAP_FILE);
    private_files::write(&path, map.source().as_bytes()).map_err(|error| cannot("write", &path, &error))
}

/// The map by which a run was judged; `None` where there was none.
///
/// # Errors
///
/// When it is gone or is not what it was.
pub fn of_run(directory: &Path, arguments: &Arguments) -> Result<Option<ScopeMap>, CliError> {
    let Some(sha256) = &arguments.scope_map_sha256 else {
        return Ok(None);
    };
    let path = directory.join(SCOPE_MAP_FILE);
    let map = read(&path)?;
    if sha256_hex(map.source().as_bytes()) != *sha256 {
        return Err(
            CliError::usage(format!("`{}` was changed after the run", path.display()))
                .with_help("judge the snapshot by another map with `org-audit analyze --scope-map`"),
        );
    }
    Ok(Some(map))
}

/// Tells of entries that name nothing in the organization.
pub fn warn(run: &RunAssessment, printer: Printer) {
    for entry in run.scope.iter().flat_map(|scope| &scope.unmatched) {
        printer.warn(&format!(
            "line {} of the scope map names `{}`, which is not in the organization",
            entry.line,
            safe(&entry.name)
        ));
    }
}
