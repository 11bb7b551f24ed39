//! Whether a policy set can tell one user name from another, or one account.
//!
//! The argument for names: reach compares names only with the texts of patterns and condition values. If the name stands in a
//! pattern by itself, between a fixed text that ends in `/` and the end or another `/`, and no other pattern looks
//! into what follows that text, then replacing the name everywhere changes no comparison. What is not of these simple
//! forms counts as telling names apart.
//!
//! The argument for accounts is the same. An account is twelve digits that stand by themselves. A pattern whose
//! account segment is `*` or empty, and whose other digits cannot fall on twelve that stand by themselves, matches
//! in one account what it matches in another.

use crate::arn::ArnPattern;
use crate::condition::PreparedCondition;
use crate::evaluate::PolicySet;
use crate::prepared::PreparedStatement;
use crate::variables::{Template, Variable};

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

/// Tags of the principal.
const TAG: &str = "aws:principaltag/";

impl PolicySet {
    /// Whether no policy of the set can tell two users of one account apart who have the same path and the same
    /// tags: what one may do, the other may do to its own user and its own devices. `false` may be wrong.
    #[must_use]
    pub fn is_blind_to_names(&self) -> bool {
        is_blind_to_names(self) && self.variables().all(|variable| !variable.key.starts_with(TAG)) && {
            let mut of_tags = self
                .conditions()
                .filter(|condition| condition.key.starts_with(TAG));
            of_tags.all(|condition| condition.variables().next().is_none())
        }
    }

    /// Whether no policy of the set looks at the principal's tags.
    #[must_use]
    pub fn is_blind_to_tags(&self) -> bool {
        self.variables().all(|variable| !variable.key.starts_with(TAG))
            && self.conditions().all(|condition| !condition.key.starts_with(TAG))
    }

    /// Whether no policy of the set can tell one account from another: what a user may do in one, the same user may
    /// do in the other. `false` may be wrong.
    #[must_use]
    pub fn is_blind_to_accounts(&self) -> bool {
        let resources = self
            .statements()
            .flat_map(|statement| &statement.resources.patterns);
        resources.into_iter().all(arn_is_blind_to_accounts)
            && self.conditions().all(|condition| {
                let known = KNOWN.contains(&condition.key.as_str()) || condition.key.starts_with(TAG);
                !known || condition_is_blind_to_accounts(condition)
            })
    }

    fn statements(&self) -> impl Iterator<Item = &PreparedStatement> {
        self.entries.iter().filter_map(|entry| entry.statement())
    }

    fn conditions(&self) -> impl Iterator<Item = &PreparedCondition> {
        self.statements().flat_map(|statement| &statement.conditions)
    }

    /// The variables in resources and conditions.
    fn variables(&self) -> impl Iterator<Item = &Variable> {
        let patterns = self
            .statements()
            .flat_map(|statement| &statement.resources.patterns);
        let in_patterns = patterns.flat_map(ArnPattern::variables);
        in_patterns.chain(self.conditions().flat_map(PreparedCondition::variables))
    }
}

/// Whether a variable's value has the account in it.
fn has_account(variable: &Variable) -> bool {
    matches!(
        variable.key.as_str(),
        "aws:principalaccount" | "aws:principalarn" | "aws:userid"
    )
}

fn arn_is_blind_to_accounts(pattern: &ArnPattern) -> bool {
    if pattern.variables().any(has_account) {
        return false;
    }
    match pattern {
        ArnPattern::Whole(template) => text_is_blind_to_accounts(template),
        ArnPattern::Segments(segments) => {
            let [_, _, _, _, account, last] = &segments.templates;
            (account.is_everything() || account.is_empty()) && text_is_blind_to_accounts(last)
        }
    }
}

fn text_is_blind_to_accounts(template: &Template) -> bool {
    template.is_everything() || !template.may_look_into_digits(ACCOUNT_DIGITS)
}

/// How many digits an account has.
const ACCOUNT_DIGITS: usize = 12;

fn condition_is_blind_to_accounts(condition: &PreparedCondition) -> bool {
    if condition.variables().any(has_account) {
        return false;
    }
    match condition.key.as_str() {
        "aws:principalaccount" | "aws:userid" => condition.values_pass(|_| false, |_| false),
        "aws:principalarn" => condition.values_pass(arn_is_blind_to_accounts, text_is_blind_to_accounts),
        _ => true,
    }
}

/// Whether no policy of the set can tell one user name from another, tags aside.
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
        let alone = segment.stands_alone_after_head("aws:username");
        return head.ends_with('/') && (alone || segment.stands_alone_under_paths("aws:username"));
    }
    if let Some(text) = segment.as_text() {
        let mut after_heads = heads.iter().filter_map(|own| text.strip_prefix(own));
        return after_heads.all(|rest| rest.split('/').all(is_no_name));
    }
    let whole = heads.contains(&head) && segment.is_text_then_star();
    let apart = heads
        .iter()
        .all(|own| !head.starts_with(own) && !own.starts_with(head));
    whole || apart
}

/// Whether no user and no device can be called this: their alphabet is `[\w+=,.@-]`.
fn is_no_name(text: &str) -> bool {
    let in_names = |character: char| character.is_alphanumeric() || "_+=,.@-".contains(character);
    text.is_empty() || !text.chars().all(in_names)
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

#[cfg(test)]
#[path = "blind_tests.rs"]
mod tests;
