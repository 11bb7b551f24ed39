//! HTML: one self-contained page that needs no network.
//!
//! The page is a Handlebars template with its styles and its script inlined; a Content-Security-Policy in
//! it allows exactly those two, by their hashes, and nothing else.

mod engine;
mod policy;
pub mod templates;
mod view;

use std::io::Write;
use std::path::{Path, PathBuf};

use org_audit_model::private_files::PrivateFile;
use org_audit_model::{AccountAssessment, RunAssessment};

use super::Renderer;
use crate::context::ReportContext;
use crate::error::ReportError;
use engine::Engine;
use view::Collected;

const NAME: &str = "report.html";

/// The page that is being made.
pub(super) struct Html<'a> {
    path: PathBuf,
    context: ReportContext<'a>,
    engine: Engine,
    collected: Collected,
}

impl<'a> Html<'a> {
    /// Reads the templates, so that a template that cannot be used is told before the work begins.
    pub(super) fn begin(directory: &Path, context: ReportContext<'a>) -> Result<Self, ReportError> {
        Ok(Self {
            path: directory.join(NAME),
            engine: Engine::new(context.options.template_dir.as_deref())?,
            context,
            collected: Collected::default(),
        })
    }
}

impl Renderer for Html<'_> {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        self.collected.add(account);
        Ok(())
    }

    fn finish(self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        let page = self
            .engine
            .render(&view::page(&self.context, &self.collected, run, &self.engine))?;
        PrivateFile::create(&self.path)
            .and_then(|mut file| {
                file.write_all(page.as_bytes())?;
                file.finish()
            })
            .map_err(|error| ReportError::write(&self.path, error))?;
        Ok(vec![NAME.to_owned()])
    }
}
