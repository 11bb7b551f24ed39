//! What the fuzz targets check. `tests/fuzz_bodies.rs` runs the same on a fixed series of inputs.
#![allow(dead_code, reason = "each target uses one of these")]

use org_audit_policy::reach::{Session, SessionKind, reach};
use org_audit_policy::{
    ActionList, Caller, Decision, Policy, PolicyDocument, PolicySet, Request, RequestContext, evaluate,
    wildcard_match,
};
use std::sync::Arc;

/// The parser never crashes, and printing and parsing again is the identity.
pub fn parser(text: &str) {
    if let Ok(document) = PolicyDocument::parse(text) {
        assert_eq!(PolicyDocument::parse(&document.to_json()).as_ref(), Ok(&document));
        assert_eq!(
            PolicyDocument::parse(&document.to_pretty_json()).as_ref(),
            Ok(&document)
        );
    }
}

/// The fast matcher is the simple matcher.
pub fn matcher(pattern: &str, text: &str) {
    let pattern: String = pattern.chars().take(24).collect();
    let text: String = text.chars().take(24).collect();
    assert_eq!(
        wildcard_match(&pattern, &text),
        simple(&pattern, &text),
        "{pattern:?} on {text:?}"
    );
}

/// Row by row: which prefixes of the text each prefix of the pattern matches.
fn simple(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut row: Vec<bool> = (0..=text.len()).map(|n| n == 0).collect();
    for p in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            let before = at > 0 && row[at - 1];
            next[at] = match p {
                '*' => row[at] || (at > 0 && next[at - 1]),
                '?' => before,
                literal => before && text[at - 1] == literal,
            };
        }
        row = next;
    }
    row[text.len()]
}

const ACTIONS: [&str; 8] = [
    "*",
    "iam:*",
    "iam:Enable*",
    "s3:*",
    "s3:Get*",
    "ec2:Stop?nstances",
    "sqs:SendMessage",
    "iam:*MFADevice",
];
const RESOURCES: [&str; 8] = [
    "*",
    "arn:aws:iam::*:user/${aws:username}",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::${aws:PrincipalTag/team}/*",
    "arn:aws:ec2:*:*:instance/i-?",
    "arn:aws:sqs",
    "arn:aws:s3:::d?ta/bob*",
];
const CONDITIONS: [&str; 8] = [
    "{}",
    r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#,
    r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
    r#"{"Null":{"aws:MultiFactorAuthPresent":"true"}}"#,
    r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
    r#"{"StringNotEquals":{"aws:username":"${aws:PrincipalTag/team}"}}"#,
    r#"{"ForAllValues:StringLike":{"aws:TagKeys":["t*"]}}"#,
    r#"{"ForAnyValue:StringNotEqualsIfExists":{"aws:TagKeys":["team"]}}"#,
];
const REQUESTS: [(&str, &str); 6] = [
    ("iam:EnableMFADevice", "arn:aws:iam::111122223333:user/bob"),
    ("iam:EnableMFADevice", "arn:aws:iam::111122223333:user/eve"),
    ("s3:GetObject", "arn:aws:s3:::data/bob/k"),
    ("s3:GetObject", "arn:aws:s3:::red/k"),
    (
        "ec2:StopInstances",
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
    ),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:queue"),
];

/// Makes policies, a session and a completion of its context from bytes, and compares reach with the evaluator.
pub fn reach_is_sound(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let mut next = move || usize::from(bytes.next().unwrap_or_default());
    let mut policies = Vec::new();
    for _ in 0..=next() % 3 {
        let statements: Vec<String> = (0..=next() % 3).map(|_| statement(&mut next)).collect();
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
            statements.join(",")
        );
        policies.push(Arc::new(Policy::parse(&text).expect("the parts make a policy")));
    }
    let scps = if next().is_multiple_of(2) {
        Vec::new()
    } else {
        vec![policies.split_off(policies.len() / 2)]
    };
    let set = Arc::new(PolicySet::builder().identities(policies).scps(scps).build());
    let kind = [SessionKind::Key, SessionKind::Console, SessionKind::Mfa][next() % 3];
    let context = completion(kind, &mut next);
    let reach = reach(
        &set,
        &Arc::new(Session::user(kind, "aws", "111122223333", "/", "bob")),
    );
    for (action, resource) in REQUESTS {
        let caller = Caller::new("arn:aws:iam::111122223333:user/bob", "111122223333");
        let request = Request::new(caller, action, resource).context(context.clone());
        if evaluate(&set, &request).decision == Decision::Allowed {
            let id = ActionList::embedded().find(action).expect("it is listed");
            assert!(reach.is_reachable(id), "{action} on {resource}: {set:?}");
        }
    }
}

fn statement(next: &mut impl FnMut() -> usize) -> String {
    let effect = ["Allow", "Deny"][next() % 2];
    let action = ["Action", "Action", "Action", "NotAction"][next() % 4];
    let resource = ["Resource", "Resource", "Resource", "NotResource"][next() % 4];
    format!(
        r#"{{"Effect":"{effect}","{action}":["{}","{}"],"{resource}":["{}","{}"],"Condition":{}}}"#,
        ACTIONS[next() % 8],
        ACTIONS[next() % 8],
        RESOURCES[next() % 8],
        RESOURCES[next() % 8],
        CONDITIONS[next() % 8]
    )
}

fn completion(kind: SessionKind, next: &mut impl FnMut() -> usize) -> RequestContext {
    let mut context = RequestContext::new()
        .with("aws:PrincipalArn", "arn:aws:iam::111122223333:user/bob")
        .with("aws:username", "bob");
    let mfa = match kind {
        SessionKind::Console | SessionKind::SessionToken => Some("false"),
        SessionKind::Mfa => Some("true"),
        SessionKind::Key | SessionKind::Role => None,
    };
    if let Some(value) = mfa {
        context.insert("aws:MultiFactorAuthPresent", value);
    }
    if next().is_multiple_of(2) {
        context.insert("aws:SourceIp", ["203.0.113.1", "2001:db8::1"][next() % 2]);
    }
    if next().is_multiple_of(2) {
        context.insert("aws:PrincipalTag/team", ["red", "bob", "*"][next() % 3]);
    }
    if next().is_multiple_of(2) {
        let keys: [&[&str]; 3] = [&["team"], &["env", "team"], &[]];
        context.insert("aws:TagKeys", keys[next() % 3]);
    }
    context
}
