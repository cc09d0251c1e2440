"""Every operation's example, sent: it gets the answer that the contract shows."""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app, examples
from service.api.calls import Call, calls
from service.pipeline import Pipeline
from service.store import Store
from tests.api.contract import SPECIFICATION, check
from tests.api.example_job import keep_example_job
from tests.flat_parser import FlatParser

CALLS = {call.operation["operationId"]: call for call in calls(SPECIFICATION)}
# what the store or the machine say of themselves at the time
VOLATILE = ("stored_at", "at", "created_at", "started_at", "updated_at", "ended_at")
# the example's quote was found by models, which the parser of these tests is not
READ_ANEW = ("extract", "addArticle", "putArticle", "citronQuotes", "citronQuotesOfForm")
OF_THIS_PROCESS = ("index", "ready", "metrics", "contract", "docs", "docsStyle")


def _name(call: Call) -> str:
    return str(call.operation["operationId"])


DECISIONS = ("mergeSpeakers", "splitSpeaker")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with the contract's example article."""
    with Store(url, busy_timeout_seconds=60) as store:
        store.save(examples.STORED)
        keep_example_job(store)
        yield store


@pytest.fixture
def kept(store: Store) -> FlaskClient:
    """A client of an application over that store."""
    return create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store).test_client()


@pytest.fixture
def elsewhere(store: Store) -> None:
    """Two more articles: one that quotes the example's speaker, one that quotes her by another name."""
    told = replace(examples.STORED, article=replace(examples.ARTICLE, id="told", outlet="Herald", url=None))
    other = replace(examples.STORED.quotes[0], speaker=examples.OTHER_SPEAKER)
    renamed = replace(told, article=replace(examples.ARTICLE, id="renamed", outlet="Echo", url=None), quotes=(other,))
    store.save(told)
    store.save(replace(renamed, speakers=(examples.OTHER_SPEAKER,)))


@pytest.mark.parametrize("name", ["mergeSpeakers", "splitSpeaker"])
@pytest.mark.usefixtures("elsewhere")
def test_the_example_of_a_decision_works(kept: FlaskClient, name: str) -> None:
    call = CALLS[name]
    response = check(kept.open(call.path, method=call.method, headers=call.headers, data=call.body))
    found: Any = response.json
    assert response.status_code == (200 if name == "mergeSpeakers" else 201), response.text
    assert (found["history"][0]["action"], found["history"][0]["by"]) == (
        "merged" if name == "mergeSpeakers" else "split",
        "someone without a key",
    )
    assert found["confirmed"] is True
    assert check(kept.get(f"/v1/speakers/{found['id']}")).json == found
    if name == "mergeSpeakers":
        assert found["merged_ids"] == [examples.OTHER_SPEAKER.id]
        # the other's id leads to her
        assert check(kept.get(f"/v1/speakers/{examples.OTHER_SPEAKER.id}")).json == found
    else:
        assert response.headers["Location"] == f"/v1/speakers/{found['id']}"
        assert found["id"] != examples.SPEAKER_ENTRY.speaker.id


@pytest.mark.parametrize(
    ("name", "body", "status", "pointer"),
    [
        ("mergeSpeakers", {"reason": "x"}, 422, "/other"),
        ("mergeSpeakers", {"other": "s-0000000000000000"}, 422, "/reason"),
        ("mergeSpeakers", {"other": examples.SPEAKER_ENTRY.speaker.id, "reason": "x"}, 422, "/other"),
        ("mergeSpeakers", {"other": "s-0000000000000000", "reason": "x"}, 404, None),
        ("splitSpeaker", {"articles": [], "reason": "x"}, 422, "/articles"),
        ("splitSpeaker", {"articles": ["council-vote"], "reason": "x"}, 422, "/articles"),
        ("splitSpeaker", {"articles": ["none"], "reason": "x"}, 422, "/articles"),
    ],
)
def test_a_decision_that_cannot_be_is_pointed_at(
    kept: FlaskClient, name: str, body: Any, status: int, pointer: str | None
) -> None:
    response = check(kept.post(CALLS[name].path, json=body))
    found: Any = response.json
    assert response.status_code == status, response.text
    assert [fault["pointer"] for fault in found.get("errors", [])] == ([pointer] if pointer else [])


@pytest.mark.parametrize("call", [c for c in CALLS.values() if c.operation["operationId"] not in DECISIONS], ids=_name)
def test_the_example_of_an_operation_works(kept: FlaskClient, call: Call) -> None:
    response = check(kept.open(call.path, method=call.method, headers=call.headers, data=call.body))
    assert response.status_code in (200, 201, 202, 204), response.text
    name = call.operation["operationId"]
    content = call.operation["responses"][str(response.status_code)].get("content", {})
    # variants and topics take more articles than the one that is stored here; an import is a job of its own
    elsewhere = ("correctQuote", "getQuoteHistory", "getVariants", "importArticles", "getSpeakerStats")
    if name not in (*READ_ANEW, *OF_THIS_PROCESS, *elsewhere) and response.is_json:
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
