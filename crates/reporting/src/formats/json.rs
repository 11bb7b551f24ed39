//! JSON: everything that was said, for programs.
//!
//! The accounts are streamed, so they stand before the totals. A reader looks at `schema_version` first.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use org_audit_model::private_files::PrivateFile;
use org_audit_model::snapshot::{Collection, OrganizationDescription};
use org_audit_model::{AccountAssessment, RunAssessment};
use serde::Serialize;

use super::Renderer;
use crate::context::ReportContext;
use crate::error::ReportError;

const NAME: &str = "report.json";

/// The version of the form of `report.json`. It grows when a reader of the old form would misunderstand
/// the new one; a new field alone does not change it.
const SCHEMA_VERSION: u32 = 1;

/// `report.json` as a whole, for its schema. What is written is streamed, in this order.
#[cfg(feature = "schema")]
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Report<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// Every account of the organization, in the order of their ids.
    accounts: Vec<AccountAssessment>,
    #[serde(flatten)]
    run: RunAssessment,
}

/// What stands before the accounts.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Head<'a> {
    /// The version of this form. It grows when a reader of the old form would misunderstand the new one.
    schema_version: u32,
    /// The program that wrote the report.
    tool: Tool<'a>,
    /// Whether this is the embedded demo organization, and nobody's real one.
    demo: bool,
    /// Which organization.
    organization: &'a OrganizationDescription,
    /// Who collected the snapshot, when and how.
    collection: &'a Collection,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Tool<'a> {
    /// `org-audit`.
    name: &'static str,
    /// Its version.
    version: &'a str,
}

/// The report that is being written.
pub(super) struct Json {
    path: PathBuf,
    file: PrivateFile,
    empty: bool,
}

impl Json {
    /// Begins the file with what is known already.
    pub(super) fn begin(directory: &Path, context: &ReportContext<'_>) -> Result<Self, ReportError> {
        let path = directory.join(NAME);
        let head = Head {
            schema_version: SCHEMA_VERSION,
            tool: Tool {
                name: "org-audit",
                version: context.tool_version,
            },
            demo: context.demo,
            organization: &context.organization.organization,
            collection: &context.organization.collection,
        };
        let begin = || -> io::Result<_> {
            let mut file = PrivateFile::create(&path)?;
            writeln!(file, "{{{},", members(&head)?)?;
            file.write_all(b"\"accounts\":[")?;
            Ok(file)
        };
        match begin() {
            Ok(file) => Ok(Self {
                path,
                file,
                empty: true,
            }),
            Err(error) => Err(ReportError::write(&path, error)),
        }
    }
}

impl Renderer for Json {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        let separator: &[u8] = if self.empty { b"\n" } else { b",\n" };
        self.empty = false;
        self.file
            .write_all(separator)
            .and_then(|()| Ok(serde_json::to_writer(&mut self.file, account)?))
            .map_err(|error| ReportError::write(&self.path, error))
    }

    fn finish(self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        let Self { path, mut file, .. } = *self;
        // The run's own fields stand beside `accounts`, not within an object of their own.
        members(run)
            .and_then(|tail| writeln!(file, "\n],\n{tail}}}"))
            .and_then(|()| file.finish())
            .map_err(|error| ReportError::write(&path, error))?;
        Ok(vec![NAME.to_owned()])
    }
}

/// The members of an object, without the braces around them.
fn members(object: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(object)?;
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    Ok(inner.unwrap_or(&text).to_owned())
}
