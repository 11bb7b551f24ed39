"""What the program writes as JSON, held against the schemas that docs/schema publishes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
FILES = {
    "report": "report.json",
    "manifest": "manifest.json",
    "snapshot-organization": "snapshot/organization.json",
    "snapshot-account": "snapshot/accounts/*.json",
    "snapshot-aws-managed-policies": "snapshot/aws-managed-policies.json",
}


def load(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def closed(schema: Any) -> Any:
    """The schema without room for members that it does not name: what is written must be in it."""
    schema = copy.deepcopy(schema)
    pending = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if "properties" in value and "additionalProperties" not in value and "$ref" not in value:
                # Members of alternatives and of references beside the properties count as named.
                value["unevaluatedProperties"] = False
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return schema


def test_every_schema_is_one_and_is_tested() -> None:
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json")} == FILES.keys()
    for name in FILES:
        schema = load(name)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_is_as_the_schema_says(run: Path, name: str) -> None:
    files = sorted(run.glob(FILES[name]))
    assert files
    schema = load(name)
    for check in (validator(schema), validator(closed(schema))):
        for file in files:
            document = json.loads(file.read_text(encoding="utf-8"))
            errors = [f"{file.name} {error.json_path}: {error.message[:200]}" for error in check.iter_errors(document)]
            assert errors == []


def test_the_schema_sees_what_is_wrong(run: Path) -> None:
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    check = validator(load("report"))
    user = next(user for account in report["accounts"] for user in account["users"])
    for name, wrong in (("iam_5", "passed"), ("mfa_devices", -1), ("user_name", None), ("console_password", "yes")):
        right = user[name]
        user[name] = wrong
        assert not check.is_valid(report), name
        user[name] = right
    assert check.is_valid(report)
    del report["totals"]
    assert not check.is_valid(report)
    report["totals"] = {}
    assert not check.is_valid(report)
