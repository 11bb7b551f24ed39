//! Passwords, access keys and signing certificates.

use super::Iam;
use crate::error::ApiError;
use crate::form::Form;
use crate::world::model::Credentials;
use crate::xml::Xml;

/// A user's credentials now, with the user's name as IAM spells it.
fn live<'v>(iam: &'v Iam<'_>, form: &Form) -> Result<(&'v str, Credentials), ApiError> {
    let user = iam.user(form)?;
    Ok((&user.name, iam.credentials(user)))
}

pub(super) fn get_login_profile(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let (name, credentials) = live(iam, form)?;
    let password = credentials
        .password
        .ok_or_else(|| ApiError::no_such_entity(format!("Login Profile for User {name} cannot be found.")))?;
    let mut xml = Xml::new();
    xml.element("LoginProfile", |xml| {
        xml.text("UserName", name);
        xml.value("CreateDate", password.changed);
        xml.value("PasswordResetRequired", password.reset_required);
    });
    Ok(xml.finish())
}

pub(super) fn list_access_keys(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let (name, credentials) = live(iam, form)?;
    iam.paged(form, name, &credentials.keys, "AccessKeyMetadata", |xml, key| {
        xml.text("UserName", name);
        xml.text("AccessKeyId", &key.id);
        xml.text("Status", if key.active { "Active" } else { "Inactive" });
        xml.value("CreateDate", key.created);
    })
}

pub(super) fn get_access_key_last_used(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let id = form.require("AccessKeyId")?;
    let found = iam.view.users.iter().find_map(|user| {
        let credentials = iam.credentials(user);
        credentials
            .keys
            .into_iter()
            .find(|key| key.id == id)
            .map(|key| (user, key))
    });
    let (user, key) = found.ok_or_else(|| {
        ApiError::access_denied(
            crate::route::Service::Iam,
            format!(
                "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {id}",
                iam.context.caller.arn
            ),
        )
    })?;
    let mut xml = Xml::new();
    xml.text("UserName", &user.name);
    xml.element("AccessKeyLastUsed", |xml| match key.last_used {
        Some((when, region, service)) => {
            xml.value("LastUsedDate", when);
            xml.text("ServiceName", service);
            xml.text("Region", region);
        }
        None => {
            xml.text("ServiceName", "N/A");
            xml.text("Region", "N/A");
        }
    });
    Ok(xml.finish())
}

pub(super) fn list_signing_certificates(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let (name, credentials) = live(iam, form)?;
    let certificates: Vec<_> = credentials.certificate.into_iter().collect();
    iam.paged(form, name, &certificates, "Certificates", |xml, uploaded| {
        xml.text("UserName", name);
        xml.text("CertificateId", "EXAMPLECERTIFICATEIDENTIFIER");
        xml.text(
            "CertificateBody",
            "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----",
        );
        xml.text("Status", "Active");
        xml.value("UploadDate", uploaded);
    })
}
