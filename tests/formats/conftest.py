"""Runs whose reports are held against tools and schemas that we did not write.

`demo` is a run of the demonstration: it has accounts that cannot be read, and users with hostile names.
`hostile` is the same snapshot with every name and every error message replaced by the worst that there is,
judged again, with an exception, and compared with the first.
"""

from __future__ import annotations

import csv
import importlib.metadata
import itertools
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FORMATS = "csv,json,junit,markdown,sarif,ocsf,asff"

# Names of accounts, OUs and policies, and texts of errors: anything at all.
HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "@octocat ping @org/team",
    "[click](http://evil.example) ![x](http://evil.example/x.png)",
    "http://evil.example www.evil.example mail@evil.example",
    "\u202egnp.exe \u200b\u0000\u0007\u001b[31m",
    "a`b``c|d\\|e\\",
    "\n# heading\n\n<img src=x onerror=alert(1)>\n",
    "]]> <!-- & &lt; &#64; --> {0} {{x}} [y](0)",
    "\t=1+1",
    "+1 #1 GH-1 **bold** _it_ ~~no~~ <b>",
    "\ufffe\uffff 🦀 日本語 ‮ -2",
    "=" * 400,
    "'=1",
]
# Names of users, which stand in a CSV file of AWS's: no comma, quote or line end.
HOSTILE_USERS = ["@octocat", "=1+1", "www.evil.example", "mail@evil.example", "-2+3", "<img src=x>", "a|b`c\\"]


# Everybody in one account, accepted by people with hostile names.
EXCEPTION = """[[exception]]
account = "%s"
user = "*"
control = "IAM.5"
reason = "=1+1 <img src=x> [x](http://evil.example) `|` {0}"
owner = "@octocat"
approved_by = "<script>alert(1)</script>"
expires = 2999-12-31
"""


@pytest.fixture(scope="session")
def binary() -> str:
    """The program under test."""
    path = os.environ.get("ORG_AUDIT_BIN")
    assert path, "set ORG_AUDIT_BIN to the built program; `cargo xtask test` does that"
    return path


def call(*arguments: object) -> None:
    """Runs the program; a run that is incomplete is what is wanted here."""
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)
    assert done.returncode == 3, f"exit code {done.returncode}: {done.stderr}"


@pytest.fixture(scope="session")
def demo(binary: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the demonstration with all controls."""
    run = tmp_path_factory.mktemp("demo") / "run"
    call(binary, "demo", "--controls", "all", "--format", FORMATS, "--output", run)
    return run


@pytest.fixture(scope="session")
def hostile(binary: str, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with hostile names everywhere."""
    place = tmp_path_factory.mktemp("hostile")
    names = itertools.cycle(HOSTILE)
    for source in sorted((demo / "snapshot").rglob("*.json")):
        target = place / "snapshot" / source.relative_to(demo / "snapshot")
        target.parent.mkdir(parents=True, exist_ok=True)
        document = json.loads(source.read_text())
        poison(document, names)
        text = json.dumps(document)
        if source.parent.name == "accounts":
            text = rename_users(document, text)
        target.write_text(text)
    run = place / "run"
    command = [binary, "analyze", place / "snapshot", "--controls", "all", "--format", FORMATS, "--output", run]
    exceptions = place / "exceptions.toml"
    exceptions.write_text(EXCEPTION % failing_account(demo), encoding="utf-8")
    call(*command, "--baseline", demo, "--exceptions", exceptions)
    return run


def failing_account(run: Path) -> str:
    """An account in which users fail IAM.5."""
    with (run / "accounts.csv").open(newline="", encoding="utf-8") as file:
        return max(csv.DictReader(file), key=lambda row: int(row["iam_5_fail"].replace("unknown", "0")))["account_id"]


def poison(value: Any, names: Iterator[str]) -> None:
    """Replaces names of accounts, OUs, roots and SCPs, and every error message."""
    if isinstance(value, list):
        for item in value:
            poison(item, names)
    elif isinstance(value, dict):
        if {"name", "state"} <= value.keys() or {"name", "parent_id"} <= value.keys():
            value["name"] = next(names)
        if {"name", "aws_managed"} <= value.keys() or {"name", "policy_types"} <= value.keys():
            value["name"] = next(names)
        if {"kind", "operation", "message"} <= value.keys():
            value["message"] = next(names)
        for item in value.values():
            poison(item, names)


def rename_users(document: dict[str, Any], text: str) -> str:
    """Gives the first users of an account hostile names, wherever they are named."""
    details = document["authorization_details"]
    users = details["value"]["users"] if details["status"] == "read" else []
    for user, name in zip(users, HOSTILE_USERS):
        if len(user["name"]) > 5:
            text = text.replace(json.dumps(user["name"])[1:-1], json.dumps(name)[1:-1])
    return text


@pytest.fixture(scope="session", params=["demo", "hostile"])
def run(request: pytest.FixtureRequest) -> Path:
    """Each of the two runs."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def report(run: Path) -> dict[str, Any]:
    """What the run says, to hold the other formats against."""
    return json.loads((run / "report.json").read_text())


@pytest.fixture(scope="session")
def findings(run: Path) -> list[dict[str, str]]:
    """The rows of `findings.csv`."""
    with (run / "findings.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def from_source(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Reads a file of a package's source archive, in the version that is installed.

    Two schemas are in no wheel, only in the archives that those are made from.
    """
    kept = Path(sys.prefix) / "source-archives"

    def read(package: str, end: str) -> bytes:
        kept.mkdir(exist_ok=True)
        wanted = f"{package}=={importlib.metadata.version(package)}"
        pattern = f"{package.replace('-', '?')}-{importlib.metadata.version(package)}.tar.gz"
        if not list(kept.glob(pattern)):
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "--no-deps", "--no-binary", ":all:", "--dest", kept, wanted], check=True)
        [archive] = kept.glob(pattern)
        with tarfile.open(archive) as tar:
            names = sorted(name for name in tar.getnames() if name.endswith(end))
            assert names, f"{archive.name} has no {end}"
            file = tar.extractfile(names[-1])
            assert file is not None
            return file.read()

    return read
