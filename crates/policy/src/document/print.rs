//! From the typed tree back to JSON.
//!
//! Parsing what was printed gives an equal tree. Lists of one stay lists, condition values become strings, and
//! elements come in the order of the grammar.

use super::ast::{
    ActionElement, Condition, PolicyDocument, Principal, PrincipalElement, ResourceElement, Statement, Text,
    UnknownElement,
};
use super::json::{Json, Member, Node};
use super::position::Span;

impl PolicyDocument {
    /// The document as compact JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write(&mut out, &self.to_tree(), None);
        out
    }

    /// The document as indented JSON.
    #[must_use]
    pub fn to_pretty_json(&self) -> String {
        let mut out = String::new();
        write(&mut out, &self.to_tree(), Some(0));
        out
    }

    fn to_tree(&self) -> Json {
        let mut out = Vec::new();
        if let Some(version) = self.version {
            out.push(member("Version", string(version.as_str())));
        }
        if let Some(id) = self.id() {
            out.push(member("Id", string(id)));
        }
        out.push(member("Statement", array(self.statements.iter().map(statement))));
        out.extend(self.unknown.iter().map(unknown));
        Json::Object(out)
    }
}

fn statement(statement: &Statement) -> Json {
    let mut out = Vec::new();
    if let Some(sid) = statement.sid() {
        out.push(member("Sid", string(sid)));
    }
    out.push(member("Effect", string(statement.effect.as_str())));
    match &statement.principal {
        Some(PrincipalElement::Principal(principal)) => {
            out.push(member("Principal", principal_tree(principal)));
        }
        Some(PrincipalElement::NotPrincipal(principal)) => {
            out.push(member("NotPrincipal", principal_tree(principal)));
        }
        None => {}
    }
    match &statement.action {
        ActionElement::Action(patterns) => out.push(member("Action", strings(patterns))),
        ActionElement::NotAction(patterns) => out.push(member("NotAction", strings(patterns))),
    }
    match &statement.resource {
        Some(ResourceElement::Resource(patterns)) => out.push(member("Resource", strings(patterns))),
        Some(ResourceElement::NotResource(patterns)) => out.push(member("NotResource", strings(patterns))),
        None => {}
    }
    if !statement.conditions.is_empty() {
        out.push(member("Condition", conditions(&statement.conditions)));
    }
    out.extend(statement.unknown.iter().map(unknown));
    Json::Object(out)
}

/// One object per operator as it was written, keys in their order.
fn conditions(conditions: &[Condition]) -> Json {
    let blocks = conditions
        .chunk_by(|a, b| a.operator_text == b.operator_text)
        .map(|block| {
            let keys = block
                .iter()
                .map(|c| member(c.key.as_str(), strings(&c.values)))
                .collect();
            let name = block
                .first()
                .map(|c| c.operator_text.as_str())
                .unwrap_or_default();
            member(name, Json::Object(keys))
        });
    Json::Object(blocks.collect())
}

fn principal_tree(principal: &Principal) -> Json {
    match principal {
        Principal::Everyone => string("*"),
        Principal::Map(map) => Json::Object(
            map.iter()
                .map(|(kind, values)| member(kind.as_str(), strings(values)))
                .collect(),
        ),
    }
}

fn unknown(element: &UnknownElement) -> Member {
    member(&element.name, element.value.value.clone())
}

fn node(value: Json) -> Node {
    Node {
        value,
        span: Span::default(),
    }
}

fn member(key: &str, value: Json) -> Member {
    Member {
        key: key.to_owned(),
        key_span: Span::default(),
        value: node(value),
    }
}

fn string(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn array(items: impl Iterator<Item = Json>) -> Json {
    Json::Array(items.map(node).collect())
}

fn strings(texts: &[Text]) -> Json {
    array(texts.iter().map(|text| string(text)))
}

/// Writes a tree; `indent` is the depth, or `None` for one line.
fn write(out: &mut String, value: &Json, indent: Option<usize>) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(text) => out.push_str(text),
        Json::String(text) => write_string(out, text),
        Json::Array(items) => {
            write_list(out, ('[', ']'), items, indent, |out, item, indent| {
                write(out, &item.value, indent);
            });
        }
        Json::Object(members) => write_list(out, ('{', '}'), members, indent, |out, member, indent| {
            write_string(out, &member.key);
            out.push_str(if indent.is_some() { ": " } else { ":" });
            write(out, &member.value.value, indent);
        }),
    }
}

fn write_list<T>(
    out: &mut String,
    (open, close): (char, char),
    items: &[T],
    indent: Option<usize>,
    each: impl Fn(&mut String, &T, Option<usize>),
) {
    let inner = indent.map(|depth| depth + 1);
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        new_line(out, inner);
        each(out, item, inner);
    }
    if !items.is_empty() {
        new_line(out, indent);
    }
    out.push(close);
}

fn new_line(out: &mut String, indent: Option<usize>) {
    if let Some(depth) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
