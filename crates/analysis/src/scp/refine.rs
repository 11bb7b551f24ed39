//! The policy engine's answer where reading the statements alone does not decide.
//!
//! An administrator stands in for everybody: SCPs only take away, so what a chain leaves to somebody who is
//! allowed everything is the most that it leaves to anybody. Their sessions without MFA are compared with
//! their session with MFA over every AWS action: once for a user whose name stands in no policy, and once for
//! whatever user of the account, so that what holds for some users only is not taken for holding for all.
//!
//! A session of `GetSessionToken` without MFA is not asked about by itself: its requests look like those of a console
//! session without MFA, and it may call less.

use std::sync::{Arc, OnceLock};

use org_audit_policy::actions::ActionId;
use org_audit_policy::reach::{self, Reach, Session, SessionKind};
use org_audit_policy::{ActionList, Policy, PolicySet, ScpChain, Truth};
use smol_str::SmolStr;

use super::decide::Decision;
use super::sessions::Place;
use crate::model::{Coverage, Protection};

/// How many denied actions are named.
const MOST_NAMED: usize = 5;

const CONSOLE: &str = "console sessions without MFA";
const KEYS: &str = "long-term access keys";

/// What the engine says of a chain.
#[derive(Debug, Clone)]
pub struct Refinement {
    coverage: Coverage,
    locks_out_enrolment: Option<bool>,
    /// Whether a console session cannot enrol a device, and whether an access key cannot.
    denies_enrolment: [bool; 2],
    hits_roles: Option<bool>,
    denied: Vec<SmolStr>,
    denied_count: usize,
    open_count: usize,
    /// Self-service that is a way to more privilege on other users, and left open there.
    escalations: Vec<SmolStr>,
    /// Which kind of session is denied something, and which is not, where they differ in that.
    only: Option<[&'static str; 2]>,
    /// Whether self-service is left open on other users, too.
    open_on_others: bool,
    told_apart: ToldApart,
    /// From whom MFA devices are protected.
    pub protects_mfa_devices: Protection,
    /// From whom the account's membership of the organization is protected.
    pub protects_membership: Protection,
}

/// Whether the chain says one thing of all users of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ToldApart {
    /// It does.
    No,
    /// Users of some names or paths are exempt.
    SomeExempt,
    /// Users of some names or paths alone are denied anything.
    SomeDenied,
}

/// The actions whose denial to everybody is looked for.
pub const PROTECTED: [&str; 2] = ["iam:deactivatemfadevice", "organizations:leaveorganization"];

/// What one kind of session loses for want of MFA.
struct Loss {
    coverage: Coverage,
    /// Whether it can enable a device of its own user.
    can_enrol: Truth,
    lost: Lost,
    /// How many actions of the list are left open and are more than self-service.
    open: usize,
    on_others: bool,
    escalations: Vec<SmolStr>,
}

/// Asks the engine about a chain of SCPs.
pub fn refine(chain: &ScpChain, place: Place<'_>) -> Refinement {
    let set = Arc::new(
        PolicySet::builder()
            .identity(administrator())
            .scp_chain(chain.clone())
            .build(),
    );
    let ask = |session: Session| Either {
        one: reach::reach(&set, &Arc::new(session.clone())),
        any: reach::reach(&set, &Arc::new(session.of_any_name())),
    };
    let [console, key, with] =
        [SessionKind::Console, SessionKind::Key, SessionKind::Mfa].map(|kind| ask(place.user(kind)));
    let losses = [&console, &key].map(|reach| loss(&reach.one, &with.one));
    let of_any_name = [&console, &key].map(|reach| loss(&reach.any, &with.one));
    let role = ask(place.role());
    let role_with_mfa = ask(place.role_with_mfa());
    let most = losses.iter().max_by_key(|loss| loss.lost.count);
    let only = match &losses {
        [console, key] if console.lost.count == 0 && key.lost.count > 0 => Some([KEYS, CONSOLE]),
        [console, key] if key.lost.count == 0 && console.lost.count > 0 => Some([CONSOLE, KEYS]),
        _ => None,
    };
    let (coverage, told_apart) = coverage(&losses, &of_any_name);
    let [protects_mfa_devices, protects_membership] =
        PROTECTED.map(|action| protects(&[&console, &key, &with, &role], action));
    let mut escalations: Vec<SmolStr> = losses.iter().flat_map(|loss| loss.escalations.clone()).collect();
    escalations.sort();
    escalations.dedup();
    Refinement {
        coverage,
        locks_out_enrolment: locks_out(&losses),
        denies_enrolment: losses.each_ref().map(|loss| loss.can_enrol == Truth::False),
        hits_roles: hits_roles(&role, &role_with_mfa),
        denied: most.map(|loss| loss.lost.named.clone()).unwrap_or_default(),
        denied_count: most.map_or(0, |loss| loss.lost.count),
        open_count: match only {
            Some(_) => most.map_or(0, |loss| loss.open),
            None => losses.iter().map(|loss| loss.open).max().unwrap_or(0),
        },
        escalations,
        only,
        open_on_others: losses.iter().any(|loss| loss.on_others),
        told_apart,
        protects_mfa_devices,
        protects_membership,
    }
}

/// What a principal whose name stands in no policy may do, and what one of any name may.
struct Either {
    one: Reach,
    any: Reach,
}

/// The coverage of whatever user, from that of a user whose name stands in no policy.
fn coverage(of_one: &[Loss], of_any_name: &[Loss]) -> (Coverage, ToldApart) {
    let weakened = || {
        of_any_name
            .iter()
            .any(|loss| loss.lost.weakened || loss.lost.count > 0)
    };
    let spares = |(one, any): (&Loss, &Loss)| {
        let enforced = |loss: &Loss| loss.coverage == Coverage::Enforced;
        any.lost.count < one.lost.count || any.open > one.open || enforced(one) && !enforced(any)
    };
    let spares_some = of_one.iter().zip(of_any_name).any(spares);
    let together = of_one.iter().map(|loss| loss.coverage).reduce(Coverage::and);
    let own = together.unwrap_or(Coverage::Unknown);
    match own {
        Coverage::Enforced | Coverage::Partial if spares_some => (Coverage::Partial, ToldApart::SomeExempt),
        Coverage::None if weakened() => (Coverage::Partial, ToldApart::SomeDenied),
        Coverage::Enforced
        | Coverage::Partial
        | Coverage::None
        | Coverage::Unknown
        | Coverage::Exempt
        | Coverage::NotEnabled => (own, ToldApart::No),
    }
}

/// From whom an action is protected, of these.
fn protects(principals: &[&Either], action: &str) -> Protection {
    let Some(id) = ActionList::embedded().find(action) else {
        return Protection::Unknown;
    };
    let of = |principal: &&Either| match (principal.one.certainty(id), principal.any.certainty(id)) {
        (Truth::False, Truth::False) => Protection::All,
        (Truth::True, Truth::True) => Protection::None,
        (Truth::Unknown, _) => Protection::Unknown,
        (Truth::True | Truth::False, _) => Protection::Some,
    };
    principals
        .iter()
        .map(of)
        .reduce(Protection::and)
        .unwrap_or(Protection::Unknown)
}

impl Refinement {
    /// `decision`, where reading the statements decided it; the engine's answer where it did not.
    pub fn apply(&self, mut decision: Decision) -> Decision {
        decision.locks_out_enrolment = self.locks_out_enrolment;
        decision.hits_roles = either(decision.hits_roles, self.hits_roles);
        if decision.final_word {
            return decision;
        }
        let settled = matches!(self.coverage, Coverage::Enforced | Coverage::Partial);
        let own = decision.coverage;
        match own {
            Coverage::Unknown if settled => decision.coverage = self.coverage,
            // What is not about MFA may leave nothing either, as a quarantine does; or be about the age of temporary
            // credentials, and stop access keys alone.
            Coverage::None if self.coverage == Coverage::Enforced => decision.coverage = self.coverage,
            Coverage::None if settled && self.denied_count > 0 => decision.coverage = self.coverage,
            Coverage::Partial if self.coverage == Coverage::Enforced => decision.coverage = self.coverage,
            // Reading the statements one by one has missed something that the engine has found open.
            Coverage::Enforced if self.coverage == Coverage::None => decision.coverage = Coverage::Partial,
            Coverage::Enforced if self.coverage != Coverage::Enforced => decision.coverage = self.coverage,
            Coverage::Enforced
            | Coverage::Partial
            | Coverage::None
            | Coverage::Unknown
            | Coverage::Exempt
            | Coverage::NotEnabled => {}
        }
        decision.reason = match decision.coverage {
            Coverage::Enforced if own == Coverage::None => {
                "an IAM user's session can do no more than self-service, with MFA or without".to_owned()
            }
            Coverage::Enforced => self.enforced(&decision).to_owned(),
            Coverage::Partial => self.partial(&decision),
            Coverage::Unknown if own != Coverage::Unknown => {
                "whether everything but self-service is denied is not evaluated".to_owned()
            }
            Coverage::None | Coverage::Unknown | Coverage::Exempt | Coverage::NotEnabled => decision.reason,
        };
        if matches!(decision.coverage, Coverage::Partial | Coverage::None) {
            decision.reason.push_str(self.enrolment());
        }
        decision
    }

    /// What is said of enrolment beside a coverage that does not say it.
    fn enrolment(&self) -> &'static str {
        match self.denies_enrolment {
            [true, true] => "; enrolling an MFA device is denied",
            [true, false] => "; a console session without MFA cannot enrol an MFA device",
            [false, true] => "; a long-term access key cannot enrol an MFA device",
            [false, false] => "",
        }
    }

    fn partial(&self, decision: &Decision) -> String {
        let reason = match self.told_apart {
            ToldApart::No => self.what_is_left(decision),
            ToldApart::SomeExempt if self.open_count == 0 && self.escalations.is_empty() => {
                "an IAM user's session without MFA is denied everything but self-service".to_owned()
            }
            ToldApart::SomeExempt => self.what_is_left(decision),
            ToldApart::SomeDenied => {
                return "IAM users of some names, paths or ARNs are denied something without MFA, and no others"
                    .to_owned();
            }
        };
        let exempt = match self.told_apart {
            ToldApart::SomeExempt => "; users of some names, paths or ARNs are exempt",
            ToldApart::No | ToldApart::SomeDenied => "",
        };
        format!("{reason}{exempt}")
    }

    fn what_is_left(&self, decision: &Decision) -> String {
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
            None if count == 0 => {
                format!("no action is denied on every resource without MFA; left open: {open} actions")
            }
            None if open == 0 && !self.escalations.is_empty() => {
                let escalations = self.escalations.join(", ");
                format!("denied without MFA: {count} actions; left open on other users: {escalations}")
            }
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

/// Whether one of two says yes; no, where both say it.
pub fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// A policy that allows everything.
pub fn administrator() -> Arc<Policy> {
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
    let left = open + beyond_the_list + verdict.unlisted.len() + verdict.escalations.len();
    let coverage = if left == 0 {
        Coverage::Enforced
    } else if lost.count > 0 {
        Coverage::Partial
    } else if lost.weakened {
        Coverage::Unknown
    } else {
        Coverage::None
    };
    let list = ActionList::embedded();
    let own = without.session().caller().arn();
    let can_enrol = list
        .find("iam:enablemfadevice")
        .map_or(Truth::False, |id| without.on(id, own));
    let named = verdict.escalations.iter().filter_map(|id| list.get(*id));
    Loss {
        coverage,
        can_enrol,
        lost,
        open,
        on_others: !verdict.on_others.is_empty(),
        escalations: named.map(|action| action.name().into()).collect(),
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

/// Whether no session without MFA can enrol a device.
fn locks_out(losses: &[Loss]) -> Option<bool> {
    let each = losses.iter().map(|loss| loss.can_enrol);
    match each.fold(Truth::False, Truth::or) {
        Truth::False => Some(true),
        Truth::True => Some(false),
        Truth::Unknown => None,
    }
}

/// Whether roles lose something because they have no MFA: those whose names stand in no policy, or some.
fn hits_roles(role: &Either, with_mfa: &Either) -> Option<bool> {
    let one = Lost::between(&role.one, &with_mfa.one);
    let any = Lost::between(&role.any, &with_mfa.any);
    match (one.count > 0, one.weakened) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(any.count > 0 || any.weakened),
    }
}

#[cfg(test)]
#[path = "refine_tests.rs"]
mod tests;
