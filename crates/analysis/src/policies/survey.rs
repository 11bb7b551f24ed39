//! The policies of one account that speak of MFA, and to whom they apply.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use smol_str::SmolStr;

use super::{Key, Linted, Linter, blank};
use crate::model::AccountId;
use crate::model::assessment::{MOST_NAMES, PolicyAssessment, PolicyPlace};
use crate::model::outcome::PolicyKind;
use crate::model::snapshot::{
    AccountSnapshot, AttachedPolicy, AuthorizationDetails, AwsManagedPolicies, Document, InlinePolicy, User,
};

/// What an account holds; `None` where its policies were not read.
#[derive(Debug, Default)]
pub struct Survey {
    pub(super) found: Option<Vec<Found>>,
}

/// A text in an account.
#[derive(Debug)]
pub struct Found {
    pub(super) key: Key,
    linted: Option<Arc<Linted>>,
    pub(super) names: Vec<String>,
    pub(super) place: PolicyPlace,
}

impl Found {
    /// The text's row in the organization's table, without names and places.
    pub(super) fn row(&self) -> PolicyAssessment {
        let (document_sha256, problem) = self.key.clone();
        let (denies_without_mfa, lints) = match self.linted.as_deref() {
            Some(Linted::Speaks {
                denies_without_mfa,
                lints,
            }) => (Some(*denies_without_mfa), lints.clone()),
            Some(Linted::Silent | Linted::Unparsable(_)) | None => (None, Vec::new()),
        };
        PolicyAssessment {
            document_sha256,
            problem,
            denies_without_mfa,
            lints,
            accounts: Some(0),
            users: Some(0),
            groups: Some(0),
            ..blank(PolicyKind::Identity)
        }
    }
}

impl Survey {
    /// Looks at the policies of `snapshot`.
    pub fn of(
        id: &AccountId,
        snapshot: Option<&AccountSnapshot>,
        aws_managed: &AwsManagedPolicies,
        linter: &Linter,
    ) -> Self {
        let details = snapshot.and_then(|snapshot| Some((snapshot, snapshot.authorization_details.value()?)));
        let Some((snapshot, details)) = details else {
            return Self::default();
        };
        let mut surveyor = Surveyor {
            id,
            snapshot,
            aws_managed,
            linter,
            found: Vec::new(),
            by_key: HashMap::new(),
            by_arn: HashMap::new(),
        };
        surveyor.managed(details);
        surveyor.apply(details);
        Self {
            found: Some(surveyor.found),
        }
    }
}

struct Surveyor<'a> {
    id: &'a AccountId,
    snapshot: &'a AccountSnapshot,
    aws_managed: &'a AwsManagedPolicies,
    linter: &'a Linter,
    found: Vec<Found>,
    by_key: HashMap<Key, usize>,
    /// Where the text of a managed policy stands in `found`; `None` where it does not speak of MFA.
    by_arn: HashMap<&'a SmolStr, Option<usize>>,
}

impl<'a> Surveyor<'a> {
    /// Customer managed policies, attached or not.
    fn managed(&mut self, details: &'a AuthorizationDetails) {
        for policy in &details.managed_policies {
            let at = self.document(&policy.document, &policy.name, &policy.arn);
            self.by_arn.insert(&policy.arn, at);
        }
    }

    /// Counts groups and users, each once for a text that reaches them in several ways.
    fn apply(&mut self, details: &'a AuthorizationDetails) {
        let mut groups: HashMap<&SmolStr, BTreeSet<usize>> = HashMap::new();
        for group in &details.groups {
            let mut texts = self.inline(&group.inline_policies, &group.arn);
            texts.extend(self.attached(&group.attached_policies));
            for at in &texts {
                if let Some(found) = self.found.get_mut(*at) {
                    found.place.groups += 1;
                }
            }
            groups.insert(&group.name, texts);
        }
        for user in &details.users {
            let mut texts = self.own(user);
            for group in &user.groups {
                texts.extend(groups.get(group).into_iter().flatten());
            }
            for at in texts {
                if let Some(found) = self.found.get_mut(at) {
                    found.place.users += 1;
                }
            }
        }
    }

    fn own(&mut self, user: &'a User) -> BTreeSet<usize> {
        let mut texts = self.inline(&user.inline_policies, &user.arn);
        texts.extend(self.attached(&user.attached_policies));
        texts.extend(
            user.permissions_boundary
                .as_ref()
                .and_then(|arn| self.by_arn(arn)),
        );
        texts
    }

    fn inline(&mut self, policies: &[InlinePolicy], carrier: &SmolStr) -> BTreeSet<usize> {
        policies
            .iter()
            .filter_map(|policy| self.document(&policy.document, &policy.name, carrier))
            .collect()
    }

    fn attached(&mut self, policies: &'a [AttachedPolicy]) -> BTreeSet<usize> {
        policies
            .iter()
            .filter_map(|policy| self.by_arn(&policy.arn))
            .collect()
    }

    fn by_arn(&mut self, arn: &'a SmolStr) -> Option<usize> {
        if let Some(known) = self.by_arn.get(arn) {
            return *known;
        }
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let at = match self.aws_managed.policies.get(arn) {
            Some(reading) => match reading.value() {
                Some(policy) => self.document(&Document::Kept(policy.document.clone()), name, arn),
                None => {
                    let why = reading.why_missing().unwrap_or_default();
                    self.note((None, Some(why)), None, name, arn)
                }
            },
            None => {
                let why = "an attached policy is not in the snapshot".to_owned();
                self.note((None, Some(why)), None, name, arn)
            }
        };
        self.by_arn.insert(arn, at);
        at
    }

    /// Where a text stands in `found`; `None` where it does not speak of MFA.
    fn document(&mut self, document: &Document, name: &str, resource: &SmolStr) -> Option<usize> {
        let id = match document {
            Document::Missing { missing } => {
                return self.note((None, Some(missing.clone())), None, name, resource);
            }
            Document::Kept(id) => id,
        };
        let kept = self.snapshot.documents.get(id);
        let Some(text) = kept.or_else(|| self.aws_managed.documents.get(id)) else {
            let why = "its text is missing in the snapshot".to_owned();
            return self.note((Some(id.clone()), Some(why)), None, name, resource);
        };
        let linted = self.linter.identity(id, text);
        match linted.as_ref() {
            Linted::Silent => None,
            Linted::Speaks { .. } => self.note((Some(id.clone()), None), Some(linted), name, resource),
            Linted::Unparsable(why) => {
                let why = format!("it cannot be parsed: {why}");
                self.note((Some(id.clone()), Some(why)), None, name, resource)
            }
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "its callers return its answer, and some texts have no place"
    )]
    fn note(
        &mut self,
        key: Key,
        linted: Option<Arc<Linted>>,
        name: &str,
        resource: &SmolStr,
    ) -> Option<usize> {
        let next = self.found.len();
        let at = *self.by_key.entry(key.clone()).or_insert(next);
        if at == next {
            self.found.push(Found {
                key,
                linted,
                names: Vec::new(),
                place: PolicyPlace {
                    account_id: self.id.clone(),
                    resource_arn: resource.clone(),
                    copies: 0,
                    users: 0,
                    groups: 0,
                },
            });
        }
        if let Some(found) = self.found.get_mut(at) {
            found.place.copies += 1;
            if found.names.len() < MOST_NAMES && !found.names.iter().any(|known| known == name) {
                found.names.push(name.to_owned());
            }
        }
        Some(at)
    }
}
