//! The request context: condition keys and their values, as far as they are known.

use crate::truth::Truth;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The value of a condition key in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ContextValue {
    /// A single-valued key.
    Single(SmolStr),
    /// A multivalued key, such as `aws:TagKeys`.
    Multi(Vec<SmolStr>),
}

impl ContextValue {
    /// The values.
    #[must_use]
    pub fn values(&self) -> &[SmolStr] {
        match self {
            ContextValue::Single(value) => std::slice::from_ref(value),
            ContextValue::Multi(values) => values,
        }
    }
}

impl From<&str> for ContextValue {
    fn from(value: &str) -> Self {
        ContextValue::Single(SmolStr::new(value))
    }
}

impl From<&[&str]> for ContextValue {
    fn from(values: &[&str]) -> Self {
        ContextValue::Multi(values.iter().map(SmolStr::new).collect())
    }
}

/// What is known of a condition key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lookup<'a> {
    /// The key is there with this value.
    Value(&'a ContextValue),
    /// The key is not there.
    Absent,
    /// The key is there with a value that is not known.
    Present,
    /// Nothing is known.
    Unknown,
}

/// Where conditions and variables take their values from.
pub(crate) trait Context {
    /// What is known of a key; `key` is in lower case.
    fn lookup(&self, key: &str) -> Lookup<'_>;

    /// What the value of a key begins with, where it is there and conditions may know no more of it; at least one
    /// character follows, and no colon. `key` is in lower case.
    fn beginning(&self, _key: &str) -> Option<&str> {
        None
    }

    /// The truth of something that AWS does not document: the choice that was made when one answer is needed,
    /// or that it is not known.
    fn undocumented(&self, chosen: bool) -> Truth;
}

/// The context of one request: every key is known, and what is not here is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestContext {
    entries: Vec<(SmolStr, ContextValue)>,
}

impl RequestContext {
    /// An empty context.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a key. Key names compare without regard to case.
    pub fn insert(&mut self, key: &str, value: impl Into<ContextValue>) {
        let key = SmolStr::new(key.to_ascii_lowercase());
        let value = value.into();
        match self.entries.iter_mut().find(|(k, _)| *k == key) {
            Some((_, slot)) => *slot = value,
            None => self.entries.push((key, value)),
        }
    }

    /// The same context with one key more.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<ContextValue>) -> Self {
        self.insert(key, value);
        self
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&ContextValue> {
        self.entries
            .iter()
            .find(|(k, _)| k.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
    }

    /// The keys (in lower case) and values, in the order of insertion.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl Context for RequestContext {
    fn lookup(&self, key: &str) -> Lookup<'_> {
        match self.entries.iter().find(|(k, _)| k == key) {
            Some((_, value)) => Lookup::Value(value),
            None => Lookup::Absent,
        }
    }

    fn undocumented(&self, chosen: bool) -> Truth {
        Truth::of(chosen)
    }
}
