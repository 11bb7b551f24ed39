//! The typed tree of a policy document.

use super::json::Node;
use super::operator::Operator;
use super::position::Span;
use smol_str::SmolStr;
use std::ops::Deref;

/// The version of the policy language, not of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// `2008-10-17`: no policy variables. Also what a document without `Version` means.
    V2008,
    /// `2012-10-17`: policy variables are replaced.
    V2012,
}

impl Version {
    /// The date that stands in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        }
    }
}

/// What a statement does when it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub enum Effect {
    /// Allows, unless something denies.
    Allow,
    /// Denies, whatever allows.
    Deny,
}

impl Effect {
    /// The word that stands in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        }
    }
}

/// A string with the place where it stood (quotes included).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    pub(super) value: SmolStr,
    pub(super) span: Span,
}

impl Text {
    /// The string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// Its place.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.value
    }
}

/// An element that the grammar does not know: kept, printed again, and reported by the lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownElement {
    pub(super) name: Text,
    pub(super) value: Node,
}

impl UnknownElement {
    /// The element's name and its place.
    #[must_use]
    pub fn name(&self) -> &Text {
        &self.name
    }
}

/// `Action` or `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionElement {
    /// The statement applies to actions that match a pattern.
    Action(Vec<Text>),
    /// The statement applies to actions that match no pattern.
    NotAction(Vec<Text>),
}

impl ActionElement {
    /// The patterns, of either form.
    #[must_use]
    pub fn patterns(&self) -> &[Text] {
        match self {
            ActionElement::Action(patterns) | ActionElement::NotAction(patterns) => patterns,
        }
    }

    /// Whether this is `NotAction`.
    #[must_use]
    pub fn is_not(&self) -> bool {
        matches!(self, ActionElement::NotAction(_))
    }
}

/// `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceElement {
    /// The statement applies to resources that match a pattern.
    Resource(Vec<Text>),
    /// The statement applies to resources that match no pattern.
    NotResource(Vec<Text>),
}

impl ResourceElement {
    /// The patterns, of either form.
    #[must_use]
    pub fn patterns(&self) -> &[Text] {
        match self {
            ResourceElement::Resource(patterns) | ResourceElement::NotResource(patterns) => patterns,
        }
    }

    /// Whether this is `NotResource`.
    #[must_use]
    pub fn is_not(&self) -> bool {
        matches!(self, ResourceElement::NotResource(_))
    }
}

/// The kind of a principal: the key in the `Principal` object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// An account, user, role or session.
    Aws,
    /// An identity provider.
    Federated,
    /// An AWS service.
    Service,
    /// An S3 canonical user.
    CanonicalUser,
    /// Something newer than this list.
    Other(SmolStr),
}

impl PrincipalKind {
    /// The key that stands in the document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            PrincipalKind::Aws => "AWS",
            PrincipalKind::Federated => "Federated",
            PrincipalKind::Service => "Service",
            PrincipalKind::CanonicalUser => "CanonicalUser",
            PrincipalKind::Other(name) => name,
        }
    }
}

/// Whom a resource policy, trust policy or RCP speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// `"*"`: everyone.
    Everyone,
    /// The values per kind, in the order of the document.
    Map(Vec<(PrincipalKind, Vec<Text>)>),
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalElement {
    /// The statement applies to these principals.
    Principal(Principal),
    /// The statement applies to everyone else.
    NotPrincipal(Principal),
}

/// One line of a `Condition` block: an operator, a key and the values. All lines of a block must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub(super) operator: Operator,
    pub(super) operator_text: Text,
    pub(super) key: Text,
    pub(super) values: Vec<Text>,
}

impl Condition {
    /// The operator.
    #[must_use]
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The operator's name as written, with its place.
    #[must_use]
    pub fn operator_text(&self) -> &Text {
        &self.operator_text
    }

    /// The condition key as written; keys compare without regard to case.
    #[must_use]
    pub fn key(&self) -> &Text {
        &self.key
    }

    /// Whether the key is `name`, whatever the case.
    #[must_use]
    pub fn is_key(&self, name: &str) -> bool {
        self.key.eq_ignore_ascii_case(name)
    }

    /// The values; JSON booleans and numbers stand here as their text.
    #[must_use]
    pub fn values(&self) -> &[Text] {
        &self.values
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(super) sid: Option<Text>,
    pub(super) effect: Effect,
    pub(super) effect_span: Span,
    pub(super) principal: Option<PrincipalElement>,
    pub(super) action: ActionElement,
    pub(super) action_span: Span,
    pub(super) resource: Option<ResourceElement>,
    pub(super) resource_span: Span,
    pub(super) conditions: Vec<Condition>,
    pub(super) unknown: Vec<UnknownElement>,
    pub(super) span: Span,
}

impl Statement {
    /// The statement's identifier, if it has one.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Allow or Deny.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Where `Effect` stands.
    #[must_use]
    pub fn effect_span(&self) -> Span {
        self.effect_span
    }

    /// `Principal` or `NotPrincipal`, in resource policies, trust policies and RCPs.
    #[must_use]
    pub fn principal(&self) -> Option<&PrincipalElement> {
        self.principal.as_ref()
    }

    /// `Action` or `NotAction`.
    #[must_use]
    pub fn action(&self) -> &ActionElement {
        &self.action
    }

    /// Where the key `Action` or `NotAction` stands.
    #[must_use]
    pub fn action_span(&self) -> Span {
        self.action_span
    }

    /// `Resource` or `NotResource`; a trust policy has neither.
    #[must_use]
    pub fn resource(&self) -> Option<&ResourceElement> {
        self.resource.as_ref()
    }

    /// Where the key `Resource` or `NotResource` stands.
    #[must_use]
    pub fn resource_span(&self) -> Span {
        self.resource_span
    }

    /// The lines of the `Condition` block; all of them must hold.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Elements that the grammar does not know.
    #[must_use]
    pub fn unknown(&self) -> &[UnknownElement] {
        &self.unknown
    }

    /// The whole statement's place.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDocument {
    pub(super) version: Option<Version>,
    pub(super) version_span: Span,
    pub(super) id: Option<Text>,
    pub(super) statements: Vec<Statement>,
    pub(super) unknown: Vec<UnknownElement>,
}

impl PolicyDocument {
    /// The `Version` that stands in the document, if any.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// Where `Version` stands (an empty span at the document's start when it does not).
    #[must_use]
    pub fn version_span(&self) -> Span {
        self.version_span
    }

    /// The version that the document is read as: 2008-10-17 unless it says otherwise.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
    #[must_use]
    pub fn effective_version(&self) -> Version {
        self.version.unwrap_or(Version::V2008)
    }

    /// `Id`, if given.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The statements, in the order of the document.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Elements that the grammar does not know.
    #[must_use]
    pub fn unknown(&self) -> &[UnknownElement] {
        &self.unknown
    }
}
