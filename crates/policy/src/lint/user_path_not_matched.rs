//! # The policy does not match this user's path
//!
//! The user has a path, and self-service is allowed on `user/${aws:username}` only.
//!
//! ## Why it matters
//!
//! The ARN of a user with the path `/division/` is `user/division/bob`. `${aws:username}` is `bob`, without the path, so
//! `user/${aws:username}` is another ARN. The user cannot enrol an MFA device, whatever the policy says.
//!
//! This lint speaks only when a policy is looked at for a user with a path.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:EnableMFADevice", "Resource": "arn:aws:iam::*:user/${aws:username}"}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:EnableMFADevice",
//!  "Resource": ["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/*/${aws:username}"]}
//! ```
//!
//! ## How to fix it
//!
//! Add the second form. User names are unique in an account whatever their path, so it opens nobody else's user.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::facts::Facts;
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    let Some(path) = facts.user_path.map(|path| path.trim_matches('/')).filter(|path| !path.is_empty()) else { return };
    for (index, statement) in facts.allows("iam:enablemfadevice") {
        let Some(resource) = statement.resource().filter(|resource| !resource.is_not()) else { continue };
        let names: Vec<_> =
            resource.patterns().iter().filter_map(|p| Some((p, p.split_once(":user/")?.1.to_ascii_lowercase()))).collect();
        let plain = names.iter().find(|(_, name)| name == "${aws:username}");
        let nested = names.iter().any(|(_, name)| name.contains('*') || name.starts_with(&path.to_ascii_lowercase()));
        let everything = resource.patterns().iter().any(|pattern| pattern.as_str() == "*");
        if let Some((pattern, _)) = plain.filter(|_| !nested && !everything) {
            let message = format!("`{}` is not the ARN of a user with the path `/{path}/`", pattern.as_str());
            report.at(index, "/Resource", pattern.span(), message, "add `arn:aws:iam::*:user/*/${aws:username}`");
        }
    }
}
