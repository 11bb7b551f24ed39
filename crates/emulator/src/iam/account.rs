//! What is true of a whole account: summary, password policy, alias, organization features.

use super::Iam;
use crate::error::ApiError;
use crate::form::Form;
use crate::world::RootMfa;
use crate::xml::Xml;

/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
pub(super) fn get_account_summary(iam: &Iam<'_>, _: &Form) -> Result<String, ApiError> {
    let root = iam.account.root;
    let root_device = usize::from(root.mfa != RootMfa::None);
    let mut devices = root_device;
    for user in &iam.view.users {
        let credentials = iam.credentials(user);
        devices += credentials.devices.len();
    }
    let rows: &[(&str, usize)] = &[
        ("AccessKeysPerUserQuota", 2),
        ("AccountAccessKeysPresent", usize::from(root.access_key)),
        ("AccountMFAEnabled", root_device),
        ("AccountPasswordPresent", usize::from(root.password)),
        ("AccountSigningCertificatesPresent", 0),
        ("AssumeRolePolicySizeQuota", 2048),
        ("AttachedPoliciesPerGroupQuota", 10),
        ("AttachedPoliciesPerRoleQuota", 10),
        ("AttachedPoliciesPerUserQuota", 10),
        ("GlobalEndpointTokenVersion", 1),
        ("GroupPolicySizeQuota", 5120),
        ("Groups", iam.view.groups.len()),
        ("GroupsPerUserQuota", 10),
        ("GroupsQuota", 300),
        ("InstanceProfiles", 0),
        ("InstanceProfilesQuota", 1000),
        ("MFADevices", devices + usize::from(iam.account.index % 7 == 3)),
        ("MFADevicesInUse", devices),
        ("Policies", iam.view.policies.len()),
        ("PoliciesQuota", 1500),
        ("PolicySizeQuota", 6144),
        (
            "PolicyVersionsInUse",
            iam.view.policies.iter().map(|policy| policy.versions.len()).sum(),
        ),
        ("PolicyVersionsInUseQuota", 10_000),
        ("Providers", 0),
        ("RolePolicySizeQuota", 10_240),
        ("Roles", iam.view.roles.len()),
        ("RolesQuota", 1000),
        ("ServerCertificates", 0),
        ("ServerCertificatesQuota", 20),
        ("SigningCertificatesPerUserQuota", 2),
        ("UserPolicySizeQuota", 2048),
        ("Users", iam.view.users.len()),
        ("UsersQuota", 5000),
        ("VersionsPerPolicyQuota", 5),
    ];
    let mut xml = Xml::new();
    xml.element("SummaryMap", |xml| {
        for (key, value) in rows {
            xml.element("entry", |xml| {
                xml.text("key", key);
                xml.value("value", value);
            });
        }
    });
    Ok(xml.finish())
}

/// An account without a policy of its own answers `NoSuchEntity`: it has AWS's default.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html>
pub(super) fn get_account_password_policy(iam: &Iam<'_>, _: &Form) -> Result<String, ApiError> {
    let policy = iam.account.password_policy.ok_or_else(|| {
        ApiError::no_such_entity(format!(
            "The Password Policy with domain name {} cannot be found.",
            iam.account.id
        ))
    })?;
    let mut xml = Xml::new();
    xml.element("PasswordPolicy", |xml| {
        xml.value("MinimumPasswordLength", policy.length);
        xml.value("RequireSymbols", policy.symbols);
        xml.value("RequireNumbers", policy.numbers);
        xml.value("RequireUppercaseCharacters", policy.upper);
        xml.value("RequireLowercaseCharacters", policy.lower);
        xml.value("AllowUsersToChangePassword", true);
        xml.value("ExpirePasswords", policy.max_age.is_some());
        if let Some(days) = policy.max_age {
            xml.value("MaxPasswordAge", days);
        }
        if let Some(count) = policy.reuse {
            xml.value("PasswordReusePrevention", count);
        }
    });
    Ok(xml.finish())
}

pub(super) fn list_account_aliases(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let aliases: Vec<&str> = iam.account.alias.as_deref().into_iter().collect();
    iam.paged(form, "", &aliases, "AccountAliases", |xml, alias| {
        xml.escape(alias);
    })
}

/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html>
pub(super) fn list_organizations_features(iam: &Iam<'_>, _: &Form) -> Result<String, ApiError> {
    let world = iam.context.world;
    if !world.is_member(iam.account) {
        return Err(ApiError::new(
            404,
            "OrganizationNotFoundException",
            "The account is not a member of an organization.",
        ));
    }
    if iam.account.id != world.management().id && iam.account.id != world.delegated().id {
        return Err(ApiError::new(
            400,
            "AccountNotManagementOrDelegatedAdministratorException",
            "The account is neither the management account nor a delegated administrator for IAM.",
        ));
    }
    let mut xml = Xml::new();
    xml.text("OrganizationId", &world.organization_id);
    xml.text_list("EnabledFeatures", ["RootCredentialsManagement"]);
    Ok(xml.finish())
}
