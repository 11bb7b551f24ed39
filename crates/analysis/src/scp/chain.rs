//! Which SCPs stand above a target, level by level.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use org_audit_policy::Policy;
use smol_str::SmolStr;

use crate::hierarchy::Chain;
use crate::model::snapshot::{OrganizationPolicies, OrganizationPolicy, OrganizationSnapshot};

/// AWS's own full-access SCP. Its text never changes, so it is not asked for.
pub const FULL_AWS_ACCESS_ID: &str = "p-FullAWSAccess";
/// Its text (Organizations User Guide, "SCP evaluation").
const FULL_AWS_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// An SCP that is attached somewhere.
#[derive(Debug)]
pub struct Scp {
    /// Its id.
    pub id: SmolStr,
    /// Its name. Hostile text.
    pub name: String,
    /// What it says, or why that cannot be used.
    pub policy: Result<Arc<Policy>, String>,
}

/// The SCPs that are attached to one root, OU or account.
#[derive(Debug, Clone)]
pub struct Level {
    /// What it is called, for the evidence. Hostile text.
    pub place: String,
    /// In the order of their ids.
    pub policies: Vec<Arc<Scp>>,
}

/// Every attachment of the organization.
#[derive(Debug)]
pub struct Attachments {
    by_target: HashMap<SmolStr, Vec<Arc<Scp>>>,
}

impl Attachments {
    /// Reads the attachments.
    ///
    /// # Errors
    ///
    /// Why they are not known. A policy whose targets could not be read may be attached anywhere, so then
    /// nothing is known of any target.
    pub fn read(organization: &OrganizationSnapshot) -> Result<Self, String> {
        let reading = &organization.service_control_policies;
        let Some(policies) = reading.value() else {
            let why = reading.why_missing().unwrap_or_default();
            return Err(format!("the service control policies could not be read: {why}"));
        };
        Self::of(policies, organization)
    }

    fn of(policies: &OrganizationPolicies, organization: &OrganizationSnapshot) -> Result<Self, String> {
        let mut by_target: BTreeMap<SmolStr, Vec<Arc<Scp>>> = BTreeMap::new();
        for policy in &policies.policies {
            let Some(targets) = policy.targets.value() else {
                let why = policy.targets.why_missing().unwrap_or_default();
                return Err(format!(
                    "the targets of SCP `{}` could not be read: {why}",
                    policy.name
                ));
            };
            let scp = Arc::new(Scp {
                id: policy.id.clone(),
                name: policy.name.clone(),
                policy: read(policy, organization).map(Arc::new),
            });
            for target in targets {
                by_target
                    .entry(target.id.clone())
                    .or_default()
                    .push(Arc::clone(&scp));
            }
        }
        Ok(Self {
            by_target: by_target.into_iter().collect(),
        })
    }

    /// The levels of a chain, root first, and then of the account, where one is named.
    #[must_use]
    pub fn levels(&self, chain: &Chain<'_>, account: Option<(&str, &str)>) -> Vec<Level> {
        let nodes = chain.nodes.iter().map(|node| (node.id.as_str(), node.name));
        nodes
            .chain(account)
            .map(|(id, name)| Level {
                place: format!("{name} ({id})"),
                policies: self.by_target.get(id).cloned().unwrap_or_default(),
            })
            .collect()
    }
}

fn read(policy: &OrganizationPolicy, organization: &OrganizationSnapshot) -> Result<Policy, String> {
    let text = match policy.document.value() {
        Some(id) => organization.documents.get(id).map(String::as_str),
        None if policy.id == FULL_AWS_ACCESS_ID && policy.aws_managed => Some(FULL_AWS_ACCESS),
        None => None,
    };
    let Some(text) = text else {
        let why = policy
            .document
            .why_missing()
            .unwrap_or_else(|| "its text is missing".to_owned());
        return Err(format!(
            "the text of SCP `{}` could not be read: {why}",
            policy.name
        ));
    };
    Policy::parse(text)
        .map_err(|error| format!("the text of SCP `{}` cannot be parsed: {error}", policy.name))
}
