//! What is said of a policy that speaks of MFA: its flaws, once, and everybody to whom it applies.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::ids::{AccountId, DocumentId};
use crate::outcome::{LintSeverity, PolicyKind};

/// The most names of one document that are kept.
pub const MOST_NAMES: usize = 10;

/// A policy. Identity policies with the same text are one, in however many accounts they stand; each SCP is
/// one by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyAssessment {
    /// Identity policy or SCP.
    pub kind: PolicyKind,
    /// Of an SCP, such as `p-FullAWSAccess`; empty otherwise.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub policy_id: SmolStr,
    /// SHA-256 of the text, by which a snapshot keeps it; `None` where there is no text.
    pub document_sha256: Option<DocumentId>,
    /// What it is called, ten names at most. Hostile text.
    pub names: Vec<String>,
    /// Whether a Deny in it holds without MFA and not with it; `None` where the text could not be read.
    pub denies_without_mfa: Option<bool>,
    /// Why it could not be read or linted; the lints are then not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Of an SCP: why it holds nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_in_force: Option<String>,
    /// What is wrong with it, in the order of the document.
    pub lints: Vec<PolicyLint>,
    /// In how many accounts it stands, or which it covers as an SCP; `None` is unknown.
    pub accounts: Option<u64>,
    /// To how many IAM users it applies: by themselves, by a group, as a boundary. `None` for an SCP.
    pub users: Option<u64>,
    /// How many groups carry it. `None` for an SCP.
    pub groups: Option<u64>,
    /// Of an identity policy: where it stands, account by account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PolicyPlace>,
    /// Of an SCP: where it hangs; `None` where that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<Vec<ScpTarget>>,
}

impl PolicyAssessment {
    /// The worst of the lints.
    #[must_use]
    pub fn worst(&self) -> Option<LintSeverity> {
        self.lints.iter().map(|lint| lint.severity).max()
    }
}

/// Something that a lint has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyLint {
    /// The lint; `org-audit explain CODE` prints its page.
    pub code: SmolStr,
    /// How bad it is.
    pub severity: LintSeverity,
    /// The index of the statement, from 0; `None` where it is about the whole document.
    pub statement: Option<u64>,
    /// The statement's `Sid`, where it has one. Hostile text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The JSON pointer of the place in the document.
    pub pointer: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// An account in which an identity policy stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyPlace {
    /// The account.
    pub account_id: AccountId,
    /// The managed policy, or the user or group that carries the text; the first of them.
    pub resource_arn: SmolStr,
    /// How many managed policies and inline policies of the account have this text.
    pub copies: u64,
    /// To how many of the account's users it applies.
    pub users: u64,
    /// How many of its groups carry it.
    pub groups: u64,
}

/// Where an SCP hangs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScpTarget {
    /// Root, OU or account id.
    pub target_id: SmolStr,
    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub target_type: SmolStr,
    /// Its name. Hostile text.
    pub name: String,
}
