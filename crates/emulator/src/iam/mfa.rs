//! MFA devices.

use jiff::Timestamp;

use super::Iam;
use crate::error::ApiError;
use crate::form::Form;
use crate::world::model::{Device, User};
use crate::world::{DeviceKind, RootMfa};
use crate::xml::Xml;

pub(super) fn list_mfa_devices(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let user = iam.user(form)?;
    let devices = devices(iam, user);
    iam.paged(form, &user.name, &devices, "MFADevices", |xml, device| {
        xml.text("UserName", &user.name);
        xml.text("SerialNumber", &device.serial);
        xml.value("EnableDate", device.enabled);
    })
}

fn devices(iam: &Iam<'_>, user: &User) -> Vec<Device> {
    iam.credentials(user).devices
}

/// A row of `ListVirtualMFADevices`.
struct Virtual<'v> {
    serial: String,
    enabled: Option<Timestamp>,
    owner: Owner<'v>,
}

enum Owner<'v> {
    Nobody,
    Root,
    User(&'v User),
}

/// Virtual devices only: passkeys and hardware tokens never appear here, and root's does.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html>
pub(super) fn list_virtual_mfa_devices(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let wanted = form.get("AssignmentStatus").unwrap_or("Any");
    if !["Assigned", "Unassigned", "Any"].contains(&wanted) {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{wanted}' at 'assignmentStatus' failed to satisfy constraint: \
             Member must satisfy enum value set: [Unassigned, Any, Assigned]"
        )));
    }
    let rows: Vec<Virtual<'_>> = all_virtual(iam)
        .into_iter()
        .filter(|row| match row.owner {
            Owner::Nobody => wanted != "Assigned",
            Owner::Root | Owner::User(_) => wanted != "Unassigned",
        })
        .collect();
    iam.paged(form, wanted, &rows, "VirtualMFADevices", |xml, row| {
        write_virtual(iam, xml, row);
    })
}

fn all_virtual<'v>(iam: &'v Iam<'_>) -> Vec<Virtual<'v>> {
    let mut rows = Vec::new();
    let account = iam.account;
    if account.root.mfa == RootMfa::Virtual {
        rows.push(Virtual {
            serial: format!("arn:aws:iam::{}:mfa/root-account-mfa-device", account.id),
            enabled: Some(account.joined),
            owner: Owner::Root,
        });
    }
    for user in &iam.view.users {
        let of_user = devices(iam, user)
            .into_iter()
            .filter(|device| device.kind == DeviceKind::Virtual);
        rows.extend(of_user.map(|device| Virtual {
            serial: device.serial,
            enabled: Some(device.enabled),
            owner: Owner::User(user),
        }));
    }
    // A device that somebody made and never enrolled, in every seventh account.
    if account.index % 7 == 3 {
        let serial = format!("arn:aws:iam::{}:mfa/abandoned", account.id);
        rows.push(Virtual {
            serial,
            enabled: None,
            owner: Owner::Nobody,
        });
    }
    rows
}

fn write_virtual(iam: &Iam<'_>, xml: &mut Xml, row: &Virtual<'_>) {
    xml.text("SerialNumber", &row.serial);
    match row.owner {
        Owner::Nobody => {}
        Owner::Root => xml.element("User", |xml| {
            xml.text("UserId", &iam.account.id);
            xml.text("Arn", &iam.account.root_arn());
            xml.value("CreateDate", iam.account.joined);
        }),
        Owner::User(user) => xml.element("User", |xml| super::users::write_user(iam, xml, user, false)),
    }
    if let Some(enabled) = row.enabled {
        xml.value("EnableDate", enabled);
    }
}

pub(super) fn get_mfa_device(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let serial = form.require("SerialNumber")?;
    let (user, device) = find(iam, form, serial)?;
    let mut xml = Xml::new();
    xml.text("UserName", &user.name);
    xml.text("SerialNumber", &device.serial);
    xml.value("EnableDate", device.enabled);
    if device.kind == DeviceKind::Passkey {
        xml.element("Certifications", |xml| {
            xml.element("entry", |xml| {
                xml.text("key", "FIDO-FIDO2");
                xml.text("value", "L1");
            });
        });
    }
    Ok(xml.finish())
}

pub(super) fn list_mfa_device_tags(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let serial = form.require("SerialNumber")?;
    find(iam, form, serial)?;
    iam.paged::<()>(form, serial, &[], "Tags", |_, ()| {})
}

fn find<'v>(iam: &'v Iam<'_>, form: &Form, serial: &str) -> Result<(&'v User, Device), ApiError> {
    let named = form.get("UserName");
    iam.view
        .users
        .iter()
        .filter(|user| named.is_none_or(|name| user.name.eq_ignore_ascii_case(name)))
        .find_map(|user| {
            devices(iam, user)
                .into_iter()
                .find(|device| device.serial == serial)
                .map(|device| (user, device))
        })
        .ok_or_else(|| {
            ApiError::no_such_entity(format!(
                "VirtualMFADevice with serial number {serial} doesn't exist."
            ))
        })
}
