//! The formats, one file each, and what they have in common.

mod asff;
pub(crate) mod csv;
mod file;
pub(crate) mod html;
pub(crate) mod json;
mod junit;
mod markdown;
mod ocsf;
mod sarif;

use std::path::Path;

use org_audit_model::{AccountAssessment, RunAssessment};

use crate::context::ReportContext;
use crate::error::ReportError;
use crate::format::Format;

/// A report that is being written. To add a format: a file that implements this, a variant of [`Format`],
/// and a line in [`begin`].
pub(crate) trait Renderer {
    /// Adds an account.
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError>;

    /// Completes the report and returns the names of its files.
    fn finish(self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError>;
}

/// Begins a report of one format.
pub(crate) fn begin<'a>(
    format: Format,
    directory: &Path,
    context: ReportContext<'a>,
) -> Result<Box<dyn Renderer + 'a>, ReportError> {
    Ok(match format {
        Format::Html => Box::new(html::Html::begin(directory, context)?),
        Format::Csv => Box::new(csv::Csv::begin(directory, &context)?),
        Format::Json => Box::new(json::Json::begin(directory, &context)?),
        Format::Junit => Box::new(junit::Junit::begin(directory, &context)?),
        Format::Markdown => Box::new(markdown::Markdown::begin(directory, context)?),
        Format::Asff => Box::new(asff::Asff::begin(directory, context)?),
        Format::Ocsf => Box::new(ocsf::Ocsf::begin(directory, context)?),
        Format::Sarif => Box::new(sarif::Sarif::begin(directory, context)?),
    })
}
