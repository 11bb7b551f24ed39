//! The policies of an account's users, prepared once however many users share them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use org_audit_policy::{Policy, PolicySet};
use smol_str::SmolStr;

use super::session::{Chain, NamedSet};
use crate::facts::AccountFacts;
use crate::model::ids::DocumentId;
use crate::model::snapshot::{
    AttachedPolicy, AwsManagedPolicies, Document, Documents, Group, InlinePolicy, ManagedPolicy, User,
};

/// A policy and where it comes from.
type Named = (String, Arc<Policy>);

/// The policies of one account.
#[derive(Debug)]
pub struct AccountPolicies<'a> {
    documents: &'a Documents,
    aws_managed: &'a AwsManagedPolicies,
    groups: HashMap<&'a str, &'a Group>,
    managed: HashMap<&'a str, &'a ManagedPolicy>,
    prepared: RefCell<HashMap<&'a DocumentId, Result<Arc<Policy>, String>>>,
    sets: RefCell<HashMap<Vec<String>, Arc<NamedSet>>>,
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
            prepared: RefCell::default(),
            sets: RefCell::default(),
        }
    }

    /// Everything that decides about `user`: its own policies, its groups', its boundary, the SCPs above.
    ///
    /// # Errors
    ///
    /// Which policy could not be read or parsed. A policy that is not understood might deny or allow
    /// anything, so without it nothing can be said.
    pub fn of_user(&self, user: &User, chain: &Chain) -> Result<Arc<NamedSet>, String> {
        let mut identity: Vec<Named> = Vec::new();
        self.add(&mut identity, "", &user.inline_policies, &user.attached_policies)?;
        for name in &user.groups {
            let group = self.groups.get(name.as_str());
            let group = group.ok_or_else(|| format!("the policies of group `{name}` could not be read"))?;
            let prefix = format!("group {name}: ");
            self.add(
                &mut identity,
                &prefix,
                &group.inline_policies,
                &group.attached_policies,
            )?;
        }
        let boundary = match &user.permissions_boundary {
            Some(arn) => Some((format!("permissions boundary {arn}"), self.managed_policy(arn)?)),
            None => None,
        };
        Ok(self.intern(identity, boundary, chain))
    }

    /// The same policies are the same set: preparing it is most of the work.
    fn intern(&self, identity: Vec<Named>, boundary: Option<Named>, chain: &Chain) -> Arc<NamedSet> {
        // The address of a prepared policy names it: equal documents are prepared once.
        let name_of = |(source, policy): &Named| format!("{source}\u{0}{:p}", Arc::as_ptr(policy));
        let mut key: Vec<String> = identity.iter().map(name_of).collect();
        key.push(boundary.as_ref().map(name_of).unwrap_or_default());
        if let Some(set) = self.sets.borrow().get(&key) {
            return Arc::clone(set);
        }
        let (sources, identity): (Vec<String>, Vec<Arc<Policy>>) = identity.into_iter().unzip();
        let (boundary_source, boundary) = boundary.unzip();
        let set = PolicySet::builder()
            .identities(identity)
            .boundary(boundary)
            .scp_chain(chain.policies().clone())
            .management_account(chain.exempt())
            .build();
        let named = Arc::new(NamedSet {
            set: Arc::new(set),
            identity_sources: sources,
            boundary_source: boundary_source.unwrap_or_default(),
        });
        self.sets.borrow_mut().insert(key, Arc::clone(&named));
        named
    }

    fn add(
        &self,
        identity: &mut Vec<Named>,
        prefix: &str,
        inline: &[InlinePolicy],
        attached: &[AttachedPolicy],
    ) -> Result<(), String> {
        for policy in inline {
            let source = format!("{prefix}inline policy {}", policy.name);
            let prepared = self.document(&policy.document, &source)?;
            identity.push((source, prepared));
        }
        for policy in attached {
            identity.push((
                format!("{prefix}{}", policy.arn),
                self.managed_policy(&policy.arn)?,
            ));
        }
        Ok(())
    }

    fn managed_policy(&self, arn: &SmolStr) -> Result<Arc<Policy>, String> {
        if let Some(policy) = self.managed.get(arn.as_str()).copied() {
            return self.document(&policy.document, arn);
        }
        let reading = self.aws_managed.policies.get(arn);
        let reading = reading.ok_or_else(|| format!("the document of `{arn}` was not read"))?;
        let Some(policy) = reading.value() else {
            let why = reading.why_missing().unwrap_or_default();
            return Err(format!("the document of `{arn}` could not be read: {why}"));
        };
        let text = self.aws_managed.documents.get_key_value(&policy.document);
        let (id, text) = text.ok_or_else(|| format!("the document of `{arn}` is missing in the snapshot"))?;
        self.prepare(id, text, arn)
    }

    fn document(&self, document: &Document, source: &str) -> Result<Arc<Policy>, String> {
        match document {
            Document::Missing { missing } => {
                Err(format!("the document of `{source}` could not be read: {missing}"))
            }
            Document::Kept(id) => {
                let text = self.documents.get_key_value(id);
                let (id, text) =
                    text.ok_or_else(|| format!("the document of `{source}` is missing in the snapshot"))?;
                self.prepare(id, text, source)
            }
        }
    }

    fn prepare(&self, id: &'a DocumentId, text: &str, source: &str) -> Result<Arc<Policy>, String> {
        let mut prepared = self.prepared.borrow_mut();
        let policy = prepared.entry(id).or_insert_with(|| {
            Policy::parse(text)
                .map(Arc::new)
                .map_err(|error| error.to_string())
        });
        policy
            .clone()
            .map_err(|why| format!("the document of `{source}` cannot be parsed: {why}"))
    }
}
