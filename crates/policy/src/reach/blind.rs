//! Whether a policy set can tell one user name from another, or one account.
//!
//! The argument for names: reach compares names only with the texts of patterns and condition values. If the name stands in a
//! pattern by itself, between a fixed text that ends in `/` and the end or another `/`, and no other pattern looks
//! into what follows that text, then replacing the name everywhere changes no comparison. What is not of these simple
//! forms counts as telling names apart.
//!
//! The argument for accounts is the same. An account is twelve digits that stand by themselves. A pattern whose
//! account segment is `*` or empty, and whose other digits cannot fall on twelve that stand by themselves, matches
//! in one account what it matches in another. Where an account is named in full, only that one is told from others.

use super::forms::is_no_name;
use super::{Session, SessionKind};
use crate::arn::{ArnPattern, Segments};
use crate::condition::PreparedCondition;
use crate::document::Effect;
use crate::evaluate::PolicySet;
use crate::prepared::PreparedStatement;
use crate::variables::{Template, Variable};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Texts that a user's own resources begin with.
const NAMED: [&str; 3] = ["user/", "mfa/", "sms-mfa/"];

/// Keys whose values a session of a user knows, so that variables are really compared with them.
const KNOWN: [&str; 8] = [
    "aws:username",
    "aws:userid",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:principalorgid",
    "aws:principalisawsservice",
    "aws:multifactorauthpresent",
];

/// An account that asks for nothing.
const NO_ACCOUNT: &str = "000000000000";

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
        self.account_sight() == AccountSight::Blind
    }

    /// Which accounts the policies of the set can tell from others.
    #[must_use]
    pub fn account_sight(&self) -> AccountSight {
        let resources = self
            .statements()
            .flat_map(|statement| &statement.resources.patterns);
        let of_resources = resources.map(resource_sight);
        let of_conditions = self.conditions().filter_map(|condition| {
            let known = KNOWN.contains(&condition.key.as_str()) || condition.key.starts_with(TAG);
            known.then(|| condition_sight(condition))
        });
        of_resources
            .chain(of_conditions)
            .fold(AccountSight::Blind, AccountSight::and)
    }

    /// Whether a session of `sts:GetSessionToken` without MFA may do anything that the long-term access key which asked
    /// for it may not. `true` may be wrong.
    ///
    /// Their requests differ in `aws:MultiFactorAuthPresent`, which is `false` or absent, and in `aws:TokenIssueTime`;
    /// what IAM and STS refuse to such a session is refused whatever policies say. So more can come only of a Deny that
    /// holds for the key and not for the session, or of an Allow the other way round.
    #[must_use]
    pub fn gives_session_tokens_more(&self) -> bool {
        let session = |kind| Session::user(kind, "aws", NO_ACCOUNT, "/", "");
        let (key, token) = (session(SessionKind::Key), session(SessionKind::SessionToken));
        let gives_more = |statement: &PreparedStatement, condition: &PreparedCondition| {
            if condition.variables().next().is_some() {
                return true;
            }
            let (of_key, of_token) = (condition.holds(&key), condition.holds(&token));
            match statement.effect {
                Effect::Deny => of_token < of_key,
                Effect::Allow => of_token > of_key,
            }
        };
        let differs = |key: &str| matches!(key, "aws:multifactorauthpresent" | "aws:tokenissuetime");
        self.variables().any(|variable| differs(&variable.key))
            || self.statements().any(|statement| {
                let mut conditions = statement.conditions.iter();
                conditions.any(|condition| differs(&condition.key) && gives_more(statement, condition))
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

/// Which accounts policies can tell from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountSight {
    /// None: what holds in one holds in every other.
    Blind,
    /// These, by their ids; all others are alike.
    Named(BTreeSet<SmolStr>),
    /// Perhaps any.
    Any,
}

impl AccountSight {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::Blind, sight) | (sight, Self::Blind) => sight,
            (Self::Named(mut names), Self::Named(others)) => {
                names.extend(others);
                Self::Named(names)
            }
        }
    }
}

/// What a pattern of resources sees. The caller's own account in the account's place, `${aws:PrincipalAccount}`, tells none
/// from another: what is in the caller's account stays there when two accounts change places.
fn resource_sight(pattern: &ArnPattern) -> AccountSight {
    match pattern {
        ArnPattern::Whole(template) => text_sight(template),
        ArnPattern::Segments(segments) => {
            account_segment_sight(segments, true).and(text_sight(pattern.last()))
        }
    }
}

/// What a pattern of principals sees: the account stands in its own segment, and nowhere in the name behind it.
fn principal_sight(pattern: &ArnPattern) -> AccountSight {
    match pattern {
        ArnPattern::Whole(template) => text_sight(template),
        ArnPattern::Segments(segments) => account_segment_sight(segments, false),
    }
}

/// `own`: whether `${aws:PrincipalAccount}` tells none from another.
fn account_segment_sight(segments: &Segments, own: bool) -> AccountSight {
    let [head @ .., account, _] = &segments.templates;
    if head.iter().any(|segment| segment.variables().next().is_some()) {
        return AccountSight::Any;
    }
    let is_own = own && account.is_variable("aws:principalaccount");
    if account.is_everything() || account.is_empty() || is_own {
        return AccountSight::Blind;
    }
    match account.as_text() {
        Some(id) => AccountSight::Named(BTreeSet::from([SmolStr::new(id)])),
        None => AccountSight::Any,
    }
}

fn text_sight(template: &Template) -> AccountSight {
    if template.is_everything() {
        return AccountSight::Blind;
    }
    // A default may be an account's number, or complete one.
    if template
        .variables()
        .any(|variable| has_account(variable) || variable.default.is_some())
    {
        return AccountSight::Any;
    }
    match template.digits_that_stand_alone(ACCOUNT_DIGITS) {
        None => AccountSight::Any,
        Some(ids) if ids.is_empty() => AccountSight::Blind,
        Some(ids) => AccountSight::Named(ids),
    }
}

/// How many digits an account has.
const ACCOUNT_DIGITS: usize = 12;

fn condition_sight(condition: &PreparedCondition) -> AccountSight {
    if condition.variables().any(has_account) {
        return AccountSight::Any;
    }
    let of_principal = matches!(
        condition.key.as_str(),
        "aws:principalaccount" | "aws:principalarn"
    );
    if of_principal && condition.variables().next().is_some() {
        return AccountSight::Any;
    }
    let patterns = condition.patterns();
    match (condition.key.as_str(), patterns) {
        ("aws:principalaccount" | "aws:principalarn", Some((texts, arns))) => {
            let of_arns = arns.iter().map(principal_sight);
            let of_texts = texts.iter().map(text_sight);
            of_arns
                .chain(of_texts)
                .fold(AccountSight::Blind, AccountSight::and)
        }
        ("aws:userid", Some(([], []))) => AccountSight::Blind,
        ("aws:principalaccount" | "aws:principalarn" | "aws:userid", _) => AccountSight::Any,
        _ => AccountSight::Blind,
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

fn names_user(template: &Template) -> bool {
    template.variables().any(Variable::is_of_user)
}

fn resource_is_blind(pattern: &ArnPattern, heads: &[&str]) -> bool {
    if pattern.is_everything() {
        return true;
    }
    let of_user = |template: &Template| template.variables().filter(|v| v.is_of_user()).count();
    let in_header = pattern.variables().filter(|v| v.is_of_user()).count() > of_user(pattern.last());
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

fn condition_is_blind(condition: &PreparedCondition, heads: &[&str]) -> bool {
    let key = condition.key.as_str();
    if !KNOWN.contains(&key) {
        // The value is not known, so nothing is compared with it.
        return true;
    }
    if condition.variables().any(Variable::is_of_user) {
        return false;
    }
    if !matches!(key, "aws:username" | "aws:userid" | "aws:principalarn") {
        return true;
    }
    let arn_is_blind =
        |pattern: &ArnPattern| pattern.is_everything() || segment_is_blind(pattern.last(), heads);
    condition.patterns().is_some_and(|(texts, arns)| {
        arns.iter().all(arn_is_blind) && texts.iter().all(Template::cannot_end_in_a_user_name)
    })
}

#[cfg(test)]
#[path = "blind_tests.rs"]
mod tests;
