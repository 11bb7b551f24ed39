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

/// How many values of a condition are written out.
const MOST_VALUES: usize = 3;

/// By what the denies of the chain that are about MFA, or that deny one of `actions` to a user or role, tell principals
/// apart: their conditions on who asks, each with its statement. Hostile text.
pub fn principal_conditions(levels: &[Level], actions: &[&str], sessions: &Sessions) -> Vec<String> {
    let may_hold = |found: &Found<'_>| {
        let mut each = sessions.each().into_iter();
        each.any(|session| session.meets_conditions_of(found.policy, found.index).possible())
    };
    let denies_one = |found: &Found<'_>| actions.iter().any(|action| names_action(found.statement, action));
    let matters = |found: &Found<'_>| mentions_mfa(found.statement) || (denies_one(found) && may_hold(found));
    let denies = statements(levels)
        .filter(|found| found.statement.effect() == Effect::Deny)
        .filter(matters);
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
    each
}

fn is_about_principal(condition: &Condition) -> bool {
    let key = condition.key().as_str().to_ascii_lowercase();
    key.starts_with("aws:principal") || matches!(key.as_str(), "aws:username" | "aws:userid")
}

fn tell(condition: &Condition) -> String {
    let values = condition.values();
    let mut shown: Vec<&str> = values.iter().take(MOST_VALUES).map(Text::as_str).collect();
    if values.len() > MOST_VALUES {
        shown.push("…");
    }
    let (operator, key) = (condition.operator_text().as_str(), condition.key().as_str());
    format!("{operator} {key} {}", shown.join(", "))
}

/// Whether an action, in lower case, is among those that a statement speaks of.
pub fn names_action(statement: &Statement, action: &str) -> bool {
    let matches = |pattern: &str| wildcard_match(&pattern.to_ascii_lowercase(), action);
    match statement.action() {
        ActionElement::Action(patterns) => patterns.iter().any(|pattern| matches(pattern)),
        ActionElement::NotAction(patterns) => !patterns.iter().any(|pattern| matches(pattern)),
    }
}
