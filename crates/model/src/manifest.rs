//! `manifest.json`: what is in a run directory, and how it came to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::change::{BaselineReference, RunFigures};
use crate::snapshot::{Collection, OrganizationDescription};

/// Name of the file.
pub const MANIFEST_FILE: &str = "manifest.json";

/// Name of the detached signature of that file, where there is one.
pub const SIGNATURE_FILE: &str = "manifest.json.sig";

/// Name of the exceptions file within a run, byte for byte the one that was given.
pub const EXCEPTIONS_FILE: &str = "exceptions.toml";

/// The version of the manifest's form.
pub const MANIFEST_VERSION: u32 = 1;

/// What is in a run directory. The manifest itself and its signature are the only files that it does not list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// See [`MANIFEST_VERSION`].
    pub manifest_version: u32,
    /// The program that wrote the reports.
    pub tool: Tool,
    /// Whether the data are of the embedded demo organization, and not of anybody's real one.
    pub demo: bool,
    /// What was asked for, as far as it changes what is written.
    pub arguments: Arguments,
    /// Who collected the snapshot, when and how.
    pub collection: Collection,
    /// Which organization.
    pub organization: OrganizationDescription,
    /// The run in a few numbers, so that many runs can be listed without judging them again. None in a
    /// manifest that is older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<RunFigures>,
    /// Every file of the directory but this one and its signature, sorted by path.
    pub files: Vec<FileEntry>,
}

/// The program that wrote the reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// `org-audit`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the executable that ran, where it could be read.
    pub binary_sha256: Option<String>,
    /// The day of the list of AWS actions that is built in: what a session can do is judged by it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action_list_date: String,
}

/// What was asked for, as far as it changes what is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Arguments {
    /// Formats of the reports.
    pub formats: Vec<String>,
    /// Ids of the controls that were judged. Empty in a manifest that is older than the choice: the default
    /// ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// Parameters of controls that were not at their default, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub control_parameters: BTreeMap<String, String>,
    /// SHA-256 of the exceptions file that was applied, which is kept in the run; `None` where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions_sha256: Option<String>,
    /// Options of the reports that were not at their default, such as `lang=ja`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub report_options: Vec<String>,
    /// The earlier run with which the reports compare this one, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineReference>,
    /// SHA-256 of the scope map, `scope-map.toml` in the run directory, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_map_sha256: Option<String>,
}

/// A file of the run directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileEntry {
    /// Relative to the run directory, with `/`.
    pub path: String,
    /// Of its content, in lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}
