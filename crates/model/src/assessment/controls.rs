//! A control over the whole organization.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::OutcomeCounts;
use crate::outcome::Severity;

/// A control that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ControlAssessment {
    /// Such as `IAM.5`.
    pub control_id: SmolStr,
    /// Security Hub's title; ours for a control of our own.
    pub title: String,
    /// How much a fail matters.
    pub severity: Severity,
    /// Its outcomes over all resources.
    #[serde(flatten)]
    pub counts: OutcomeCounts,
    /// What it supports, by standard.
    pub supports: Vec<Mapping>,
}

/// Requirements of a standard that a control supports. It never shows alone that one is in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mapping {
    /// Such as `PCI DSS v4.0.1`.
    pub standard: SmolStr,
    /// Such as `8.4.2`.
    pub requirements: Vec<SmolStr>,
}
