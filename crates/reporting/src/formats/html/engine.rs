//! Handlebars as this report uses it: strict, escaping on.

use std::path::Path;

use handlebars::Handlebars;
use serde::Serialize;

use super::templates::{self, Template};
use crate::error::ReportError;

/// The compiled templates, the style sheet and the script.
pub(super) struct Engine {
    handlebars: Handlebars<'static>,
    /// The style sheet, to be inlined as it is.
    pub(super) style: String,
    /// The script, to be inlined as it is.
    pub(super) script: String,
}

impl Engine {
    /// Reads and compiles everything.
    pub(super) fn new(directory: Option<&Path>) -> Result<Self, ReportError> {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        let (mut style, mut script) = (String::new(), String::new());
        for &template in templates::ALL {
            let text = templates::load(template, directory)?;
            match template.name.rsplit_once('.') {
                Some((_, "css")) => style = inlinable(template, text, "</style")?,
                Some((_, "js")) => script = inlinable(template, text, "</script")?,
                Some((name, "hbs")) => handlebars
                    .register_template_string(name, text)
                    .map_err(|error| refused(template.name, &error))?,
                Some(_) | None => {}
            }
        }
        Ok(Self {
            handlebars,
            style,
            script,
        })
    }

    /// The page.
    pub(super) fn render(&self, view: &impl Serialize) -> Result<String, ReportError> {
        self.handlebars
            .render("report", view)
            .map_err(|error| refused("report.hbs", &error))
    }
}

fn refused(name: &str, reason: &dyn std::fmt::Display) -> ReportError {
    ReportError::Template {
        name: name.to_owned(),
        reason: reason.to_string(),
    }
}

/// `text`, which must not contain what would end its element early.
fn inlinable(template: Template, text: String, end: &str) -> Result<String, ReportError> {
    if text.to_ascii_lowercase().contains(end) {
        return Err(refused(template.name, &format!("it contains `{end}`")));
    }
    Ok(text)
}
