//! Reading documents: every accepted form, every refusal with its place, and the way back to text.

#![expect(clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

use org_audit_policy::PolicyDocument;
use org_audit_policy::document::{
    ActionElement, Effect, MAX_BYTES, ParseErrorKind, Principal, PrincipalElement, ResourceElement, Version,
};

const SMALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;

fn parse(text: &str) -> PolicyDocument {
    PolicyDocument::parse(text).unwrap_or_else(|e| panic!("{e}\n{}", e.excerpt(text)))
}

fn refuse(text: &str) -> (ParseErrorKind, usize, usize, String) {
    let error = PolicyDocument::parse(text).expect_err("this must be refused");
    (
        error.kind().clone(),
        error.position().line,
        error.position().column,
        error.pointer().to_owned(),
    )
}

#[test]
fn one_statement_or_a_list_and_one_string_or_a_list_mean_the_same() {
    let list =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*"],"Resource":["*"]}]}"#;
    assert_eq!(parse(SMALL), parse(list));
}

#[test]
fn reads_every_element() {
    let document = parse(
        r#"{"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"S","Effect":"Deny",
            "NotPrincipal":{"AWS":["arn:aws:iam::111122223333:root"],"Service":"ec2.amazonaws.com"},
            "NotAction":["iam:*"],"NotResource":"arn:aws:s3:::b",
            "Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":false},"NumericLessThan":{"a:b":[5,"6.5"]}},
            "Extra":{"a":[null,1.50]}}]}"#,
    );
    assert_eq!(
        (document.version(), document.id()),
        (Some(Version::V2008), Some("x"))
    );
    let statement = &document.statements()[0];
    assert_eq!((statement.sid(), statement.effect()), (Some("S"), Effect::Deny));
    assert!(matches!(statement.action(), ActionElement::NotAction(p) if p[0].as_str() == "iam:*"));
    assert!(
        matches!(statement.resource(), Some(ResourceElement::NotResource(p)) if p[0].as_str() == "arn:aws:s3:::b")
    );
    let Some(PrincipalElement::NotPrincipal(Principal::Map(map))) = statement.principal() else {
        panic!("the principal is a map");
    };
    assert_eq!(map.len(), 2);
    let conditions = statement.conditions();
    assert_eq!(conditions[0].operator().to_string(), "BoolIfExists");
    assert_eq!(conditions[0].values()[0].as_str(), "false");
    assert_eq!(conditions[1].values()[1].as_str(), "6.5");
    assert_eq!(statement.unknown()[0].name().as_str(), "Extra");
}

#[test]
fn a_document_without_a_version_is_read_as_2008() {
    let document = parse(r#"{"Statement":[]}"#);
    assert_eq!(
        (document.version(), document.effective_version()),
        (None, Version::V2008)
    );
}

#[test]
fn url_encoded_text_is_decoded() {
    let encoded: String = SMALL.bytes().map(|b| format!("%{b:02X}")).collect();
    assert_eq!(parse(&encoded), parse(SMALL));
    let half = SMALL.replace('{', "%7B").replace('"', "%22").replace('}', "%7d");
    assert_eq!(parse(&half), parse(SMALL));
    assert_eq!(refuse("%7B%2").0, ParseErrorKind::PercentEncoding);
    assert_eq!(refuse("%7B%FF%7D").0, ParseErrorKind::PercentEncoding);
}

#[test]
fn a_comment_is_refused_with_its_place_and_the_reason() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [ // mine\n  ]\n}";
    let (kind, line, column, pointer) = refuse(text);
    assert_eq!(
        (kind, line, column, pointer.as_str()),
        (ParseErrorKind::Comment, 3, 18, "/Statement")
    );
    let message = PolicyDocument::parse(text).unwrap_err().to_string();
    assert!(message.contains("AWS rejects"), "{message}");
    for comment in ["/* x */ {}", "{ # x\n}", "{\"Version\": /* x */ \"2012-10-17\"}"] {
        assert_eq!(refuse(comment).0, ParseErrorKind::Comment, "{comment}");
    }
}

#[test]
fn a_column_counts_characters_and_not_bytes() {
    let (_, line, column, _) = refuse("{\"Größe\": 1, !}");
    assert_eq!((line, column), (1, 14));
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let (kind, _, _, pointer) = refuse(r#"{"Statement":[{"Effect":"Allow","Effect":"Deny"}]}"#);
    assert_eq!(kind, ParseErrorKind::DuplicateKey { key: "Effect".into() });
    assert_eq!(pointer, "/Statement/0");
    let escaped = r#"{"Statement":[],"\u0053tatement":[]}"#;
    assert_eq!(
        refuse(escaped).0,
        ParseErrorKind::DuplicateKey {
            key: "Statement".into()
        }
    );
}

#[test]
fn missing_and_contradicting_elements_are_refused() {
    let statement = |inner: &str| refuse(&format!(r#"{{"Statement":[{{{inner}}}]}}"#));
    assert_eq!(refuse("{}").0, ParseErrorKind::Missing { element: "Statement" });
    assert_eq!(
        statement(r#""Action":"*""#).0,
        ParseErrorKind::Missing { element: "Effect" }
    );
    assert_eq!(
        statement(r#""Effect":"Deny""#).0,
        ParseErrorKind::Missing { element: "Action" }
    );
    assert!(matches!(
        statement(r#""Effect":"allow","Action":"*""#).0,
        ParseErrorKind::InvalidValue { .. }
    ));
    assert!(matches!(
        statement(r#""Effect":"Deny","Action":"*","NotAction":"*""#).0,
        ParseErrorKind::Exclusive { .. }
    ));
    let (kind, _, _, pointer) = statement(r#""Effect":"Deny","Action":["*",1]"#);
    assert!(matches!(kind, ParseErrorKind::WrongType { .. }));
    assert_eq!(pointer, "/Statement/0/Action/1");
}

#[test]
fn an_unknown_operator_is_refused_with_the_nearest_name() {
    let text = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExist":{"a":"b"}}}}"#;
    let (kind, ..) = refuse(text);
    assert_eq!(
        kind,
        ParseErrorKind::UnknownOperator {
            operator: "BoolIfExist".into(),
            nearest: Some("BoolIfExists".into())
        }
    );
}

#[test]
fn operators_are_read_whatever_their_case() {
    let text = r#"{"Statement":{"Effect":"Deny","Action":"*","Condition":{"foranyvalue:STRINGLIKEifexists":{"a":"b"}}}}"#;
    let document = parse(text);
    assert_eq!(
        document.statements()[0].conditions()[0].operator().to_string(),
        "ForAnyValue:StringLikeIfExists"
    );
}

#[test]
fn what_is_too_large_or_too_deep_is_an_error_and_not_a_crash() {
    let large = format!("{{\"Statement\":[]{}}}", " ".repeat(10 * MAX_BYTES));
    assert!(matches!(refuse(&large).0, ParseErrorKind::TooLarge { .. }));
    let deep = "[".repeat(10_000);
    assert!(matches!(refuse(&deep).0, ParseErrorKind::TooDeep { .. }));
    let objects = "{\"a\":".repeat(10_000);
    assert!(matches!(refuse(&objects).0, ParseErrorKind::TooDeep { .. }));
    let encoded = format!("%7B{}", "%20".repeat(4 * MAX_BYTES));
    PolicyDocument::parse(&encoded).unwrap_err();
}

#[test]
fn broken_json_is_refused_with_what_was_expected() {
    for text in [
        "",
        " ",
        "{",
        "[",
        "\"",
        "nul",
        "{\"a\"}",
        "{\"a\":}",
        "{'a':1}",
        "[1 2]",
        "{} {}",
        "01",
        "1.",
        "-",
        "1e",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"a\nb\"",
        "[1,]",
        "{\"a\":1,}",
        "+1",
        "\u{0}",
        "%",
        "%zz",
    ] {
        PolicyDocument::parse(text).expect_err(text);
    }
    let (kind, line, column, _) = refuse("{\n  \"Statement\": [],\n}");
    assert_eq!(
        (kind, line, column),
        (ParseErrorKind::TrailingComma { close: '}' }, 2, 18)
    );
}

#[test]
fn printing_and_parsing_again_is_the_identity() {
    let text = r#"{"Id":"a\"\\\n\u0001é","Statement":[{"Effect":"Deny","NotAction":[],"Resource":"*","Zeta":{"b":1e5,"a":[true]},
        "Principal":{"AWS":"*","Future":["x"]},
        "Condition":{"StringLike":{"b:k":"${aws:username}","a:k":[]},"Bool":{"z:k":true},"bool":{"z:k":1}}}],"More":null}"#;
    let document = parse(text);
    assert_eq!(parse(&document.to_json()), document);
    assert_eq!(parse(&document.to_pretty_json()), document);
    assert_eq!(parse(&parse(SMALL).to_json()), parse(SMALL));
}

#[test]
fn an_excerpt_marks_the_place() {
    let text = "{\n  \"Statement\": 5\n}";
    let excerpt = PolicyDocument::parse(text).unwrap_err().excerpt(text);
    assert_eq!(excerpt, "  |\n2 |   \"Statement\": 5\n  |                ^\n");
}
