"""A person's word on a quote: taken, kept, shown, and never over somebody else's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.access import Access
from service.api import create_app, examples
from service.pipeline import Pipeline
from service.store import Store
from tests.api.contract import check
from tests.flat_parser import FlatParser

ID = examples.STORED_QUOTE.quote.id
URL = f"/v1/quotes/{ID}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with the contract's example article."""
    with Store(url, busy_timeout_seconds=60) as store:
        store.save(examples.STORED)
        yield store


@pytest.fixture
def client(store: Store) -> FlaskClient:
    """A client of an application over that store, which asks for no key."""
    return create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store).test_client()


def patch(client: FlaskClient, body: Any, *, tag: str | None = "*", url: str = URL, **headers: str) -> TestResponse:
    if tag is not None:
        headers["If-Match"] = tag
    return check(client.patch(url, json=body, headers=headers))


def get(client: FlaskClient, url: str = URL) -> Any:
    response = check(client.get(url))
    assert response.status_code == 200, response.text
    return response.json


def problem(response: TestResponse) -> dict[str, Any]:
    found: Any = response.json
    return dict(found)


def test_a_correction_is_taken_and_shown_as_such(client: FlaskClient) -> None:
    seen = check(client.get(URL))
    body = {"speaker": "Ana Reyes", "reason": "heard it", "by": "Bo Lind"}
    response = patch(client, body, tag=seen.headers["ETag"])
    assert response.status_code == 200
    assert response.json == get(client)
    assert (get(client)["speaker"]["name"], get(client)["review"], get(client)["version"]) == (
        "Ana Reyes",
        "corrected",
        2,
    )
    first, second = get(client, f"{URL}/history")["history"]
    assert (first["by"], first["model"], first["quote"]["speaker"]["name"]) == (None, "quoth-en 0.4.0", "Maria Okafor")
    assert (second["by"], second["reason"], second["quote"]["speaker"]["name"]) == ("Bo Lind", "heard it", "Ana Reyes")
    assert [q["speaker"]["name"] for q in get(client, "/v1/quotes?reviewed=true")["quotes"]] == ["Ana Reyes"]
    assert get(client, "/v1/quotes?reviewed=false")["quotes"] == []
    assert "corrected" in check(client.get("/v1/quotes?format=text")).text


def test_the_answers_tag_is_good_for_the_next_correction(client: FlaskClient) -> None:
    tag = check(client.get(URL)).headers["ETag"]
    for number in range(3):
        response = patch(client, {"type": ("mixed", "direct")[number % 2], "reason": "x"}, tag=tag)
        assert response.status_code == 200
        assert response.headers["ETag"] != tag
        tag = response.headers["ETag"]


def test_the_tag_of_any_form_and_a_weak_one_are_good(client: FlaskClient) -> None:
    tags = [check(client.get(f"{URL}?format={form}")).headers["ETag"] for form in ("json", "text", "jsonld")]
    assert len(set(tags)) == 3
    assert patch(client, {"status": "confirmed"}, tag=f'"other", W/{tags[1]}').status_code == 200


def test_who_comes_second_is_told(client: FlaskClient) -> None:
    tag = check(client.get(URL)).headers["ETag"]
    assert patch(client, {"speaker": "Ana Reyes", "reason": "x"}, tag=tag).status_code == 200
    response = patch(client, {"speaker": "Tom Hale", "reason": "x"}, tag=tag)
    assert (response.status_code, problem(response)["type"]) == (412, "/problems/stale")
    assert "it now has version 2" in problem(response)["detail"]
    assert get(client)["speaker"]["name"] == "Ana Reyes"


def test_of_two_at_once_one_wins(client: FlaskClient) -> None:
    tag = check(client.get(URL)).headers["ETag"]
    statuses: list[int] = []

    def correct(name: str) -> None:
        response = client.application.test_client().patch(
            URL, json={"speaker": name, "reason": "x"}, headers={"If-Match": tag}
        )
        statuses.append(response.status_code)

    threads = [threading.Thread(target=correct, args=(name,)) for name in ("Ana Reyes", "Tom Hale", "Bo Lind")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412, 412]
    assert get(client)["version"] == 2


@pytest.mark.parametrize("tag", ['"nonsense"', '"v1"', '"v99-abcdef"', '"v1-aa"', "", '""'])
def test_a_tag_that_this_quote_never_had_is_stale(client: FlaskClient, tag: str) -> None:
    assert patch(client, {"status": "confirmed"}, tag=tag).status_code == 412


def test_without_if_match_nothing_is_changed(client: FlaskClient) -> None:
    response = patch(client, {"status": "confirmed"}, tag=None)
    assert (response.status_code, problem(response)["type"]) == (428, "/problems/if-match-needed")
    assert get(client)["review"] is None


def test_a_rejected_quote_is_left_out_of_lists_but_not_lost(client: FlaskClient) -> None:
    assert patch(client, {"status": "rejected", "reason": "an irony"}).status_code == 200
    assert get(client)["review"] == "rejected"
    assert get(client, "/v1/quotes")["quotes"] == []
    assert get(client, "/v1/articles/council-vote/quotes")["quotes"] == []
    assert [quote["id"] for quote in get(client, "/v1/quotes?review=rejected")["quotes"]] == [ID]


def test_no_speaker_is_a_correction_too(client: FlaskClient) -> None:
    assert patch(client, {"speaker": None, "reason": "the text does not say"}).status_code == 200
    assert get(client)["speaker"]["name"] is None


def test_spans_are_in_the_unit_that_is_asked_for(client: FlaskClient) -> None:
    article = {"text": '👍 up.\n\n"We will pay for all of it."', "id": "thumb"}
    assert check(client.put("/v1/articles/thumb", json=article)).status_code == 201
    [first, *_] = get(client, "/v1/articles/thumb/quotes?offsets=utf16")["quotes"]
    start = first["spans"][0]["start"]
    assert start == article["text"].index('"') + 1  # the thumb takes two code units
    body = {"spans": [{"start": start + 1, "end": start + 3}], "reason": "shorter"}
    response = patch(client, body, url=f"/v1/quotes/{first['id']}?offsets=utf16")
    found: Any = response.json
    assert response.status_code == 200, response.text
    assert [(s["start"], s["text"]) for s in found["spans"]] == [(start + 1, "We")]
    inside = patch(client, {"spans": [{"start": 1, "end": 4}], "reason": "x"}, url=f"{url_of(first)}?offsets=utf16")
    assert (inside.status_code, problem(inside)["errors"][0]["pointer"]) == (422, "/spans/0/start")
    assert "inside a character" in problem(inside)["errors"][0]["detail"]


def url_of(quote: dict[str, Any]) -> str:
    return f"/v1/quotes/{quote['id']}"


@pytest.mark.parametrize(
    ("body", "pointer", "part"),
    [
        ({}, "", "it says nothing"),
        ({"by": "Bo"}, "", "it says nothing"),
        ({"speaker": "Bo"}, "/reason", "a reason is missing"),
        ({"status": "rejected"}, "/reason", "a reason is missing"),
        ({"status": "corrected", "reason": "x"}, "/status", "allowed is one of confirmed, rejected"),
        ({"type": "spoken", "reason": "x"}, "/type", "allowed is one of direct, indirect, mixed"),
        ({"speker": "Bo", "reason": "x"}, "/speker", "did you mean speaker?"),
        ({"speaker": 5, "reason": "x"}, "/speaker", "got no string"),
        ({"speaker": "", "reason": "x"}, "/speaker", "got 0 characters"),
        ({"speaker": "s-0000000000000000", "reason": "x"}, None, "there is no speaker"),
        ({"spans": [], "reason": "x"}, "/spans", "1 to 100 spans"),
        ({"spans": [{"start": 5, "end": 5}], "reason": "x"}, "/spans/0/end", "ends behind its start"),
        ({"spans": [{"start": 5}], "reason": "x"}, "/spans/0/end", "Missing"),
        ({"spans": [{"start": "5", "end": 9}], "reason": "x"}, "/spans/0/start", "a whole number"),
        ({"spans": [{"start": 0, "end": 9000}], "reason": "x"}, "/spans/0/end", "outside the text"),
        ({"spans": [{"start": 9, "end": 12}, {"start": 3, "end": 5}], "reason": "x"}, "/spans/1", "in text order"),
    ],
)
def test_a_correction_that_cannot_be_is_pointed_at(
    client: FlaskClient, body: Any, pointer: str | None, part: str
) -> None:
    response = patch(client, body)
    assert response.status_code == (404 if pointer is None else 422)
    if pointer is None:
        assert part in problem(response)["detail"]
    else:
        faults = {fault["pointer"]: fault["detail"] for fault in problem(response)["errors"]}
        assert part in faults[pointer]
    assert get(client)["version"] == 1


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"\xff", "application/json", 400),
        (b"status=confirmed", "application/x-www-form-urlencoded", 415),
    ],
)
def test_a_body_that_is_no_correction_is_refused(
    client: FlaskClient, data: bytes, content_type: str, status: int
) -> None:
    response = check(client.patch(URL, data=data, content_type=content_type, headers={"If-Match": "*"}))
    assert response.status_code == status


def test_the_key_signs_the_correction(store: Store) -> None:
    client = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store, keys_needed=True).test_client()
    _, secret = store.create_key("desk", [Access.WRITE])
    key = {"Authorization": f"Bearer {secret}"}
    patch(client, {"type": "mixed", "reason": "x"}, **key)
    patch(client, {"type": "direct", "reason": "x", "by": "Bo Lind"}, **key)
    states = check(client.get(f"{URL}/history", headers=key)).json
    assert states is not None
    assert [state["by"] for state in states["history"]] == [None, "desk", "Bo Lind via desk"]


def test_a_quote_that_is_not_there(client: FlaskClient) -> None:
    for response in (
        check(client.get("/v1/quotes/q-none")),
        check(client.get("/v1/quotes/q-none/history")),
        patch(client, {"status": "confirmed"}, url="/v1/quotes/q-none"),
    ):
        assert response.status_code == 404


def test_two_articles_with_one_text_are_told_apart(client: FlaskClient) -> None:
    twin = {"text": '"We will pay for all of it."', "outlet": "Herald", "id": "twin"}
    assert check(client.put("/v1/articles/twin", json=twin)).status_code == 201
    assert check(client.put("/v1/articles/triplet", json=twin | {"id": "triplet", "outlet": "Echo"})).status_code == 201
    quotes = get(client, "/v1/articles/twin/quotes")["quotes"]
    assert quotes
    id = quotes[0]["id"]
    unclear = check(client.get(f"/v1/quotes/{id}"))
    assert unclear.status_code == 409
    assert "twin" in problem(unclear)["detail"]
    assert get(client, f"/v1/quotes/{id}?article=twin")["article"]["id"] == "twin"
    assert patch(client, {"status": "confirmed"}, url=f"/v1/quotes/{id}?article=twin").status_code == 200
    assert get(client, f"/v1/quotes/{id}?article=triplet")["review"] is None


# --- requests that come again ---------------------------------------------------------------------------------------


def post(client: FlaskClient, key: str, text: str = "It rained.", **about: Any) -> TestResponse:
    return check(client.post("/v1/articles", json={"text": text, **about}, headers={"Idempotency-Key": key}))


def test_a_request_that_comes_again_gets_the_first_answer(client: FlaskClient) -> None:
    first, again = post(client, "a"), post(client, "a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Location"] == first.headers["Location"]


def test_a_key_for_another_request_is_refused(client: FlaskClient) -> None:
    post(client, "a")
    response = post(client, "a", text="It snowed.")
    assert (response.status_code, problem(response)["type"]) == (422, "/problems/key-reused")


def test_what_was_refused_may_come_again(client: FlaskClient) -> None:
    assert post(client, "a", text=" ").status_code == 422
    assert post(client, "a", text=" ").status_code == 422
    assert post(client, "b", text=" ").status_code == 422


def test_put_takes_the_key_too(client: FlaskClient) -> None:
    send = {"json": {"text": "It rained."}, "headers": {"Idempotency-Key": "k"}}
    assert [check(client.put("/v1/articles/one", **send)).status_code for _ in range(2)] == [201, 201]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ä"])
def test_a_key_that_cannot_be_is_refused(client: FlaskClient, key: str) -> None:
    assert post(client, key).status_code == 422


def test_keys_of_two_callers_are_their_own(store: Store) -> None:
    client = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store, keys_needed=True).test_client()
    for name, text in (("one", "It rained."), ("other", "It snowed.")):
        _, secret = store.create_key(name, [Access.WRITE])
        headers = {"Idempotency-Key": "a", "Authorization": f"Bearer {secret}"}
        assert check(client.post("/v1/articles", json={"text": text}, headers=headers)).status_code == 201
