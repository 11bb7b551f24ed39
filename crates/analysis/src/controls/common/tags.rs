//! Tags: the part that IAM.24 and IAM.25 share.

use super::population::Judgement;
use crate::model::Outcome;
use crate::model::snapshot::Tag;

/// What AWS puts there by itself, which does not count.
const SYSTEM_PREFIX: &str = "aws:";

/// Judges the tags of one resource: with no key required, any tag will do.
#[must_use]
pub fn judge(tags: &[Tag], required: &[String]) -> Judgement {
    let keys: Vec<&str> = tags
        .iter()
        .map(|tag| tag.key.as_str())
        .filter(|key| !key.starts_with(SYSTEM_PREFIX))
        .collect();
    if keys.is_empty() {
        return (Outcome::Fail, "no tag".to_owned());
    }
    let missing: Vec<String> = required
        .iter()
        .filter(|key| !keys.contains(&key.as_str()))
        .map(|key| format!("`{key}`"))
        .collect();
    if missing.is_empty() {
        (Outcome::Pass, "tagged".to_owned())
    } else {
        (
            Outcome::Fail,
            format!("no tag with the key {}", missing.join(", ")),
        )
    }
}
