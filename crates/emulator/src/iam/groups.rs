//! Groups, their members and policies.

use super::{Iam, url_encoded, users};
use crate::error::ApiError;
use crate::form::Form;
use crate::world::model::{Group, Inline, User};
use crate::xml::Xml;

pub(super) fn list_groups(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let groups: Vec<&Group> = iam
        .view
        .groups
        .iter()
        .filter(|group| group.path.starts_with(prefix))
        .collect();
    iam.paged(form, prefix, &groups, "Groups", |xml, group| {
        write_group(iam, xml, group);
    })
}

pub(super) fn list_groups_for_user(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    form.require("UserName")?;
    let user = iam.user(form)?;
    let groups: Vec<&Group> = iam
        .view
        .groups
        .iter()
        .filter(|group| user.groups.contains(&group.name))
        .collect();
    iam.paged(form, &user.name, &groups, "Groups", |xml, group| {
        write_group(iam, xml, group);
    })
}

pub(super) fn get_group(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let group = named(iam, form)?;
    let members: Vec<&User> = iam.view.members(group.name);
    let (part, next) = iam.page_of(form, group.name, &members)?;
    let mut xml = Xml::new();
    xml.element("Group", |xml| write_group(iam, xml, group));
    xml.list("Users", part, |xml, user| {
        users::write_user(iam, xml, user, false);
    });
    Iam::write_page_end(&mut xml, next);
    Ok(xml.finish())
}

pub(super) fn list_group_policies(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let group = named(iam, form)?;
    iam.paged(
        form,
        group.name,
        &group.inline,
        "PolicyNames",
        |xml, policy: &Inline| xml.escape(&policy.name),
    )
}

pub(super) fn get_group_policy(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let group = named(iam, form)?;
    let name = form.require("PolicyName")?;
    let policy = group
        .inline
        .iter()
        .find(|policy| policy.name == name)
        .ok_or_else(|| {
            ApiError::no_such_entity(format!("The group policy with name {name} cannot be found."))
        })?;
    let mut xml = Xml::new();
    xml.text("GroupName", group.name);
    xml.text("PolicyName", &policy.name);
    xml.text("PolicyDocument", &url_encoded(&policy.document));
    Ok(xml.finish())
}

pub(super) fn list_attached_group_policies(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let group = named(iam, form)?;
    users::attached_page(iam, form, group.name, &group.attached)
}

fn named<'v>(iam: &'v Iam<'_>, form: &Form) -> Result<&'v Group, ApiError> {
    let name = form.require("GroupName")?;
    let found = iam
        .view
        .groups
        .iter()
        .find(|group| group.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| ApiError::no_such_entity(format!("The group with name {name} cannot be found.")))
}

pub(super) fn group_arn(iam: &Iam<'_>, group: &Group) -> String {
    format!(
        "arn:aws:iam::{}:group{}{}",
        iam.account.id, group.path, group.name
    )
}

fn write_group(iam: &Iam<'_>, xml: &mut Xml, group: &Group) {
    xml.text("Path", group.path);
    xml.text("GroupName", group.name);
    xml.text("GroupId", &group.id);
    xml.text("Arn", &group_arn(iam, group));
    xml.value("CreateDate", group.created);
}
