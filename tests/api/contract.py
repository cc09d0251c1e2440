"""Whether a response is what the contract says: the status is declared, and the body fits its schema to the field."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

from service.api.contract import specification

SPECIFICATION = specification()


def check(response: TestResponse) -> TestResponse:
    """The response itself; AssertionError where it breaks the contract."""
    operation = _operation(response.request.method, response.request.path)
    declared = operation["responses"]
    assert str(response.status_code) in declared, f"{response.status_code} is not declared: {response.text[:300]}"
    content = _resolved(declared[str(response.status_code)]).get("content")
    if content is None:
        assert response.data == b""
        return response
    assert response.mimetype in content, f"{response.mimetype} is not declared for {response.status_code}"
    if response.is_json:
        schema = content[response.mimetype]["schema"]
        Draft202012Validator({**schema, "components": SPECIFICATION["components"]}).validate(response.json)
    return response


def _operation(method: str, path: str) -> dict[str, Any]:
    for template, operations in SPECIFICATION["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if re.fullmatch(pattern, path) and method.lower() in operations:
            found: dict[str, Any] = operations[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is not in the contract")


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        name = part["$ref"].removeprefix("#/components/responses/")
        part = SPECIFICATION["components"]["responses"][name]
    return part
