//! `GetAccountAuthorizationDetails`: users, groups, customer managed policies and, where they are wanted,
//! roles, a thousand a page.

use aws_sdk_iam::types::{self, EntityType};
use org_audit_model::snapshot::{
    AttachedPolicy, AuthorizationDetails, Document, Documents, Group, InlinePolicy, ManagedPolicy, Role, Tag,
    User,
};
use org_audit_model::{Failure, Reading};
use smol_str::SmolStr;

use super::Reader;
use crate::calls::Trail;
use crate::documents::keep_encoded;
use crate::failure::invalid;
use crate::organization::timestamp;
use crate::page::next_token;

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// The largest page that IAM allows.
const PAGE: i32 = 1_000;

/// What is always asked for. AWS's own policies are not: they are read once for the whole organization.
const FILTER: [EntityType; 3] = [
    EntityType::User,
    EntityType::Group,
    EntityType::LocalManagedPolicy,
];

impl Reader<'_> {
    /// Reads the details and the texts of their policies.
    pub(super) async fn authorization_details(&self) -> (Reading<AuthorizationDetails>, Documents) {
        let mut trail = self.trail();
        let mut documents = Documents::new();
        let details = self.all_details(&mut trail, &mut documents).await;
        if details.is_err() {
            documents.clear();
        }
        (trail.reading(details), documents)
    }

    async fn all_details(
        &self,
        trail: &mut Trail<'_>,
        documents: &mut Documents,
    ) -> Result<AuthorizationDetails, Failure> {
        let wants_roles = self.accounts.settings.roles;
        let mut details = AuthorizationDetails {
            roles: wants_roles.then(Vec::new),
            ..AuthorizationDetails::default()
        };
        let filter = FILTER
            .iter()
            .cloned()
            .chain(wants_roles.then_some(EntityType::Role));
        let filter: Vec<EntityType> = filter.collect();
        let mut marker: Option<String> = None;
        loop {
            let call = self
                .client
                .get_account_authorization_details()
                .set_filter(Some(filter.clone()))
                .max_items(PAGE)
                .set_marker(marker.clone())
                .send();
            let page = trail.ask(DETAILS, call).await?;
            for user in page.user_detail_list() {
                details.users.push(self::user(user, documents)?);
            }
            for group in page.group_detail_list() {
                details.groups.push(self::group(group, documents)?);
            }
            if let Some(roles) = &mut details.roles {
                for role in page.role_detail_list() {
                    roles.push(self::role(role)?);
                }
            }
            for policy in page.policies() {
                let Some(policy) = managed_policy(policy, documents)? else {
                    continue;
                };
                details.managed_policies.push(policy);
            }
            marker = next_token(DETAILS, marker.as_deref(), page.marker(), page.is_truncated())?;
            if marker.is_none() {
                break;
            }
        }
        details.users.sort_by(|a, b| a.name.cmp(&b.name));
        details.groups.sort_by(|a, b| a.name.cmp(&b.name));
        details.managed_policies.sort_by(|a, b| a.arn.cmp(&b.arn));
        if let Some(roles) = &mut details.roles {
            roles.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(details)
    }
}

fn required<'a>(what: &str, value: Option<&'a str>) -> Result<&'a str, Failure> {
    value.ok_or_else(|| invalid(DETAILS, &format!("{what} is missing in the answer")))
}

fn user(user: &types::UserDetail, documents: &mut Documents) -> Result<User, Failure> {
    let mut groups: Vec<SmolStr> = user.group_list().iter().map(SmolStr::new).collect();
    groups.sort();
    Ok(User {
        name: required("a user's name", user.user_name())?.into(),
        arn: required("a user's ARN", user.arn())?.into(),
        id: user.user_id().unwrap_or_default().into(),
        path: user.path().unwrap_or("/").into(),
        created_at: user.create_date().and_then(timestamp),
        inline_policies: inline(user.user_policy_list(), documents),
        attached_policies: attached(user.attached_managed_policies()),
        groups,
        permissions_boundary: user
            .permissions_boundary()
            .and_then(|boundary| boundary.permissions_boundary_arn())
            .map(SmolStr::new),
        tags: tags(user.tags()),
    })
}

fn role(role: &types::RoleDetail) -> Result<Role, Failure> {
    Ok(Role {
        name: required("a role's name", role.role_name())?.into(),
        arn: required("a role's ARN", role.arn())?.into(),
        path: role.path().unwrap_or("/").into(),
        attached_policies: attached(role.attached_managed_policies()),
        tags: tags(role.tags()),
    })
}

fn tags(tags: &[types::Tag]) -> Vec<Tag> {
    let mut tags: Vec<Tag> = tags
        .iter()
        .map(|tag| Tag {
            key: tag.key().into(),
            value: tag.value().into(),
        })
        .collect();
    tags.sort_by(|a, b| a.key.cmp(&b.key));
    tags
}

fn group(group: &types::GroupDetail, documents: &mut Documents) -> Result<Group, Failure> {
    Ok(Group {
        name: required("a group's name", group.group_name())?.into(),
        arn: required("a group's ARN", group.arn())?.into(),
        inline_policies: inline(group.group_policy_list(), documents),
        attached_policies: attached(group.attached_managed_policies()),
    })
}

/// The policy with its default version's document. `None` for AWS's own policies, which some emulators
/// send although they were not asked for; those are read once for the whole organization.
fn managed_policy(
    policy: &types::ManagedPolicyDetail,
    documents: &mut Documents,
) -> Result<Option<ManagedPolicy>, Failure> {
    let arn = required("a managed policy's ARN", policy.arn())?;
    if crate::aws_managed::is_aws_managed(arn) {
        return Ok(None);
    }
    let version = policy
        .policy_version_list()
        .iter()
        .find(|version| match policy.default_version_id() {
            Some(default) => version.version_id() == Some(default),
            None => version.is_default_version(),
        });
    let document = match version {
        Some(version) => keep_encoded(documents, version.document()),
        None => Document::Missing {
            missing: "the answer has no default version".to_owned(),
        },
    };
    let default_version_id = policy
        .default_version_id()
        .or_else(|| version.and_then(types::PolicyVersion::version_id))
        .unwrap_or_default();
    Ok(Some(ManagedPolicy {
        name: policy.policy_name().unwrap_or_else(|| last_part(arn)).into(),
        arn: arn.into(),
        default_version_id: default_version_id.into(),
        document,
        attachment_count: policy.attachment_count(),
        boundary_count: policy.permissions_boundary_usage_count(),
    }))
}

fn inline(policies: &[types::PolicyDetail], documents: &mut Documents) -> Vec<InlinePolicy> {
    let mut inline: Vec<InlinePolicy> = policies
        .iter()
        .map(|policy| InlinePolicy {
            name: policy.policy_name().unwrap_or_default().into(),
            document: keep_encoded(documents, policy.policy_document()),
        })
        .collect();
    // Stable: several without a name keep the answer's order.
    inline.sort_by(|a, b| a.name.cmp(&b.name));
    inline
}

fn attached(policies: &[types::AttachedPolicy]) -> Vec<AttachedPolicy> {
    let mut attached: Vec<AttachedPolicy> = policies
        .iter()
        .map(|policy| {
            let arn = policy.policy_arn().unwrap_or_default();
            AttachedPolicy {
                name: policy.policy_name().unwrap_or_else(|| last_part(arn)).into(),
                arn: arn.into(),
            }
        })
        .collect();
    attached.sort_by(|a, b| a.arn.cmp(&b.arn));
    attached
}

/// The name at the end of a policy's ARN.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_keeps_the_document_of_its_default_version() {
        let version = |id: &str, text: &str, default: bool| {
            types::PolicyVersion::builder()
                .version_id(id)
                .document(text)
                .is_default_version(default)
                .build()
        };
        let policy = types::ManagedPolicyDetail::builder()
            .arn("arn:aws:iam::111122223333:policy/team/deny-all")
            .default_version_id("v1")
            .policy_version_list(version("v2", "%7B%222%22%7D", false))
            .policy_version_list(version("v1", "%7B%221%22%7D", true))
            .build();
        let mut documents = Documents::new();
        let policy = managed_policy(&policy, &mut documents).unwrap().unwrap();
        assert_eq!(policy.name, "deny-all");
        assert_eq!(policy.default_version_id, "v1");
        let Document::Kept(id) = policy.document else {
            panic!("the document is missing");
        };
        assert_eq!(documents[&id], "{\"1\"}");
    }

    #[test]
    fn a_user_without_a_name_makes_the_answer_invalid() {
        let nameless = types::UserDetail::builder().arn("arn").build();
        let failure = user(&nameless, &mut Documents::new()).unwrap_err();
        assert_eq!(failure.kind, org_audit_model::FailureKind::InvalidResponse);
    }
}
