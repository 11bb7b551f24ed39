//! Just enough of the policy language for the emulator to enforce what its own world attaches: service
//! control and resource control policies, session policies, the callers' identity policies.
//!
//! Deliberately not the audited engine and sharing nothing with it. Operators and keys that are not
//! listed here never match, so a statement with one of them has no effect.

use serde_json::Value;

/// A parsed policy document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone)]
struct Statement {
    deny: bool,
    actions: Vec<String>,
    not_actions: Vec<String>,
    resources: Vec<String>,
    not_resources: Vec<String>,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone)]
struct Condition {
    operator: String,
    key: String,
    values: Vec<String>,
}

/// What one request carries for an evaluation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question<'a> {
    pub action: &'a str,
    pub resource: &'a str,
    /// Condition keys (lower case) that are present in the request.
    pub keys: Vec<(&'static str, String)>,
}

impl Question<'_> {
    /// A condition value that is one policy variable, such as `${aws:ResourceAccount}`.
    fn substitute(&self, value: &str) -> String {
        let variable = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let key = variable.map(str::to_ascii_lowercase);
        key.and_then(|key| self.keys.iter().find(|(name, _)| *name == key))
            .map_or_else(|| value.to_owned(), |(_, found)| found.clone())
    }
}

/// What a document says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Deny,
    Allow,
    Silent,
}

impl Document {
    /// Parses a document; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let statement = value.get("Statement")?;
        let statements = match statement.as_array() {
            Some(items) => items.iter().map(Statement::parse).collect::<Option<Vec<_>>>()?,
            None => vec![Statement::parse(statement)?],
        };
        Some(Self { statements })
    }

    pub fn verdict(&self, question: &Question<'_>) -> Verdict {
        let mut verdict = Verdict::Silent;
        for statement in self
            .statements
            .iter()
            .filter(|statement| statement.applies(question))
        {
            if statement.deny {
                return Verdict::Deny;
            }
            verdict = Verdict::Allow;
        }
        verdict
    }
}

impl Statement {
    fn parse(value: &Value) -> Option<Self> {
        let deny = match value.get("Effect")?.as_str()? {
            "Deny" => true,
            "Allow" => false,
            _ => return None,
        };
        let statement = Self {
            deny,
            actions: texts(value.get("Action")),
            not_actions: texts(value.get("NotAction")),
            resources: texts(value.get("Resource")),
            not_resources: texts(value.get("NotResource")),
            conditions: conditions(value.get("Condition")),
        };
        (statement.actions.is_empty() != statement.not_actions.is_empty()).then_some(statement)
    }

    fn applies(&self, question: &Question<'_>) -> bool {
        let any = |patterns: &[String], text: &str, fold: bool| patterns.iter().any(|p| like(p, text, fold));
        let action = if self.actions.is_empty() {
            !any(&self.not_actions, question.action, true)
        } else {
            any(&self.actions, question.action, true)
        };
        let resource = if self.resources.is_empty() {
            !any(&self.not_resources, question.resource, false)
        } else {
            any(&self.resources, question.resource, false)
        };
        action && resource && self.conditions.iter().all(|condition| condition.holds(question))
    }
}

impl Condition {
    fn holds(&self, question: &Question<'_>) -> bool {
        let present = question
            .keys
            .iter()
            .find(|(key, _)| *key == self.key)
            .map(|(_, value)| value.as_str());
        let (operator, if_exists) = match self.operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (self.operator.as_str(), false),
        };
        if operator == "Null" {
            let wants_absent = self.values.iter().any(|value| value.eq_ignore_ascii_case("true"));
            return present.is_none() == wants_absent;
        }
        let negated = matches!(
            operator,
            "StringNotEquals" | "StringNotLike" | "ArnNotLike" | "ArnNotEquals" | "StringNotEqualsIgnoreCase"
        );
        let Some(present) = present else {
            return if_exists || negated;
        };
        let value_of = |value: &String| question.substitute(value);
        let matched = self.values.iter().map(value_of).any(|value| match operator {
            "StringLike" | "StringNotLike" | "ArnLike" | "ArnNotLike" | "ArnEquals" | "ArnNotEquals" => {
                like(&value, present, false)
            }
            "StringEquals" | "StringNotEquals" => value == present,
            "Bool" | "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
                value.eq_ignore_ascii_case(present)
            }
            _ => false,
        });
        let known = negated
            || matches!(
                operator,
                "StringLike" | "ArnLike" | "ArnEquals" | "StringEquals" | "Bool" | "StringEqualsIgnoreCase"
            );
        known && matched != negated
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::Bool(value)) => vec![value.to_string()],
        Some(Value::Number(value)) => vec![value.to_string()],
        Some(Value::Null | Value::Object(_)) | None => Vec::new(),
    }
}

fn conditions(value: Option<&Value>) -> Vec<Condition> {
    let Some(Value::Object(operators)) = value else {
        return Vec::new();
    };
    operators
        .iter()
        .filter_map(|(operator, keys)| keys.as_object().map(|keys| (operator, keys)))
        .flat_map(|(operator, keys)| {
            keys.iter().map(|(key, values)| Condition {
                operator: operator.clone(),
                key: key.to_ascii_lowercase(),
                values: texts(Some(values)),
            })
        })
        .collect()
}

/// Matches `*` and `?`, the greedy way with one place to come back to.
pub(crate) fn like(pattern: &str, text: &str, ignore_case: bool) -> bool {
    let fold = |byte: u8| {
        if ignore_case {
            byte.to_ascii_lowercase()
        } else {
            byte
        }
    };
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at_text < text.len() {
        let letter = text.get(at_text).copied().map(fold);
        match pattern.get(at_pattern).copied() {
            Some(b'*') => {
                retry = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(wanted) if wanted == b'?' || Some(fold(wanted)) == letter => {
                at_pattern += 1;
                at_text += 1;
            }
            Some(_) | None => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                at_pattern = star + 1;
                at_text = from + 1;
            }
        }
    }
    pattern
        .get(at_pattern..)
        .is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(document: &str, action: &str, keys: Vec<(&'static str, String)>) -> Verdict {
        let question = Question {
            action,
            resource: "*",
            keys,
        };
        Document::parse(document).unwrap().verdict(&question)
    }

    #[test]
    fn wildcards_match_anywhere_and_actions_ignore_case() {
        assert!(like("iam:Get*Report", "IAM:getCredentialReport", true));
        assert!(like("*", "", false));
        assert!(!like("iam:Get?", "iam:Get", true));
    }

    #[test]
    fn bool_if_exists_holds_without_the_key_and_bool_does_not() {
        let policy = |operator: &str| {
            format!(
                r#"{{"Statement":{{"Effect":"Deny","Action":"*","Resource":"*",
                "Condition":{{"{operator}":{{"aws:MultiFactorAuthPresent":"false"}}}}}}}}"#
            )
        };
        assert_eq!(
            ask(&policy("BoolIfExists"), "iam:ListUsers", vec![]),
            Verdict::Deny
        );
        assert_eq!(ask(&policy("Bool"), "iam:ListUsers", vec![]), Verdict::Silent);
    }

    #[test]
    fn not_action_spares_what_it_names() {
        let policy = r#"{"Statement":[{"Effect":"Deny","NotAction":["iam:*"],"Resource":"*"}]}"#;
        assert_eq!(ask(policy, "iam:ListUsers", vec![]), Verdict::Silent);
        assert_eq!(ask(policy, "ec2:RunInstances", vec![]), Verdict::Deny);
    }

    #[test]
    fn a_statement_with_an_unknown_operator_has_no_effect() {
        let policy = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*",
            "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}"#;
        assert_eq!(
            ask(
                policy,
                "iam:ListUsers",
                vec![("aws:sourceip", "10.0.0.1".to_owned())]
            ),
            Verdict::Silent
        );
    }
}
