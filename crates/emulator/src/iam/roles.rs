//! Roles and their policies.

use super::{Iam, url_encoded, users};
use crate::error::ApiError;
use crate::form::Form;
use crate::world::model::{Inline, Role};
use crate::xml::Xml;

pub(super) fn list_roles(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let roles: Vec<&Role> = iam
        .view
        .roles
        .iter()
        .filter(|role| role.path.starts_with(prefix))
        .collect();
    iam.paged(form, prefix, &roles, "Roles", |xml, role| {
        write_role(iam, xml, role);
    })
}

pub(super) fn get_role(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let role = named(iam, form)?;
    let mut xml = Xml::new();
    xml.element("Role", |xml| {
        write_role(iam, xml, role);
        xml.element("RoleLastUsed", |_| {});
    });
    Ok(xml.finish())
}

pub(super) fn list_role_policies(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let role = named(iam, form)?;
    iam.paged(
        form,
        &role.name,
        &role.inline,
        "PolicyNames",
        |xml, policy: &Inline| xml.escape(&policy.name),
    )
}

pub(super) fn list_attached_role_policies(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let role = named(iam, form)?;
    users::attached_page(iam, form, &role.name, &role.attached)
}

fn named<'v>(iam: &'v Iam<'_>, form: &Form) -> Result<&'v Role, ApiError> {
    let name = form.require("RoleName")?;
    let found = iam
        .view
        .roles
        .iter()
        .find(|role| role.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| ApiError::no_such_entity(format!("The role with name {name} cannot be found.")))
}

fn write_role(iam: &Iam<'_>, xml: &mut Xml, role: &Role) {
    xml.text("Path", &role.path);
    xml.text("RoleName", &role.name);
    xml.text("RoleId", &role.id);
    xml.text("Arn", &role.arn(&iam.account.id));
    xml.value("CreateDate", role.created);
    xml.text("AssumeRolePolicyDocument", &url_encoded(&role.trust));
    if !role.description.is_empty() {
        xml.text("Description", &role.description);
    }
    xml.value("MaxSessionDuration", role.max_session);
}
