"""What the client tests share: emulated organizations, and boto3 clients in front of them."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config

import shapes

ROLE = "OrganizationAccountAccessRole"

# One session for all clients: it reads botocore's models once.
SESSION = boto3.session.Session()


def clean_environment() -> dict[str, str]:
    """The environment without any AWS variable or proxy of the developer's."""
    dropped = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


@dataclass
class Organization:
    """A served organization, and how to reach it."""

    environment: dict[str, str]
    # What was wrong with an answer's form, over all clients.
    problems: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.environment["AWS_ENDPOINT_URL"]

    def client(self, service: str, credentials: dict[str, str] | None = None, **config: Any) -> Any:
        """A boto3 client whose answers are held against botocore's model, element by element."""
        given = credentials or {}
        made = SESSION.client(
            service,
            endpoint_url=self.url,
            region_name=self.environment["AWS_REGION"],
            aws_access_key_id=given.get("AccessKeyId", self.environment["AWS_ACCESS_KEY_ID"]),
            aws_secret_access_key=given.get("SecretAccessKey", self.environment["AWS_SECRET_ACCESS_KEY"]),
            aws_session_token=given.get("SessionToken"),
            config=Config(**config),
        )
        shapes.watch(made, self.problems)
        return made

    def assume(self, account: str, **parameters: Any) -> dict[str, str]:
        """Credentials of the audit's role in an account."""
        arn = f"arn:aws:iam::{account}:role/{ROLE}"
        answer = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="client-test", **parameters)
        return answer["Credentials"]

    def iam(self, account: str) -> Any:
        """An IAM client in an account."""
        return self.client("iam", self.assume(account))

    def accounts(self) -> dict[str, str]:
        """Account ids by name."""
        pages = self.client("organizations").get_paginator("list_accounts").paginate()
        return {account["Name"]: account["Id"] for page in pages for account in page["Accounts"]}

    def get(self, path: str) -> Any:
        """An introspection path, which needs no signature."""
        with urllib.request.urlopen(self.url + path) as answer:
            return json.load(answer)


@contextmanager
def serve(*options: str) -> Iterator[Organization]:
    """Serves an organization with further options of `demo --serve`."""
    binary = os.environ.get("ORG_AUDIT_BIN")
    assert binary, "set ORG_AUDIT_BIN to the built program; `cargo xtask test` does that"
    server = subprocess.Popen(
        [binary, "demo", "--serve", "--port", "0", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )
    assert server.stdout is not None
    environment: dict[str, str] = {}
    try:
        while "AWS_ENDPOINT_URL" not in environment:
            line = server.stdout.readline()
            assert line.startswith("export "), f"the server printed {line!r}; its message is above"
            name, _, value = line.removeprefix("export ").strip().partition("=")
            environment[name] = value.strip("'")
        yield Organization(environment)
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stdout.close()


@pytest.fixture(scope="session")
def organization() -> Iterator[Organization]:
    """The demonstration's organization, seen by its management account."""
    with serve() as served:
        yield served


@pytest.fixture
def serving() -> Iterator[Callable[..., Organization]]:
    """Serves further organizations, each until the end of the test."""
    open_servers = []

    def start(*options: str) -> Organization:
        context = serve(*options)
        open_servers.append(context)
        return context.__enter__()

    yield start
    for context in open_servers:
        context.__exit__(None, None, None)
