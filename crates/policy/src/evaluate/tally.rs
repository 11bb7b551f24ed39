//! How the layers of a decision come together.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>: a Deny anywhere
//! wins; every level of SCPs must allow; then the resource policy may allow by itself, or the identity policies
//! must, within boundary and session policy. Written in three-valued logic, so that the exact evaluator and reach
//! share it.

use super::caller::{CallerKind, Grade};
use super::set::{Layer, PolicySet};
use crate::truth::Truth;

/// What the statements of one request came to.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) deny: Truth,
    identity: Truth,
    boundary: Truth,
    session: Truth,
    scps: Levels,
    resource: Grades,
}

/// Allows per SCP level: the first in place, because chains are short and evaluations many.
#[derive(Debug, Clone)]
struct Levels {
    near: [Truth; 8],
    far: Vec<Truth>,
}

/// Allows of the resource policy, by how directly they name the caller.
#[derive(Debug, Clone, Copy)]
struct Grades {
    account: Truth,
    everyone: Truth,
    named: Truth,
    session: Truth,
}

/// What of the request, beside the statements, the rules ask for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) kind: CallerKind,
    /// Whether SCPs touch the caller at all.
    pub(crate) scps_apply: bool,
    /// Whether the resource belongs to another account.
    pub(crate) cross_account: bool,
    /// Whether the resource policy must agree even within the account: KMS keys and role trust policies.
    pub(crate) resource_policy_decides: bool,
}

impl Tally {
    pub(crate) fn new(set: &PolicySet) -> Self {
        let no = Truth::False;
        Self {
            deny: no,
            identity: no,
            boundary: no,
            session: no,
            scps: Levels {
                near: [no; 8],
                far: vec![no; set.scp_levels.saturating_sub(8)],
            },
            resource: Grades {
                account: no,
                everyone: no,
                named: no,
                session: no,
            },
        }
    }

    pub(crate) fn add_deny(&mut self, truth: Truth) {
        self.deny = self.deny.or(truth);
    }

    pub(crate) fn add_allow(&mut self, layer: Layer, grade: Option<Grade>, truth: Truth) {
        let slot = match layer {
            Layer::Identity => &mut self.identity,
            Layer::Boundary => &mut self.boundary,
            Layer::Session => &mut self.session,
            Layer::Scp { level } => match self.scps.slot(level) {
                Some(slot) => slot,
                None => return,
            },
            Layer::Resource => match grade {
                Some(Grade::Account) => &mut self.resource.account,
                Some(Grade::Everyone) => &mut self.resource.everyone,
                Some(Grade::Named) => &mut self.resource.named,
                Some(Grade::Session) => &mut self.resource.session,
                None => return,
            },
            // An RCP never grants; `RCPFullAWSAccess` is understood.
            Layer::Rcp { .. } => return,
        };
        *slot = slot.or(truth);
    }

    /// The levels of SCPs that do not allow for certain.
    pub(crate) fn scp_level(&self, level: usize) -> Truth {
        self.scps.get(level)
    }

    /// What the principal's own policies allow.
    fn principal_side(&self, set: &PolicySet, setting: Setting) -> Truth {
        let identity = if setting.kind == CallerKind::Root {
            Truth::True
        } else {
            self.identity
        };
        identity.and(self.within(set, setting))
    }

    /// Boundary and session policy.
    fn within(&self, set: &PolicySet, setting: Setting) -> Truth {
        let boundary = !set.has_boundary || setting.kind == CallerKind::Root;
        let session = !set.has_session;
        Truth::of(boundary)
            .or(self.boundary)
            .and(Truth::of(session).or(self.session))
    }

    /// Whether the layers together allow, denies aside.
    pub(crate) fn granted(&self, set: &PolicySet, setting: Setting) -> Truth {
        let scps = if setting.scps_apply {
            (0..set.scp_levels).fold(Truth::True, |truth, level| truth.and(self.scps.get(level)))
        } else {
            Truth::True
        };
        let own = self.principal_side(set, setting);
        let Grades {
            account,
            everyone,
            named,
            session,
        } = self.resource;
        let any = account.or(everyone).or(named).or(session);
        let sides = if setting.cross_account {
            own.and(any)
        } else if set.has_resource {
            // A resource policy that names a user or a session allows by itself, whatever boundary and session
            // policy leave out; one that names a role or everyone stays within them.
            let direct = match setting.kind {
                CallerKind::Role | CallerKind::RoleSession => session,
                CallerKind::Root
                | CallerKind::User
                | CallerKind::FederatedUser
                | CallerKind::Service
                | CallerKind::Other => session.or(named),
            };
            let limited = named.or(everyone).and(self.within(set, setting));
            let own = if setting.resource_policy_decides {
                own.and(any)
            } else {
                own
            };
            own.or(direct).or(limited)
        } else {
            own
        };
        sides.and(scps)
    }

    /// Whether the request is allowed.
    pub(crate) fn allowed(&self, set: &PolicySet, setting: Setting) -> Truth {
        self.granted(set, setting).and(self.deny.negate())
    }

    /// Whether identity policies, boundary and session policy allow; to say which of them did not.
    pub(crate) fn own_layers(&self) -> [(Layer, Truth); 3] {
        [
            (Layer::Identity, self.identity),
            (Layer::Boundary, self.boundary),
            (Layer::Session, self.session),
        ]
    }
}

impl Levels {
    fn slot(&mut self, level: usize) -> Option<&mut Truth> {
        match level.checked_sub(self.near.len()) {
            None => self.near.get_mut(level),
            Some(far) => self.far.get_mut(far),
        }
    }

    fn get(&self, level: usize) -> Truth {
        let found = match level.checked_sub(self.near.len()) {
            None => self.near.get(level),
            Some(far) => self.far.get(far),
        };
        found.copied().unwrap_or(Truth::False)
    }
}
