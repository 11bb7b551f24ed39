"""SARIF, held against the schema of SARIF 2.1.0 that Microsoft's `sarif-om` is generated from."""

from __future__ import annotations

import csv
import itertools
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

LINTED = """{"Version": "2012-10-17", "Statement": [{"Sid": "%s", "Effect": "Deny", "Action": "*", "Resource": "*",
  "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}]}"""


@pytest.fixture(scope="session")
def schema(from_source: Any) -> Any:
    """A validator for SARIF 2.1.0."""
    document = json.loads(from_source("sarif-om", "sarif-2.1.0-rtm.4.json"))
    made = jsonschema.validators.validator_for(document)
    made.check_schema(document)
    return made(document, format_checker=made.FORMAT_CHECKER)


@pytest.fixture
def log(run: Path) -> dict[str, Any]:
    return json.loads((run / "report.sarif").read_text())


def test_the_report_is_valid_sarif(schema: Any, log: dict[str, Any]) -> None:
    assert list(schema.iter_errors(log)) == []
    log["runs"][0]["results"][0]["level"] = "worst"
    assert not schema.is_valid(log), "a test that cannot fail shows nothing"


def test_every_fail_and_every_unknown_is_a_result(log: dict[str, Any], findings: list[dict[str, str]]) -> None:
    results = [result for result in log["runs"][0]["results"] if "orgAuditFinding/v1" in result["partialFingerprints"]]
    assert Counter(result["kind"] for result in results) == {
        "fail": sum(row["outcome"] == "fail" for row in findings),
        "open": sum(row["outcome"] == "unknown" for row in findings),
    }
    results = log["runs"][0]["results"]
    # "If kind is not fail, level shall be none" (section 3.27.10).
    assert all(result["level"] == "none" for result in results if result["kind"] != "fail")


def test_every_result_has_a_rule_with_a_page_and_a_name_of_its_own(log: dict[str, Any]) -> None:
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["id"] == "unreadable-policy" or len(rule["help"]["markdown"]) > 300
    names = [*itertools.chain.from_iterable(result["partialFingerprints"].items() for result in run["results"])]
    assert len(names) == len(set(names)), "two results have the same fingerprint"


def test_exactly_the_exempt_fails_are_suppressed(hostile: Path) -> None:
    log = json.loads((hostile / "report.sarif").read_text())
    suppressed = [result for result in log["runs"][0]["results"] if "suppressions" in result]
    assert {result["kind"] for result in suppressed} == {"fail"}
    with (hostile / "findings.csv").open(newline="", encoding="utf-8") as file:
        assert len(suppressed) == sum(row["exempt"] == "true" for row in csv.DictReader(file))


def test_every_lint_of_every_policy_is_a_result(log: dict[str, Any], report: dict[str, Any]) -> None:
    expected = Counter(lint["code"] for policy in report["policies"] for lint in policy["lints"])
    assert len(expected) > 3
    results = [result for result in log["runs"][0]["results"] if "orgAuditPolicy/v1" in result["partialFingerprints"]]
    assert Counter(result["ruleId"] for result in results if result["kind"] == "fail") == expected


def test_no_name_makes_a_link_or_a_placeholder(log: dict[str, Any]) -> None:
    for result in log["runs"][0]["results"]:
        text = result["message"]["text"]
        assert "\u202e" not in text and "\x00" not in text
        assert "](" not in text.replace("\\]", ""), text
        assert "{" not in text.replace("{{", ""), text


def test_what_could_not_be_read_is_among_the_notifications(log: dict[str, Any], report: dict[str, Any]) -> None:
    [invocation] = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    told = " ".join(note["message"]["text"] for note in invocation["toolExecutionNotifications"])
    for account in report["accounts"]:
        assert (f"account {account['account_id']}:" in told) == (account["completeness"] != "full")


@pytest.mark.parametrize("name", ["plain.json", "a b#ü%20.json"])
def test_the_lints_of_files_are_valid_sarif(schema: Any, binary: str, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(LINTED % "<b>{0}[x](y)")
    (tmp_path / "broken.json").write_text('{"Version": ')
    command = [binary, "policy", "lint", "--format", "sarif", name, "broken.json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    log = json.loads(done.stdout)
    assert list(schema.iter_errors(log)) == []
    found = {result["ruleId"] for result in log["runs"][0]["results"]}
    assert {"unreadable-policy", "mfa-deny-misses-access-keys"} <= found, done.stderr
    known = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert found <= known
