"""The desk's cookie: what it is good for, and what no other site can do with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import web
from service.access import Access
from service.api import create_app, examples
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser

QUOTE = f"/v1/quotes/{examples.STORED_QUOTE.quote.id}"
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path}/quoth.db") as store:
        store.upgrade()
        store.save(examples.STORED)
        yield store


def client(store: Store, *, keys_needed: bool = True) -> FlaskClient:
    app = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store, keys_needed=keys_needed)
    web.register(app)
    return app.test_client()


def signed_in(store: Store, scope: Access = Access.WRITE) -> FlaskClient:
    _, secret = store.create_key("desk", [scope])
    found = client(store)
    assert found.post("/desk/session", headers={**OURS, "Authorization": f"Bearer {secret}"}).status_code == 204
    return found


def test_the_cookie_is_out_of_reach(store: Store) -> None:
    _, secret = store.create_key("desk", [Access.READ])
    response = client(store).post("/desk/session", headers={**OURS, "Authorization": f"Bearer {secret}"})
    cookie = response.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie
    secure = client(store).post(
        "/desk/session", headers={"Authorization": f"Bearer {secret}"}, base_url="https://localhost"
    )
    assert secure.headers["Set-Cookie"].startswith("__Host-quoth-key=")
    assert "Secure" in secure.headers["Set-Cookie"]


def test_a_wrong_key_gives_none(store: Store) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        response = client(store).post("/desk/session", headers={**OURS, **headers})
        assert response.status_code == 401
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OURS, 200),
        ({"Origin": "http://localhost"}, 200),
        # neither is said: no browser of today
        ({}, 401),
        ({"Sec-Fetch-Site": "none"}, 401),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:9000"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_what_changes_something_is_taken_from_our_pages_alone(
    store: Store, headers: dict[str, str], status: int
) -> None:
    response = signed_in(store).patch(QUOTE, json={"status": "confirmed"}, headers={**headers, "If-Match": "*"})
    assert response.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OURS, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 401),
        ({"Sec-Fetch-Site": "same-site"}, 401),
    ],
)
def test_what_is_shown_is_not_for_other_sites(store: Store, headers: dict[str, str], status: int) -> None:
    assert signed_in(store).get("/v1/articles", headers=headers).status_code == status


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_corrects_nothing(store: Store, content_type: str) -> None:
    body = '{"status": "confirmed"}'
    headers = {**OURS, "If-Match": "*"}
    assert signed_in(store).patch(QUOTE, data=body, content_type=content_type, headers=headers).status_code == 415


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_without_keys_other_sites_write_nothing_either(store: Store, headers: dict[str, str]) -> None:
    answer = client(store, keys_needed=False).post("/v1/articles", data="x", content_type="text/plain", headers=headers)
    assert (answer.status_code, answer.json and answer.json["type"]) == (403, "/problems/cross-origin")


def test_scopes_hold_and_leaving_is_for_everybody(store: Store) -> None:
    reader = signed_in(store, Access.READ)
    assert reader.patch(QUOTE, json={"status": "confirmed"}, headers={**OURS, "If-Match": "*"}).status_code == 403
    gone = reader.post("/desk/sign-out", headers=OURS)
    assert (gone.status_code, gone.headers["Location"]) == (303, "/desk/sign-in")
    assert reader.get("/v1/articles", headers=OURS).status_code == 401


def test_a_link_of_another_site_finds_its_way(store: Store) -> None:
    reader = signed_in(store, Access.READ)
    asks = {"Accept": "text/html"}
    # the browser keeps the cookie to itself, and shows it to the page that it is sent on to
    onward = reader.get("/articles?q=a", headers={**asks, "Sec-Fetch-Site": "cross-site"})
    assert onward.status_code == 200
    assert 'content="0; url=/articles?q=a"' in onward.text
    assert reader.get("/articles?q=a", headers={**asks, "Sec-Fetch-Site": "same-origin"}).status_code == 200
    stranger = client(store).get("/articles?q=a", headers={**asks, "Sec-Fetch-Site": "same-origin"})
    assert (stranger.status_code, stranger.headers["Location"]) == (303, "/desk/sign-in?to=/articles?q%3Da")


def test_a_cookie_that_stayed_behind_is_no_hindrance(store: Store) -> None:
    open_ = client(store, keys_needed=False)
    open_.set_cookie("quoth-key", "left-over")
    assert open_.get("/v1/articles", headers=OURS).status_code == 200


def test_the_form_needs_no_script(store: Store) -> None:
    _, secret = store.create_key("desk", [Access.READ])
    reader, form = client(store), {**OURS, "Accept": "text/html"}
    wrong = reader.post("/desk/session", data={"key": "wrong", "to": "/articles?q=a"}, headers=form)
    assert wrong.status_code == 401
    assert "Set-Cookie" not in wrong.headers
    assert "not known" in wrong.text
    assert 'name="to" value="/articles?q=a"' in wrong.text
    right = reader.post("/desk/session", data={"key": secret, "to": "/articles?q=a"}, headers=form)
    assert (right.status_code, right.headers["Location"]) == (303, "/articles?q=a")
    assert reader.get("/articles?q=a", headers=form).status_code == 200
    elsewhere = reader.post("/desk/session", data={"key": secret, "to": "//evil.example"}, headers=form)
    assert elsewhere.headers["Location"] == "/desk"
    # a key in a form signs in, and does nothing else
    for path in ("/desk/read", "/v1/articles", "/check"):
        assert client(store).post(path, data={"key": secret}, headers=form).status_code == 401


def test_guessing_at_the_form_is_counted(store: Store) -> None:
    app = create_app(
        pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store, keys_needed=True, requests_per_minute=3
    )
    web.register(app)
    sent = [{"headers": {**OURS, "Authorization": f"Bearer {number}"}} for number in range(2)]
    typed = [{"headers": OURS, "data": {"key": str(number), "to": "/desk"}} for number in range(3)]
    guesser = app.test_client()
    guesses = [guesser.post("/desk/session", **guess).status_code for guess in (*sent, *typed)]
    assert guesses == [401, 401, 401, 429, 429]
