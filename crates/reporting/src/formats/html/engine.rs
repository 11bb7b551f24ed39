//! Handlebars as this report uses it: strict, escaping on, one helper for messages.

use std::path::Path;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, html_escape,
};
use serde::Serialize;
use serde_json::Value;

use super::catalogue::Catalogue;
use super::shown::thousands;
use super::templates::{self, Template};
use crate::error::ReportError;

/// The compiled templates, the style sheet and the script.
pub(super) struct Engine {
    handlebars: Handlebars<'static>,
    /// The style sheets, to be inlined as they are.
    pub(super) style: String,
    /// The style sheets of an account's own page.
    pub(super) account_style: String,
    /// The scripts, to be inlined as they are.
    pub(super) script: String,
}

impl Engine {
    /// Reads and compiles everything.
    pub(super) fn new(directory: Option<&Path>, catalogue: &Catalogue) -> Result<Self, ReportError> {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        register_messages(&mut handlebars, catalogue.clone());
        let (mut style, mut account_style) = (String::new(), String::new());
        let mut script = String::from("(() => {\n\"use strict\";\n");
        for &template in templates::ALL {
            let text = templates::load(template, directory)?;
            match template.name.rsplit_once('.') {
                Some((name, "css")) => {
                    let text = inlinable(template, text, "</style")?;
                    if ["base", "account", "print"].contains(&name) {
                        account_style.push_str(&text);
                    }
                    if name != "account" {
                        style.push_str(&text);
                    }
                }
                Some((_, "js")) => script.push_str(&inlinable(template, text, "</script")?),
                Some((name, "hbs")) => handlebars
                    .register_template_string(name, text)
                    .map_err(|error| refused(template.name, &error))?,
                Some(_) | None => {}
            }
        }
        script.push_str("})();\n");
        Ok(Self {
            handlebars,
            style,
            account_style,
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

impl Engine {
    /// An account's own page.
    pub(super) fn render_account(&self, view: &impl Serialize) -> Result<String, ReportError> {
        self.handlebars
            .render("account", view)
            .map_err(|error| refused("account.hbs", &error))
    }
}

/// `{{t "key" n=count}}`: a message of the catalogue, escaped; numbers get their separators.
fn register_messages(handlebars: &mut Handlebars<'static>, catalogue: Catalogue) {
    let helper = move |helper: &Helper<'_>,
                       _: &Handlebars<'_>,
                       _: &Context,
                       _: &mut RenderContext<'_, '_>,
                       out: &mut dyn Output|
          -> HelperResult {
        let key = helper
            .param(0)
            .and_then(|param| param.value().as_str())
            .unwrap_or_default();
        let values: Vec<_> = helper
            .hash()
            .iter()
            .map(|(name, value)| (*name, written(value.value())))
            .collect();
        let message = catalogue
            .find(key, &values)
            .ok_or_else(|| RenderErrorReason::Other(format!("there is no message `{key}`")))?;
        out.write(&html_escape(&message))?;
        Ok(())
    };
    handlebars.register_helper("t", Box::new(helper));
}

fn written(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), thousands),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
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
