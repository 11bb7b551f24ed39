"""The parts that the moto tests share: one server, one organization, one run of the program."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import naive
import organization
import wire

HERE = Path(__file__).parent


@contextmanager
def moto(script: Path = HERE / "serve.py") -> Iterator[str]:
    """A moto server's URL. The server ends with the pipe to it, even when this process is killed."""
    # No AWS variable of the developer's may reach moto, nor a proxy come between.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    server = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=clean,
    )
    assert server.stdin is not None and server.stdout is not None
    url = server.stdout.readline().strip()
    assert url, "the moto server ended before it printed its address; its message is above"
    try:
        yield url
    finally:
        server.stdin.close()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The server that the organization is built in."""
    with moto() as url:
        yield url


@pytest.fixture(scope="session")
def built(endpoint: str) -> organization.Organization:
    """The organization, as its builder knows it."""
    return organization.build(endpoint)


@pytest.fixture(scope="session")
def expected(endpoint: str, built: organization.Organization) -> dict[str, str]:
    """User ARN → IAM.5, by the naive way."""
    assert built.readable
    return naive.iam_5(endpoint)


@dataclass(frozen=True)
class Run:
    """What one run of the program left."""

    directory: Path
    exit_code: int
    stdout: str
    stderr: str

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one of its CSV files."""
        with (self.directory / name).open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))


def audit(endpoint: str, directory: Path, home: Path, *options: str) -> Run:
    """Runs the program to its end against `endpoint`, with nothing of this machine's settings."""
    binary = os.environ.get("ORG_AUDIT_BIN")
    assert binary, "ORG_AUDIT_BIN is not set: run these tests with `cargo xtask test`"
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": wire.OPERATOR.access_key,
        "AWS_SECRET_ACCESS_KEY": wire.OPERATOR.secret_key,
        "AWS_REGION": wire.REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [binary, "--format", "html,csv,json", "--output", str(directory), *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    return Run(directory, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def run(
    endpoint: str, built: organization.Organization, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """The program's one run against the organization."""
    assert built.readable
    return audit(endpoint, tmp_path_factory.mktemp("run") / "audit", tmp_path_factory.mktemp("home"))
