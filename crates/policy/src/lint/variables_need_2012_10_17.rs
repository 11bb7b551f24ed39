//! # Policy variables need Version 2012-10-17
//!
//! The document uses `${…}` and has `Version` 2008-10-17 or none.
//!
//! ## Why it matters
//!
//! Under the older version, and without `Version`, a variable is plain text: `user/${aws:username}` is the ARN of a user
//! whose name is literally `${aws:username}`. Allows on one's own user allow nothing, and Denies deny nothing.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Statement": [{"Effect": "Allow", "Action": "iam:EnableMFADevice", "Resource": "arn:aws:iam::*:user/${aws:username}"}]}
//! ```
//!
//! After:
//!
//! ```json
//! {"Version": "2012-10-17",
//!  "Statement": [{"Effect": "Allow", "Action": "iam:EnableMFADevice", "Resource": "arn:aws:iam::*:user/${aws:username}"}]}
//! ```
//!
//! ## How to fix it
//!
//! Set `"Version": "2012-10-17"`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>

use super::facts::Facts;
use super::{Report, Severity};
use crate::document::{Text, Version};
use crate::variables::variables_in;

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if facts.document.effective_version() == Version::V2012 {
        return;
    }
    let has_variable = |text: &&Text| !variables_in(text).is_empty();
    for (index, statement, _) in &facts.statements {
        let resources = statement.resource().map(|resource| resource.patterns()).unwrap_or_default();
        let values = statement.conditions().iter().filter(|c| c.operator().base.takes_variables());
        let found = resources.iter().map(|text| (text, "/Resource")).chain(
            values.flat_map(|condition| condition.values()).map(|text| (text, "/Condition")),
        );
        for (text, element) in found.filter(|(text, _)| has_variable(text)) {
            let message = format!("without Version 2012-10-17, `{}` is plain text", text.as_str());
            report.at(*index, element, text.span(), message, "set `\"Version\": \"2012-10-17\"`");
        }
    }
}
