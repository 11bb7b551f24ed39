//! `GetAccountAuthorizationDetails`: users, groups, roles and policies in one list.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

use super::policies::Managed;
use super::{Iam, groups, url_encoded, write_inline, write_tags};
use crate::error::ApiError;
use crate::form::Form;
use crate::world::model::{Group, Role, User};
use crate::xml::Xml;

/// The values of `Filter`.
const ENTITY_TYPES: &[&str] = &["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];

/// One entry: pages are counted over all kinds together.
#[derive(Clone, Copy)]
enum Entry<'v> {
    User(&'v User),
    Group(&'v Group),
    Role(&'v Role),
    Policy(Managed<'v>),
}

pub(super) fn get_account_authorization_details(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let filter = form.list("Filter");
    if let Some(unknown) = filter.iter().find(|entity| !ENTITY_TYPES.contains(entity)) {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '[{unknown}]' at 'filter' failed to satisfy constraint: Member must \
             satisfy enum value set: [AWSManagedPolicy, LocalManagedPolicy, User, Role, Group]"
        )));
    }
    let wants = |entity: &str| filter.is_empty() || filter.contains(&entity);
    let mut entries: Vec<Entry<'_>> = Vec::new();
    if wants("User") {
        entries.extend(iam.view.users.iter().map(Entry::User));
    }
    if wants("Group") {
        entries.extend(iam.view.groups.iter().map(Entry::Group));
    }
    if wants("Role") {
        entries.extend(iam.view.roles.iter().map(Entry::Role));
    }
    let policies = Managed::all(iam, wants("AWSManagedPolicy"), wants("LocalManagedPolicy"));
    entries.extend(policies.into_iter().map(Entry::Policy));

    let (part, next) = iam.page_of(form, &filter.join(","), &entries)?;
    Ok(write_page(iam, part, next))
}

fn write_page(iam: &Iam<'_>, part: &[Entry<'_>], next: Option<String>) -> String {
    let mut xml = Xml::new();
    Iam::write_page_end(&mut xml, next);
    let users = part.iter().filter_map(|entry| {
        if let Entry::User(user) = entry {
            Some(*user)
        } else {
            None
        }
    });
    xml.list("UserDetailList", users, |xml, user| write_user(iam, xml, user));
    let groups = part.iter().filter_map(|entry| {
        if let Entry::Group(group) = entry {
            Some(*group)
        } else {
            None
        }
    });
    xml.list("GroupDetailList", groups, |xml, group| {
        write_group(iam, xml, group);
    });
    let roles = part.iter().filter_map(|entry| {
        if let Entry::Role(role) = entry {
            Some(*role)
        } else {
            None
        }
    });
    xml.list("RoleDetailList", roles, |xml, role| write_role(iam, xml, role));
    let policies = part.iter().filter_map(|entry| {
        if let Entry::Policy(policy) = entry {
            Some(*policy)
        } else {
            None
        }
    });
    xml.list("Policies", policies, |xml, policy| {
        policy.write(iam, xml, true);
        policy.write_versions(xml, "PolicyVersionList");
    });
    xml.finish()
}

fn write_user(iam: &Iam<'_>, xml: &mut Xml, user: &User) {
    xml.text("Path", &user.path);
    xml.text("UserName", &user.name);
    xml.text("UserId", &user.id);
    xml.text("Arn", &user.arn(&iam.account.id));
    xml.value("CreateDate", user.created);
    if !user.inline.is_empty() {
        write_inline(xml, "UserPolicyList", &user.inline);
    }
    xml.text_list("GroupList", user.groups.iter().copied());
    iam.write_attached(xml, "AttachedManagedPolicies", &user.attached);
    iam.write_boundary(xml, user.boundary);
    write_tags(xml, &user.tags);
}

fn write_group(iam: &Iam<'_>, xml: &mut Xml, group: &Group) {
    xml.text("Path", group.path);
    xml.text("GroupName", group.name);
    xml.text("GroupId", &group.id);
    xml.text("Arn", &groups::group_arn(iam, group));
    xml.value("CreateDate", group.created);
    write_inline(xml, "GroupPolicyList", &group.inline);
    iam.write_attached(xml, "AttachedManagedPolicies", &group.attached);
}

fn write_role(iam: &Iam<'_>, xml: &mut Xml, role: &Role) {
    xml.text("Path", &role.path);
    xml.text("RoleName", &role.name);
    xml.text("RoleId", &role.id);
    xml.text("Arn", &role.arn(&iam.account.id));
    xml.value("CreateDate", role.created);
    xml.text("AssumeRolePolicyDocument", &url_encoded(&role.trust));
    xml.text_list("InstanceProfileList", []);
    write_inline(xml, "RolePolicyList", &role.inline);
    iam.write_attached(xml, "AttachedManagedPolicies", &role.attached);
    xml.text_list("Tags", []);
    xml.element("RoleLastUsed", |_| {});
}
