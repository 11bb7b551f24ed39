//! From JSON to the typed tree.

use super::ast::{
    ActionElement, Condition, Effect, PolicyDocument, Principal, PrincipalElement, PrincipalKind,
    ResourceElement, Statement, Text, UnknownElement, Version,
};
use super::error::{ParseError, ParseErrorKind};
use super::json::{self, Json, Member, Node};
use super::operator::Operator;
use super::position::{LineIndex, Span};
use super::url;
use smol_str::SmolStr;

impl PolicyDocument {
    /// Reads a document: JSON, or JSON that is URL-encoded as IAM's API returns it.
    ///
    /// # Errors
    ///
    /// [`ParseError`] with the place, when the text is not JSON, is too large or too deep, has a key twice, or
    /// is not a policy.
    ///
    /// ```
    /// use org_audit_policy::PolicyDocument;
    ///
    /// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    /// let document = PolicyDocument::parse(text)?;
    /// assert_eq!(document.statements().len(), 1);
    ///
    /// let error = PolicyDocument::parse("{\n  // everything\n}").unwrap_err();
    /// assert_eq!((error.position().line, error.position().column), (2, 3));
    /// # Ok::<(), org_audit_policy::ParseError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.len() <= json::MAX_BYTES * 3 && url::is_encoded(text) {
            return match url::decode_if_encoded(text) {
                Some(decoded) => read_document(&decoded),
                None => {
                    let position = LineIndex::new("").position(0);
                    Err(ParseError::new(
                        ParseErrorKind::PercentEncoding,
                        position,
                        Span::new(0, 1),
                        String::new(),
                    ))
                }
            };
        }
        read_document(text)
    }
}

fn read_document(text: &str) -> Result<PolicyDocument, ParseError> {
    let root = json::read(text)?;
    Reader {
        text,
        path: Vec::new(),
    }
    .document(root)
}

/// Walks the JSON tree and remembers where it is.
struct Reader<'a> {
    text: &'a str,
    path: Vec<SmolStr>,
}

type Result<T, E = ParseError> = std::result::Result<T, E>;

impl Reader<'_> {
    fn error(&self, kind: ParseErrorKind, span: Span) -> ParseError {
        let position = LineIndex::new(self.text).position(span.start());
        ParseError::new(
            kind,
            position,
            span,
            json::pointer(self.path.iter().map(SmolStr::as_str)),
        )
    }

    fn wrong_type(&self, element: &str, expected: &'static str, node: &Node) -> ParseError {
        let found = node.value.type_name();
        self.error(
            ParseErrorKind::WrongType {
                element: element.to_owned(),
                expected,
                found,
            },
            node.span,
        )
    }

    /// Runs `read` with one more step on the path.
    fn within<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.path.push(SmolStr::new(step));
        let result = read(self)?;
        self.path.pop();
        Ok(result)
    }

    fn members(&self, element: &str, node: Node) -> Result<(Vec<Member>, Span)> {
        match node.value {
            Json::Object(members) => Ok((members, node.span)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                Err(self.wrong_type(element, "an object", &node))
            }
        }
    }

    fn string(&self, element: &str, node: &Node) -> Result<Text> {
        match &node.value {
            Json::String(value) => Ok(Text {
                value: SmolStr::new(value),
                span: node.span,
            }),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
                Err(self.wrong_type(element, "a string", node))
            }
        }
    }

    /// One string or a list of strings.
    fn strings(&mut self, element: &str, node: &Node) -> Result<Vec<Text>> {
        let Json::Array(items) = &node.value else {
            return match &node.value {
                Json::String(_) => Ok(vec![self.string(element, node)?]),
                Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
                    Err(self.wrong_type(element, "a string or a list of strings", node))
                }
            };
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            out.push(self.within(&index.to_string(), |r| r.string(element, item))?);
        }
        Ok(out)
    }

    fn document(&mut self, root: Node) -> Result<PolicyDocument> {
        let start = Span::new(root.span.start(), root.span.start() + 1);
        let (members, _) = self.members("the policy", root)?;
        let mut document = PolicyDocument {
            version: None,
            version_span: start,
            id: None,
            statements: Vec::new(),
            unknown: Vec::new(),
        };
        let mut found_statement = false;
        for Member { key, key_span, value } in members {
            self.within(&key, |r| {
                match key.as_str() {
                    "Version" => {
                        document.version_span = value.span;
                        document.version = Some(r.version(&value)?);
                    }
                    "Id" => document.id = Some(r.string("Id", &value)?),
                    "Statement" => {
                        found_statement = true;
                        document.statements = r.statements(value)?;
                    }
                    _ => document.unknown.push(unknown(&key, key_span, value)),
                }
                Ok(())
            })?;
        }
        if found_statement {
            Ok(document)
        } else {
            Err(self.error(ParseErrorKind::Missing { element: "Statement" }, start))
        }
    }

    fn version(&self, node: &Node) -> Result<Version> {
        let text = self.string("Version", node)?;
        [Version::V2008, Version::V2012]
            .into_iter()
            .find(|v| v.as_str() == &*text)
            .ok_or_else(|| {
                let allowed = "`2012-10-17` or `2008-10-17`";
                self.error(
                    ParseErrorKind::InvalidValue {
                        element: "Version",
                        value: text.to_string(),
                        allowed,
                    },
                    node.span,
                )
            })
    }

    fn statements(&mut self, node: Node) -> Result<Vec<Statement>> {
        let items = match node.value {
            Json::Array(items) => items,
            Json::Object(_) => return Ok(vec![self.statement(node)?]),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                return Err(self.wrong_type("Statement", "an object or a list of objects", &node));
            }
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            out.push(self.within(&index.to_string(), |r| r.statement(item))?);
        }
        Ok(out)
    }

    fn statement(&mut self, node: Node) -> Result<Statement> {
        let (members, span) = self.members("the statement", node)?;
        let start = Span::new(span.start(), span.start() + 1);
        let mut parts = Parts {
            resource_span: start,
            ..Parts::default()
        };
        for Member { key, key_span, value } in members {
            self.within(&key, |r| r.element(&key, key_span, value, &mut parts))?;
        }
        let missing = |element| self.error(ParseErrorKind::Missing { element }, start);
        let (effect, effect_span) = parts.effect.ok_or_else(|| missing("Effect"))?;
        let (action, action_span) = parts.action.ok_or_else(|| missing("Action"))?;
        Ok(Statement {
            sid: parts.sid,
            effect,
            effect_span,
            principal: parts.principal,
            action,
            action_span,
            resource: parts.resource,
            resource_span: parts.resource_span,
            conditions: parts.conditions,
            unknown: parts.unknown,
            span,
        })
    }

    fn element(&mut self, key: &str, key_span: Span, value: Node, parts: &mut Parts) -> Result<()> {
        match key {
            "Sid" => parts.sid = Some(self.string(key, &value)?),
            "Effect" => parts.effect = Some((self.effect(&value)?, value.span)),
            "Principal" | "NotPrincipal" => {
                self.exclusive(parts.principal.is_some(), "Principal", "NotPrincipal", key_span)?;
                let principal = self.principal(value)?;
                parts.principal = Some(if key == "Principal" {
                    PrincipalElement::Principal(principal)
                } else {
                    PrincipalElement::NotPrincipal(principal)
                });
            }
            "Action" | "NotAction" => {
                self.exclusive(parts.action.is_some(), "Action", "NotAction", key_span)?;
                let patterns = self.strings(key, &value)?;
                let make = if key == "Action" {
                    ActionElement::Action
                } else {
                    ActionElement::NotAction
                };
                parts.action = Some((make(patterns), key_span));
            }
            "Resource" | "NotResource" => {
                self.exclusive(parts.resource.is_some(), "Resource", "NotResource", key_span)?;
                let patterns = self.strings(key, &value)?;
                let make = if key == "Resource" {
                    ResourceElement::Resource
                } else {
                    ResourceElement::NotResource
                };
                parts.resource = Some(make(patterns));
                parts.resource_span = key_span;
            }
            "Condition" => parts.conditions = self.conditions(value)?,
            _ => parts.unknown.push(unknown(key, key_span, value)),
        }
        Ok(())
    }

    fn exclusive(&self, taken: bool, first: &'static str, second: &'static str, span: Span) -> Result<()> {
        if taken {
            Err(self.error(ParseErrorKind::Exclusive { first, second }, span))
        } else {
            Ok(())
        }
    }

    fn effect(&self, node: &Node) -> Result<Effect> {
        let text = self.string("Effect", node)?;
        [Effect::Allow, Effect::Deny]
            .into_iter()
            .find(|e| e.as_str() == &*text)
            .ok_or_else(|| {
                let allowed = "`Allow` or `Deny`";
                self.error(
                    ParseErrorKind::InvalidValue {
                        element: "Effect",
                        value: text.to_string(),
                        allowed,
                    },
                    node.span,
                )
            })
    }

    fn principal(&mut self, node: Node) -> Result<Principal> {
        if let Json::String(text) = &node.value {
            return if text == "*" {
                Ok(Principal::Everyone)
            } else {
                let (value, allowed) = (text.clone(), "`*` or an object such as `{\"AWS\": …}`");
                Err(self.error(
                    ParseErrorKind::InvalidValue {
                        element: "Principal",
                        value,
                        allowed,
                    },
                    node.span,
                ))
            };
        }
        let (members, _) = self.members("Principal", node)?;
        let mut out = Vec::with_capacity(members.len());
        for Member { key, value, .. } in members {
            let kind = match key.as_str() {
                "AWS" => PrincipalKind::Aws,
                "Federated" => PrincipalKind::Federated,
                "Service" => PrincipalKind::Service,
                "CanonicalUser" => PrincipalKind::CanonicalUser,
                other => PrincipalKind::Other(SmolStr::new(other)),
            };
            out.push((kind, self.within(&key, |r| r.strings(&key, &value))?));
        }
        Ok(Principal::Map(out))
    }

    fn conditions(&mut self, node: Node) -> Result<Vec<Condition>> {
        let (blocks, _) = self.members("Condition", node)?;
        let mut out = Vec::new();
        for Member {
            key: name,
            key_span,
            value,
        } in blocks
        {
            self.within(&name, |r| {
                let operator = Operator::parse(&name).ok_or_else(|| {
                    let nearest = Operator::nearest(&name);
                    r.error(
                        ParseErrorKind::UnknownOperator {
                            operator: name.clone(),
                            nearest,
                        },
                        key_span,
                    )
                })?;
                let operator_text = Text {
                    value: SmolStr::new(&name),
                    span: key_span,
                };
                let (keys, _) = r.members(&name, value)?;
                for Member { key, key_span, value } in keys {
                    let values = r.within(&key, |r| r.condition_values(&key, &value))?;
                    let key = Text {
                        value: SmolStr::new(&key),
                        span: key_span,
                    };
                    out.push(Condition {
                        operator,
                        operator_text: operator_text.clone(),
                        key,
                        values,
                    });
                }
                Ok(())
            })?;
        }
        Ok(out)
    }

    fn condition_values(&mut self, key: &str, node: &Node) -> Result<Vec<Text>> {
        let Json::Array(items) = &node.value else {
            return Ok(vec![self.scalar(key, node)?]);
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            out.push(self.within(&index.to_string(), |r| r.scalar(key, item))?);
        }
        Ok(out)
    }

    /// A condition value: quotes are optional around numbers and booleans.
    fn scalar(&self, key: &str, node: &Node) -> Result<Text> {
        let value = match &node.value {
            Json::String(text) | Json::Number(text) => SmolStr::new(text),
            Json::Bool(true) => SmolStr::new_static("true"),
            Json::Bool(false) => SmolStr::new_static("false"),
            Json::Null | Json::Array(_) | Json::Object(_) => {
                return Err(self.wrong_type(key, "a string, a number, a boolean or a list of them", node));
            }
        };
        Ok(Text {
            value,
            span: node.span,
        })
    }
}

#[derive(Default)]
struct Parts {
    sid: Option<Text>,
    effect: Option<(Effect, Span)>,
    principal: Option<PrincipalElement>,
    action: Option<(ActionElement, Span)>,
    resource: Option<ResourceElement>,
    resource_span: Span,
    conditions: Vec<Condition>,
    unknown: Vec<UnknownElement>,
}

fn unknown(key: &str, span: Span, value: Node) -> UnknownElement {
    UnknownElement {
        name: Text {
            value: SmolStr::new(key),
            span,
        },
        value,
    }
}
