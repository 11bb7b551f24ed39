//! Managed policies: the account's own and AWS's.

use super::{Iam, url_encoded};
use crate::error::ApiError;
use crate::form::Form;
use crate::world::catalogue::{AWS_POLICIES, AwsPolicy, by_arn};
use crate::world::model::{LocalPolicy, PolicyRef};
use crate::xml::Xml;

/// A managed policy of either kind.
#[derive(Clone, Copy)]
pub(super) enum Managed<'v> {
    Aws(&'static AwsPolicy),
    Local(usize, &'v LocalPolicy),
}

impl<'v> Managed<'v> {
    pub fn all(iam: &'v Iam<'_>, aws: bool, local: bool) -> Vec<Self> {
        let locals = iam
            .view
            .policies
            .iter()
            .enumerate()
            .filter(|_| local)
            .map(|(at, p)| Managed::Local(at, p));
        locals
            .chain(AWS_POLICIES.iter().filter(|_| aws).map(Managed::Aws))
            .collect()
    }

    fn find(iam: &'v Iam<'_>, arn: &str) -> Result<Self, ApiError> {
        if !arn.starts_with("arn:aws:iam::") || arn.len() < 20 {
            return Err(ApiError::new(
                400,
                "InvalidInput",
                format!("ARN {arn} is not valid."),
            ));
        }
        let local = iam
            .view
            .policies
            .iter()
            .position(|policy| policy.arn(&iam.account.id) == arn);
        local
            .and_then(|at| iam.view.policies.get(at).map(|policy| Managed::Local(at, policy)))
            .or_else(|| by_arn(arn).map(Managed::Aws))
            .ok_or_else(|| {
                ApiError::no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
            })
    }

    pub fn name(self) -> &'v str {
        match self {
            Self::Aws(policy) => policy.name,
            Self::Local(_, policy) => policy.name,
        }
    }

    fn path(self) -> &'v str {
        match self {
            Self::Aws(policy) => policy.path,
            Self::Local(_, policy) => policy.path,
        }
    }

    fn default_version(self) -> String {
        match self {
            Self::Aws(policy) => policy.version.to_owned(),
            Self::Local(_, policy) => format!("v{}", policy.versions.len()),
        }
    }

    fn counts(self, iam: &Iam<'_>) -> (u32, u32) {
        let reference = match self {
            Self::Aws(policy) => PolicyRef::Aws(policy.name),
            Self::Local(at, _) => PolicyRef::Local(at),
        };
        iam.view.attachments.get(&reference).copied().unwrap_or_default()
    }

    /// The elements that GetPolicy, ListPolicies and the authorization details have in common.
    pub fn write(self, iam: &Iam<'_>, xml: &mut Xml, with_description: bool) {
        let (attached, boundaries) = self.counts(iam);
        xml.text("PolicyName", self.name());
        match self {
            Self::Aws(policy) => {
                xml.text("PolicyId", &policy.id());
                xml.text("Arn", &policy.arn());
            }
            Self::Local(_, policy) => {
                xml.text("PolicyId", &policy.id);
                xml.text("Arn", &policy.arn(&iam.account.id));
            }
        }
        xml.text("Path", self.path());
        xml.text("DefaultVersionId", &self.default_version());
        xml.value("AttachmentCount", attached);
        xml.value("PermissionsBoundaryUsageCount", boundaries);
        xml.value("IsAttachable", true);
        match self {
            Self::Aws(policy) => {
                xml.text("CreateDate", policy.created);
                xml.text("UpdateDate", policy.updated);
            }
            Self::Local(_, policy) => {
                if with_description && !policy.description.is_empty() {
                    xml.text("Description", policy.description);
                }
                xml.value("CreateDate", policy.created);
                xml.value("UpdateDate", policy.created);
            }
        }
    }

    /// Version id, whether it is the default, creation time, document; the newest first.
    fn versions(self) -> Vec<(String, bool, String, &'v str)> {
        match self {
            Self::Aws(policy) => {
                vec![(
                    policy.version.to_owned(),
                    true,
                    policy.updated.to_owned(),
                    policy.document,
                )]
            }
            Self::Local(_, policy) => {
                let count = policy.versions.len();
                let versions = policy.versions.iter().enumerate().rev();
                versions
                    .map(|(at, document)| {
                        (
                            format!("v{}", at + 1),
                            at + 1 == count,
                            policy.created.to_string(),
                            document.as_ref(),
                        )
                    })
                    .collect()
            }
        }
    }

    pub fn write_versions(self, xml: &mut Xml, tag: &str) {
        xml.list(tag, self.versions(), |xml, (id, default, created, document)| {
            xml.text("Document", &url_encoded(document));
            xml.text("VersionId", &id);
            xml.value("IsDefaultVersion", default);
            xml.text("CreateDate", &created);
        });
    }
}

pub(super) fn list_policies(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let scope = form.get("Scope").unwrap_or("All");
    let prefix = form.get("PathPrefix").unwrap_or("/");
    let only_attached = form.get("OnlyAttached") == Some("true");
    let as_boundary = form.get("PolicyUsageFilter") == Some("PermissionsBoundary");
    let policies: Vec<Managed<'_>> = Managed::all(iam, scope != "Local", scope != "AWS")
        .into_iter()
        .filter(|policy| policy.path().starts_with(prefix))
        .filter(|policy| {
            let (attached, boundaries) = policy.counts(iam);
            !only_attached
                || if as_boundary {
                    boundaries > 0
                } else {
                    attached + boundaries > 0
                }
        })
        .collect();
    let key = format!("{scope}|{prefix}|{only_attached}|{as_boundary}");
    iam.paged(form, &key, &policies, "Policies", |xml, policy| {
        policy.write(iam, xml, false);
    })
}

pub(super) fn get_policy(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let policy = Managed::find(iam, form.require("PolicyArn")?)?;
    let mut xml = Xml::new();
    xml.element("Policy", |xml| {
        policy.write(iam, xml, true);
        xml.text_list("Tags", []);
    });
    Ok(xml.finish())
}

pub(super) fn get_policy_version(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let arn = form.require("PolicyArn")?;
    let wanted = form.require("VersionId")?;
    let policy = Managed::find(iam, arn)?;
    let version = policy.versions().into_iter().find(|(id, ..)| id == wanted);
    let (id, default, created, document) = version.ok_or_else(|| {
        ApiError::no_such_entity(format!(
            "Policy {arn} version {wanted} does not exist or is not attachable."
        ))
    })?;
    let mut xml = Xml::new();
    xml.element("PolicyVersion", |xml| {
        xml.text("Document", &url_encoded(document));
        xml.text("VersionId", &id);
        xml.value("IsDefaultVersion", default);
        xml.text("CreateDate", &created);
    });
    Ok(xml.finish())
}

pub(super) fn list_policy_versions(iam: &Iam<'_>, form: &Form) -> Result<String, ApiError> {
    let arn = form.require("PolicyArn")?;
    let policy = Managed::find(iam, arn)?;
    // ListPolicyVersions leaves the documents out.
    iam.paged(
        form,
        arn,
        &policy.versions(),
        "Versions",
        |xml, (id, default, created, _)| {
            xml.text("VersionId", id);
            xml.value("IsDefaultVersion", default);
            xml.text("CreateDate", created);
        },
    )
}
