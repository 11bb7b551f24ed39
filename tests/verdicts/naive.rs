//! What decides about a user, gathered in the plainest way: no cache, nothing shared, and the SCPs from the
//! emulated world itself. Slow, and independent of the analysis that it is compared with.

use std::sync::Arc;

use org_audit_emulator::{Account, PolicyType, World};
use org_audit_model::AccountSnapshot;
use org_audit_model::snapshot::{
    AttachedPolicy, AuthorizationDetails, AwsManagedPolicies, Document, InlinePolicy, User,
};
use org_audit_policy::{Policy, PolicySet};

/// The texts of the policies that decide about one user.
#[derive(Default)]
pub struct Gathered {
    pub identity: Vec<String>,
    pub boundary: Option<String>,
    /// By level, the root's first; `None` where no SCP applies.
    pub scps: Option<Vec<Vec<String>>>,
}

impl Gathered {
    /// Everything about `user`.
    pub fn of(
        user: &User,
        snapshot: &AccountSnapshot,
        aws: &AwsManagedPolicies,
        world: &World,
        account: &Account,
    ) -> Self {
        let details = snapshot.authorization_details.value().unwrap();
        let reader = Reader {
            snapshot,
            details,
            aws,
        };
        let mut identity = reader.texts(&user.inline_policies, &user.attached_policies);
        for name in &user.groups {
            let group = details.groups.iter().find(|group| group.name == *name).unwrap();
            identity.extend(reader.texts(&group.inline_policies, &group.attached_policies));
        }
        Self {
            identity,
            boundary: user.permissions_boundary.as_ref().map(|arn| reader.managed(arn)),
            scps: scps(world, account),
        }
    }

    /// The set for one question.
    pub fn set(&self) -> PolicySet {
        let parse = |text: &String| Arc::new(Policy::parse(text).unwrap());
        let levels = self.scps.iter().flatten();
        PolicySet::builder()
            .identities(self.identity.iter().map(parse))
            .boundary(self.boundary.as_ref().map(parse))
            .scps(levels.map(|level| level.iter().map(parse).collect()).collect())
            .build_for_one()
    }
}

/// The texts of the SCPs in force above an account, by level.
fn scps(world: &World, account: &Account) -> Option<Vec<Vec<String>>> {
    if !world.is_enabled(PolicyType::ServiceControl) || world.is_management(account) {
        return None;
    }
    let level = |node| {
        let attached = world
            .policies
            .iter()
            .filter(|policy| policy.policy_type == PolicyType::ServiceControl && policy.is_attached(node));
        attached.map(|policy| policy.content.clone()).collect()
    };
    Some(world.chain(account).into_iter().map(level).collect())
}

struct Reader<'a> {
    snapshot: &'a AccountSnapshot,
    details: &'a AuthorizationDetails,
    aws: &'a AwsManagedPolicies,
}

impl Reader<'_> {
    fn texts(&self, inline: &[InlinePolicy], attached: &[AttachedPolicy]) -> Vec<String> {
        let inline = inline.iter().map(|policy| self.document(&policy.document));
        inline
            .chain(attached.iter().map(|policy| self.managed(&policy.arn)))
            .collect()
    }

    fn managed(&self, arn: &str) -> String {
        let mut own = self.details.managed_policies.iter();
        if let Some(policy) = own.find(|policy| policy.arn == arn) {
            return self.document(&policy.document);
        }
        let policy = self.aws.policies[arn].value().unwrap();
        self.aws.documents[&policy.document].clone()
    }

    fn document(&self, document: &Document) -> String {
        match document {
            Document::Kept(id) => self.snapshot.documents[id].clone(),
            Document::Missing { missing } => panic!("{missing}"),
        }
    }
}
