//! The organization's policies: by policy, never by account.

use aws_sdk_organizations::types::PolicyType;
use futures_util::StreamExt as _;
use futures_util::stream;
use org_audit_model::snapshot::{Documents, OrganizationPolicies, OrganizationPolicy, PolicyTarget, Tree};
use org_audit_model::{Failure, Reading};
use smol_str::SmolStr;

use super::Organizations;
use crate::calls::Trail;
use crate::documents::keep;
use crate::failure::invalid;
use crate::page::next_token;

const LIST_POLICIES: &str = "organizations:ListPolicies";
const LIST_TARGETS: &str = "organizations:ListTargetsForPolicy";
const DESCRIBE_POLICY: &str = "organizations:DescribePolicy";

/// How many policies are asked for at the same time.
const POLICIES_AT_ONCE: usize = 8;

/// The document of `p-FullAWSAccess`, which AWS writes and nobody can change (Organizations User Guide,
/// "Service control policies").
const FULL_AWS_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The document of `p-RCPFullAWSAccess` (Organizations User Guide, "Resource control policies").
const RCP_FULL_AWS_ACCESS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// A type of policy that restricts what can be done in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PolicyKind {
    ServiceControl,
    ResourceControl,
}

impl PolicyKind {
    fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
            Self::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }

    fn sdk(self) -> PolicyType {
        match self {
            Self::ServiceControl => PolicyType::ServiceControlPolicy,
            Self::ResourceControl => PolicyType::ResourceControlPolicy,
        }
    }
}

/// All policies of one kind and their texts.
pub(crate) struct Policies {
    pub(crate) reading: Reading<OrganizationPolicies>,
    pub(crate) documents: Documents,
}

/// The reading in a snapshot whose collection was cut off before the policies were read.
pub(crate) fn not_read_yet() -> Reading<OrganizationPolicies> {
    Reading::NotAsked {
        reason: "the collection was cut off before the policies were read".to_owned(),
    }
}

/// A text that AWS never changes, for the policies that have one.
fn constant(id: &str) -> Option<&'static str> {
    match id {
        "p-FullAWSAccess" => Some(FULL_AWS_ACCESS),
        "p-RCPFullAWSAccess" => Some(RCP_FULL_AWS_ACCESS),
        _ => None,
    }
}

impl Organizations<'_> {
    /// Reads the policies of `kind`, where a root has that type enabled.
    pub(crate) async fn policies(
        &self,
        kind: PolicyKind,
        tree: &Tree,
        roots_unreadable: Option<&Failure>,
    ) -> Policies {
        let mut documents = Documents::new();
        let enabled = |status: &SmolStr| status == "ENABLED";
        let reading = if let Some(failure) = roots_unreadable {
            Reading::Unreadable {
                at: (self.clock)(),
                failure: failure.clone(),
            }
        } else if !tree
            .roots
            .iter()
            .any(|root| root.policy_types.get(kind.name()).is_some_and(enabled))
        {
            Reading::NotAsked {
                reason: format!("the policy type {} is not enabled", kind.name()),
            }
        } else {
            let mut trail = Trail::new(self.calls, self.clock);
            let listed = self.list(kind, &mut trail).await;
            match listed {
                Ok(listed) => {
                    let policies = self.details(listed, &mut documents).await;
                    trail.reading(Ok(OrganizationPolicies { policies }))
                }
                Err(failure) => trail.reading(Err(failure)),
            }
        };
        Policies { reading, documents }
    }

    async fn list(&self, kind: PolicyKind, trail: &mut Trail<'_>) -> Result<Vec<Listed>, Failure> {
        let mut listed = Vec::new();
        let mut token: Option<String> = None;
        loop {
            self.pace.policies.turn().await;
            let call = self
                .client
                .list_policies()
                .filter(kind.sdk())
                .set_next_token(token.clone())
                .send();
            let page = trail.ask(LIST_POLICIES, call).await?;
            for policy in page.policies() {
                listed.push(Listed {
                    id: policy
                        .id()
                        .ok_or_else(|| invalid(LIST_POLICIES, "a policy has no id"))?
                        .into(),
                    name: policy.name().unwrap_or_default().to_owned(),
                    aws_managed: policy.aws_managed(),
                });
            }
            token = next_token(LIST_POLICIES, token.as_deref(), page.next_token(), false)?;
            if token.is_none() {
                listed.sort_by(|a, b| a.id.cmp(&b.id));
                return Ok(listed);
            }
        }
    }

    async fn details(&self, listed: Vec<Listed>, documents: &mut Documents) -> Vec<OrganizationPolicy> {
        let read: Vec<_> = stream::iter(listed)
            .map(|policy| async move {
                let targets = self.targets(&policy.id).await;
                let document = self.document(&policy, &targets).await;
                (policy, targets, document)
            })
            .buffered(POLICIES_AT_ONCE)
            .collect()
            .await;
        read.into_iter()
            .map(|(policy, targets, document)| OrganizationPolicy {
                id: policy.id,
                name: policy.name,
                aws_managed: policy.aws_managed,
                document: document.map(|text| keep(documents, text)),
                targets,
            })
            .collect()
    }

    async fn targets(&self, policy: &SmolStr) -> Reading<Vec<PolicyTarget>> {
        let mut trail = Trail::new(self.calls, self.clock);
        let targets = self.all_targets(policy, &mut trail).await;
        trail.reading(targets)
    }

    async fn all_targets(
        &self,
        policy: &SmolStr,
        trail: &mut Trail<'_>,
    ) -> Result<Vec<PolicyTarget>, Failure> {
        let mut targets = Vec::new();
        let mut token: Option<String> = None;
        loop {
            self.pace.policies.turn().await;
            let call = self
                .client
                .list_targets_for_policy()
                .policy_id(policy.as_str())
                .set_next_token(token.clone())
                .send();
            let page = trail.ask(LIST_TARGETS, call).await?;
            for target in page.targets() {
                targets.push(PolicyTarget {
                    id: target
                        .target_id()
                        .ok_or_else(|| invalid(LIST_TARGETS, "a target has no id"))?
                        .into(),
                    kind: target
                        .r#type()
                        .map(|kind| SmolStr::new(kind.as_str()))
                        .unwrap_or_default(),
                });
            }
            token = next_token(LIST_TARGETS, token.as_deref(), page.next_token(), false)?;
            if token.is_none() {
                targets.sort();
                return Ok(targets);
            }
        }
    }

    /// The text of a policy. A policy whose targets could not be read may be attached anywhere, so its
    /// text is asked for.
    async fn document(&self, policy: &Listed, targets: &Reading<Vec<PolicyTarget>>) -> Reading<String> {
        if let Some(text) = constant(&policy.id).filter(|_| policy.aws_managed) {
            return Reading::Read {
                at: (self.clock)(),
                requests: Vec::new(),
                value: text.to_owned(),
            };
        }
        if targets.value().is_some_and(Vec::is_empty) {
            return Reading::NotAsked {
                reason: "the policy is attached to nothing".to_owned(),
            };
        }
        self.pace.policy_documents.turn().await;
        let mut trail = Trail::new(self.calls, self.clock);
        let call = self.client.describe_policy().policy_id(policy.id.as_str()).send();
        let text = trail.ask(DESCRIBE_POLICY, call).await.and_then(|output| {
            output
                .policy()
                .and_then(|policy| policy.content())
                .map(str::to_owned)
                .ok_or_else(|| invalid(DESCRIBE_POLICY, "the answer has no policy content"))
        });
        trail.reading(text)
    }
}

/// A policy as `ListPolicies` tells of it.
struct Listed {
    id: SmolStr,
    name: String,
    aws_managed: bool,
}
