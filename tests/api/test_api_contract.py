from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate

from service.api.contract_text import as_yaml
from service.api.kinds import KINDS
from tests.api.contract import SPECIFICATION

COMMITTED = Path(__file__).parents[2] / "openapi.yaml"
OPERATIONS = [
    pytest.param(operation, id=f"{method} {path}")
    for path, operations in SPECIFICATION["paths"].items()
    for method, operation in operations.items()
    if method in ("get", "post", "put", "patch", "delete")
]


def test_the_committed_contract_is_the_generated_one() -> None:
    assert COMMITTED.read_bytes() == as_yaml(SPECIFICATION).encode(), "run `make openapi` and look at the difference"


def test_the_contract_is_valid_openapi() -> None:
    validate(SPECIFICATION)


def test_the_contract_reads_back_as_what_it_is() -> None:
    assert yaml.safe_load(as_yaml(SPECIFICATION)) == SPECIFICATION


def test_the_service_shows_its_contract(client: FlaskClient) -> None:
    response = client.get("/openapi.yaml")
    assert response.mimetype == "application/yaml"
    assert response.data == COMMITTED.read_bytes()


def test_headers_are_told_beside_the_query() -> None:
    """A body of text or HTML has no other place for what is said about the article."""
    paths = SPECIFICATION["paths"]
    about = {"title", "url", "outlet", "published_at", "language", "scope", "offsets", "format"}
    for operation, header, query in (
        (paths["/v1/articles"]["post"], "Idempotency-Key", about | {"id"}),
        (paths["/v1/articles/{id}"]["put"], "Idempotency-Key", about),
        (paths["/v1/imports"]["post"], "Idempotency-Key", {"scope"}),
        (paths["/v1/quotes/{id}"]["patch"], "If-Match", {"article", "offsets", "format"}),
    ):
        told = {(parameter["in"], parameter["name"]) for parameter in operation["parameters"]}
        assert {("header", header), *(("query", name) for name in query)} <= told, operation["operationId"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_explained_with_examples(operation: dict[str, Any]) -> None:
    assert operation["summary"].endswith(".")
    assert operation["operationId"]
    assert "500" in operation["responses"]
    for status, response in operation["responses"].items():
        if status.startswith("2") and status != "204":
            assert all("example" in content for content in response["content"].values()), status
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert content["example"]
    assert all(parameter.get("description") for parameter in operation.get("parameters", ()))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_json_example_fits_its_schema(operation: dict[str, Any]) -> None:
    for response in operation["responses"].values():
        content = response.get("content", {}).get("application/json")
        if content:
            schema = {**content["schema"], "components": SPECIFICATION["components"]}
            Draft202012Validator(schema).validate(content["example"])


def test_every_problem_example_fits_its_schema() -> None:
    schema = {"$ref": "#/components/schemas/ProblemOut", "components": SPECIFICATION["components"]}
    examples = [
        example["value"]
        for response in SPECIFICATION["components"]["responses"].values()
        for example in response["content"]["application/problem+json"]["examples"].values()
    ]
    assert examples
    for example in examples:
        Draft202012Validator(schema).validate(example)


def test_operation_ids_are_unique() -> None:
    ids = [operation.values[0]["operationId"] for operation in OPERATIONS]  # type: ignore[index]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("slug", KINDS)
def test_every_kind_of_problem_has_its_page(client: FlaskClient, slug: str) -> None:
    response = client.get(KINDS[slug].type)
    assert response.status_code == 200
    assert response.json is not None
    assert (response.json["status"], response.json["title"]) == (KINDS[slug].status, KINDS[slug].title)
