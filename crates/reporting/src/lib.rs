//! The reports: what the analysis said, written for people and for programs.
//!
//! Each [`Format`] is one file of code below `formats/`. [`Reports`] hands them one account at a time, so
//! that an organization of any size passes through a small memory.
//!
//! # Architecture invariant
//!
//! The same input gives the same bytes: no clock, no environment, no locale, no order of a hash map. Only
//! this crate knows Handlebars. Every name in a report is hostile text: it comes from people who may want
//! to run a formula in the reader's spreadsheet or a script in the reader's browser.

mod collection;
mod context;
pub mod diff;
mod error;
mod finding;
mod format;
mod formats;
pub mod history;
mod reports;
mod rule;
#[cfg(feature = "schema")]
pub mod schema;
mod text;

pub use collection::{COLLECTION_FILE, CollectionTable};
pub use context::{HTML_PAGE_BYTES, Language, Options, ReportContext, UnknownLanguage};
pub use error::ReportError;
pub use format::{Format, UnknownFormat};
pub use formats::html::{ACCOUNT_PAGES, templates};
pub use reports::Reports;
pub use rule::Rule;
