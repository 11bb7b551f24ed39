"""`report.asff.json`, held against AWS's own model of Security Hub and imported into moto's."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
import requests
from botocore.validate import ParamValidator
from moto.server import ThreadedMotoServer

LARGEST_FINDING = 240 * 1024
LARGEST_BATCH = 6 * 1024 * 1024
MODEL = botocore.session.get_session().get_service_model("securityhub")
REQUEST = MODEL.operation_model("BatchImportFindings").input_shape


@pytest.fixture
def batches(run: Path) -> list[dict[str, Any]]:
    return json.loads((run / "report.asff.json").read_text(encoding="utf-8"))


@pytest.fixture
def imported(batches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [finding for batch in batches for finding in batch["Findings"]]


def problems(batch: dict[str, Any]) -> str:
    return ParamValidator().validate(batch, REQUEST).generate_report()


def unknown(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Members that the model does not have, values that are none of its words, and texts that are too long.

    botocore sends what it does not know, and the lengths stand in the documentation of the model only.
    """
    if shape.type_name == "structure":
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}.{name} is not in the model"
            else:
                yield from unknown(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        yield from too_long(value, r"Maximum number of (\d+) items", shape, path)
        for item in value:
            yield from unknown(item, shape.member, path)
    elif shape.type_name == "map":
        for key, item in value.items():
            if len(key) > 128 or len(item) > 2048:
                yield f"{path}.{key} is too long"
    elif shape.type_name == "string":
        yield from too_long(value, r"Maximum length of (\d+)", shape, path)
        if not value.strip():
            yield f"{path} is empty"
        if shape.enum and value not in shape.enum:
            yield f"{path} is {value}, which is none of {shape.enum}"


def too_long(value: Any, pattern: str, shape: Any, path: str) -> Iterator[str]:
    limit = re.search(pattern, shape.documentation or "")
    if limit and len(value) > int(limit[1]):
        yield f"{path} has {len(value)}, more than {limit[1]}"


def test_every_batch_is_a_request_of_aws_model(batches: list[dict[str, Any]]) -> None:
    for batch in batches:
        assert problems(batch) == ""
        assert list(unknown(batch, REQUEST)) == []


def test_the_checks_see_what_is_wrong(batches: list[dict[str, Any]]) -> None:
    [*_, finding] = batches[0]["Findings"]
    assert "Missing required" in problems({"Findings": [{k: v for k, v in finding.items() if k != "Id"}]})
    for wrong in ({"Title": "x" * 257}, {"Foo": 1}, {"RecordState": "GONE"}, {"Description": " "}):
        assert list(unknown({"Findings": [finding | wrong]}, REQUEST))


def test_batches_have_the_sizes_that_security_hub_takes(batches: list[dict[str, Any]]) -> None:
    for batch in batches:
        assert 1 <= len(batch["Findings"]) <= 100
        assert len(json.dumps(batch)) < LARGEST_BATCH
        assert max(len(json.dumps(finding)) for finding in batch["Findings"]) < LARGEST_FINDING
        assert len({finding["AwsAccountId"] for finding in batch["Findings"]}) == 1


def test_every_finding_is_there_and_unknown_is_never_passed(
    imported: list[dict[str, Any]], findings: list[dict[str, str]]
) -> None:
    status = {"pass": "PASSED", "fail": "FAILED", "unknown": "WARNING", "not_applicable": "NOT_AVAILABLE"}
    expected = Counter((row["control_id"], row["account_id"], status[row["outcome"]]) for row in findings)
    assert expected == Counter(
        (f["Compliance"]["SecurityControlId"], f["AwsAccountId"], f["Compliance"]["Status"]) for f in imported
    )
    ids = [finding["Id"] for finding in imported]
    assert len(set(ids)) == len(ids), "one would replace the other"


def test_exactly_the_exempt_fails_are_suppressed_and_stay_failed(
    imported: list[dict[str, Any]], findings: list[dict[str, str]]
) -> None:
    suppressed = [finding for finding in imported if finding["Workflow"]["Status"] == "SUPPRESSED"]
    assert len(suppressed) == sum(row["exempt"] == "true" for row in findings)
    assert all(finding["Compliance"]["Status"] == "FAILED" for finding in suppressed)


def test_the_product_is_the_default_one_of_the_account(imported: list[dict[str, Any]]) -> None:
    for finding in imported:
        account = finding["AwsAccountId"]
        arn = rf"arn:aws:securityhub:[a-z0-9-]+:{account}:product/{account}/default"
        assert re.fullmatch(arn, finding["ProductArn"])


def test_moto_imports_every_batch(batches: list[dict[str, Any]]) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = boto3.client(
            "securityhub",
            endpoint_url=f"http://{host}:{port}",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        # Other tests of this process may have imported into the same store.
        requests.post(f"http://{host}:{port}/moto-api/reset", timeout=30).raise_for_status()
        client.enable_security_hub()
        for batch in batches:
            answer = client.batch_import_findings(**batch)
            assert (answer["FailedCount"], answer["SuccessCount"]) == (0, len(batch["Findings"])), answer
        pages = client.get_paginator("get_findings").paginate()
        kept = {finding["Id"] for page in pages for finding in page["Findings"]}
        assert kept == {finding["Id"] for batch in batches for finding in batch["Findings"]}
    finally:
        server.stop()
