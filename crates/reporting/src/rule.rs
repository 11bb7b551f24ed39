//! What is judged by: the controls and the lints of policies, for formats that describe them.

use org_audit_model::Severity;

/// A control or a lint, as a report describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Such as `IAM.5`.
    pub id: String,
    /// One sentence.
    pub title: String,
    /// How much a fail matters; a lint's `info`, `warning` and `error` are informational, medium and high.
    pub severity: Severity,
    /// Its page, as Markdown.
    pub page: String,
    /// The requirements that it supports, by standard; standards without any are left out.
    pub requirements: Vec<(String, Vec<String>)>,
}

/// The Security Hub User Guide's page of the IAM controls, with what is wrong and how to fix it.
const SECURITY_HUB: &str = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html";

/// Where AWS describes a control; nothing for those that are not AWS's own.
pub(crate) fn aws_page(control_id: &str) -> Option<String> {
    let number = control_id.strip_prefix("IAM.")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{SECURITY_HUB}#iam-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_controls_of_security_hub_have_a_page_there() {
        assert!(aws_page("IAM.5").is_some_and(|page| page.ends_with("#iam-5")));
        for own in ["IAM.", "IAM.5x", "mfa-policy-flaws"] {
            assert_eq!(aws_page(own), None);
        }
    }
}
