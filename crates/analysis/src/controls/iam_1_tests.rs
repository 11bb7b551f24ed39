//! IAM.1 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn a_policy_that_allows_some_actions_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": [{"Sid": "Ec2", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"}],
                        },
                    },
                ],
            })
        ),
        ["policy/p pass"]
    );
}

#[test]
fn a_policy_that_allows_everything_fails() {
    assert_eq!(
        reason(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
                        },
                    },
                ],
            })
        ),
        "version `v1`, the default one, has statement 1 that allows every action on every resource"
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
                        },
                    },
                ],
            })
        ),
        ["policy/p fail"]
    );
}

#[test]
fn a_condition_does_not_help() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": ["s3:GetObject", "*"],
                                    "Resource": ["*"],
                                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                                },
                            ],
                        },
                    },
                ],
            })
        ),
        ["policy/p fail"]
    );
}

#[test]
fn everything_on_one_resource_and_a_deny_of_everything_pass() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": "*",
                                    "Resource": "arn:aws:s3:::bucket/*",
                                },
                            ],
                        },
                    },
                ],
            })
        ),
        ["policy/p pass"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
                        },
                    },
                ],
            })
        ),
        ["policy/p pass"]
    );
}

#[test]
fn a_policy_that_serves_as_a_boundary_only_is_not_applicable() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
                        },
                        "attachment_count": 0,
                        "boundary_count": 2,
                    },
                ],
            })
        ),
        ["policy/p not_applicable"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
                        },
                        "attachment_count": 1,
                        "boundary_count": 2,
                    },
                ],
            })
        ),
        ["policy/p fail"]
    );
}

#[test]
fn an_account_without_customer_policies_is_not_applicable() {
    assert_eq!(outcomes(&CONTROL, json!({})), ["account not_applicable"]);
}

#[test]
fn a_policy_that_cannot_be_read_is_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"policies": [{"name": "p"}]})),
        ["policy/p unknown"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"policies": [{"name": "p", "document": "not json"}]})
        ),
        ["policy/p unknown"]
    );
}

#[test]
fn details_that_could_not_be_read_are_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"users": {"unreadable": "no"}})),
        ["account unknown"]
    );
}
