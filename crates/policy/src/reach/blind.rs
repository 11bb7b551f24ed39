//! Whether a policy set can tell one user name from another.
//!
//! The argument: reach compares names only with the texts of patterns and condition values. If the name stands in a
//! pattern by itself, between a fixed text that ends in `/` and the end or another `/`, and no other pattern looks
//! into what follows that text, then replacing the name everywhere changes no comparison. What is not of these simple
//! forms counts as telling names apart.

use crate::arn::ArnPattern;
use crate::condition::PreparedCondition;
use crate::evaluate::PolicySet;
use crate::prepared::PreparedStatement;
use crate::variables::Template;

/// Texts that a user's own resources begin with.
const NAMED: [&str; 3] = ["user/", "mfa/", "sms-mfa/"];

/// Keys whose values a session of a user knows, so that variables are really compared with them.
const KNOWN: [&str; 5] = [
    "aws:username",
    "aws:userid",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
];

/// Whether no policy of the set can tell one user name from another.
pub(super) fn is_blind_to_names(set: &PolicySet) -> bool {
    let statements: Vec<&PreparedStatement> =
        set.entries.iter().filter_map(|entry| entry.statement()).collect();
    let patterns = || {
        statements
            .iter()
            .flat_map(|statement| &statement.resources.patterns)
    };
    let own = patterns()
        .filter(|pattern| names_user(pattern.last()))
        .map(|pattern| pattern.last().head());
    let heads: Vec<&str> = own.chain(NAMED).collect();
    patterns().all(|pattern| resource_is_blind(pattern, &heads))
        && statements
            .iter()
            .flat_map(|statement| &statement.conditions)
            .all(|condition| condition_is_blind(condition, &heads))
}

fn is_of_user(key: &str) -> bool {
    matches!(key, "aws:username" | "aws:userid" | "aws:principalarn")
}

fn names_user(template: &Template) -> bool {
    template.variables().any(|variable| is_of_user(&variable.key))
}

fn resource_is_blind(pattern: &ArnPattern, heads: &[&str]) -> bool {
    if pattern.is_everything() {
        return true;
    }
    let of_user = |template: &Template| template.variables().filter(|v| is_of_user(&v.key)).count();
    let in_header = pattern.variables().filter(|v| is_of_user(&v.key)).count() > of_user(pattern.last());
    !in_header && segment_is_blind(pattern.last(), heads)
}

fn segment_is_blind(segment: &Template, heads: &[&str]) -> bool {
    if segment.is_everything() {
        return true;
    }
    let head = segment.head();
    if names_user(segment) {
        return head.ends_with('/') && segment.stands_alone_after_head("aws:username");
    }
    let whole = heads.contains(&head) && segment.is_text_then_star();
    let apart = heads
        .iter()
        .all(|own| !head.starts_with(own) && !own.starts_with(head));
    whole || apart
}

fn condition_is_blind(condition: &PreparedCondition, heads: &[&str]) -> bool {
    if !KNOWN.contains(&condition.key.as_str()) {
        // The value is not known, so nothing is compared with it.
        return true;
    }
    if condition.variables().any(|variable| is_of_user(&variable.key)) {
        return false;
    }
    !is_of_user(&condition.key)
        || condition.values_pass(
            |pattern| pattern.is_everything() || segment_is_blind(pattern.last(), heads),
            Template::cannot_end_in_a_user_name,
        )
}
