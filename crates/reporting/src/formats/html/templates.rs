//! The files of the HTML report: those in the program, and the user's own in their place.

use std::fs;
use std::io;
use std::path::Path;

use super::catalogue::Catalogue;
use super::engine::Engine;
use crate::context::Language;
use crate::error::ReportError;

/// A file that the HTML report is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its name within a template directory.
    pub name: &'static str,
    /// Its text, as it is in the program.
    pub text: &'static str,
}

macro_rules! template {
    ($name:literal) => {
        Template {
            name: $name,
            text: include_str!(concat!("../../../../../report-templates/", $name)),
        }
    };
}

/// Every file: what a user who wants their own report starts from. Style sheets and scripts are joined in
/// this order.
pub const ALL: &[Template] = &[
    template!("report.hbs"),
    template!("summary.hbs"),
    template!("change.hbs"),
    template!("trend.hbs"),
    template!("organization.hbs"),
    template!("worst.hbs"),
    template!("user.hbs"),
    template!("account.hbs"),
    template!("controls.hbs"),
    template!("unread.hbs"),
    template!("tables.hbs"),
    template!("evidence.hbs"),
    template!("base.css"),
    template!("summary.css"),
    template!("organization.css"),
    template!("tables.css"),
    template!("account.css"),
    template!("print.css"),
    template!("data.js"),
    template!("search.js"),
    template!("table.js"),
    template!("detail.js"),
    template!("organization.js"),
    template!("policies.js"),
    template!("main.js"),
];

/// Whether a report can be made of the templates in `directory`, as far as that shows before there is anything to say.
///
/// # Errors
///
/// Which template cannot be read or is not one.
pub fn check(directory: &Path, lang: Language) -> Result<(), ReportError> {
    Engine::new(Some(directory), &Catalogue::new(lang)?).map(|_| ())
}

/// The text of a template: the user's, where there is one in `directory`, else the program's.
pub(super) fn load(template: Template, directory: Option<&Path>) -> Result<String, ReportError> {
    let text = match directory.map(|directory| directory.join(template.name)) {
        None => template.text.to_owned(),
        Some(path) => match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => template.text.to_owned(),
            Err(error) => return Err(ReportError::read(&path, error)),
        },
    };
    // A browser reads CRLF as LF before it hashes, so what is hashed here must have none.
    Ok(text.replace("\r\n", "\n"))
}
