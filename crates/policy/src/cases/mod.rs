//! The engine's JSON Lines forms: one case a line in, one answer a line out.
//!
//! Pure functions from text to an answer that serializes; reading and writing is the caller's.

mod reach;
mod simulate;

pub use reach::{AllowedAction, BeyondTheList, PossibleAction, ReachAnswer, reach_case};
pub use simulate::{SimulateAnswer, SimulateError, prepare, simulate};

use crate::document::{ParseError, PolicyDocument};
use crate::prepared::Policy;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// A policy in a case: an object as AWS stores it, or a string that holds one (perhaps URL-encoded).
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct RawPolicy<'a> {
    #[serde(borrow)]
    raw: &'a RawValue,
}

/// Why a case cannot be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The line is not a case.
    #[error("the line is not a case: {0}")]
    Form(#[from] serde_json::Error),
    /// A policy cannot be read.
    #[error("{place}: {error}")]
    Policy {
        /// Which policy.
        place: String,
        /// Why.
        error: Box<ParseError>,
    },
}

impl RawPolicy<'_> {
    fn prepare(&self, place: &str) -> Result<Arc<Policy>, CaseError> {
        let text = self.raw.get();
        let inner: String;
        let text = if text.starts_with('"') {
            inner = serde_json::from_str(text)?;
            &inner
        } else {
            text
        };
        let document = PolicyDocument::parse(text).map_err(|error| CaseError::Policy {
            place: place.to_owned(),
            error: Box::new(error),
        })?;
        Ok(Arc::new(Policy::new(document)))
    }
}

fn prepare_list(policies: &[RawPolicy<'_>], place: &str) -> Result<Vec<Arc<Policy>>, CaseError> {
    let each = policies.iter().enumerate();
    each.map(|(index, policy)| policy.prepare(&format!("{place}[{index}]")))
        .collect()
}

fn prepare_levels(levels: &[Vec<RawPolicy<'_>>], place: &str) -> Result<Vec<Vec<Arc<Policy>>>, CaseError> {
    let each = levels.iter().enumerate();
    each.map(|(level, policies)| prepare_list(policies, &format!("{place}[{level}]")))
        .collect()
}

fn prepare_optional(policy: Option<&RawPolicy<'_>>, place: &str) -> Result<Option<Arc<Policy>>, CaseError> {
    policy.map(|policy| policy.prepare(place)).transpose()
}
