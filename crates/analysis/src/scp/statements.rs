//! The statements of a chain of SCPs, and where each stands.

use org_audit_policy::document::{ActionElement, Condition, Effect, Statement, Text};
use org_audit_policy::{Policy, wildcard_match};

use super::chain::{Level, Scp};
use super::sessions::Sessions;
use crate::policies;

/// Whether a statement's conditions mention MFA at all.
pub fn mentions_mfa(statement: &Statement) -> bool {
    statement.conditions().iter().any(policies::is_about_mfa)
}

/// A statement of the chain, and where it is.
pub struct Found<'a> {
    level: &'a Level,
    scp: &'a Scp,
    /// The policy that it stands in.
    pub policy: &'a Policy,
    /// Its number there, from 0.
    pub index: usize,
    /// The statement.
    pub statement: &'a Statement,
}

/// Every statement of the levels that can be read.
pub fn statements(levels: &[Level]) -> impl Iterator<Item = Found<'_>> {
    let scps = levels
        .iter()
        .flat_map(|level| level.policies.iter().map(move |scp| (level, scp.as_ref())));
    let policies = scps.filter_map(|(level, scp)| Some((level, scp, scp.policy.as_deref().ok()?)));
    policies.flat_map(|(level, scp, policy)| {
        let statements = policy.document().statements().iter().enumerate();
        statements.map(move |(index, statement)| Found {
            level,
            scp,
            policy,
            index,
            statement,
        })
    })
}

impl Found<'_> {
    /// What the evidence calls it. Hostile text.
    pub fn name(&self) -> String {
        let sid = self.statement.sid();
        let sid = sid.map_or_else(|| format!("#{}", self.index + 1), str::to_owned);
        let Scp { name, id, .. } = self.scp;
        format!("{name} ({id}) statement {sid} at {}", self.level.place)
    }
}

/// How many values of a condition are written out, and how many characters of each.
const MOST_VALUES: usize = 3;
const MOST_CHARACTERS: usize = 200;

/// How many conditions of a target are told.
const MOST_CONDITIONS: usize = 20;

/// By what the denies of the chain that are about MFA, or that deny one of `actions` to a user or role, and its Allow
/// statements tell principals apart: their conditions on who asks, each with its statement. Hostile text.
pub fn principal_conditions(levels: &[Level], actions: &[&str], sessions: &Sessions) -> Vec<String> {
    let may_hold = |found: &Found<'_>| {
        let mut each = sessions.each().into_iter();
        each.any(|session| session.meets_conditions_of(found.policy, found.index).possible())
    };
    let denies_one = |found: &Found<'_>| actions.iter().any(|action| names_action(found.statement, action));
    let matters = |found: &Found<'_>| mentions_mfa(found.statement) || (denies_one(found) && may_hold(found));
    // An Allow on everybody has no such conditions, and one that has does not allow the others.
    let denies = statements(levels).filter(|found| match found.statement.effect() {
        Effect::Allow => true,
        Effect::Deny => matters(found),
    });
    let each = denies.flat_map(|found| {
        let conditions = found
            .statement
            .conditions()
            .iter()
            .filter(|condition| is_about_principal(condition));
        let told = conditions.map(|condition| format!("{}: {}", found.name(), tell(condition)));
        told.collect::<Vec<String>>()
    });
    let mut each: Vec<String> = each.collect();
    each.sort();
    each.dedup();
    if each.len() > MOST_CONDITIONS {
        each.truncate(MOST_CONDITIONS);
        each.push("…".to_owned());
    }
    each
}

fn is_about_principal(condition: &Condition) -> bool {
    let key = condition.key().as_str().to_ascii_lowercase();
    key.starts_with("aws:principal") || matches!(key.as_str(), "aws:username" | "aws:userid")
}

fn tell(condition: &Condition) -> String {
    let values = condition.values();
    let mut shown: Vec<String> = values.iter().take(MOST_VALUES).map(shorten).collect();
    if values.len() > MOST_VALUES {
        shown.push("…".to_owned());
    }
    let (operator, key) = (condition.operator_text().as_str(), condition.key().as_str());
    format!("{operator} {key} {}", shown.join(", "))
}

/// A value as far as there is room for it.
fn shorten(value: &Text) -> String {
    let text = value.as_str();
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether an action, in lower case, is among those that a statement speaks of.
pub fn names_action(statement: &Statement, action: &str) -> bool {
    let matches = |pattern: &str| wildcard_match(&pattern.to_ascii_lowercase(), action);
    match statement.action() {
        ActionElement::Action(patterns) => patterns.iter().any(|pattern| matches(pattern)),
        ActionElement::NotAction(patterns) => !patterns.iter().any(|pattern| matches(pattern)),
    }
}
