//! IAM.21 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn a_prefix_with_a_wildcard_passes() {
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
                                    "Sid": "Read",
                                    "Effect": "Allow",
                                    "Action": "ec2:Describe*",
                                    "Resource": "*",
                                },
                            ],
                        },
                    },
                ],
            })
        ),
        ["policy/p pass"]
    );
}

#[test]
fn a_whole_service_fails() {
    assert_eq!(
        reason(
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
        "version `v1`, the default one, has statement `Ec2` that allows `ec2:*`"
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
                            "Statement": [{"Sid": "Ec2", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"}],
                        },
                    },
                ],
            })
        ),
        ["policy/p fail"]
    );
}

#[test]
fn a_whole_service_on_one_resource_fails_too() {
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
                                    "Action": "s3:*",
                                    "Resource": "arn:aws:s3:::bucket/*",
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
fn everything_and_all_but_something_fail() {
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
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
                        },
                    },
                ],
            })
        ),
        ["policy/p fail"]
    );
}

#[test]
fn a_deny_of_a_whole_service_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "policies": [
                    {
                        "name": "p",
                        "document": {
                            "Version": "2012-10-17",
                            "Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}],
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
