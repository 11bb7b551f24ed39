//! What a chain of SCPs means for sessions without MFA.
//!
//! This reads the statements whose conditions are about MFA, and names those that decide. Where a condition depends on
//! something that is not known it says `unknown`: it never takes what it does not understand for "no effect".

use org_audit_policy::document::{ActionElement, Effect, ResourceElement, Statement};
use org_audit_policy::reach::Session;
use org_audit_policy::{PolicyDocument, Truth};

use super::chain::Level;
use super::sessions::Sessions;
use super::statements::{Found, mentions_mfa, statements};
use crate::model::Coverage;

/// What an IAM user may be left to do without MFA, so that it can enrol a device, and nothing worth having.
pub const SELF_SERVICE: [&str; 15] = [
    "iam:changepassword",
    "iam:createvirtualmfadevice",
    "iam:deactivatemfadevice",
    "iam:deletevirtualmfadevice",
    "iam:enablemfadevice",
    "iam:getaccountpasswordpolicy",
    "iam:getaccountsummary",
    "iam:getmfadevice",
    "iam:getuser",
    "iam:listmfadevices",
    "iam:listusers",
    "iam:listvirtualmfadevices",
    "iam:resyncmfadevice",
    "sts:getcalleridentity",
    "sts:getsessiontoken",
];

/// What is said of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// How far it goes.
    pub coverage: Coverage,
    /// Whether enrolment is denied too; the engine says so.
    pub locks_out_enrolment: Option<bool>,
    /// Whether role sessions are denied too.
    pub hits_roles: Option<bool>,
    /// The statements that decided.
    pub decided_by: Vec<String>,
    /// Why.
    pub reason: String,
    /// Whether nothing is left to ask.
    pub final_word: bool,
}

impl Decision {
    /// A decision without statements.
    pub fn plain(coverage: Coverage, reason: impl Into<String>) -> Self {
        let flag = if coverage == Coverage::Unknown {
            None
        } else {
            Some(false)
        };
        Self {
            coverage,
            locks_out_enrolment: flag,
            hits_roles: flag,
            decided_by: Vec::new(),
            reason: reason.into(),
            final_word: false,
        }
    }
}

/// A Deny on the chain whose conditions are about MFA, and in which sessions they hold.
struct MfaDeny<'a> {
    statement: &'a Statement,
    name: String,
    console: Truth,
    key: Truth,
    with_mfa: Truth,
    role: Truth,
}

impl<'a> MfaDeny<'a> {
    fn new(found: &Found<'a>, sessions: &Sessions) -> Self {
        let holds = |session: &Session| session.meets_conditions_of(found.policy, found.index);
        Self {
            statement: found.statement,
            name: found.name(),
            console: holds(&sessions.console),
            key: holds(&sessions.key),
            with_mfa: holds(&sessions.mfa),
            role: holds(&sessions.role),
        }
    }

    /// Whether it holds in some session without MFA, for certain, and not with MFA as well.
    fn asks_for_mfa(&self) -> bool {
        self.with_mfa != Truth::True && (self.console == Truth::True || self.key == Truth::True)
    }
}

/// What a session without MFA is left with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Residual {
    /// Nothing is denied for want of MFA.
    Everything,
    /// Some actions are denied, everything else is not.
    Most,
    /// Nothing but these.
    Only(Vec<String>),
}

/// Decides a chain whose SCP type is enabled and whose levels are all known.
pub fn decide(levels: &[Level], sessions: &Sessions) -> Decision {
    if let Some(decision) = levels.iter().find_map(allows_nothing) {
        return decision;
    }
    let scps = levels.iter().flat_map(|level| &level.policies);
    if let Some(why) = scps.map(|scp| scp.policy.as_ref()).find_map(Result::err) {
        return Decision::plain(Coverage::Unknown, why.clone());
    }
    let denies: Vec<MfaDeny<'_>> = statements(levels)
        .filter(|found| found.statement.effect() == Effect::Deny && mentions_mfa(found.statement))
        .map(|found| MfaDeny::new(&found, sessions))
        .collect();
    if let Some(level) = levels.iter().find(|level| allows_by_mfa(level)) {
        let reason = format!(
            "{} allows by a condition on MFA, which is not evaluated here",
            level.place
        );
        let allows = statements(std::slice::from_ref(level))
            .filter(|found| found.statement.effect() == Effect::Allow && mentions_mfa(found.statement));
        let mut decided_by: Vec<String> = allows.map(|found| found.name()).collect();
        decided_by.extend(
            denies
                .iter()
                .filter(|deny| deny.asks_for_mfa())
                .map(|deny| deny.name.clone()),
        );
        return Decision {
            decided_by,
            hits_roles: hits_roles(&denies),
            ..Decision::plain(Coverage::Unknown, reason)
        };
    }
    decide_denies(&denies)
}

/// Everything is denied below a level without an Allow (Organizations User Guide, "SCP evaluation": every
/// level must allow).
fn allows_nothing(level: &Level) -> Option<Decision> {
    let any_allow = level.policies.iter().any(|scp| match &scp.policy {
        Ok(policy) => policy
            .document()
            .statements()
            .iter()
            .any(|statement| statement.effect() == Effect::Allow),
        Err(_) => true,
    });
    if any_allow {
        return None;
    }
    Some(Decision {
        coverage: Coverage::Enforced,
        locks_out_enrolment: Some(true),
        hits_roles: Some(true),
        decided_by: vec![format!("no Allow at {}", level.place)],
        reason: format!(
            "{} has no SCP that allows anything: every session is denied everything",
            level.place
        ),
        final_word: true,
    })
}

/// Whether a level's Allow statements ask for MFA, and none allows everything anyway.
fn allows_by_mfa(level: &Level) -> bool {
    let statements = || {
        let policies = level.policies.iter().filter_map(|scp| scp.policy.as_ref().ok());
        policies
            .map(|policy| policy.document())
            .flat_map(PolicyDocument::statements)
    };
    let full = statements().any(|statement| {
        statement.effect() == Effect::Allow
            && statement.conditions().is_empty()
            && on_every_resource(statement)
            && denied_actions(statement) == Residual::Only(Vec::new())
    });
    !full && statements().any(|statement| statement.effect() == Effect::Allow && mentions_mfa(statement))
}

fn decide_denies(denies: &[MfaDeny<'_>]) -> Decision {
    let mut decided_by: Vec<String> = Vec::new();
    let mut open = Vec::new();
    let mut coverages = Vec::new();
    let kinds: [fn(&MfaDeny<'_>) -> Truth; 2] = [|deny| deny.console, |deny| deny.key];
    for holds in kinds {
        let (coverage, names, left) = decide_session(denies, holds);
        coverages.push(coverage);
        open.extend(left);
        decided_by.extend(names);
    }
    decided_by.sort();
    decided_by.dedup();
    open.sort();
    open.dedup();
    let together = coverages.iter().copied().reduce(Coverage::and);
    let coverage = together.unwrap_or(Coverage::Unknown);
    Decision {
        coverage,
        locks_out_enrolment: None,
        hits_roles: hits_roles(denies),
        decided_by,
        reason: if coverage == Coverage::None && !denies.is_empty() {
            "what asks for MFA on the chain holds for no IAM user's session here".to_owned()
        } else {
            reason(coverage, &coverages, &open)
        },
        final_word: false,
    }
}

/// Coverage of one kind of session, the statements that decided, and what is left open.
fn decide_session(
    denies: &[MfaDeny<'_>],
    holds: fn(&MfaDeny<'_>) -> Truth,
) -> (Coverage, Vec<String>, Vec<String>) {
    let mut residual = Residual::Everything;
    let mut names = Vec::new();
    let mut doubtful = Vec::new();
    for deny in denies {
        // What is denied with MFA as well does not ask for MFA.
        if deny.with_mfa == Truth::True {
            continue;
        }
        match holds(deny) {
            Truth::False => {}
            Truth::Unknown => doubtful.push(deny.name.clone()),
            Truth::True => {
                names.push(deny.name.clone());
                residual = narrow(residual, deny.statement);
            }
        }
    }
    let (coverage, open) = match &residual {
        Residual::Everything => (Coverage::None, Vec::new()),
        Residual::Most => (
            Coverage::Partial,
            vec!["everything that the statements do not name".to_owned()],
        ),
        Residual::Only(patterns) => only(patterns),
    };
    if coverage != Coverage::Enforced && !doubtful.is_empty() {
        return (Coverage::Unknown, doubtful, open);
    }
    (coverage, names, open)
}

fn only(patterns: &[String]) -> (Coverage, Vec<String>) {
    let left: Vec<String> = patterns
        .iter()
        .filter(|pattern| !SELF_SERVICE.contains(&pattern.as_str()))
        .cloned()
        .collect();
    if left.is_empty() {
        (Coverage::Enforced, left)
    } else if left
        .iter()
        .any(|pattern| pattern.contains(['*', '?']) && pattern.starts_with("iam:"))
    {
        // A pattern may stand for self-service actions only, or for more.
        (Coverage::Unknown, left)
    } else {
        (Coverage::Partial, left)
    }
}

fn narrow(residual: Residual, statement: &Statement) -> Residual {
    if !on_every_resource(statement) {
        return match residual {
            Residual::Everything => Residual::Most,
            other @ (Residual::Most | Residual::Only(_)) => other,
        };
    }
    match (residual, denied_actions(statement)) {
        (Residual::Only(left), Residual::Only(right)) => {
            Residual::Only(left.into_iter().filter(|action| right.contains(action)).collect())
        }
        (Residual::Only(left), _) | (_, Residual::Only(left)) => Residual::Only(left),
        (_, Residual::Most | Residual::Everything) => Residual::Most,
    }
}

/// What is left when exactly the statement's actions are taken away.
fn denied_actions(statement: &Statement) -> Residual {
    match statement.action() {
        ActionElement::Action(patterns) if patterns.iter().any(|pattern| is_everything(pattern)) => {
            Residual::Only(Vec::new())
        }
        ActionElement::Action(_) => Residual::Most,
        ActionElement::NotAction(patterns) => Residual::Only(
            patterns
                .iter()
                .map(|pattern| pattern.to_ascii_lowercase())
                .collect(),
        ),
    }
}

fn is_everything(pattern: &str) -> bool {
    matches!(pattern, "*" | "*:*")
}

fn on_every_resource(statement: &Statement) -> bool {
    match statement.resource() {
        Some(ResourceElement::Resource(patterns)) => patterns.iter().any(|pattern| pattern.as_str() == "*"),
        Some(ResourceElement::NotResource(_)) | None => false,
    }
}

fn hits_roles(denies: &[MfaDeny<'_>]) -> Option<bool> {
    let worst = denies.iter().map(|deny| deny.role).max();
    match worst.unwrap_or(Truth::False) {
        Truth::True => Some(true),
        Truth::False => Some(false),
        Truth::Unknown => None,
    }
}

fn reason(coverage: Coverage, sessions: &[Coverage], open: &[String]) -> String {
    let open_list = open.join(", ");
    match coverage {
        Coverage::Enforced => {
            "an IAM user's session without MFA is denied everything but self-service".to_owned()
        }
        Coverage::None => "no SCP on the chain asks for MFA".to_owned(),
        Coverage::Unknown if open.is_empty() => {
            "an SCP on the chain asks for MFA under conditions that are not evaluated".to_owned()
        }
        Coverage::Unknown => format!("it is not evaluated whether `{open_list}` is more than self-service"),
        Coverage::Partial => match sessions {
            [Coverage::Enforced, Coverage::None] => {
                "console sessions without MFA are denied, long-term access keys are not".to_owned()
            }
            [Coverage::None, Coverage::Enforced] => {
                "long-term access keys are denied, console sessions without MFA are not".to_owned()
            }
            _ => format!("left open without MFA: {open_list}"),
        },
        Coverage::Exempt | Coverage::NotEnabled => String::new(),
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
