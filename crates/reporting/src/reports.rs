//! One run's reports, fed one account at a time.

use std::path::Path;

use org_audit_model::{AccountAssessment, RunAssessment};

use crate::context::ReportContext;
use crate::error::ReportError;
use crate::format::Format;
use crate::formats::{self, Renderer};

/// The reports that are being written.
///
/// Files appear under their names with [`Reports::finish`]; dropped before that, nothing is left.
pub struct Reports<'a> {
    renderers: Vec<Box<dyn Renderer + 'a>>,
}

impl std::fmt::Debug for Reports<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reports")
            .field("renderers", &self.renderers.len())
            .finish()
    }
}

impl<'a> Reports<'a> {
    /// Begins the reports in `directory`, which must be there. A format that is named twice is written
    /// once.
    ///
    /// # Errors
    ///
    /// When a file cannot be begun, or a template cannot be used.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make one for this call; each format gets a copy of its own"
    )]
    pub fn begin(
        directory: &Path,
        formats: &[Format],
        context: ReportContext<'a>,
    ) -> Result<Self, ReportError> {
        let mut wanted = formats.to_vec();
        wanted.sort();
        wanted.dedup();
        let renderers = wanted
            .into_iter()
            .map(|format| formats::begin(format, directory, context.clone()))
            .collect::<Result<_, _>>()?;
        Ok(Self { renderers })
    }

    /// Adds an account. To be called once for every account, in the order of account ids.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        self.renderers
            .iter_mut()
            .try_for_each(|renderer| renderer.account(account))
    }

    /// Completes the reports and gives the files their names, which are returned sorted, relative to the
    /// directory.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn finish(self, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        let mut names = Vec::new();
        for renderer in self.renderers {
            names.extend(renderer.finish(run)?);
        }
        names.sort();
        Ok(names)
    }
}
