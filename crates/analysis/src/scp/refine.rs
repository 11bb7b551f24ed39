//! The policy engine's answer where reading the statements alone does not decide.
//!
//! An administrator stands in for everybody: SCPs only take away, so what a chain leaves to somebody who is
//! allowed everything is the most that it leaves to anybody. Their sessions without MFA are compared with
//! their session with MFA over every AWS action.

use std::sync::{Arc, OnceLock};

use org_audit_policy::actions::ActionId;
use org_audit_policy::reach::{self, Outcome, Reach, Session, SessionKind};
use org_audit_policy::{ActionList, Policy, PolicySet, ScpChain, Truth};
use smol_str::SmolStr;

use super::decide::Decision;
use crate::model::Coverage;

/// How many denied actions are named.
const MOST_NAMED: usize = 5;

/// The account that the stand-in lives in. Chains that name accounts are decided as for any other account.
const ANY_ACCOUNT: &str = "999999999999";

const CONSOLE: &str = "console sessions without MFA";
const KEYS: &str = "long-term access keys";

/// What the engine says of a chain.
#[derive(Debug, Clone)]
pub struct Refinement {
    coverage: Coverage,
    locks_out_enrolment: Option<bool>,
    hits_roles: Option<bool>,
    denied: Vec<SmolStr>,
    denied_count: usize,
    open_count: usize,
    /// Which kind of session is denied something, and which is not, where they differ in that.
    only: Option<[&'static str; 2]>,
    /// Whether self-service is left open on other users, too.
    open_on_others: bool,
    /// Whether nobody can take an MFA device off a user.
    pub protects_mfa_devices: Option<bool>,
    /// Whether nobody can take the account out of the organization.
    pub protects_membership: Option<bool>,
}

/// What one kind of session loses for want of MFA.
struct Loss {
    coverage: Coverage,
    can_enrol: Option<bool>,
    lost: Lost,
    /// How many actions of the list are left open and are more than self-service.
    open: usize,
    on_others: bool,
}

/// Asks the engine about a chain of SCPs.
pub fn refine(chain: &ScpChain, partition: &str) -> Refinement {
    let set = Arc::new(
        PolicySet::builder()
            .identity(administrator())
            .scp_chain(chain.clone())
            .build(),
    );
    let user = |kind| Arc::new(Session::user(kind, partition, ANY_ACCOUNT, "/", "anybody"));
    let with = reach::reach(&set, &user(SessionKind::Mfa));
    let losses: Vec<Loss> = [SessionKind::Console, SessionKind::Key]
        .into_iter()
        .map(|kind| loss(&reach::reach(&set, &user(kind)), &with))
        .collect();
    let role_arn = format!("arn:{partition}:iam::{ANY_ACCOUNT}:role/anybody");
    let role = reach::reach(&set, &Arc::new(Session::role(partition, ANY_ACCOUNT, &role_arn)));
    let most = losses.iter().max_by_key(|loss| loss.lost.count);
    let only = match losses.as_slice() {
        [console, key] if console.lost.count == 0 && key.lost.count > 0 => Some([KEYS, CONSOLE]),
        [console, key] if key.lost.count == 0 && console.lost.count > 0 => Some([CONSOLE, KEYS]),
        _ => None,
    };
    Refinement {
        coverage: combine(&losses),
        locks_out_enrolment: locks_out(&losses),
        hits_roles: role_loses(&role, &with),
        denied: most.map(|loss| loss.lost.named.clone()).unwrap_or_default(),
        denied_count: most.map_or(0, |loss| loss.lost.count),
        open_count: match only {
            Some(_) => most.map_or(0, |loss| loss.open),
            None => losses.iter().map(|loss| loss.open).max().unwrap_or(0),
        },
        only,
        open_on_others: losses.iter().any(|loss| loss.on_others),
        protects_mfa_devices: protects(&role, &with, "iam:DeactivateMFADevice"),
        protects_membership: protects(&role, &with, "organizations:LeaveOrganization"),
    }
}

/// Whether an action is denied to everybody: to an administrator with MFA, and to an administrator's role.
fn protects(role: &Reach, with: &Reach, action: &str) -> Option<bool> {
    let id = ActionList::embedded().find(action)?;
    let denied = |reach: &Reach| match reach.of(id) {
        Outcome::Denied { .. } => Some(true),
        Outcome::Allowed { .. } => Some(false),
        Outcome::Possible { .. } => None,
    };
    match (denied(role), denied(with)) {
        (Some(true), Some(true)) => Some(true),
        (Some(false), _) | (_, Some(false)) => Some(false),
        _ => None,
    }
}

impl Refinement {
    /// `decision`, where reading the statements decided it; the engine's answer where it did not.
    pub fn apply(&self, mut decision: Decision) -> Decision {
        let settled = matches!(self.coverage, Coverage::Enforced | Coverage::Partial);
        if decision.coverage == Coverage::Unknown && settled {
            decision.coverage = self.coverage;
            decision.locks_out_enrolment = self.locks_out_enrolment;
            decision.hits_roles = self.hits_roles;
        } else if decision.coverage == Coverage::Enforced && self.coverage != Coverage::Enforced {
            // Reading the statements one by one has missed something that the engine has found open.
            let none = self.coverage == Coverage::None;
            decision.coverage = if none { Coverage::Partial } else { self.coverage };
            if decision.coverage == Coverage::Unknown {
                "whether everything but self-service is denied is not evaluated"
                    .clone_into(&mut decision.reason);
                return decision;
            }
        } else if !matches!(decision.coverage, Coverage::Partial | Coverage::Enforced) {
            return decision;
        }
        decision.reason = self.reason(&decision);
        decision
    }

    fn reason(&self, decision: &Decision) -> String {
        if decision.coverage == Coverage::Enforced {
            return self.enforced(decision).to_owned();
        }
        if decision.reason.starts_with("console sessions") || decision.reason.starts_with("long-term") {
            return decision.reason.clone();
        }
        let more = if self.denied_count > self.denied.len() {
            ", …"
        } else {
            ""
        };
        let (count, open) = (self.denied_count, self.open_count);
        let denied = self.denied.join(", ");
        match self.only {
            Some([hit, spared]) => format!(
                "{hit} are denied {count} actions ({denied}{more}), and {open} are left open to them; {spared} \
                 are denied nothing"
            ),
            None => {
                format!("denied without MFA: {count} actions ({denied}{more}); left open: {open} actions")
            }
        }
    }

    fn enforced(&self, decision: &Decision) -> &'static str {
        match (decision.locks_out_enrolment, self.open_on_others) {
            (Some(true), _) => {
                "an IAM user's session without MFA can do no more than self-service and cannot enrol an MFA device"
            }
            (_, true) => {
                "an IAM user's session without MFA is denied everything but self-service, which is left open on \
                 other users, too"
            }
            (_, false) => "an IAM user's session without MFA is denied everything but self-service",
        }
    }
}

fn administrator() -> Arc<Policy> {
    static ADMINISTRATOR: OnceLock<Arc<Policy>> = OnceLock::new();
    const TEXT: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    Arc::clone(ADMINISTRATOR.get_or_init(|| {
        let parsed = Policy::parse(TEXT);
        #[expect(clippy::expect_used, reason = "the text is a constant, and a test parses it")]
        Arc::new(parsed.expect("a constant policy"))
    }))
}

fn loss(without: &Reach, with: &Reach) -> Loss {
    let verdict = reach::verdict(without, with);
    // A pattern such as `iam:*MFADevice` may match an action that IAM does not have yet; where everything that
    // IAM has is decided, that alone does not make the chain a partial one.
    let beyond_the_list = verdict
        .beyond_the_list
        .iter()
        .filter(|service| **service != "iam")
        .count();
    let open = verdict.beyond.len();
    let lost = Lost::between(without, with);
    let coverage = if open + beyond_the_list + verdict.unlisted.len() == 0 {
        Coverage::Enforced
    } else if lost.count > 0 {
        Coverage::Partial
    } else if lost.weakened {
        Coverage::Unknown
    } else {
        Coverage::None
    };
    let enrol = ActionList::embedded()
        .find("iam:enablemfadevice")
        .map(|id| without.of(id));
    let can_enrol = match enrol {
        Some(Outcome::Allowed { .. }) => Some(true),
        Some(Outcome::Possible { .. }) if verdict.can_enrol => None,
        Some(Outcome::Possible { .. } | Outcome::Denied { .. }) | None => Some(false),
    };
    Loss {
        coverage,
        can_enrol,
        lost,
        open,
        on_others: !verdict.on_others.is_empty(),
    }
}

/// What is open with MFA and not without.
struct Lost {
    /// How many actions are denied.
    count: usize,
    /// The first of them.
    named: Vec<SmolStr>,
    /// Whether any is allowed with MFA and only perhaps without.
    weakened: bool,
}

impl Lost {
    fn between(without: &Reach, with: &Reach) -> Self {
        let list = ActionList::embedded();
        let listed = |id: &ActionId| list.get(*id).filter(|action| !action.is_stand_in());
        let denied = with.open().without(without.open());
        let denied = || denied.iter().filter_map(|id| listed(&id));
        let both = with.open().within(without.open());
        let mut both = both.iter().filter(|id| listed(id).is_some());
        Self {
            count: denied().count(),
            named: denied()
                .take(MOST_NAMED)
                .map(|action| action.name().into())
                .collect(),
            weakened: both
                .any(|id| without.certainty(id) == Truth::Unknown && with.certainty(id) == Truth::True),
        }
    }
}

fn combine(losses: &[Loss]) -> Coverage {
    let all = |wanted| losses.iter().all(|loss| loss.coverage == wanted);
    let any = |wanted| losses.iter().any(|loss| loss.coverage == wanted);
    if all(Coverage::Enforced) {
        Coverage::Enforced
    } else if all(Coverage::None) {
        Coverage::None
    } else if any(Coverage::Unknown) && !any(Coverage::Partial) && !any(Coverage::Enforced) {
        Coverage::Unknown
    } else {
        Coverage::Partial
    }
}

fn locks_out(losses: &[Loss]) -> Option<bool> {
    if losses.iter().any(|loss| loss.can_enrol == Some(false)) {
        Some(true)
    } else if losses.iter().all(|loss| loss.can_enrol == Some(true)) {
        Some(false)
    } else {
        None
    }
}

fn role_loses(role: &Reach, with: &Reach) -> Option<bool> {
    let lost = Lost::between(role, with);
    match (lost.count == 0, lost.weakened) {
        (false, _) => Some(true),
        (true, true) => None,
        (true, false) => Some(false),
    }
}

#[cfg(test)]
#[path = "refine_tests.rs"]
mod tests;
