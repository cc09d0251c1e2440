"""Every operation's example, sent: it gets the answer that the contract shows."""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app, examples
from service.api.calls import Call, calls
from service.pipeline import Pipeline
from service.store import Store
from tests.api.contract import SPECIFICATION, check
from tests.flat_parser import FlatParser

CALLS = {call.operation["operationId"]: call for call in calls(SPECIFICATION)}
# what the store or the machine say of themselves at the time
VOLATILE = ("stored_at", "at")
# the example's quote was found by models, which the parser of these tests is not
READ_ANEW = ("extract", "addArticle", "putArticle", "citronQuotes", "citronQuotesOfForm")
OF_THIS_PROCESS = ("index", "ready", "metrics", "contract", "docs", "docsStyle")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of an application that keeps the contract's example article."""
    with Store(f"sqlite:///{tmp_path}/quoth.db") as store:
        store.upgrade()
        store.save(examples.STORED)
        yield create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store).test_client()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_example_of_an_operation_works(kept: FlaskClient, call: Call) -> None:
    response = check(kept.open(call.path, method=call.method, headers=call.headers, data=call.body))
    assert response.status_code in (200, 201, 204), response.text
    name = call.operation["operationId"]
    content = call.operation["responses"][str(response.status_code)].get("content", {})
    if name not in (*READ_ANEW, *OF_THIS_PROCESS, "correctQuote", "getQuoteHistory") and response.is_json:
        assert steady(response.json) == steady(content["application/json"]["example"])


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_command_line_is_the_call(call: Call) -> None:
    words = shlex.split(call.curl("http://host"))
    assert words[0] == "curl"
    assert f"http://host{call.path}" in words
    assert [w for a, w in itertools.pairwise(words) if a == "-H"] == [f"{k}: {v}" for k, v in call.headers.items()]
    if call.body is not None:
        assert words[-1] == call.body
        # curl would read a file
        assert not call.body.startswith("@")


@pytest.mark.parametrize("name", ["listQuotes", "listArticles", "listSpeakers", "getArticle", "getStats"])
def test_every_form_of_an_example_is_the_form_of_the_answer(kept: FlaskClient, name: str) -> None:
    call = CALLS[name]
    for media_type, content in call.operation["responses"]["200"]["content"].items():
        response = check(kept.open(call.path, headers={"Accept": media_type}))
        assert response.status_code == 200
        shown = content["example"]
        if isinstance(shown, dict):
            given: Any = json.loads(response.data)
            assert steady(given, hosts=True) == steady(shown, hosts=True)
        else:
            # times of storing differ in length with their fractions of a second
            assert (
                response.text.splitlines()[:1] == shown.splitlines()[:1]
                or "jsonl" in media_type
                or "ndjson" in media_type
            )


def steady(value: Any, *, hosts: bool = False) -> Any:
    """The value without what changes from run to run, and with one host in all addresses."""
    if isinstance(value, dict):
        return {k: steady(v, hosts=hosts) for k, v in value.items() if k not in VOLATILE}
    if isinstance(value, list):
        return [steady(each, hosts=hosts) for each in value]
    if hosts and isinstance(value, str):
        return value.replace("http://127.0.0.1:8000", "http://localhost")
    return value
