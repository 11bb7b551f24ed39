//! # The user's name is missing from the ARN
//!
//! A `Resource` ends in `user/` or `user/\`.
//!
//! ## Why it matters
//!
//! No user has such an ARN, so the statement covers nobody. It is what remains of `user/${aws:username}` when a shell
//! expands the variable: a widely copied script writes the policy through a here-document without quotes.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:EnableMFADevice", "Resource": "arn:aws:iam::*:user/"}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:EnableMFADevice", "Resource": "arn:aws:iam::*:user/${aws:username}"}
//! ```
//!
//! ## How to fix it
//!
//! Write the variable back. In a script quote the here-document's delimiter: `cat <<'EOF'`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::facts::Facts;
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    for (index, statement, _) in &facts.statements {
        let Some(resource) = statement.resource() else { continue };
        let element = if resource.is_not() { "/NotResource" } else { "/Resource" };
        for pattern in resource.patterns() {
            let name = pattern.split_once(":user/").or(pattern.split_once(":mfa/")).map(|(_, name)| name);
            if name.is_some_and(|name| name.is_empty() || name.ends_with('/') || name.ends_with('\\')) {
                let message = format!("`{}` names no user or device", pattern.as_str());
                let help = "write `${aws:username}` back; the shell has probably eaten it";
                report.at(*index, element, pattern.span(), message, help);
            }
        }
    }
}
