//! What a session without MFA amounts to.

use super::forms::SOMETHING;
use super::parts::{Parts, Scope, beyond_self_service};
use super::{Others, Outcome, Reach};
use crate::actions::{AccessLevel, ActionId, ActionList, ActionSet};
use serde::Serialize;
use std::collections::BTreeMap;

/// The verdict on a user's sessions without MFA, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Neither password nor active key.
    NoCredentials,
    /// No session without MFA can be opened.
    Protected,
    /// Such a session does no more than enrol MFA and what belongs to it.
    Contained,
    /// Contained, and it cannot enrol either, though with MFA it could do more.
    LockedOut,
    /// Something that decides could not be read.
    Unknown,
    /// More than self-service, less than with MFA.
    Partial,
    /// All that the user can do with MFA, or a way to more privilege.
    Exposed,
}

impl Verdict {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::NoCredentials => "no_credentials",
            Verdict::Protected => "protected",
            Verdict::Contained => "contained",
            Verdict::LockedOut => "locked_out",
            Verdict::Partial => "partial",
            Verdict::Exposed => "exposed",
            Verdict::Unknown => "unknown",
        }
    }
}

/// What one session without MFA amounts to, and why.
#[derive(Debug, Clone)]
pub struct SessionVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// Actions beyond self-service, in the order of the list.
    pub beyond: ActionSet,
    /// Self-service actions that are open on other users too, in the order of the list.
    pub on_others: Vec<ActionId>,
    /// Those of the above that lead to more privilege.
    pub escalations: Vec<ActionId>,
    /// Services for whose future actions nothing stands in the way, `(new service)` among them.
    pub beyond_the_list: Vec<&'static str>,
    /// Actions beyond self-service that the policies name and the list does not have.
    pub unlisted: Vec<String>,
    /// Whether the session can enable an MFA device of its own user.
    pub can_enrol: bool,
}

impl SessionVerdict {
    /// How many actions beyond self-service there are at each access level.
    #[must_use]
    pub fn by_level(&self) -> BTreeMap<AccessLevel, usize> {
        let counts = Parts::get().count_by_level(&self.beyond);
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

/// `iam:PassRole`, where it lets the session run something with a role that it may choose freely.
fn passes_any_role(reach: &Reach, parts: &Parts) -> Option<ActionId> {
    let id = parts.pass_role.filter(|id| reach.is_reachable(*id))?;
    if reach.open().in_common(&parts.run_with_a_role) == 0 {
        return None;
    }
    let session = reach.session();
    let any_role = format!(
        "arn:{}:iam::{}:role/{SOMETHING}",
        session.partition(),
        session.caller().account()
    );
    reach.on(id, &any_role).possible().then_some(id)
}

/// Judges a session without MFA against the same user's session with MFA.
///
/// What is only possible counts as open: the verdict errs on the safe side.
#[must_use]
pub fn verdict(without: &Reach, with: &Reach) -> SessionVerdict {
    let (list, parts) = (ActionList::embedded(), Parts::get());
    let open = without.open();
    let mut others = Others::new(without);
    let mut out = SessionVerdict {
        verdict: Verdict::Contained,
        beyond: beyond_self_service(open),
        on_others: Vec::new(),
        escalations: Vec::new(),
        beyond_the_list: Vec::new(),
        unlisted: open_names(without),
        can_enrol: false,
    };
    let stand_ins = open.within(&parts.stand_ins);
    let services = stand_ins.iter().filter_map(|id| list.get(id));
    out.beyond_the_list
        .extend(services.map(|action| action.service()));
    let own_user = parts.own_user.iter().copied().filter(|id| open.contains(*id));
    out.on_others.extend(own_user.filter(|id| others.open(*id)));
    let escalations = parts.escalations.iter().filter(|(id, _)| open.contains(*id));
    let escalates = escalations.filter(|(id, scope)| *scope == Scope::Any || others.open(*id));
    out.escalations.extend(escalates.map(|(id, _)| *id));
    if let Some(id) = passes_any_role(without, parts) {
        let at = out.escalations.partition_point(|known| *known < id);
        out.escalations.insert(at, id);
    }
    let own = without.session().caller().arn();
    let enrols = |id: &ActionId| reaches(&without.of(*id), without, *id, own);
    out.can_enrol = parts.enable.as_ref().is_some_and(enrols);
    // What every identity may call is no gain; that a session may not ask for another by `GetSessionToken` is no loss.
    let with_mfa = with.open().without(&parts.free);
    let less_than_with_mfa = !with_mfa.is_within(open) || open_names(with).len() > out.unlisted.len();
    let each = [
        out.beyond.is_empty(),
        out.on_others.is_empty(),
        out.beyond_the_list.is_empty(),
        out.unlisted.is_empty(),
    ];
    let contained = each.iter().all(|empty| *empty);
    out.verdict = match (contained, less_than_with_mfa) {
        (true, true) if !out.can_enrol => Verdict::LockedOut,
        (true, _) => Verdict::Contained,
        (false, true) if out.escalations.is_empty() => Verdict::Partial,
        (false, _) => Verdict::Exposed,
    };
    out
}

fn open_names(reach: &Reach) -> Vec<String> {
    reach
        .unlisted()
        .iter()
        .filter(|(_, outcome)| outcome.is_reachable())
        .map(|(name, _)| name.clone())
        .collect()
}

/// Whether an action is open on the caller's own user.
fn reaches(outcome: &Outcome, reach: &Reach, id: ActionId, own: &str) -> bool {
    match outcome {
        Outcome::Allowed { resource } if resource == own => true,
        Outcome::Denied { .. } => false,
        Outcome::Allowed { .. } | Outcome::Possible { .. } => reach.on(id, own).possible(),
    }
}
