"""The service itself: probes, index, errors that no view raises, request ids, logs, and work that takes long."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.api import create_app
from service.api.gate import Full, Gate
from service.json_logs import JsonFormatter, configure
from service.model import Notice
from service.parse.tree import Parse
from service.pipeline import Pipeline
from service.store import Store
from service.text.layout import Layout
from tests.api.conftest import MAX_CHARS, MakeApp
from tests.api.contract import SPECIFICATION, check
from tests.flat_parser import FlatParser

SECRET = "Nobody may ever read these words in a log"


class SlowParser(FlatParser):
    """Reads on only when it is told to."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.may_end = threading.Event()

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        self.started.release()
        assert self.may_end.wait(20)
        return super().parse(articles)


class BrokenParser(FlatParser):
    """Fails, and says the article's text when it does."""

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        raise ZeroDivisionError(articles[0][0])


def post(app: Flask, text: str = "It rained.") -> int:
    return app.test_client().post("/v1/extract", data=text, content_type="text/plain").status_code


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    """The records of the service's loggers, as they come."""
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    logger, handler = logging.getLogger("service"), Keep()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield records
    logger.removeHandler(handler)
    logger.setLevel(level)


# --- probes and index -----------------------------------------------------------------------------------------------


def test_it_lives_and_is_ready(client: FlaskClient) -> None:
    assert check(client.get("/healthz")).json == {"status": "ok"}
    ready: Any = check(client.get("/readyz")).json
    assert ready == {"status": "ready", "model": {"name": "flat", "version": "1", "stanza": "none"}}


def test_it_lives_but_is_not_ready_without_a_database(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/none.db") as store:
        client = create_app(pipeline=Pipeline(FlatParser(), max_chars=100), store=store).test_client()
        assert client.get("/healthz").status_code == 200
        response = check(client.get("/readyz"))
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert check(client.get("/v1/articles")).status_code == 503
        assert client.post("/v1/extract", data="It rained.", content_type="text/plain").status_code == 200


def test_the_index_lists_every_call(client: FlaskClient) -> None:
    index: Any = check(client.get("/")).json
    assert ("POST", "/v1/extract") in {(call["method"], call["path"]) for call in index["calls"]}
    operations = {
        (m.upper(), path) for path, found in SPECIFICATION["paths"].items() for m in found if m != "parameters"
    }
    assert {(call["method"], call["path"]) for call in index["calls"]} == operations


# --- errors that no view raises -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1", "/v1/extract/", "//v1/extract", "/v1/articles/a/b", "/v1/%00", "/favicon.ico"]
)
def test_there_is_nothing_elsewhere(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    problem: Any = response.json
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert "GET / lists what there is" in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/extract", {"POST", "OPTIONS"}),
        ("DELETE", "/v1/articles", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("POST", "/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("PATCH", "/v1/articles/a", {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
        ("BREW", "/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_there_is_answered_with_those_that_are(
    client: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")
    assert set(response.headers["Allow"].split(", ")) == allowed


def test_an_unknown_kind_of_problem_is_not_found(client: FlaskClient) -> None:
    assert check(client.get("/problems/none")).status_code == 404


def test_a_fault_of_ours_is_a_fixed_sentence_and_a_request_id(
    make_app: MakeApp, logged: list[logging.LogRecord]
) -> None:
    client = make_app(BrokenParser()).test_client()
    response = check(client.post("/v1/extract", data=SECRET, content_type="text/plain"))
    problem: Any = response.json
    assert response.status_code == 500
    assert SECRET not in response.text
    assert "ZeroDivisionError" not in response.text
    fault = next(record for record in logged if record.levelno == logging.ERROR)
    line = json.loads(JsonFormatter().format(fault))
    assert (line["request_id"], line["error"]) == (problem["instance"], "ZeroDivisionError")
    assert any("parse" in frame for frame in line["frames"])


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.sampled_from(["/v1/extract", "/v1/articles", "/v1/articles/x", "/v1/quotes", "/v1/speakers", "/x"]),
    st.dictionaries(
        st.sampled_from(["q", "speaker", "from", "to", "limit", "cursor", "format", "width", "id"]), st.text(max_size=8)
    ),
    st.sampled_from(
        ["application/json", "text/plain", "text/html", "", ";;=", "text/plain; charset=", "a/b; charset=\xff"]
    ),
    st.binary(max_size=40),
)
def test_nothing_that_is_sent_makes_an_internal_error(
    client: FlaskClient, method: str, path: str, query: dict[str, str], content_type: str, data: bytes
) -> None:
    query = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    response = client.open(path, method=method, query_string=query, data=data, headers={"Content-Type": content_type})
    assert response.status_code < 500
    if response.status_code >= 400:
        problem: Any = response.json
        assert response.mimetype == "application/problem+json"
        assert problem["status"] == response.status_code


# --- request ids and logs -------------------------------------------------------------------------------------------


def test_a_request_has_an_id_of_its_own(client: FlaskClient) -> None:
    ids = {client.get("/healthz").headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [("a-1.b_2:c", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("é", False), ("", False)],
)
def test_the_clients_id_is_kept_where_it_is_fit(client: FlaskClient, given_id: str, kept: bool) -> None:
    response = client.get("/nothing", headers={"X-Request-Id": given_id})
    problem: Any = response.json
    assert (response.headers["X-Request-Id"] == given_id) is kept
    assert problem["instance"] == response.headers["X-Request-Id"]


def test_a_request_is_one_line_of_json_without_any_text(client: FlaskClient, logged: list[logging.LogRecord]) -> None:
    client.post(f"/v1/extract?title={SECRET}", data=f"“{SECRET}.”", content_type="text/plain")
    client.post("/v1/extract", data=json.dumps({"text": 1, SECRET: 2}), content_type="application/json")
    client.get("/v1/quotes", query_string={"q": SECRET})
    lines = [JsonFormatter().format(record) for record in logged]
    assert len(lines) == 3
    assert not any(SECRET in line or "\n" in line for line in lines)
    first = json.loads(lines[0])
    assert (first["method"], first["path"], first["status"], first["characters"]) == (
        "POST",
        "/v1/extract",
        200,
        len(SECRET) + 3,
    )
    assert first["milliseconds"] >= 0
    assert first["time"].endswith("+00:00")


def test_probes_are_logged_for_debugging_alone(client: FlaskClient, logged: list[logging.LogRecord]) -> None:
    client.get("/healthz")
    assert [record.levelno for record in logged] == [logging.DEBUG]


def test_an_exceptions_message_is_not_logged() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, "f", 1, "it %s", ("failed",), __import__("sys").exc_info()
        )
    line = JsonFormatter().format(record)
    assert SECRET not in line
    assert (json.loads(line)["message"], json.loads(line)["error"]) == ("it failed", "ValueError")


def test_logging_is_configured_once() -> None:
    logger = logging.getLogger("service")
    before = (logger.handlers[:], logger.level, logger.propagate)
    try:
        configure("warning")
        configure("debug")
        assert (len(logger.handlers), logger.level) == (1, logging.DEBUG)
    finally:
        logger.handlers[:], logger.level, logger.propagate = before


# --- work that takes long -------------------------------------------------------------------------------------------


def test_probes_are_answered_while_an_article_is_read(make_app: MakeApp) -> None:
    parser = SlowParser()
    app = make_app(parser)
    statuses: list[int] = []
    reading = threading.Thread(target=lambda: statuses.append(post(app)))
    reading.start()
    try:
        assert parser.started.acquire(timeout=10)
        started = time.perf_counter()
        assert app.test_client().get("/healthz").status_code == 200
        assert app.test_client().get("/v1/articles").status_code == 200
        assert time.perf_counter() - started < 5
        assert statuses == []
    finally:
        parser.may_end.set()
        reading.join(20)
    assert statuses == [200]


def test_too_many_waiting_are_sent_away(tmp_path: Path) -> None:
    parser = SlowParser()
    with Store(f"sqlite:///{tmp_path}/q.db") as store:
        store.upgrade()
        app = create_app(pipeline=Pipeline(parser, max_chars=MAX_CHARS), store=store, places=1)
        reading = threading.Thread(target=post, args=(app,))
        reading.start()
        try:
            assert parser.started.acquire(timeout=10)
            response = check(app.test_client().post("/v1/extract", data="It rained.", content_type="text/plain"))
            assert response.status_code == 503
            assert response.headers["Retry-After"] == "5"
            # what is refused anyway does not need a place
            assert post(app, " ") == 422
        finally:
            parser.may_end.set()
            reading.join(20)
        assert post(app) == 200


def test_one_has_the_turn_at_a_time() -> None:
    gate, inside, most = Gate(places=8, timeout_seconds=10), 0, 0

    def enter() -> None:
        nonlocal inside, most
        with gate.turn():
            inside += 1
            most = max(most, inside)
            time.sleep(0.005)
            inside -= 1

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_wait_ends() -> None:
    gate = Gate(places=2, timeout_seconds=0.05)
    with gate.turn(), pytest.raises(Full, match=r"took longer than 0\.05 seconds"), gate.turn():
        raise AssertionError("two have the turn")
    with gate.turn():
        pass


def test_a_failure_gives_its_turn_and_its_place_back() -> None:
    gate = Gate(places=1, timeout_seconds=0.05)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.turn():
            raise ZeroDivisionError
