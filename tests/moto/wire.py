"""What both sides of the comparison share: how to reach moto, and nothing of what is asked there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
"""The region that every client signs for."""

ROLE = "OrganizationAccountAccessRole"
"""The role that moto, like AWS, makes in every account that the organization creates."""

OPERATOR_KEY = ("AKIAOPERATOROFMOTO00", "operator-secret-of-the-management-account")
"""moto takes any key that it did not hand out for the management account's."""


@dataclass(frozen=True)
class Credentials:
    """An access key, with its token when it is a role session's."""

    access_key: str
    secret_key: str
    token: str | None = None


OPERATOR = Credentials(*OPERATOR_KEY)
"""The person who runs the audit."""


def client(service: str, endpoint: str, who: Credentials = OPERATOR) -> Any:
    """A boto3 client that talks to `endpoint` and to nothing else, whatever the environment says."""
    session = boto3.session.Session(
        aws_access_key_id=who.access_key,
        aws_secret_access_key=who.secret_key,
        aws_session_token=who.token,
        region_name=REGION,
    )
    config = Config(retries={"max_attempts": 3, "mode": "standard"}, max_pool_connections=32)
    return session.client(service, endpoint_url=endpoint, config=config)


def assume(endpoint: str, account_id: str) -> Credentials:
    """A session of the member account's role."""
    answer = client("sts", endpoint).assume_role(
        RoleArn=f"arn:aws:iam::{account_id}:role/{ROLE}", RoleSessionName="moto-test"
    )
    key = answer["Credentials"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])
