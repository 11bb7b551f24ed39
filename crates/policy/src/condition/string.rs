//! String operators.

use crate::context::Context;
use crate::document::Version;
use crate::truth::Truth;
use crate::variables::{Template, Wildcards};

/// How two texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Equal,
    EqualIgnoringCase,
    Like,
}

/// The policy's values of a string operator.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    mode: Mode,
    templates: Vec<Template>,
}

impl Texts {
    pub(super) fn new(texts: &[&str], version: Version, mode: Mode) -> Self {
        let wildcards = if mode == Mode::Like {
            Wildcards::Anywhere
        } else {
            Wildcards::None
        };
        let templates = texts
            .iter()
            .map(|text| Template::parse(text, version, wildcards))
            .collect();
        Self { mode, templates }
    }

    pub(super) fn templates(&self) -> &[Template] {
        &self.templates
    }

    pub(super) fn match_everything(&self) -> bool {
        self.templates.iter().any(Template::is_everything)
    }

    /// The same for a value of which only the beginning is known.
    pub(super) fn match_any_beginning(&self, beginning: &str, context: &impl Context) -> Truth {
        let ignoring_case = self.mode == Mode::EqualIgnoringCase;
        self.templates.iter().fold(Truth::False, |truth, template| {
            truth.or(template.matches_beginning(beginning, ignoring_case, context))
        })
    }

    pub(super) fn match_any(&self, value: &str, context: &impl Context) -> Truth {
        self.templates.iter().fold(Truth::False, |truth, template| {
            truth.or(match self.mode {
                Mode::Equal | Mode::Like => template.matches(value, context),
                Mode::EqualIgnoringCase => template.equals_ignoring_case(value, context),
            })
        })
    }
}
