//! HTML: one self-contained page that needs no network.
//!
//! The page is made of Handlebars templates with its styles and its script inlined; a
//! Content-Security-Policy in it allows exactly those two, by their hashes, and nothing else. What is too much
//! for one page stands in pages of accounts beside it. What a reader
//! must know is in the page's own text, so that it is there without a script and on paper; the script adds
//! the tables of everything.

mod account_pages;
mod catalogue;
mod change;
mod collected;
mod controls;
mod embedded;
mod engine;
mod evidence;
mod organization;
mod policies;
mod policy;
pub(super) mod rank;
mod reasoning;
mod scope;
pub(super) mod shown;
mod summary;
pub mod templates;
mod trend;
mod view;
mod worst;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use org_audit_model::private_files::PrivateFile;
use org_audit_model::{AccountAssessment, RunAssessment};

use super::Renderer;
use crate::context::ReportContext;
use crate::error::ReportError;
use account_pages::AccountPages;
use catalogue::Catalogue;
use collected::Collected;
use embedded::{Embedded, LeftOut};
use engine::Engine;

const NAME: &str = "report.html";

/// The directory of the pages of accounts.
pub const ACCOUNT_PAGES: &str = account_pages::DIRECTORY;

/// Prefixes of the messages that the script needs.
const SCRIPT_MESSAGES: [&str; 10] = [
    "js.",
    "outcome.",
    "verdict.",
    "coverage.",
    "severity.",
    "column.",
    "lint.",
    "kind.",
    "scope.",
    "protection.",
];

/// The page that is being made.
pub(super) struct Html<'a> {
    path: PathBuf,
    context: ReportContext<'a>,
    catalogue: Catalogue,
    engine: Engine,
    collected: Collected,
    embedded: Embedded,
    pages: AccountPages,
}

impl<'a> Html<'a> {
    /// Reads the templates, so that a template that cannot be used is told before the work begins.
    pub(super) fn begin(directory: &Path, context: ReportContext<'a>) -> Result<Self, ReportError> {
        let path = directory.join(NAME);
        let catalogue = Catalogue::new(context.options.lang)?;
        let partition = &context.organization.collection.partition;
        Ok(Self {
            engine: Engine::new(context.options.template_dir.as_deref(), &catalogue)?,
            catalogue,
            collected: Collected::default(),
            embedded: Embedded::begin(directory, partition, context.options.html_page_bytes)
                .map_err(|error| ReportError::write(&path, error))?,
            pages: AccountPages::new(directory),
            path,
            context,
        })
    }
}

impl Renderer for Html<'_> {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        self.collected.add(account);
        let more = self
            .embedded
            .add(account, &self.catalogue)
            .map_err(|error| ReportError::write(&self.path, error))?;
        if more {
            self.pages
                .add(account, &self.context, &self.engine, &self.catalogue)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        let Self {
            path,
            context,
            catalogue,
            engine,
            collected,
            embedded,
            pages,
        } = *self;
        let left_out = LeftOut {
            policies: run.policies_left_out + policies::left_out(run),
            ..embedded.left_out
        };
        let view = view::page(&context, &collected, run, &engine, &catalogue, left_out);
        let page = engine.render(&view)?;
        let (before, after) = page
            .split_once(view::DATA_SLOT)
            .ok_or_else(|| ReportError::Template {
                name: "report.hbs".to_owned(),
                reason: "it does not contain `{{{data_slot}}}`".to_owned(),
            })?;
        let messages = catalogue.subset(&SCRIPT_MESSAGES);
        let write = || -> io::Result<()> {
            let mut file = PrivateFile::create(&path)?;
            file.write_all(before.as_bytes())?;
            embedded.finish(run, &messages, &mut file)?;
            file.write_all(after.as_bytes())?;
            file.finish()
        };
        write().map_err(|error| ReportError::write(&path, error))?;
        let mut names = pages.finish()?;
        names.push(NAME.to_owned());
        Ok(names)
    }
}
