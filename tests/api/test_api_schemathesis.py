"""Every operation under schemathesis: requests that fit the contract and requests that break it, all its checks.

Few examples of each, the same in every run; ``schemathesis run http://127.0.0.1:8000/openapi.yaml`` does more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from service.api import create_app, examples
from service.pipeline import Pipeline
from service.store import Store
from tests.api.contract import SPECIFICATION
from tests.api.example_job import keep_example_job
from tests.databases import Backend
from tests.flat_parser import FlatParser

# lines of JSON are text to it
schemathesis.serializer.alias("application/x-ndjson", "text/plain")
POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


def _modes(operation: dict[str, Any]) -> list[GenerationMode]:
    """A call without query and body has nothing that a request could get wrong."""
    query = any(parameter["in"] == "query" for parameter in operation.get("parameters", ()))
    return [POSITIVE, NEGATIVE] if query or "requestBody" in operation else [POSITIVE]


OPERATIONS = [
    (path, method, mode)
    for path, operations in SPECIFICATION["paths"].items()
    for method, operation in operations.items()
    if method != "parameters"
    for mode in _modes(operation)
]
# a JSON schema cannot say what a cursor or an article's text may be; 422 then says it, as every operation declares
NOT_CHECKED = [positive_data_acceptance]
# any text is lines; what is wrong with one is told line by line, in the job
LINES = {"/v1/imports": [negative_data_rejection]}


# the second database differs in what a statement may hold, not in what a request may: fewer will do
EXAMPLES = {"sqlite": 4, "postgresql": 2}


@pytest.fixture(scope="module")
def contract(backend: Backend) -> Iterator[Any]:
    """The contract of an application that keeps the contract's example article."""
    with backend.database() as url, Store(url, busy_timeout_seconds=60) as store:
        store.save(examples.STORED)
        keep_example_job(store)
        app = create_app(pipeline=Pipeline(FlatParser(), max_chars=2_000), store=store)
        yield schemathesis.openapi.from_wsgi("/openapi.yaml", app)


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS, ids=str)
def test_every_operation_keeps_the_contract(
    contract: Any, backend: Backend, path: str, method: str, mode: GenerationMode
) -> None:
    operation = contract[path][method.upper()]
    not_checked = [*NOT_CHECKED, *LINES.get(path, ())]

    @settings(
        max_examples=EXAMPLES[backend.name], derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def keeps(data: st.DataObject) -> None:
        data.draw(operation.as_strategy(generation_mode=mode)).call_and_validate(excluded_checks=not_checked)

    keeps()
