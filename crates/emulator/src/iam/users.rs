//! Users, their policies and tags.

use super::{Iam, url_encoded, write_tags};
use crate::error::ApiError;
use crate::form::Form;
use crate::world::model::{Inline, User};
use crate::xml::Xml;

pub(super) fn list_users(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let users: Vec<&User> = iam
        .view
        .users
        .iter()
        .filter(|user| user.path.starts_with(prefix))
        .collect();
    // ListUsers leaves the tags and the boundary out, as AWS does.
    iam.paged(form, prefix, &users, "Users", |xml, user| {
        write_user(iam, xml, user, false);
    })
}

pub(super) fn get_user(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let user = iam.user(form)?;
    let mut xml = Xml::new();
    xml.element("User", |xml| write_user(iam, xml, user, true));
    Ok(xml.finish())
}

pub(super) fn write_user(iam: &Iam<'_>, xml: &mut Xml, user: &User, whole: bool) {
    let live = iam.credentials(user);
    xml.text("Path", &user.path);
    xml.text("UserName", &user.name);
    xml.text("UserId", &user.id);
    xml.text("Arn", &user.arn(&iam.account.id));
    xml.value("CreateDate", user.created);
    if let Some(used) = live.password.and_then(|password| password.last_used) {
        xml.value("PasswordLastUsed", used);
    }
    if whole {
        iam.write_boundary(xml, user.boundary);
        if !user.tags.is_empty() {
            write_tags(xml, &user.tags);
        }
    }
}

pub(super) fn list_user_policies(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    form.require("UserName")?;
    let user = iam.user(form)?;
    iam.paged(
        form,
        &user.name,
        &user.inline,
        "PolicyNames",
        |xml, policy: &Inline| xml.escape(&policy.name),
    )
}

pub(super) fn get_user_policy(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    form.require("UserName")?;
    let name = form.require("PolicyName")?;
    let user = iam.user(form)?;
    let policy = user
        .inline
        .iter()
        .find(|policy| policy.name == name)
        .ok_or_else(|| {
            ApiError::no_such_entity(format!("The user policy with name {name} cannot be found."))
        })?;
    let mut xml = Xml::new();
    xml.text("UserName", &user.name);
    xml.text("PolicyName", &policy.name);
    xml.text("PolicyDocument", &url_encoded(&policy.document));
    Ok(xml.finish())
}

pub(super) fn list_attached_user_policies(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    form.require("UserName")?;
    let user = iam.user(form)?;
    attached_page(iam, form, &user.name, &user.attached)
}

/// A page of `AttachedPolicies`, of a user, a group or a role.
pub(super) fn attached_page(
    iam: &Iam<'_>,
    form: &Form,
    scope: &str,
    policies: &[crate::world::model::PolicyRef],
) -> Result<String, ApiError> {
    let (part, next) = iam.page_of(form, scope, policies)?;
    let mut xml = Xml::new();
    iam.write_attached(&mut xml, "AttachedPolicies", part);
    Iam::write_page_end(&mut xml, next);
    Ok(xml.finish())
}

pub(super) fn list_user_tags(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    form.require("UserName")?;
    let user = iam.user(form)?;
    iam.paged(form, &user.name, &user.tags, "Tags", |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    })
}
