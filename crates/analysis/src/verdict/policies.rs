//! Which policies decide about a user, and where each comes from.

use std::collections::HashMap;

use smol_str::SmolStr;

use crate::facts::AccountFacts;
use crate::model::ids::DocumentId;
use crate::model::snapshot::{
    AttachedPolicy, AwsManagedPolicies, Document, Documents, Group, InlinePolicy, ManagedPolicy, User,
};

/// The policies of one account.
#[derive(Debug)]
pub struct AccountPolicies<'a> {
    documents: &'a Documents,
    aws_managed: &'a AwsManagedPolicies,
    groups: HashMap<&'a str, &'a Group>,
    managed: HashMap<&'a str, &'a ManagedPolicy>,
}

/// A policy where it was found.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The group that it comes through.
    group: Option<&'a str>,
    name: Name<'a>,
    /// The name of its text.
    pub id: &'a DocumentId,
    /// Its text.
    pub text: &'a str,
}

/// What a policy is called.
#[derive(Debug, Clone, Copy)]
enum Name<'a> {
    Inline(&'a str),
    Managed(&'a str),
    Boundary(&'a str),
}

/// Everything of the account's own that decides about a user.
#[derive(Debug)]
pub struct UserPolicies<'a> {
    /// Its own policies and its groups', in the order of evaluation.
    pub identity: Vec<Placed<'a>>,
    /// Its boundary.
    pub boundary: Option<Placed<'a>>,
}

impl<'a> AccountPolicies<'a> {
    /// The policies that the authorization details of `facts` name.
    pub fn new(facts: &AccountFacts<'a>, aws_managed: &'a AwsManagedPolicies) -> Self {
        let details = facts.details();
        let groups = details.into_iter().flat_map(|details| &details.groups);
        let managed = details.into_iter().flat_map(|details| &details.managed_policies);
        Self {
            documents: &facts.snapshot.documents,
            aws_managed,
            groups: groups.map(|group| (group.name.as_str(), group)).collect(),
            managed: managed.map(|policy| (policy.arn.as_str(), policy)).collect(),
        }
    }

    /// The policies of `user`.
    ///
    /// # Errors
    ///
    /// Which policy could not be read. One that is not known might deny or allow anything, so without it nothing can
    /// be said.
    pub fn of_user(&self, user: &'a User) -> Result<UserPolicies<'a>, String> {
        let mut identity = Vec::with_capacity(8);
        self.add(
            &mut identity,
            None,
            &user.inline_policies,
            &user.attached_policies,
        )?;
        for name in &user.groups {
            let group = self.groups.get(name.as_str()).copied();
            let group = group.ok_or_else(|| format!("the policies of group `{name}` could not be read"))?;
            self.add(
                &mut identity,
                Some(&group.name),
                &group.inline_policies,
                &group.attached_policies,
            )?;
        }
        let boundary = match &user.permissions_boundary {
            Some(arn) => {
                let (id, text) = self.managed_policy(arn)?;
                Some(Placed {
                    group: None,
                    name: Name::Boundary(arn),
                    id,
                    text,
                })
            }
            None => None,
        };
        Ok(UserPolicies { identity, boundary })
    }

    fn add(
        &self,
        identity: &mut Vec<Placed<'a>>,
        group: Option<&'a str>,
        inline: &'a [InlinePolicy],
        attached: &'a [AttachedPolicy],
    ) -> Result<(), String> {
        for policy in inline {
            let name = Name::Inline(&policy.name);
            let source = || source(group, name);
            let (id, text) = self.document(&policy.document, &source)?;
            identity.push(Placed {
                group,
                name,
                id,
                text,
            });
        }
        for policy in attached {
            let (id, text) = self.managed_policy(&policy.arn)?;
            let name = Name::Managed(&policy.arn);
            identity.push(Placed {
                group,
                name,
                id,
                text,
            });
        }
        Ok(())
    }

    fn managed_policy(&self, arn: &SmolStr) -> Result<(&'a DocumentId, &'a str), String> {
        if let Some(policy) = self.managed.get(arn.as_str()).copied() {
            return self.document(&policy.document, &|| arn.to_string());
        }
        let reading = self.aws_managed.policies.get(arn);
        let reading = reading.ok_or_else(|| format!("the document of `{arn}` was not read"))?;
        let Some(policy) = reading.value() else {
            let why = reading.why_missing().unwrap_or_default();
            return Err(format!("the document of `{arn}` could not be read: {why}"));
        };
        text_of(&self.aws_managed.documents, &policy.document, &|| arn.to_string())
    }

    fn document(
        &self,
        document: &'a Document,
        source: &dyn Fn() -> String,
    ) -> Result<(&'a DocumentId, &'a str), String> {
        match document {
            Document::Missing { missing } => Err(format!(
                "the document of `{}` could not be read: {missing}",
                source()
            )),
            Document::Kept(id) => text_of(self.documents, id, source),
        }
    }
}

fn text_of<'a>(
    documents: &'a Documents,
    id: &DocumentId,
    source: &dyn Fn() -> String,
) -> Result<(&'a DocumentId, &'a str), String> {
    let found = documents.get_key_value(id);
    let (id, text) =
        found.ok_or_else(|| format!("the document of `{}` is missing in the snapshot", source()))?;
    Ok((id, text))
}

fn source(group: Option<&str>, name: Name<'_>) -> String {
    let group = group.map(|group| format!("group {group}: ")).unwrap_or_default();
    match name {
        Name::Inline(name) => format!("{group}inline policy {name}"),
        Name::Managed(arn) => format!("{group}{arn}"),
        Name::Boundary(arn) => format!("permissions boundary {arn}"),
    }
}

impl Placed<'_> {
    /// Where the policy comes from. Hostile text.
    pub fn source(&self) -> String {
        source(self.group, self.name)
    }

    /// Why nothing can be said where its text is not a policy.
    pub fn not_parsed(&self, why: &str) -> String {
        let name = match self.name {
            Name::Inline(_) => self.source(),
            Name::Managed(arn) | Name::Boundary(arn) => arn.to_owned(),
        };
        format!("the document of `{name}` cannot be parsed: {why}")
    }
}
