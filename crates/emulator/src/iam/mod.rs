//! AWS Identity and Access Management.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>

mod account;
mod credentials;
mod details;
mod groups;
mod mfa;
mod policies;
mod reports;
mod roles;
mod users;

use std::sync::Arc;

use crate::access::Resource;
use crate::emulator::Context;
use crate::error::ApiError;
use crate::form::Form;
use crate::page::{self, Position};
use crate::report::AsOf;
use crate::route::{Call, Service};
use crate::world::identities::AccountView;
use crate::world::model::{Credentials, Inline, PolicyRef, User};
use crate::world::{Account, catalogue};
use crate::xml::Xml;

type Handler = fn(&Iam<'_>, &Form) -> Result<String, ApiError>;

/// The operations of IAM that the emulator has, sorted.
const HANDLERS: &[(&str, Handler)] = &[
    ("GenerateCredentialReport", reports::generate_credential_report),
    ("GetAccessKeyLastUsed", credentials::get_access_key_last_used),
    (
        "GetAccountAuthorizationDetails",
        details::get_account_authorization_details,
    ),
    ("GetAccountPasswordPolicy", account::get_account_password_policy),
    ("GetAccountSummary", account::get_account_summary),
    ("GetCredentialReport", reports::get_credential_report),
    ("GetGroup", groups::get_group),
    ("GetGroupPolicy", groups::get_group_policy),
    ("GetLoginProfile", credentials::get_login_profile),
    ("GetMFADevice", mfa::get_mfa_device),
    ("GetPolicy", policies::get_policy),
    ("GetPolicyVersion", policies::get_policy_version),
    ("GetRole", roles::get_role),
    ("GetUser", users::get_user),
    ("GetUserPolicy", users::get_user_policy),
    ("ListAccessKeys", credentials::list_access_keys),
    ("ListAccountAliases", account::list_account_aliases),
    ("ListAttachedGroupPolicies", groups::list_attached_group_policies),
    ("ListAttachedRolePolicies", roles::list_attached_role_policies),
    ("ListAttachedUserPolicies", users::list_attached_user_policies),
    ("ListGroupPolicies", groups::list_group_policies),
    ("ListGroups", groups::list_groups),
    ("ListGroupsForUser", groups::list_groups_for_user),
    ("ListMFADeviceTags", mfa::list_mfa_device_tags),
    ("ListMFADevices", mfa::list_mfa_devices),
    ("ListOrganizationsFeatures", account::list_organizations_features),
    ("ListPolicies", policies::list_policies),
    ("ListPolicyVersions", policies::list_policy_versions),
    ("ListRolePolicies", roles::list_role_policies),
    ("ListRoles", roles::list_roles),
    ("ListSigningCertificates", credentials::list_signing_certificates),
    ("ListUserPolicies", users::list_user_policies),
    ("ListUserTags", users::list_user_tags),
    ("ListUsers", users::list_users),
    ("ListVirtualMFADevices", mfa::list_virtual_mfa_devices),
];

/// The names of the operations.
pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    HANDLERS.iter().map(|(name, _)| *name)
}

/// One IAM request: the context and the account that it is about.
pub(crate) struct Iam<'a> {
    pub context: &'a Context<'a>,
    pub account: &'a Account,
    pub view: Arc<AccountView>,
}

pub(crate) fn answer(context: &Context<'_>, call: &Call, form: &Form) -> Result<String, ApiError> {
    let handler = HANDLERS
        .iter()
        .find(|(name, _)| *name == call.operation)
        .map(|(_, handler)| handler);
    let Some(handler) = handler else {
        return Err(call.unknown_operation());
    };
    if context.caller.session.is_some() && !context.caller.is_role() {
        // A session of GetSessionToken without MFA cannot call IAM at all.
        return Err(crate::sigv4::unknown_key(Service::Iam));
    }
    let account = context.account();
    let action = format!("iam:{}", call.operation);
    context
        .caller
        .authorize(context.world, Service::Iam, &action, &resource(account, form))?;
    let view = context.emulator.live.view(context.world, account);
    handler(
        &Iam {
            context,
            account,
            view,
        },
        form,
    )
}

/// The resource that a request is about.
fn resource(account: &Account, form: &Form) -> Resource {
    let kinds = [("UserName", "user"), ("GroupName", "group"), ("RoleName", "role")];
    let named = kinds
        .iter()
        .find_map(|(parameter, kind)| form.get(parameter).map(|name| (kind, name)));
    if let Some((kind, name)) = named {
        // IAM's refusals name these in two words and not by their ARN.
        let arn = format!("arn:aws:iam::{}:{kind}/{name}", account.id);
        return Resource {
            arn,
            shown: format!("{kind} {name}"),
        };
    }
    match form.get("PolicyArn") {
        Some(arn) => Resource {
            arn: arn.to_owned(),
            shown: format!("policy {arn}"),
        },
        None => Resource::of("*"),
    }
}

impl Iam<'_> {
    /// The user that a request names; without a name, the caller.
    pub fn user<'v>(&'v self, form: &Form) -> Result<&'v User, ApiError> {
        let name = match (form.get("UserName"), self.context.caller.user_name) {
            (Some(name), _) => name,
            (None, Some(name)) => name,
            (None, None) => {
                return Err(ApiError::validation(
                    "Must specify userName when calling with non-User credentials",
                ));
            }
        };
        self.named_user(name)
    }

    /// A user's credentials now.
    pub fn credentials(&self, user: &User) -> Credentials {
        self.context
            .emulator
            .live
            .credentials(self.account, user, AsOf::now(self.context.now))
    }

    pub fn named_user(&self, name: &str) -> Result<&User, ApiError> {
        let found = self.view.user(name);
        found.ok_or_else(|| ApiError::no_such_entity(format!("The user with name {name} cannot be found.")))
    }

    pub fn policy_arn(&self, policy: PolicyRef) -> (String, String) {
        match policy {
            PolicyRef::Aws(name) => {
                let arn = catalogue::by_name(name)
                    .map(catalogue::AwsPolicy::arn)
                    .unwrap_or_default();
                (name.to_owned(), arn)
            }
            PolicyRef::Local(index) => self
                .view
                .policies
                .get(index)
                .map(|policy| (policy.name.to_owned(), policy.arn(&self.account.id)))
                .unwrap_or_default(),
        }
    }

    /// `<AttachedManagedPolicies>` or `<AttachedPolicies>`.
    pub fn write_attached(&self, xml: &mut Xml, tag: &str, policies: &[PolicyRef]) {
        xml.list(tag, policies, |xml, policy| {
            let (name, arn) = self.policy_arn(*policy);
            xml.text("PolicyName", &name);
            xml.text("PolicyArn", &arn);
        });
    }

    pub fn write_boundary(&self, xml: &mut Xml, boundary: Option<PolicyRef>) {
        if let Some(boundary) = boundary {
            xml.element("PermissionsBoundary", |xml| {
                xml.text("PermissionsBoundaryType", "PermissionsBoundaryPolicy");
                xml.text("PermissionsBoundaryArn", &self.policy_arn(boundary).1);
            });
        }
    }

    /// One page of a list in XML, with `IsTruncated` and `Marker`.
    pub fn paged<T>(
        &self,
        form: &Form,
        scope: &str,
        items: &[T],
        tag: &str,
        write: impl FnMut(&mut Xml, &T),
    ) -> Result<String, ApiError> {
        let mut xml = Xml::new();
        let (part, next) = self.page_of(form, scope, items)?;
        xml.list(tag, part, write);
        Self::write_page_end(&mut xml, next);
        Ok(xml.finish())
    }

    /// The items of the page that a request asks for, and the marker of the next.
    pub fn page_of<'t, T>(
        &self,
        form: &Form,
        scope: &str,
        items: &'t [T],
    ) -> Result<(&'t [T], Option<String>), ApiError> {
        let size = form.number("MaxItems", 100, 1, 1000)?;
        let scope = format!("{}|{}|{scope}", self.context.operation, self.account.id);
        let position = match form.get("Marker") {
            None => Position::START,
            Some(marker) => Position::parse(marker, &scope)
                .ok_or_else(|| ApiError::validation(format!("Invalid Marker: {marker}")))?,
        };
        let (part, next) = page::page(items, position.offset, size);
        let marker = next.map(|offset| {
            Position {
                offset,
                after_empty_page: false,
            }
            .token(&scope)
        });
        Ok((part, marker))
    }

    pub fn write_page_end(xml: &mut Xml, next: Option<String>) {
        xml.value("IsTruncated", next.is_some());
        if let Some(marker) = next {
            xml.text("Marker", &marker);
        }
    }
}

/// A policy document as IAM returns it: URL-encoded after RFC 3986. By hand, because documents are most
/// of an answer's bytes.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyDetail.html>
fn url_encoded(document: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
    let mut encoded = String::with_capacity(document.len() * 2);
    for byte in document.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(digit(byte >> 4));
            encoded.push(digit(byte & 15));
        }
    }
    encoded
}

fn write_inline(xml: &mut Xml, tag: &str, policies: &[Inline]) {
    xml.list(tag, policies, |xml, policy| {
        xml.text("PolicyName", &policy.name);
        xml.text("PolicyDocument", &url_encoded(&policy.document));
    });
}

fn write_tags(xml: &mut Xml, tags: &[(String, String)]) {
    xml.list("Tags", tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
}
