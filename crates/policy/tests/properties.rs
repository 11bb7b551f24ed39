//! Properties that hold for all policies, tried on random ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use org_audit_policy::reach::{AccountSight, Outcome, ReachCache, Session, SessionKind, User, reach};
use org_audit_policy::{
    ActionList, Caller, Decision, Policy, PolicyDocument, PolicySet, Request, RequestContext, Truth,
    evaluate, wildcard_match,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

const ACCOUNT: &str = "111122223333";

/// Actions with the resources that they are asked about.
const REQUESTS: [(&str, &str); 10] = [
    ("iam:EnableMFADevice", "arn:aws:iam::111122223333:user/bob"),
    ("iam:EnableMFADevice", "arn:aws:iam::111122223333:user/eve"),
    (
        "iam:CreateVirtualMFADevice",
        "arn:aws:iam::111122223333:mfa/phone",
    ),
    ("iam:ListUsers", "*"),
    ("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ("s3:GetObject", "arn:aws:s3:::data/bob/x:y"),
    ("s3:ListBucket", "arn:aws:s3:::data"),
    (
        "ec2:StopInstances",
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
    ),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:bob-queue"),
    (
        "logs:PutLogEvents",
        "arn:aws:logs:us-east-1:111122223333:log-group:/a/b:log-stream:c",
    ),
];

const ACTIONS: [&str; 14] = [
    "*",
    "iam:*",
    "iam:Enable*",
    "iam:*MFADevice",
    "iam:ListUsers",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "ec2:Stop?nstances",
    "sqs:*",
    "logs:Put*",
    "iam:GetPolicy",
    "s3:List*",
    "new:Thing",
];

const RESOURCES: [&str; 17] = [
    "*",
    "arn:aws:iam::*:user/${aws:username}",
    "arn:aws:iam::*:user/*",
    "arn:aws:iam::111122223333:user/e?e",
    "arn:aws:iam::*:user/*/${aws:username}",
    "arn:aws:iam::111122223333:user/ann",
    "arn:aws:iam::*:mfa/*",
    "arn:aws:iam::*:mfa/${aws:username}*",
    "arn:aws:iam::aws:policy/*",
    "arn:aws:s3:::data",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::data/${aws:username}/*",
    "arn:aws:s3:::${aws:PrincipalTag/team}",
    "arn:aws:ec2:*:*:instance/i-?",
    "arn:aws:sqs",
    "arn:aws:sqs:*:*:${aws:PrincipalTag/team, 'bob'}-queue",
    "arn:aws:logs:*:*:log-group:/a*",
];

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::subsequence(from.to_vec(), 1..3).prop_map(|texts| json!(texts))
}

fn condition() -> impl Strategy<Value = Value> {
    let mfa = "aws:MultiFactorAuthPresent";
    let fixed = vec![
        json!({}),
        json!({"BoolIfExists": {mfa: "false"}}),
        json!({"Bool": {mfa: "false"}}),
        json!({"Bool": {mfa: "true"}}),
        json!({"Null": {mfa: "true"}}),
        json!({"NumericGreaterThanIfExists": {"aws:MultiFactorAuthAge": "3600"}}),
        json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        json!({"NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}),
        json!({"StringEquals": {"aws:PrincipalTag/team": ["red", "${aws:username}"]}}),
        json!({"StringNotEquals": {"aws:username": "${aws:PrincipalTag/team}"}}),
        json!({"StringLike": {"aws:RequestedRegion": "*"}}),
        json!({"ForAllValues:StringLike": {"aws:TagKeys": ["t*"]}}),
        json!({"ForAnyValue:StringNotEqualsIfExists": {"aws:TagKeys": ["team"]}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/b*"}}),
        json!({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}),
        json!({"Null": {"aws:TagKeys": "false"}, "DateLessThan": {"aws:CurrentTime": "2025-01-01"}}),
    ];
    prop::sample::select(fixed)
}

fn statement() -> impl Strategy<Value = Value> {
    let parts = (
        any::<bool>(),
        0..6u8,
        pick(&ACTIONS),
        0..5u8,
        pick(&RESOURCES),
        condition(),
    );
    parts.prop_map(
        |(allow, not_action, actions, not_resource, resources, condition)| {
            json!({
                "Effect": if allow { "Allow" } else { "Deny" },
                if not_action == 0 { "NotAction" } else { "Action" }: actions,
                if not_resource == 0 { "NotResource" } else { "Resource" }: resources,
                "Condition": condition,
            })
        },
    )
}

fn policy() -> impl Strategy<Value = String> {
    let version = prop::sample::select(vec!["2012-10-17", "2012-10-17", "2008-10-17"]);
    (version, prop::collection::vec(statement(), 1..4))
        .prop_map(|(version, statements)| json!({"Version": version, "Statement": statements}).to_string())
}

/// The texts of a set: identity policies, boundary, SCP levels.
type Texts = (Vec<String>, Option<String>, Vec<Vec<String>>);

fn texts() -> impl Strategy<Value = Texts> {
    let level = prop::collection::vec(policy(), 0..3);
    (
        prop::collection::vec(policy(), 1..4),
        prop::option::weighted(0.2, policy()),
        prop::collection::vec(level, 0..3),
    )
}

fn prepared(text: impl AsRef<str>) -> Arc<Policy> {
    Arc::new(Policy::parse(text.as_ref()).unwrap())
}

fn set((identities, boundary, scps): &Texts) -> Arc<PolicySet> {
    let levels = scps
        .iter()
        .map(|level| level.iter().map(prepared).collect())
        .collect();
    let builder = PolicySet::builder().identities(identities.iter().map(prepared));
    Arc::new(
        builder
            .boundary(boundary.as_ref().map(prepared))
            .scps(levels)
            .build(),
    )
}

fn caller() -> Caller {
    Caller::new("arn:aws:iam::111122223333:user/bob", ACCOUNT)
}

/// A context that a session of a kind may have: what the session fixes, and some of the rest.
fn completion(kind: SessionKind) -> impl Strategy<Value = RequestContext> {
    let open = |values: &'static [&'static str]| prop::option::of(prop::sample::select(values));
    let rest = (
        open(&["203.0.113.9", "198.51.100.1", "2001:db8::1"]),
        open(&["red", "bob", "*"]),
        open(&["eu-west-1", "us-east-1"]),
        prop::option::of(prop::sample::subsequence(vec!["team", "env", ""], 0..3)),
        open(&["2024-06-01T00:00:00Z", "2026-06-01T00:00:00Z"]),
        prop::sample::select(vec!["10", "7200"]),
    );
    rest.prop_map(move |(ip, team, region, tags, time, age)| {
        let mut context = RequestContext::new()
            .with("aws:PrincipalArn", "arn:aws:iam::111122223333:user/bob")
            .with("aws:username", "bob")
            .with("aws:userid", "AIDAEXAMPLE")
            .with("aws:PrincipalAccount", ACCOUNT)
            .with("aws:PrincipalType", "User")
            .with("aws:PrincipalIsAWSService", "false");
        let single = [
            ("aws:SourceIp", ip),
            ("aws:PrincipalTag/team", team),
            ("aws:RequestedRegion", region),
            ("aws:CurrentTime", time),
        ];
        for (key, value) in single.into_iter().filter_map(|(key, value)| Some((key, value?))) {
            context.insert(key, value);
        }
        if let Some(tags) = tags {
            context.insert("aws:TagKeys", tags.as_slice());
        }
        match kind {
            SessionKind::Key | SessionKind::Role => context,
            SessionKind::Console | SessionKind::SessionToken => context
                .with("aws:MultiFactorAuthPresent", "false")
                .with("aws:TokenIssueTime", "2024-06-01T00:00:00Z"),
            SessionKind::Mfa => context
                .with("aws:MultiFactorAuthPresent", "true")
                .with("aws:MultiFactorAuthAge", age)
                .with("aws:TokenIssueTime", "2024-06-01T00:00:00Z"),
        }
    })
}

fn kinds() -> impl Strategy<Value = (SessionKind, RequestContext)> {
    prop::sample::select(vec![SessionKind::Key, SessionKind::Console, SessionKind::Mfa])
        .prop_flat_map(|kind| (Just(kind), completion(kind)))
}

/// A session of every kind.
fn sessions() -> impl Strategy<Value = Session> {
    let user = |kind| Session::user(kind, "aws", ACCOUNT, "/", "bob");
    let role = Session::role("aws", ACCOUNT, "arn:aws:iam::111122223333:role/bob");
    prop::sample::select(vec![
        user(SessionKind::Key),
        user(SessionKind::Console),
        user(SessionKind::SessionToken),
        user(SessionKind::Mfa),
        role,
    ])
}

/// A value that a condition on the principal may be compared with: an ARN or a name with wildcards, or pieces of both put
/// together blindly.
fn principal_pattern() -> impl Strategy<Value = String> {
    let heads = prop::sample::select(vec![
        "",
        "*",
        "*:user/",
        "arn:aws:iam::*:user/",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:iam::444455556666:user/",
        "arn:aws:iam::*:role/",
        "arn:aws:iam::111122223333:",
        "arn:aws:iam::${aws:PrincipalAccount}:user/",
        "1111*",
        "111122223333",
    ]);
    let ends = prop::sample::select(vec![
        "",
        "*",
        "b",
        "b*",
        "*b",
        "?",
        "?*",
        "bob",
        "B?",
        "bob/*",
        "*/b",
        "${aws:username}",
    ]);
    let pieces = prop::sample::select(vec![
        "arn:aws:iam::",
        "*",
        "?",
        ":",
        "/",
        "user/",
        "b",
        "1",
        "${aws:PrincipalTag/team, 'b'}",
    ]);
    let usual = (heads, ends).prop_map(|(head, end)| format!("{head}{end}"));
    let blind = prop::collection::vec(pieces, 1..5).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => usual, 1 => blind]
}

/// A Deny with one condition on who asks.
fn denied_principals() -> impl Strategy<Value = Arc<Policy>> {
    let qualifier = prop::sample::select(vec!["", "", "", "ForAllValues:", "ForAnyValue:"]);
    let operator = prop::sample::select(vec![
        "StringLike",
        "StringNotLike",
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "ArnLike",
        "ArnNotLike",
        "ArnEquals",
        "ArnNotEquals",
        "Null",
        "NumericEquals",
    ]);
    let key = prop::sample::select(vec![
        "aws:PrincipalArn",
        "aws:username",
        "aws:PrincipalAccount",
        "aws:userid",
    ]);
    let values = prop::collection::vec(principal_pattern(), 1..3);
    (qualifier, operator, any::<bool>(), key, values).prop_map(|(qualifier, operator, if_exists, key, values)| {
        let (name, values) = if operator == "Null" {
            (operator.to_owned(), vec![if_exists.to_string()])
        } else {
            let suffix = if if_exists { "IfExists" } else { "" };
            (format!("{qualifier}{operator}{suffix}"), values)
        };
        prepared(json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {name: {key: values}}}}).to_string())
    })
}

fn decide(set: &PolicySet, action: &str, resource: &str, context: &RequestContext) -> Decision {
    evaluate(
        set,
        &Request::new(caller(), action, resource).context(context.clone()),
    )
    .decision
}

proptest! {
    // Cheap ones, of which many are needed.
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn what_holds_for_whoever_holds_for_each(
        policy in denied_principals(), name in "[abB]{1,3}|bob", path in "/|/b/|/bob/a/|/user/", as_role in any::<bool>(),
    ) {
        let session = |path: &str, name: &str| if as_role {
            Session::role("aws", ACCOUNT, &format!("arn:aws:iam::{ACCOUNT}:role{path}{name}"))
        } else {
            Session::user(SessionKind::Key, "aws", ACCOUNT, path, name)
        };
        let of_whoever = session("/", "\u{e000}").of_any_name().meets_conditions_of(&policy, 0);
        let of_one = session(&path, &name).meets_conditions_of(&policy, 0);
        // An answer that is certain is everybody's.
        if of_whoever != Truth::Unknown {
            prop_assert_eq!(of_one, of_whoever, "{}{} in {:?}", path, name, policy.document());
        }
    }

    #[test]
    fn accounts_that_are_not_seen_are_alike(policy in denied_principals(), name in "[abB]{1,3}|bob") {
        let set = PolicySet::builder().identity(Arc::clone(&policy)).build();
        let in_account = |account: &str| Session::user(SessionKind::Key, "aws", account, "/", &name).meets_conditions_of(&policy, 0);
        let seen = match set.account_sight() {
            AccountSight::Blind => BTreeSet::new(),
            AccountSight::Named(ids) => ids,
            AccountSight::Any => return Ok(()),
        };
        let accounts = ["111122223333", "444455556666", "999999999999", "121212121212"];
        let mut unseen = accounts.into_iter().filter(|id| !seen.contains(*id)).map(in_account);
        let first = unseen.next();
        prop_assert!(unseen.all(|other| Some(other) == first), "{:?}", policy.document());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_allowed_under_some_completion_is_never_denied_in_reach(texts in texts(), (kind, context) in kinds()) {
        let set = set(&texts);
        let reach = reach(&set, &Arc::new(Session::user(kind, "aws", ACCOUNT, "/", "bob")));
        for (action, resource) in REQUESTS {
            if decide(&set, action, resource, &context) == Decision::Allowed {
                let id = ActionList::embedded().find(action).unwrap();
                prop_assert!(reach.is_reachable(id), "{action} on {resource} in {texts:?}");
            }
        }
    }

    #[test]
    fn the_short_answers_of_reach_are_those_of_the_long_one(texts in texts(), session in sessions()) {
        let set = set(&texts);
        let reach = reach(&set, &Arc::new(session));
        for (id, action) in ActionList::embedded().iter() {
            let truth = match reach.of(id) {
                Outcome::Allowed { .. } => Truth::True,
                Outcome::Possible { .. } => Truth::Unknown,
                Outcome::Denied { .. } => Truth::False,
            };
            prop_assert_eq!(reach.certainty(id), truth, "{} in {:?}", action.name(), texts);
            prop_assert_eq!(reach.is_reachable(id), truth.possible(), "{} in {:?}", action.name(), texts);
        }
    }

    #[test]
    fn what_is_allowed_on_another_user_is_reached_on_others(texts in texts(), (kind, context) in kinds(), other in "[a-z/]{0,4}(ann|bobby|x-bob)") {
        let set = set(&texts);
        let reach = reach(&set, &Arc::new(Session::user(kind, "aws", ACCOUNT, "/", "bob")));
        let resource = format!("arn:aws:iam::{ACCOUNT}:user/{other}");
        for action in ["iam:EnableMFADevice", "iam:DeactivateMFADevice", "iam:GetUser", "iam:CreateAccessKey"] {
            if decide(&set, action, &resource, &context) == Decision::Allowed {
                let id = ActionList::embedded().find(action).unwrap();
                prop_assert!(reach.on_others(id).is_reachable(), "{action} on {resource} in {texts:?}");
            }
        }
    }

    #[test]
    fn a_witness_is_allowed_by_the_exact_evaluator_in_every_completion(texts in texts(), (kind, context) in kinds()) {
        let set = set(&texts);
        let reach = reach(&set, &Arc::new(Session::user(kind, "aws", ACCOUNT, "/", "bob")));
        for (_, action, outcome) in reach.reachable().step_by(97) {
            if let Outcome::Allowed { resource } = outcome {
                let decision = decide(&set, action.name(), &resource, &context);
                prop_assert_eq!(decision, Decision::Allowed, "{} on {} in {:?}", action.name(), resource, texts);
            }
        }
    }

    #[test]
    fn a_set_that_was_built_for_one_question_has_the_same_reach(texts in texts(), session in sessions()) {
        let (identities, boundary, scps) = &texts;
        let levels = scps.iter().map(|level| level.iter().map(prepared).collect()).collect();
        let builder = PolicySet::builder().identities(identities.iter().map(prepared));
        let for_one = builder.boundary(boundary.as_ref().map(prepared)).scps(levels).build_for_one();
        let session = Arc::new(session);
        let (one, other) = (reach(&set(&texts), &session), reach(&Arc::new(for_one), &session));
        prop_assert_eq!(one.open(), other.open());
    }

    #[test]
    fn the_prepared_set_decides_as_the_one_that_matches_patterns_as_they_come(texts in texts(), (_, context) in kinds()) {
        let fast = set(&texts);
        let (identities, boundary, scps) = &texts;
        let levels = scps.iter().map(|level| level.iter().map(prepared).collect()).collect();
        let builder = PolicySet::builder().identities(identities.iter().map(prepared));
        let slow = builder.boundary(boundary.as_ref().map(prepared)).scps(levels).build_for_one();
        for (action, resource) in REQUESTS {
            let request = Request::new(caller(), action, resource).context(context.clone());
            prop_assert_eq!(evaluate(&fast, &request), evaluate(&slow, &request));
        }
    }

    #[test]
    fn one_more_scp_at_every_level_never_grants_and_an_explicit_deny_wins(texts in texts(), deny in policy(), (_, context) in kinds()) {
        let before = set(&texts);
        let mut with_level = texts.clone();
        with_level.2.push(vec![deny]);
        let after = set(&with_level);
        let mut denied = texts;
        denied.0.push(r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#.to_owned());
        let denied = set(&denied);
        for (action, resource) in REQUESTS {
            if decide(&before, action, resource, &context) != Decision::Allowed {
                prop_assert_ne!(decide(&after, action, resource, &context), Decision::Allowed);
            }
            prop_assert_eq!(decide(&denied, action, resource, &context), Decision::ExplicitlyDenied);
        }
    }

    #[test]
    fn the_order_of_policies_and_statements_does_not_matter(texts in texts(), (_, context) in kinds()) {
        let mut turned = texts.clone();
        turned.0.reverse();
        for text in &mut turned.0 {
            let mut document: Value = serde_json::from_str(text).unwrap();
            document["Statement"].as_array_mut().unwrap().reverse();
            *text = document.to_string();
        }
        let (one, other) = (set(&texts), set(&turned));
        for (action, resource) in REQUESTS {
            prop_assert_eq!(decide(&one, action, resource, &context), decide(&other, action, resource, &context));
        }
    }

    #[test]
    fn the_cache_gives_what_a_user_would_get_alone(texts in texts(), name in "[a-z]{2,5}", path in prop::sample::select(vec!["/", "/division/"])) {
        let set = set(&texts);
        let mut cache = ReachCache::new();
        let user = User { partition: "aws", account: ACCOUNT, path, name: &name };
        let cached = cache.user(&set, SessionKind::Key, user);
        let alone = reach(&set, &Arc::new(Session::user(SessionKind::Key, "aws", ACCOUNT, path, &name)));
        for (id, action) in ActionList::embedded().iter() {
            let interesting = ["iam", "s3", "sqs", "ec2", "logs"].contains(&action.service());
            if interesting {
                prop_assert_eq!(cached.without_mfa.is_reachable(id), alone.is_reachable(id), "{} in {:?}", action.name(), texts);
            }
        }
    }

    #[test]
    fn parsing_what_was_printed_is_the_identity(text in policy()) {
        let document = PolicyDocument::parse(&text).unwrap();
        prop_assert_eq!(&PolicyDocument::parse(&document.to_json()).unwrap(), &document);
        prop_assert_eq!(&PolicyDocument::parse(&document.to_pretty_json()).unwrap(), &document);
    }

    #[test]
    fn the_parser_survives_any_text(text in any::<String>(), cut in any::<prop::sample::Index>(), policy in policy()) {
        let _ = PolicyDocument::parse(&text);
        let at = cut.index(policy.len());
        if let Some(part) = policy.get(..at) {
            prop_assert!(PolicyDocument::parse(part).is_err());
        }
    }

    #[test]
    fn the_fast_matcher_is_the_simple_matcher(pattern in "[ab*?é]{0,8}", text in "[abé]{0,8}") {
        let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        prop_assert_eq!(wildcard_match(&pattern, &text), simple(&p, &t));
    }
}

/// The definition of a wildcard pattern, as it stands.
fn simple(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], rest) => rest.is_empty(),
        (['*', after @ ..], rest) => {
            simple(after, rest) || matches!(rest, [_, shorter @ ..] if simple(pattern, shorter))
        }
        (['?', after @ ..], [_, rest @ ..]) => simple(after, rest),
        ([p, after @ ..], [t, rest @ ..]) => p == t && simple(after, rest),
        (_, []) => false,
    }
}

#[test]
fn a_user_of_another_service_is_not_the_caller() {
    let policies = [
        r#"{"Statement":{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iam::aws:policy/*"}}"#,
        r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:iam::*:user/*"}}"#,
    ];
    let policies = policies.map(|text| Arc::new(Policy::parse(text).unwrap()));
    let set = Arc::new(PolicySet::builder().identities(policies).build());
    let reach = reach(
        &set,
        &Arc::new(Session::user(SessionKind::Key, "aws", ACCOUNT, "/", "bob")),
    );
    for name in ["memorydb:UpdateUser", "elasticache:ModifyUser"] {
        let id = ActionList::embedded().find(name).unwrap();
        let Outcome::Allowed { resource } = reach.of(id) else {
            panic!("{name}: {:?}", reach.of(id));
        };
        assert!(!resource.contains(":iam:"), "{name}: {resource}");
    }
}
