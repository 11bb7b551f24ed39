//! What the lints know of a document.

use super::{DocumentKind, Subject};
use crate::actions::{ActionList, ActionSet};
use crate::document::{Effect, PolicyDocument, Statement};
use crate::prepared::PreparedStatement;
use crate::reach::{Session, SessionKind, beyond_self_service};
use crate::truth::Truth;

/// The condition keys that say something about MFA.
const MFA_KEYS: [&str; 2] = ["aws:multifactorauthpresent", "aws:multifactorauthage"];

/// A name and an account that stand for any.
const ACCOUNT: &str = "111122223333";
const NAME: &str = "anyone";

/// When the conditions of a statement hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holds {
    pub(super) console: Truth,
    pub(super) key: Truth,
    pub(super) role: Truth,
    pub(super) mfa: Truth,
}

/// A Deny that is there to enforce MFA.
#[derive(Debug, Clone, Copy)]
pub(super) struct MfaDeny<'a> {
    pub(super) index: usize,
    pub(super) statement: &'a Statement,
    pub(super) prepared: &'a PreparedStatement,
    pub(super) holds: Holds,
    /// Whether it denies everything but a list, rather than a list.
    pub(super) broad: bool,
}

/// A document with what was found out about it.
pub(super) struct Facts<'a> {
    pub(super) document: &'a PolicyDocument,
    pub(super) kind: DocumentKind,
    pub(super) user_path: Option<&'a str>,
    pub(super) statements: Vec<(usize, &'a Statement, &'a PreparedStatement)>,
    pub(super) mfa_denies: Vec<MfaDeny<'a>>,
    sessions: [Session; 4],
}

impl<'a> Facts<'a> {
    pub(super) fn new(subject: Subject<'a>) -> Self {
        let user = |kind| Session::user(kind, "aws", ACCOUNT, "/", NAME);
        let role = format!("arn:aws:iam::{ACCOUNT}:role/{NAME}");
        let sessions = [
            user(SessionKind::Console),
            user(SessionKind::Key),
            Session::role("aws", ACCOUNT, &role),
            user(SessionKind::Mfa),
        ];
        let document = subject.policy.document();
        let pairs = document.statements().iter().zip(&subject.policy.statements);
        let statements: Vec<_> = pairs
            .enumerate()
            .map(|(index, (ast, prepared))| (index, ast, prepared))
            .collect();
        let mut facts = Self {
            document,
            kind: subject.kind,
            user_path: subject.user_path,
            statements,
            mfa_denies: Vec::new(),
            sessions,
        };
        facts.mfa_denies = facts.find_mfa_denies();
        facts
    }

    /// When a statement's conditions hold.
    pub(super) fn holds(&self, prepared: &PreparedStatement) -> Holds {
        let [console, key, role, mfa] = &self.sessions;
        Holds {
            console: prepared.conditions_hold(console),
            key: prepared.conditions_hold(key),
            role: prepared.conditions_hold(role),
            mfa: prepared.conditions_hold(mfa),
        }
    }

    fn find_mfa_denies(&self) -> Vec<MfaDeny<'a>> {
        let denies = self
            .statements
            .iter()
            .filter(|(_, statement, _)| statement.effect() == Effect::Deny);
        denies
            .filter(|(_, statement, _)| tests_mfa(statement))
            .map(|(index, statement, prepared)| {
                let broad =
                    prepared.actions.not || prepared.actions.patterns.iter().any(|pattern| pattern == "*");
                MfaDeny {
                    index: *index,
                    statement,
                    prepared,
                    holds: self.holds(prepared),
                    broad,
                }
            })
            .filter(|deny| deny.holds.console.or(deny.holds.key).possible() && deny.holds.mfa != Truth::True)
            .collect()
    }

    /// The first Deny that keeps everything but a list from sessions without MFA.
    pub(super) fn broad_deny(&self) -> Option<MfaDeny<'a>> {
        self.mfa_denies.iter().find(|deny| deny.broad).copied()
    }

    /// Whether some Deny for MFA covers an action (in lower case).
    pub(super) fn mfa_deny_covers(&self, action: &str) -> bool {
        self.mfa_denies
            .iter()
            .any(|deny| deny.prepared.actions.cover(action))
    }

    /// The broad Deny, if an action is exempt from it and from every other.
    pub(super) fn exempts(&self, action: &str) -> Option<MfaDeny<'a>> {
        self.broad_deny().filter(|_| !self.mfa_deny_covers(action))
    }

    /// The broad Deny, if a session without MFA can enrol as far as it is concerned.
    pub(super) fn leaves_enrolment_open(&self) -> Option<MfaDeny<'a>> {
        self.exempts("iam:enablemfadevice")
            .filter(|_| !self.mfa_deny_covers("iam:createvirtualmfadevice"))
    }

    /// The statements that allow an action without asking for MFA.
    pub(super) fn allows<'s>(&'s self, action: &'s str) -> impl Iterator<Item = (usize, &'a Statement)> + 's {
        self.statements
            .iter()
            .filter(move |(_, statement, prepared)| {
                statement.effect() == Effect::Allow && prepared.actions.cover(action)
            })
            .map(|(index, statement, _)| (*index, *statement))
    }

    /// The listed actions that no Deny for MFA covers and that are more than self-service.
    pub(super) fn left_open(&self) -> Vec<&'static str> {
        let list = ActionList::embedded();
        let denied = self.mfa_denies.iter().map(|deny| deny.prepared.actions.listed());
        let open = denied.fold(ActionSet::all(), |open, denied| open.without(&denied));
        beyond_self_service(&open)
            .iter()
            .filter_map(|id| list.get(id))
            .map(|action| action.name())
            .collect()
    }
}

/// Whether a statement's conditions speak of MFA.
pub(super) fn tests_mfa(statement: &Statement) -> bool {
    let is_mfa = |key: &str| MFA_KEYS.iter().any(|mfa| key.eq_ignore_ascii_case(mfa));
    statement
        .conditions()
        .iter()
        .any(|condition| is_mfa(condition.key()))
}

/// Names a few things and counts the rest.
pub(super) fn enumerate(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
