//! The controls: one file each, whose doc comment is its page.

pub mod iam_5;

use crate::model::Severity;

/// What is fixed about a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// Security Hub's id, such as `IAM.5`.
    pub id: &'static str,
    /// Security Hub's title.
    pub title: &'static str,
    /// Security Hub's severity.
    pub severity: Severity,
    /// Type of the resources that it judges.
    pub resource_type: &'static str,
}

/// The type of an account as a resource, in AWS Config's words.
pub const ACCOUNT_RESOURCE_TYPE: &str = "AWS::::Account";
