"""`report.ocsf.jsonl`, held against the schema of OCSF itself, in the release that the events name."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema, get_packaged_versions


@pytest.fixture(scope="session")
def schema() -> Any:
    """A validator for Compliance Findings with the profile of clouds."""
    ocsf = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.8.0"))
    document = ocsf.get_class_schema(ocsf.lookup_class_name_from_uid(2003), ["cloud"])
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


@pytest.fixture
def events(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "report.ocsf.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]


def test_the_release_is_the_newest_that_there_is_a_schema_for(events: list[dict[str, Any]]) -> None:
    newest = max((v for v in get_packaged_versions() if "-" not in v), key=lambda v: tuple(map(int, v.split("."))))
    assert {event["metadata"]["version"] for event in events} == {newest}


def test_every_event_is_a_valid_compliance_finding(schema: Any, events: list[dict[str, Any]]) -> None:
    for event in events:
        errors = [f"{error.json_path}: {error.message}" for error in schema.iter_errors(event)]
        assert errors == [], event
    assert not schema.is_valid(events[0] | {"class_uid": 2004}), "a test that cannot fail shows nothing"
    assert not schema.is_valid({name: value for name, value in events[0].items() if name != "finding_info"})


def test_names_and_numbers_of_each_value_agree_with_the_schema(events: list[dict[str, Any]]) -> None:
    """The JSON Schema knows the numbers only; OCSF also says what each is called."""
    ocsf = get_ocsf_schema("1.8.0")
    finding = ocsf["classes"]["compliance_finding"]["attributes"]
    compliance = ocsf["objects"]["compliance"]["attributes"]
    for event in events:
        for name, called in (("activity", "activity_name"), ("severity", "severity"), ("status", "status")):
            assert finding[f"{name}_id"]["enum"][str(event[f"{name}_id"])]["caption"] == event[called]
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        status = compliance["status_id"]["enum"][str(event["compliance"]["status_id"])]["caption"]
        assert status == event["compliance"]["status"] or status == "Other"


def test_no_deprecated_attribute_is_used(events: list[dict[str, Any]]) -> None:
    objects = get_ocsf_schema("1.8.0")["objects"]
    for name in ("compliance", "finding_info", "cloud", "metadata"):
        old = {key for key, value in objects[name]["attributes"].items() if "@deprecated" in value}
        assert not [event for event in events if old & event[name].keys()]


def test_every_finding_is_an_event_and_unknown_is_never_a_pass(
    events: list[dict[str, Any]], findings: list[dict[str, str]]
) -> None:
    status = {"pass": 1, "fail": 3, "unknown": 0, "not_applicable": 99}
    expected = Counter((row["control_id"], row["account_id"], status[row["outcome"]]) for row in findings)
    assert expected == Counter(
        (e["compliance"]["control"], e["cloud"]["account"]["uid"], e["compliance"]["status_id"]) for e in events
    )
    ids = [event["finding_info"]["uid"] for event in events]
    assert len(set(ids)) == len(ids), "two findings have the same id"


def test_exactly_the_exempt_fails_are_suppressed_and_stay_fails(
    events: list[dict[str, Any]], findings: list[dict[str, str]]
) -> None:
    suppressed = [event for event in events if event["status"] == "Suppressed"]
    assert len(suppressed) == sum(row["exempt"] == "true" for row in findings)
    assert all(event["compliance"]["status"] == "Fail" for event in suppressed)


def test_times_are_those_of_the_collection(events: list[dict[str, Any]], report: dict[str, Any]) -> None:
    from datetime import datetime

    begin, end = (datetime.fromisoformat(report["collection"][name]) for name in ("started_at", "ended_at"))
    for event in events:
        assert int(begin.timestamp() * 1000) <= event["time"] <= int(end.timestamp() * 1000) + 1


def test_names_are_as_they_are(events: list[dict[str, Any]], report: dict[str, Any]) -> None:
    names = {account["account_name"] for account in report["accounts"]}
    assert {event["cloud"]["account"]["name"] for event in events} == names


def test_ids_are_the_same_in_the_next_run(binary: str, demo: Path, tmp_path: Path) -> None:
    from conftest import call

    call(binary, "analyze", demo, "--controls", "all", "--format", "ocsf", "--output", tmp_path / "again")
    ids = [
        [json.loads(line)["finding_info"]["uid"] for line in (run / "report.ocsf.jsonl").open(encoding="utf-8")]
        for run in (demo, tmp_path / "again")
    ]
    assert ids[0] == ids[1]
