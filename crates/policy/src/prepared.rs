//! A document made ready: patterns read once, keys in lower case, numbers and ranges parsed.

use crate::actions::{ActionList, Expansion};
use crate::arn::ArnPattern;
use crate::condition::PreparedCondition;
use crate::context::Context;
use crate::document::{
    ActionElement, Effect, ParseError, PolicyDocument, PrincipalElement, ResourceElement, Statement,
};
use crate::pattern::Glob;
use crate::truth::Truth;
use smol_str::SmolStr;
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
    expansions: OnceLock<Vec<Expansion>>,
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
            expansions: OnceLock::new(),
        }
    }

    /// Whether an action, in lower case, is one that the statement speaks of.
    pub(crate) fn cover(&self, action: &str) -> bool {
        self.globs.iter().any(|glob| glob.matches(action)) != self.not
    }

    /// Whether each action of the list is covered, in the order of their numbers. Of stand-ins it says nothing.
    pub(crate) fn listed(&self) -> Vec<bool> {
        let mut covered = vec![self.not; ActionList::embedded().ids()];
        for expansion in self.expansions() {
            match expansion {
                Expansion::All => covered.fill(!self.not),
                Expansion::Some { ranges, .. } => {
                    let own = ranges
                        .iter()
                        .map(|range| usize::from(range.start)..usize::from(range.end));
                    own.for_each(|range| {
                        if let Some(slots) = covered.get_mut(range) {
                            slots.fill(!self.not);
                        }
                    });
                }
            }
        }
        covered
    }

    /// The patterns in terms of the action list; `NotAction` is not turned round here.
    pub(crate) fn expansions(&self) -> &[Expansion] {
        self.expansions.get_or_init(|| {
            let list = ActionList::embedded();
            self.patterns.iter().map(|pattern| list.expand(pattern)).collect()
        })
    }
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
            for (covered, (lower, (_, action))) in listed.iter().zip(list.lower.iter().zip(list.iter())) {
                if !action.is_stand_in() {
                    assert_eq!(*covered, actions.cover(lower), "{element}: {lower}");
                }
            }
        }
    }
}
