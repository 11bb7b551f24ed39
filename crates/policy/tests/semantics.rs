//! The rules that evaluators get wrong, each by its name. Each follows a page of AWS's; the module docs name it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "a case reads best when its JSON stands in the call"
)]

use org_audit_policy::Decision::{self, Allowed, ExplicitlyDenied, ImplicitlyDenied};
use org_audit_policy::cases;
use serde_json::{Value, json};

const BOB: &str = "arn:aws:iam::111122223333:user/bob";
const OBJECT: &str = "arn:aws:s3:::data/bob/k";

fn document(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn everything() -> Value {
    document(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}))
}

fn decide(case: Value) -> Decision {
    cases::simulate(&case.to_string()).unwrap().evaluation.decision
}

/// A case of bob's with these parts.
fn case(policies: Value, action: &str, resource: &str, context: Value) -> Value {
    json!({"id": 1, "principal": BOB, "account_id": "111122223333", "identity_policies": policies,
        "request": {"action": action, "resource": resource, "context": context}})
}

fn with(mut case: Value, key: &str, value: Value) -> Value {
    case[key] = value;
    case
}

/// An Allow under a condition.
fn if_holds(condition: Value, context: Value) -> Decision {
    let policy = document(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}));
    decide(case(json!([policy]), "s3:GetObject", OBJECT, context))
}

/// An Allow on a resource.
fn on(resource: &str, asked: &str, context: Value) -> Decision {
    let policy = document(json!({"Effect": "Allow", "Action": "*", "Resource": resource}));
    decide(case(json!([policy]), "s3:GetObject", asked, context))
}

#[test]
fn variables_are_replaced_only_under_version_2012() {
    let resource = "arn:aws:s3:::data/${aws:username}/*";
    assert_eq!(on(resource, OBJECT, json!({"aws:username": "bob"})), Allowed);
    for version in [json!("2008-10-17"), Value::Null] {
        let mut policy = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": resource}});
        if !version.is_null() {
            policy["Version"] = version;
        }
        let context = json!({"aws:username": "bob"});
        assert_eq!(
            decide(case(json!([policy]), "s3:GetObject", OBJECT, context)),
            ImplicitlyDenied
        );
    }
}

#[test]
fn a_variable_without_a_value_matches_nothing_and_so_a_negated_operator_matches() {
    let missing = "${aws:PrincipalTag/none}";
    let known = json!({"aws:username": "bob"});
    assert_eq!(
        if_holds(json!({"StringEquals": {"aws:username": missing}}), known.clone()),
        ImplicitlyDenied
    );
    assert_eq!(
        if_holds(
            json!({"StringNotEquals": {"aws:username": missing}}),
            known.clone()
        ),
        Allowed
    );
    assert_eq!(
        if_holds(
            json!({"StringNotLike": {"aws:username": format!("{missing}*")}}),
            known.clone()
        ),
        Allowed
    );
    assert_eq!(
        on(&format!("arn:aws:s3:::data/{missing}*"), OBJECT, known.clone()),
        ImplicitlyDenied
    );
    let not =
        document(json!({"Effect": "Allow", "Action": "*", "NotResource": format!("arn:aws:s3:::{missing}")}));
    assert_eq!(decide(case(json!([not]), "s3:GetObject", OBJECT, known)), Allowed);
}

#[test]
fn a_variable_may_have_a_default_and_its_value_is_never_a_wildcard() {
    let resource = "arn:aws:s3:::data/${aws:PrincipalTag/team, 'bob'}/k";
    assert_eq!(on(resource, OBJECT, json!({})), Allowed);
    assert_eq!(
        on(resource, OBJECT, json!({"aws:PrincipalTag/team": "red"})),
        ImplicitlyDenied
    );
    assert_eq!(
        on(resource, OBJECT, json!({"aws:PrincipalTag/team": "*"})),
        ImplicitlyDenied
    );
    assert_eq!(
        on("arn:aws:s3:::${*}", "arn:aws:s3:::b", json!({})),
        ImplicitlyDenied
    );
    assert_eq!(
        on("arn:aws:s3:::${*}${?}${$}", "arn:aws:s3:::*?$", json!({})),
        Allowed
    );
}

#[test]
fn a_multivalued_key_is_no_variable() {
    let condition = json!({"StringEquals": {"aws:username": "${aws:TagKeys}"}});
    assert_eq!(
        if_holds(condition, json!({"aws:username": "bob", "aws:TagKeys": ["bob"]})),
        ImplicitlyDenied
    );
}

#[test]
fn for_all_values_is_true_and_for_any_value_false_without_values() {
    for context in [
        json!({}),
        json!({"aws:TagKeys": []}),
        json!({"aws:TagKeys": [""]}),
    ] {
        let all = json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}});
        assert_eq!(if_holds(all, context.clone()), Allowed, "{context}");
        let any = json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}});
        assert_eq!(if_holds(any, context.clone()), ImplicitlyDenied, "{context}");
    }
}

#[test]
fn set_operators_with_negation_look_at_each_value() {
    let keys = json!({"aws:TagKeys": ["a", "c"]});
    for (operator, expected) in [
        ("ForAnyValue:StringNotEquals", Allowed),
        ("ForAllValues:StringNotEquals", ImplicitlyDenied),
        ("ForAnyValue:StringEquals", Allowed),
        ("ForAllValues:StringEquals", ImplicitlyDenied),
    ] {
        assert_eq!(
            if_holds(json!({operator: {"aws:TagKeys": ["a", "b"]}}), keys.clone()),
            expected,
            "{operator}"
        );
    }
}

#[test]
fn an_absent_key_fails_positive_operators_and_passes_negated_and_if_exists() {
    for (operator, value, expected) in [
        ("StringEquals", "x", ImplicitlyDenied),
        ("StringNotEquals", "x", Allowed),
        ("StringEqualsIfExists", "x", Allowed),
        ("ArnNotLike", "arn:aws:iam::*:role/x", Allowed),
        ("NumericLessThan", "5", ImplicitlyDenied),
        ("NumericNotEquals", "5", Allowed),
        ("DateNotEquals", "2024-01-01", Allowed),
        ("IpAddress", "0.0.0.0/0", ImplicitlyDenied),
        ("NotIpAddress", "0.0.0.0/0", Allowed),
        ("Bool", "true", ImplicitlyDenied),
        ("BoolIfExists", "true", Allowed),
        ("BinaryEquals", "aGk=", ImplicitlyDenied),
        ("Null", "true", Allowed),
        ("Null", "false", ImplicitlyDenied),
    ] {
        assert_eq!(
            if_holds(json!({operator: {"x:y": value}}), json!({})),
            expected,
            "{operator} {value}"
        );
    }
}

#[test]
fn json_booleans_and_numbers_are_condition_values() {
    let mfa = json!({"aws:MultiFactorAuthPresent": "false"});
    assert_eq!(
        if_holds(json!({"Bool": {"aws:MultiFactorAuthPresent": false}}), mfa),
        Allowed
    );
    assert_eq!(
        if_holds(json!({"Null": {"aws:MultiFactorAuthPresent": true}}), json!({})),
        Allowed
    );
    assert_eq!(
        if_holds(json!({"NumericLessThan": {"x:y": 3600}}), json!({"x:y": "5"})),
        Allowed
    );
    assert_eq!(
        if_holds(json!({"NumericEquals": {"x:y": "5.0"}}), json!({"x:y": 5})),
        Allowed
    );
}

#[test]
fn dates_are_epoch_seconds_or_iso_8601_on_both_sides() {
    let after = json!({"DateGreaterThan": {"aws:EpochTime": "2020-01-01T00:00:00Z"}});
    assert_eq!(if_holds(after, json!({"aws:EpochTime": "1700000000"})), Allowed);
    let before = json!({"DateLessThan": {"aws:CurrentTime": "1900000000"}});
    assert_eq!(
        if_holds(before, json!({"aws:CurrentTime": "2024-01-01T00:00:00Z"})),
        Allowed
    );
    let zone = json!({"DateEquals": {"aws:CurrentTime": "2024-06-01T02:00:00+02:00"}});
    assert_eq!(if_holds(zone, json!({"aws:CurrentTime": "2024-06-01"})), Allowed);
}

#[test]
fn ip_ranges_know_zero_and_version_6() {
    let allowed = |range: &str, ip: &str| {
        if_holds(
            json!({"IpAddress": {"aws:SourceIp": range}}),
            json!({"aws:SourceIp": ip}),
        )
    };
    assert_eq!(allowed("0.0.0.0/0", "203.0.113.7"), Allowed);
    assert_eq!(allowed("0.0.0.0/0", "2001:db8::1"), ImplicitlyDenied);
    assert_eq!(allowed("2001:DB8::/32", "2001:db8::1"), Allowed);
    let outside = json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    assert_eq!(if_holds(outside, json!({"aws:SourceIp": "2001:db8::1"})), Allowed);
}

#[test]
fn case_matters_in_values_and_resources_and_not_in_keys_operators_and_actions() {
    assert_eq!(
        if_holds(
            json!({"stringequals": {"AWS:UserName": "bob"}}),
            json!({"aws:username": "bob"})
        ),
        Allowed
    );
    assert_eq!(
        if_holds(
            json!({"StringLike": {"aws:username": "BOB"}}),
            json!({"aws:username": "bob"})
        ),
        ImplicitlyDenied
    );
    assert_eq!(
        if_holds(
            json!({"StringEqualsIgnoreCase": {"aws:username": "BOB"}}),
            json!({"aws:username": "bob"})
        ),
        Allowed
    );
    assert_eq!(on("arn:aws:s3:::DATA/*", OBJECT, json!({})), ImplicitlyDenied);
    let policy = document(json!({"Effect": "Allow", "Action": "S3:g?tOBJ*", "Resource": "*"}));
    assert_eq!(
        decide(case(json!([policy]), "s3:GetObject", OBJECT, json!({}))),
        Allowed
    );
}

#[test]
fn string_equals_knows_no_wildcards_and_arn_equals_does() {
    assert_eq!(
        if_holds(
            json!({"StringEquals": {"aws:username": "b*"}}),
            json!({"aws:username": "bob"})
        ),
        ImplicitlyDenied
    );
    let arn = json!({"aws:PrincipalArn": BOB});
    assert_eq!(
        if_holds(
            json!({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::*:user/b*"}}),
            arn
        ),
        Allowed
    );
}

#[test]
fn a_wildcard_stays_in_its_segment_of_an_arn() {
    let source = json!({"aws:SourceArn": "arn:aws:x:us-east-2:999999999999:store/a:111122223333:finance/d"});
    let condition = json!({"ArnLike": {"aws:SourceArn": "arn:aws:x:*:111122223333:finance/*"}});
    assert_eq!(if_holds(condition, source), ImplicitlyDenied);
    assert_eq!(
        on(
            "arn:aws:rds:*:*:prod",
            "arn:aws:rds:eu-west-1:111122223333:db:prod",
            json!({})
        ),
        ImplicitlyDenied
    );
    let stream = "arn:aws:logs:us-east-1:111122223333:log-group:/a/b:log-stream:c";
    assert_eq!(on("arn:aws:logs:*:*:log-group:/a*", stream, json!({})), Allowed);
}

#[test]
fn an_incomplete_arn_is_completed_with_stars() {
    assert_eq!(on("arn:aws:s3", OBJECT, json!({})), Allowed);
    assert_eq!(on("arn:aws:sqs", OBJECT, json!({})), ImplicitlyDenied);
    assert_eq!(on("arn:aws:s3:*", OBJECT, json!({})), Allowed);
}

#[test]
fn a_user_arn_with_a_variable_does_not_match_a_user_with_a_path() {
    let context = json!({"aws:username": "bob"});
    let pattern = "arn:aws:iam::*:user/${aws:username}";
    assert_eq!(on(pattern, BOB, context.clone()), Allowed);
    assert_eq!(
        on(pattern, "arn:aws:iam::111122223333:user/division/bob", context),
        ImplicitlyDenied
    );
}

#[test]
fn denying_if_mfa_is_not_false_is_not_allowing_if_mfa_is_true() {
    let mfa = "aws:MultiFactorAuthPresent";
    let deny = document(
        json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"BoolIfExists": {mfa: "false"}}}),
    );
    let by_deny = |context| decide(case(json!([everything(), deny]), "s3:GetObject", OBJECT, context));
    assert_eq!(by_deny(json!({})), ExplicitlyDenied);
    assert_eq!(by_deny(json!({mfa: "true"})), Allowed);
    assert_eq!(
        if_holds(json!({"BoolIfExists": {mfa: "true"}}), json!({})),
        Allowed
    );
}

#[test]
fn each_level_of_scps_needs_an_allow_but_not_each_document() {
    let base = || case(json!([everything()]), "s3:GetObject", OBJECT, json!({}));
    let ec2 = document(json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}));
    let two_documents = json!([[everything(), ec2.clone()], [everything()]]);
    assert_eq!(decide(with(base(), "scps", two_documents)), Allowed);
    assert_eq!(
        decide(with(base(), "scps", json!([[everything()], [ec2]]))),
        ImplicitlyDenied
    );
    assert_eq!(
        decide(with(base(), "scps", json!([[everything()], []]))),
        ImplicitlyDenied
    );
    assert_eq!(decide(with(base(), "scps", json!([]))), Allowed);
}

#[test]
fn an_scp_may_allow_under_a_condition_and_leave_actions_out() {
    let base = |ip: &str| {
        case(
            json!([everything()]),
            "s3:GetObject",
            OBJECT,
            json!({"aws:SourceIp": ip}),
        )
    };
    let scp = document(
        json!({"Effect": "Allow", "NotAction": "ec2:*", "NotResource": "arn:aws:s3:::secret/*",
        "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}),
    );
    assert_eq!(
        decide(with(base("203.0.113.7"), "scps", json!([[scp.clone()]]))),
        Allowed
    );
    assert_eq!(
        decide(with(base("198.51.100.7"), "scps", json!([[scp]]))),
        ImplicitlyDenied
    );
}

#[test]
fn service_linked_roles_and_the_management_account_are_exempt_from_scps() {
    let nothing = json!([[]]);
    let base = || {
        with(
            case(json!([everything()]), "s3:GetObject", OBJECT, json!({})),
            "scps",
            nothing.clone(),
        )
    };
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    assert_eq!(decide(with(base(), "principal", json!(linked))), Allowed);
    assert_eq!(decide(with(base(), "management_account", json!(true))), Allowed);
    assert_eq!(decide(base()), ImplicitlyDenied);
}

#[test]
fn scps_bind_the_root_user_and_nothing_else_of_the_account_does() {
    let root = json!("arn:aws:iam::111122223333:root");
    let base = || {
        with(
            case(json!([]), "s3:GetObject", OBJECT, json!({})),
            "principal",
            root.clone(),
        )
    };
    assert_eq!(decide(base()), Allowed);
    assert_eq!(decide(with(base(), "scps", json!([[]]))), ImplicitlyDenied);
}

#[test]
fn rcps_touch_only_the_services_that_support_them() {
    let rcp = |action: &str| {
        json!([[document(
            json!({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"})
        )]])
    };
    let base = |action: &str| case(json!([everything()]), action, "*", json!({}));
    assert_eq!(
        decide(with(base("s3:ListAllMyBuckets"), "rcps", rcp("s3:*"))),
        ExplicitlyDenied
    );
    assert_eq!(
        decide(with(base("ec2:StopInstances"), "rcps", rcp("ec2:*"))),
        Allowed
    );
    assert_eq!(decide(with(base("iam:ListUsers"), "rcps", rcp("iam:*"))), Allowed);
    assert_eq!(
        decide(with(base("kms:RetireGrant"), "rcps", rcp("kms:*"))),
        Allowed
    );
}

#[test]
fn two_calls_of_sts_need_no_permission_and_cannot_be_denied() {
    let deny = document(json!({"Effect": "Deny", "Action": "*", "Resource": "*"}));
    for action in ["sts:GetCallerIdentity", "STS:getsessiontoken"] {
        assert_eq!(decide(case(json!([deny]), action, "*", json!({}))), Allowed);
    }
    assert_eq!(
        decide(case(json!([deny]), "sts:AssumeRole", "*", json!({}))),
        ExplicitlyDenied
    );
}

/// A bucket policy that allows a principal.
fn bucket(principal: Value) -> Value {
    document(json!({"Effect": "Allow", "Principal": principal, "Action": "s3:*", "Resource": "*"}))
}

#[test]
fn a_resource_policy_that_names_the_user_is_enough_and_one_that_names_the_account_is_not() {
    let base = || case(json!([]), "s3:GetObject", OBJECT, json!({}));
    let ec2_only = document(json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}));
    let named = with(base(), "resource_policy", bucket(json!({"AWS": BOB})));
    assert_eq!(decide(named.clone()), Allowed);
    assert_eq!(decide(with(named, "boundary", ec2_only.clone())), Allowed);
    let account = bucket(json!({"AWS": "111122223333"}));
    assert_eq!(decide(with(base(), "resource_policy", account)), ImplicitlyDenied);
    let everyone = with(base(), "resource_policy", bucket(json!("*")));
    assert_eq!(decide(everyone.clone()), Allowed);
    assert_eq!(decide(with(everyone, "boundary", ec2_only)), ImplicitlyDenied);
}

#[test]
fn another_accounts_resource_needs_both_sides() {
    let foreign = |policies: Value| {
        let mut case = case(policies, "s3:GetObject", OBJECT, json!({}));
        case["request"]["resource_account"] = json!("999999999999");
        case
    };
    let account = bucket(json!({"AWS": "arn:aws:iam::111122223333:root"}));
    assert_eq!(decide(foreign(json!([everything()]))), ImplicitlyDenied);
    assert_eq!(
        decide(with(
            foreign(json!([everything()])),
            "resource_policy",
            account.clone()
        )),
        Allowed
    );
    assert_eq!(
        decide(with(foreign(json!([])), "resource_policy", account)),
        ImplicitlyDenied
    );
}

#[test]
fn boundary_and_session_policy_cut_and_never_grant() {
    let s3 = document(json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}));
    let ec2 = document(json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}));
    let base = |policies: Value| case(policies, "s3:GetObject", OBJECT, json!({}));
    for layer in ["boundary", "session_policy"] {
        assert_eq!(
            decide(with(base(json!([everything()])), layer, s3.clone())),
            Allowed
        );
        assert_eq!(
            decide(with(base(json!([everything()])), layer, ec2.clone())),
            ImplicitlyDenied
        );
        assert_eq!(decide(with(base(json!([])), layer, s3.clone())), ImplicitlyDenied);
    }
}

#[test]
fn the_answer_names_the_statements_that_decided() {
    let deny = document(json!([{"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]));
    let case = with(
        case(json!([everything()]), "s3:GetObject", OBJECT, json!({})),
        "scps",
        json!([[everything()], [everything(), deny]]),
    );
    let answer = serde_json::to_value(cases::simulate(&case.to_string()).unwrap()).unwrap();
    let expected =
        json!([{"layer": "scp", "level": 1, "policy": 1, "statement": 0, "sid": "No", "effect": "Deny"}]);
    assert_eq!(
        answer,
        json!({"id": 1, "result": "ExplicitlyDenied", "because": expected})
    );
}

#[test]
fn a_case_that_cannot_be_evaluated_gets_an_error_with_its_id() {
    let broken = json!({"id": "x", "principal": BOB, "identity_policies": [{"Statement": [{"Effect": "Maybe"}]}],
        "request": {"action": "s3:GetObject", "resource": "*"}});
    let error = serde_json::to_value(cases::simulate(&broken.to_string()).unwrap_err()).unwrap();
    assert_eq!(error["id"], "x");
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .starts_with("identity_policies[0]: `Maybe`")
    );
    assert_eq!(
        serde_json::to_value(cases::simulate("nonsense").unwrap_err()).unwrap()["id"],
        Value::Null
    );
}
