"""Holds an answer's bytes against botocore's model of the service.

botocore's parser passes over what it does not know, so a misspelt element would only be missing. Here
every element and every key has to be one of the model's, and every required member has to be there.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

# Required by the model and absent from AWS's own answers: root in ListVirtualMFADevices has no name
# and no path (and the seed of a device comes only when it is made).
LEFT_OUT_BY_AWS = {("User", "UserName"), ("User", "Path")}


def watch(client: Any, problems: list[str]) -> None:
    """Checks every successful answer of a client from now on."""

    def check(response_dict: dict[str, Any], operation_model: Any, **_: Any) -> None:
        if response_dict["status_code"] != 200:
            return
        body, shape, operation = response_dict["body"], operation_model.output_shape, operation_model.name
        if operation_model.service_model.metadata["protocol"] == "json":
            problems.extend(in_json(json.loads(body), shape, operation))
        else:
            namespace = operation_model.service_model.metadata["xmlNamespace"]
            problems.extend(document(body, shape, operation, namespace))

    client.meta.events.register("before-parse.*.*", check)


def document(body: bytes, shape: Any, operation: str, namespace: str) -> Any:
    root = ElementTree.fromstring(body)
    if root.tag != f"{{{namespace}}}{operation}Response":
        yield f"{operation}: the root element is {root.tag}"
    for element in root.iter():
        element.tag = element.tag.partition("}")[2]
    request_id = root.findtext("ResponseMetadata/RequestId")
    if not request_id:
        yield f"{operation}: no request id"
    result = root.find(f"{operation}Result")
    if shape is not None and shape.members:
        yield from [f"{operation}: no result"] if result is None else in_xml(result, shape, operation)


def in_xml(element: ElementTree.Element, shape: Any, path: str) -> Any:
    if shape.type_name == "structure":
        present = [child.tag for child in element]
        for missing in set(shape.required_members) - set(present):
            if (shape.name, missing) not in LEFT_OUT_BY_AWS:
                yield f"{path}: {missing} is missing"
        for child in element:
            member = shape.members.get(child.tag)
            if member is None:
                yield f"{path}: {child.tag} is not in the model"
            else:
                yield from in_xml(child, member, f"{path}.{child.tag}")
    elif shape.type_name == "list":
        for child in element:
            if child.tag != "member":
                yield f"{path}: {child.tag} in a list"
            yield from in_xml(child, shape.member, f"{path}[]")
    elif shape.type_name == "map":
        for child in element:
            if [part.tag for part in child] != ["key", "value"]:
                yield f"{path}: a map entry of {[part.tag for part in child]}"
    elif len(element):
        yield f"{path}: elements inside a {shape.type_name}"
    else:
        yield from value_of(element.text or "", shape, path)


def value_of(text: str, shape: Any, path: str) -> Any:
    if getattr(shape, "enum", None) and text not in shape.enum:
        yield f"{path}: {text!r} is not one of {shape.enum}"
    if shape.type_name == "boolean" and text not in ("true", "false"):
        yield f"{path}: {text!r} is not a boolean"
    if shape.type_name in ("integer", "long") and not text.lstrip("-").isdigit():
        yield f"{path}: {text!r} is not a number"
    if shape.type_name == "timestamp" and not (text[:2] == "20" and text.endswith("Z")):
        yield f"{path}: {text!r} is not a time"


def in_json(value: Any, shape: Any, path: str) -> Any:
    if shape.type_name == "structure":
        for missing in set(shape.required_members) - set(value):
            yield f"{path}: {missing} is missing"
        for key, inner in value.items():
            member = shape.members.get(key)
            if member is None:
                yield f"{path}: {key} is not in the model"
            else:
                yield from in_json(inner, member, f"{path}.{key}")
    elif shape.type_name == "list":
        for inner in value:
            yield from in_json(inner, shape.member, f"{path}[]")
    elif shape.type_name == "timestamp":
        if not isinstance(value, (int, float)):
            yield f"{path}: {value!r} is not a time"
    elif shape.type_name == "boolean":
        if not isinstance(value, bool):
            yield f"{path}: {value!r} is not a boolean"
    elif shape.type_name == "string":
        if not isinstance(value, str):
            yield f"{path}: {value!r} is not a text"
        elif getattr(shape, "enum", None) and value not in shape.enum:
            yield f"{path}: {value!r} is not one of {shape.enum}"
