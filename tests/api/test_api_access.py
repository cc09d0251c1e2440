"""Who may call: keys and their scopes, how often, from which sites; and what browsers are told."""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.access import Access
from service.api import create_app, examples
from service.api.access import needed
from service.api.calls import Call, calls
from service.api.headers import SECURITY
from service.json_logs import JsonFormatter
from service.pipeline import Pipeline
from service.store import Store
from tests.api.contract import SPECIFICATION, check
from tests.api.example_job import keep_example_job
from tests.flat_parser import FlatParser

CALLS = {call.operation["operationId"]: call for call in calls(SPECIFICATION)}
PUBLIC = {"index", "health", "ready", "contract", "problem", "docs", "docsStyle"}
WRITING = {"addArticle", "putArticle", "deleteArticle", "correctQuote", "mergeSpeakers", "splitSpeaker"}
WRITING |= {"importArticles", "cancelJob", "resumeJob"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with the contract's example article."""
    with Store(f"sqlite:///{tmp_path}/quoth.db") as store:
        store.upgrade()
        store.save(examples.STORED)
        keep_example_job(store)
        yield store


def app(store: Store, **options: Any) -> Flask:
    return create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store, **options)


def send(client: FlaskClient, call: Call, secret: str | None = None) -> TestResponse:
    headers = call.headers | ({"Authorization": f"Bearer {secret}"} if secret else {})
    return check(client.open(call.path, method=call.method, headers=headers, data=call.body))


def kind(response: TestResponse) -> str:
    found: Any = response.json
    return str(found["type"])


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CALLS)
def test_without_a_key_only_the_service_itself_answers(store: Store, name: str) -> None:
    client = app(store, keys_needed=True).test_client()
    response = send(client, CALLS[name])
    if name in PUBLIC:
        assert response.status_code == 200
    else:
        assert (response.status_code, kind(response)) == (401, "/problems/unauthorized")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert bool(CALLS[name].operation["security"]) is (name not in PUBLIC)


def test_a_scope_covers_what_it_says(store: Store) -> None:
    client = app(store, keys_needed=True).test_client()
    secrets = {scope: store.create_key(scope.value, [scope])[1] for scope in Access}
    for name in sorted(set(CALLS) - PUBLIC, key=lambda name: (name in WRITING, name == "deleteArticle", name)):
        response = send(client, CALLS[name], secrets[Access.READ])
        if name in WRITING:
            assert (response.status_code, kind(response)) == (403, "/problems/forbidden"), name
            assert "insufficient_scope" in response.headers["WWW-Authenticate"]
            assert send(client, CALLS[name], secrets[Access.WRITE]).status_code not in (401, 403, 500), name
        else:
            assert response.status_code < 300, name
    assert client.get("/v1/quotes", headers={"Authorization": f"Bearer {secrets[Access.ADMIN]}"}).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer wrong", f"Bearer {'x' * 300}"])
def test_what_is_no_good_key_is_refused_even_where_none_is_needed(store: Store, header: str) -> None:
    for keys_needed in (True, False):
        client = app(store, keys_needed=keys_needed).test_client()
        response = check(client.get("/v1/quotes", headers={"Authorization": header}))
        assert response.status_code == 401


def test_a_key_that_was_revoked_is_no_good(store: Store) -> None:
    client = app(store, keys_needed=True).test_client()
    key, secret = store.create_key("desk", [Access.READ])
    assert send(client, CALLS["listQuotes"], secret).status_code == 200
    store.revoke_key(key.id)
    assert send(client, CALLS["listQuotes"], secret).status_code == 401


def test_a_log_names_the_key_and_never_its_secret(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    key, secret = store.create_key("desk", [Access.READ])
    client = app(store, keys_needed=True).test_client()
    with caplog.at_level(logging.DEBUG, logger="service"):
        send(client, CALLS["listQuotes"], secret)
        client.get("/v1/quotes", headers={"Authorization": f"Bearer {secret}x"})
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert any(json.loads(line).get("key") == key.id for line in lines)
    assert not any(secret in line for line in lines)


@pytest.mark.parametrize(
    ("method", "path", "access"),
    [
        ("GET", "/v1/quotes", Access.READ),
        ("HEAD", "/v1/quotes", Access.READ),
        ("POST", "/v1/extract", Access.READ),
        ("POST", "/v1/verify", Access.READ),
        ("POST", "/v1/articles", Access.WRITE),
        ("GET", "/metrics", Access.READ),
        ("GET", "/problems/{slug}", None),
        ("POST", "/anything/new", Access.WRITE),
    ],
)
def test_what_is_not_listed_needs_a_key(method: str, path: str, access: Access | None) -> None:
    assert needed(method, path) is access


# --- how often ------------------------------------------------------------------------------------------------------


def redis_url() -> str:
    redis = pytest.importorskip("redis")
    url = "redis://127.0.0.1:6379/9"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1).ping()
    except redis.RedisError:
        if os.environ.get("CI"):
            raise
        pytest.skip("there is no Redis on 127.0.0.1:6379")
    return url


@pytest.mark.parametrize("counted", ["memory", "redis"])
def test_a_key_has_its_number_of_requests(store: Store, counted: str) -> None:
    url = "memory://" if counted == "memory" else redis_url()
    client = app(store, keys_needed=True, requests_per_minute=3, limits_url=url).test_client()
    one, other = (store.create_key(f"{name} {uuid.uuid4()}", [Access.READ])[1] for name in ("one", "other"))
    assert [send(client, CALLS["listQuotes"], one).status_code for _ in range(4)] == [200, 200, 200, 429]
    response = send(client, CALLS["getStats"], one)
    assert kind(response) == "/problems/too-many-requests"
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert send(client, CALLS["listQuotes"], other).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_guessing_a_key_is_counted(store: Store) -> None:
    client = app(store, keys_needed=True, requests_per_minute=2).test_client()
    statuses = [send(client, CALLS["listQuotes"], f"guess-{number}").status_code for number in range(4)]
    assert statuses == [401, 401, 429, 429]


def test_calls_of_this_machine_without_a_key_are_not_counted(store: Store) -> None:
    client = app(store, requests_per_minute=2).test_client()
    assert {client.get("/v1/quotes").status_code for _ in range(5)} == {200}


def test_a_lost_redis_does_not_take_the_service_with_it(store: Store) -> None:
    client = app(store, requests_per_minute=100, limits_url="redis://127.0.0.1:1/0").test_client()
    _, secret = store.create_key("desk", [Access.READ])
    assert send(client, CALLS["listQuotes"], secret).status_code == 200


# --- browsers -------------------------------------------------------------------------------------------------------

CMS = "https://cms.example"


def test_every_answer_keeps_browsers_from_harm(store: Store) -> None:
    client = app(store).test_client()
    for response in (client.get("/"), client.get("/nothing"), client.get("/docs"), client.post("/v1/extract")):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", CALLS)
def test_every_call_keeps_browsers_from_harm_however_it_is_answered(store: Store, name: str) -> None:
    client, call = app(store).test_client(), CALLS[name]
    first = client.open(call.path, method=call.method, headers=call.headers, data=call.body)
    again = {**call.headers, "If-None-Match": first.headers.get("ETag", '"none"')}
    answers = [
        first,
        client.open(call.path, method=call.method, headers=again, data=call.body),
        client.open(call.path.partition("?")[0], method=call.method, query_string={"unknown": "1"}),
        client.options(call.path),
        client.head(call.path),
        client.open(call.path, method="TRACE"),
        client.open(call.path, method=call.method, headers={"Accept": "image/png"}),
    ]
    for response in answers:
        sent = {header: response.headers.getlist(header) for header in SECURITY}
        assert all(len(values) == 1 for values in sent.values()), (response.status, sent)
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert len(response.headers.getlist("X-Request-Id")) == 1
    assert client.head(call.path).data == b""


def test_scripts_of_other_sites_read_nothing_unless_named(store: Store) -> None:
    closed, named, open_ = (app(store, cors_origins=origins).test_client() for origins in ((), (CMS,), ("*",)))
    assert "Access-Control-Allow-Origin" not in closed.get("/v1/quotes", headers={"Origin": CMS}).headers
    response = named.get("/v1/quotes", headers={"Origin": CMS})
    assert response.headers["Access-Control-Allow-Origin"] == CMS
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert "Origin" in response.vary
    assert "Access-Control-Allow-Origin" not in named.get("/v1/quotes", headers={"Origin": "https://x.example"}).headers
    assert (
        open_.get("/v1/quotes", headers={"Origin": "https://x.example"}).headers["Access-Control-Allow-Origin"] == "*"
    )


def test_scripts_can_read_how_many_requests_are_left(store: Store) -> None:
    client = app(store, keys_needed=True, requests_per_minute=3, cors_origins=(CMS,)).test_client()
    _, secret = store.create_key("desk", [Access.READ])
    response = client.get("/v1/quotes", headers={"Origin": CMS, "Authorization": f"Bearer {secret}"})
    sent = {name for name, _ in response.headers if "ratelimit" in name.lower()}
    assert len(sent) == 3
    assert sent <= set(response.headers["Access-Control-Expose-Headers"].split(", "))


def test_a_preflight_is_answered_without_a_key(store: Store) -> None:
    client = app(store, keys_needed=True, cors_origins=(CMS,)).test_client()
    asked = {"Origin": CMS, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "if-match"}
    response = client.options(CALLS["correctQuote"].path, headers=asked)
    assert response.status_code == 200
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    assert "If-Match" in response.headers["Access-Control-Allow-Headers"]


def test_a_page_of_another_site_cannot_make_its_reader_write(store: Store) -> None:
    client = app(store, cors_origins=(CMS,)).test_client()
    statuses = {}
    for origin in ("https://elsewhere.example", "null", CMS, "http://localhost"):
        response = check(
            client.post("/v1/articles", data=examples.TEXT, content_type="text/plain", headers={"Origin": origin})
        )
        statuses[origin] = response.status_code
    assert statuses == {"https://elsewhere.example": 403, "null": 403, CMS: 201, "http://localhost": 200}
