//! The messages of the page in one language: a file of keys and texts, so that a language can be added.

use std::collections::BTreeMap;

use crate::context::Language;
use crate::error::ReportError;

/// A language's messages by key.
#[derive(Debug, Clone)]
pub(super) struct Catalogue {
    messages: BTreeMap<String, String>,
}

impl Catalogue {
    /// The messages of `language`, in their file.
    pub(super) fn new(language: Language) -> Result<Self, ReportError> {
        let (name, text) = match language {
            Language::En => (
                "lang/en.json",
                include_str!("../../../../../report-templates/lang/en.json"),
            ),
            Language::Ja => (
                "lang/ja.json",
                include_str!("../../../../../report-templates/lang/ja.json"),
            ),
        };
        let messages = serde_json::from_str(text).map_err(|error| ReportError::Template {
            name: name.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self { messages })
    }

    /// The message with the values of its `{placeholders}`; `None` where there is no such message.
    ///
    /// Where a value `n` is given and is 1, the message `key.one` is taken, if there is one.
    pub(super) fn find(&self, key: &str, values: &[(&str, String)]) -> Option<String> {
        let one = values.iter().any(|(name, value)| *name == "n" && value == "1");
        let singular = one.then(|| self.messages.get(&format!("{key}.one"))).flatten();
        let message = singular.or_else(|| self.messages.get(key))?;
        Some(fill(message, values))
    }

    /// The same, with the key itself in the place of a message that is missing. A test holds that none is.
    pub(super) fn text(&self, key: &str, values: &[(&str, String)]) -> String {
        self.find(key, values).unwrap_or_else(|| key.to_owned())
    }

    /// The messages whose key begins with one of `prefixes`, for the script.
    pub(super) fn subset(&self, prefixes: &[&str]) -> BTreeMap<&str, &str> {
        self.messages
            .iter()
            .filter(|(key, _)| prefixes.iter().any(|prefix| key.starts_with(prefix)))
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect()
    }
}

/// `message` with `{name}` replaced by the value of that name. In one pass, so that a value which itself
/// contains `{n}` stays as it is.
fn fill(message: &str, values: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(message.len() + 16);
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let known = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, behind))
        });
        match known {
            Some((value, behind)) => {
                text.push_str(value);
                rest = behind;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_once() {
        let values = [("name", "{n}".to_owned()), ("n", "2".to_owned())];
        assert_eq!(fill("{n} of {name}, {other}", &values), "2 of {n}, {other}");
    }
}
