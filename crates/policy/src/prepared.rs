//! A document made ready: patterns read once, keys in lower case, numbers and ranges parsed.

use crate::actions::{ActionId, ActionList, ActionSet, Expansion};
use crate::arn::ArnPattern;
use crate::condition::PreparedCondition;
use crate::context::Context;
use crate::document::{
    ActionElement, Effect, ParseError, PolicyDocument, PrincipalElement, ResourceElement, Statement,
};
use crate::pattern::Glob;
use crate::truth::Truth;
use smol_str::SmolStr;
use std::ops::Range;
use std::sync::OnceLock;

/// A policy document that is ready for evaluation. Preparing it once and sharing it is what makes the engine fast.
#[derive(Debug)]
pub struct Policy {
    document: PolicyDocument,
    pub(crate) statements: Vec<PreparedStatement>,
}

impl Policy {
    /// Reads and prepares a document.
    ///
    /// # Errors
    ///
    /// [`ParseError`] when the text is not a policy.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Ok(Self::new(PolicyDocument::parse(text)?))
    }

    /// Prepares a document.
    #[must_use]
    pub fn new(document: PolicyDocument) -> Self {
        let version = document.effective_version();
        let statements = document
            .statements()
            .iter()
            .map(|s| PreparedStatement::new(s, version))
            .collect();
        Self { document, statements }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }
}

impl From<PolicyDocument> for Policy {
    fn from(document: PolicyDocument) -> Self {
        Self::new(document)
    }
}

/// A statement that is ready for evaluation.
#[derive(Debug)]
pub(crate) struct PreparedStatement {
    pub(crate) sid: Option<SmolStr>,
    pub(crate) effect: Effect,
    pub(crate) actions: Actions,
    pub(crate) resources: Resources,
    pub(crate) principal: Option<PrincipalElement>,
    pub(crate) conditions: Vec<PreparedCondition>,
}

impl PreparedStatement {
    fn new(statement: &Statement, version: crate::document::Version) -> Self {
        let conditions = statement
            .conditions()
            .iter()
            .map(|c| PreparedCondition::new(c, version))
            .collect();
        Self {
            sid: statement.sid().map(SmolStr::new),
            effect: statement.effect(),
            actions: Actions::new(statement.action()),
            resources: Resources::new(statement.resource(), version),
            principal: statement.principal().cloned(),
            conditions,
        }
    }

    /// Whether all conditions hold.
    pub(crate) fn conditions_hold(&self, context: &impl Context) -> Truth {
        let mut truth = Truth::True;
        for condition in &self.conditions {
            truth = truth.and(condition.holds(context));
            if truth == Truth::False {
                break;
            }
        }
        truth
    }
}

/// `Action` or `NotAction`.
#[derive(Debug)]
pub(crate) struct Actions {
    /// In lower case.
    pub(crate) patterns: Vec<SmolStr>,
    globs: Vec<Glob>,
    pub(crate) not: bool,
    expanded: OnceLock<Expanded>,
}

/// What the patterns of a statement come to over the action list; `NotAction` is not turned round.
#[derive(Debug)]
struct Expanded {
    by_pattern: Vec<Expansion>,
    all: bool,
    pieces: Vec<Piece>,
    unlisted: Vec<SmolStr>,
}

/// Neighbours in the action list of which a statement's patterns say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) range: Range<u16>,
    /// Never [`Truth::False`].
    pub(crate) truth: Truth,
}

impl Actions {
    fn new(element: &ActionElement) -> Self {
        let patterns: Vec<SmolStr> = element
            .patterns()
            .iter()
            .map(|p| SmolStr::new(p.to_ascii_lowercase()))
            .collect();
        let globs = patterns.iter().map(|pattern| Glob::plain(pattern)).collect();
        Self {
            patterns,
            globs,
            not: element.is_not(),
            expanded: OnceLock::new(),
        }
    }

    /// Whether an action, in lower case, is one that the statement speaks of.
    pub(crate) fn cover(&self, action: &str) -> bool {
        self.globs.iter().any(|glob| glob.matches(action)) != self.not
    }

    /// The listed actions that are covered. Of stand-ins it says nothing.
    pub(crate) fn listed(&self) -> ActionSet {
        let matched = if self.all() {
            ActionSet::all()
        } else {
            let certain = self.pieces().iter().filter(|piece| piece.truth == Truth::True);
            let mut set = ActionSet::new();
            certain.for_each(|piece| set.insert_range(&piece.range));
            set
        };
        if self.not {
            ActionSet::all().without(&matched)
        } else {
            matched
        }
    }

    /// The patterns in terms of the action list; `NotAction` is not turned round here.
    pub(crate) fn expansions(&self) -> &[Expansion] {
        &self.expanded().by_pattern
    }

    /// Whether some pattern matches everything.
    pub(crate) fn all(&self) -> bool {
        self.expanded().all
    }

    /// What the patterns match, in the order of the list, where not everything; `NotAction` is not turned round here.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.expanded().pieces
    }

    /// The actions that are named in full and that the list does not have.
    pub(crate) fn unlisted(&self) -> &[SmolStr] {
        &self.expanded().unlisted
    }

    fn expanded(&self) -> &Expanded {
        self.expanded.get_or_init(|| {
            let list = ActionList::embedded();
            let by_pattern: Vec<Expansion> =
                self.patterns.iter().map(|pattern| list.expand(pattern)).collect();
            let full = |name: &&SmolStr| name.contains(':') && !name.contains(['*', '?']);
            let unlisted = self
                .patterns
                .iter()
                .filter(full)
                .filter(|name| list.find(name).is_none());
            Expanded {
                all: by_pattern.contains(&Expansion::All),
                pieces: pieces(&by_pattern),
                unlisted: unlisted.cloned().collect(),
                by_pattern,
            }
        })
    }
}

/// Brings the expansions of several patterns together. What one pattern matches for certain is matched for certain.
fn pieces(expansions: &[Expansion]) -> Vec<Piece> {
    let mut certain = Vec::new();
    let mut perhaps = Vec::new();
    for expansion in expansions {
        if let Expansion::Some { ranges, perhaps: own } = expansion {
            certain.extend(ranges.iter().filter(|range| !range.is_empty()).cloned());
            perhaps.extend(own);
        }
    }
    let certain = merged(certain);
    perhaps.sort_unstable();
    perhaps.dedup();
    let known = |id: &ActionId| {
        let at = certain.partition_point(|range| range.end <= id.0);
        certain.get(at).is_some_and(|range| range.start <= id.0)
    };
    perhaps.retain(|id| !known(id));
    let perhaps: Vec<Range<u16>> = perhaps.into_iter().map(ActionId::range).collect();
    let mut out: Vec<Piece> = perhaps
        .into_iter()
        .map(|range| (range, Truth::Unknown))
        .chain(certain.into_iter().map(|range| (range, Truth::True)))
        .map(|(range, truth)| Piece { range, truth })
        .collect();
    out.sort_unstable_by_key(|piece| piece.range.start);
    out
}

/// The same numbers as ranges that ascend and neither overlap nor touch.
fn merged(mut ranges: Vec<Range<u16>>) -> Vec<Range<u16>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut out: Vec<Range<u16>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// `Resource`, `NotResource` or neither.
#[derive(Debug)]
pub(crate) struct Resources {
    pub(crate) patterns: Vec<ArnPattern>,
    pub(crate) not: bool,
    /// Whether every resource is covered, whatever the context is.
    pub(crate) everything: bool,
}

impl Resources {
    fn new(element: Option<&ResourceElement>, version: crate::document::Version) -> Self {
        let Some(element) = element else {
            return Self {
                patterns: Vec::new(),
                not: true,
                everything: true,
            };
        };
        let patterns: Vec<ArnPattern> = element
            .patterns()
            .iter()
            .map(|pattern| ArnPattern::resource(pattern, version))
            .collect();
        let not = element.is_not();
        let everything = if not {
            patterns.is_empty()
        } else {
            patterns.iter().any(ArnPattern::is_everything)
        };
        Self {
            patterns,
            not,
            everything,
        }
    }

    /// Whether the statement speaks of a resource.
    pub(crate) fn cover(&self, resource: &str, context: &impl Context) -> Truth {
        if self.everything {
            return Truth::True;
        }
        let mut truth = Truth::False;
        for pattern in &self.patterns {
            truth = truth.or(pattern.matches(resource, context));
            if truth == Truth::True {
                break;
            }
        }
        truth.flip_if(self.not)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_actions_are_those_whose_names_match() {
        let list = ActionList::embedded();
        for element in [
            r#""Action":"*""#,
            r#""Action":["iam:*MFA*","s3:Get*","ec2:Stop?nstances"]"#,
            r#""NotAction":["iam:*","sts:GetCallerIdentity"]"#,
            r#""NotAction":"*""#,
            r#""Action":"IAM:createuser""#,
        ] {
            let text = format!(r#"{{"Statement":{{"Effect":"Deny",{element},"Resource":"*"}}}}"#);
            let policy = Policy::parse(&text).unwrap();
            let actions = &policy.statements[0].actions;
            let listed = actions.listed();
            for ((id, action), lower) in list.iter().zip(&list.lower) {
                if !action.is_stand_in() {
                    assert_eq!(listed.contains(id), actions.cover(lower), "{element}: {lower}");
                }
            }
        }
    }
}
