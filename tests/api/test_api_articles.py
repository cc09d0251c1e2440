from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api import create_app
from service.pipeline import Pipeline
from service.store import Store
from tests.api.conftest import MAX_CHARS
from tests.api.contract import check
from tests.flat_parser import FlatParser

VOTE = 'The council met.\n\n"We will pay," Maria Okafor told Bo Lind. She denied that the bridge was unsafe.\n'
FERRY = "The ferry was late, said Tom Hale. According to the harbour board, the engine failed.\n"


@pytest.fixture
def empty(url: str) -> Iterator[FlaskClient]:
    """A client of an application without models and with an empty store."""
    with Store(url, busy_timeout_seconds=60) as store:
        yield create_app(pipeline=Pipeline(FlatParser(), max_chars=MAX_CHARS), store=store).test_client()


@pytest.fixture(scope="module")
def filled(reader: FlaskClient) -> FlaskClient:
    """A client of an application with models and two articles in its store, to be read alone."""
    put(reader, "vote", VOTE, outlet="Courier", published_at="2026-05-04T10:00:00Z", title="The vote")
    put(reader, "ferry", FERRY, outlet="Herald", published_at="2026-05-06")
    return reader


def post(client: FlaskClient, text: str, **about: Any) -> TestResponse:
    return check(client.post("/v1/articles", data=json.dumps({"text": text, **about}), content_type="application/json"))


def put(client: FlaskClient, path_id: str, text: str, **about: Any) -> TestResponse:
    return check(
        client.put(f"/v1/articles/{path_id}", data=json.dumps({"text": text, **about}), content_type="application/json")
    )


def get(client: FlaskClient, url: str, **kwargs: Any) -> TestResponse:
    return check(client.get(url, **kwargs))


def listed(client: FlaskClient, url: str) -> list[dict[str, Any]]:
    response = get(client, url)
    assert response.status_code == 200, response.text
    found: Any = response.json
    return list(found[url.partition("?")[0].rpartition("/")[2]])


def problem(response: TestResponse) -> dict[str, Any]:
    found: Any = response.json
    return dict(found)


def test_an_article_is_stored_and_found_where_the_location_says(empty: FlaskClient) -> None:
    response = post(
        empty, VOTE, id="vote", outlet="Courier", published_at="2026-05-04T10:00:00+12:00", title="The vote"
    )
    assert response.status_code == 201
    assert response.headers["Location"] == "/v1/articles/vote"
    stored: Any = get(empty, "/v1/articles/vote").json
    assert stored == response.json
    assert stored["article"]["text"] == VOTE
    assert stored["article"]["outlet"] == "Courier"
    assert stored["article"]["published_at"].startswith("2026-05-0")


def test_the_same_content_again_is_no_new_article(empty: FlaskClient) -> None:
    first = post(empty, VOTE, outlet="Courier")
    again = post(empty, VOTE, outlet="Courier", id="another")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.json == first.json
    assert len(listed(empty, "/v1/articles")) == 1


def test_the_same_text_in_another_outlet_is_another_article(empty: FlaskClient) -> None:
    assert [post(empty, VOTE, outlet=outlet).status_code for outlet in ("Courier", "Herald")] == [201, 201]
    assert len(listed(empty, "/v1/articles")) == 2


def test_an_id_that_is_taken_is_a_conflict(empty: FlaskClient) -> None:
    post(empty, VOTE, id="one")
    response = post(empty, FERRY, id="one")
    assert response.status_code == 409
    assert problem(response)["type"] == "/problems/conflict"


def test_put_stores_then_keeps_then_replaces(empty: FlaskClient) -> None:
    first, same, changed = put(empty, "one", VOTE), put(empty, "one", VOTE), put(empty, "one", FERRY)
    assert [r.status_code for r in (first, same, changed)] == [201, 200, 200]
    assert same.json == first.json
    stored: Any = get(empty, "/v1/articles/one").json
    assert stored["article"]["text"] == FERRY
    assert len(listed(empty, "/v1/articles")) == 1


def test_put_takes_a_new_title(empty: FlaskClient) -> None:
    put(empty, "one", VOTE, title="Old")
    put(empty, "one", VOTE, title="New")
    assert listed(empty, "/v1/articles")[0]["title"] == "New"


def test_put_of_what_another_id_names_is_a_conflict(empty: FlaskClient) -> None:
    put(empty, "one", VOTE)
    assert put(empty, "two", VOTE).status_code == 409


def test_put_takes_plain_text(empty: FlaskClient) -> None:
    response = check(empty.put("/v1/articles/one?outlet=Courier", data=VOTE, content_type="text/plain"))
    assert response.status_code == 201
    assert listed(empty, "/v1/articles?outlet=Courier")[0]["id"] == "one"


def test_the_id_in_the_path_counts(empty: FlaskClient) -> None:
    assert put(empty, "one", VOTE, id="one").status_code == 201
    response = put(empty, "one", VOTE, id="two")
    assert (response.status_code, problem(response)["errors"][0]["pointer"]) == (422, "/id")
    assert check(empty.put("/v1/articles/one?id=one", data=VOTE, content_type="text/plain")).status_code == 422


@pytest.mark.parametrize("id", ["%00", "a%5Cb", "x" * 201, "%20a"])
def test_a_path_with_an_id_that_cannot_be_used_is_refused(empty: FlaskClient, id: str) -> None:
    response = put(empty, id, VOTE)
    assert (response.status_code, problem(response)["errors"][0]["in"]) == (422, "path")


@pytest.mark.parametrize("id", ["Brücke 1", "a?b", "50%", "räksmörgås", "a.b", "…"])
def test_ids_of_any_letters_lead_back(empty: FlaskClient, id: str) -> None:
    response = post(empty, VOTE, id=id)
    stored: Any = get(empty, response.headers["Location"]).json
    assert stored["article"]["id"] == id


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), (" \n", 422), ("a\ud83d", 400), ("a\x00", 400), ("a" * (MAX_CHARS + 1), 413)]
)
def test_what_cannot_be_read_is_not_stored(empty: FlaskClient, text: str, status: int) -> None:
    assert post(empty, text).status_code == status
    assert put(empty, "one", text).status_code == status
    assert listed(empty, "/v1/articles") == []


def test_what_cannot_be_shown_is_not_stored(empty: FlaskClient) -> None:
    for response in (
        empty.post("/v1/articles", json={"text": VOTE}, headers={"Accept": "image/png"}),
        empty.put("/v1/articles/one", json={"text": VOTE}, headers={"Accept": "image/png"}),
    ):
        assert check(response).status_code == 406
    assert listed(empty, "/v1/articles") == []


def test_deleted_is_gone(empty: FlaskClient) -> None:
    post(empty, VOTE, id="one")
    assert check(empty.delete("/v1/articles/one")).status_code == 204
    for response in (
        get(empty, "/v1/articles/one"),
        get(empty, "/v1/articles/one/quotes"),
        empty.delete("/v1/articles/one"),
    ):
        assert check(response).status_code == 404
        assert "there is no article 'one'" in problem(response)["detail"]
    assert listed(empty, "/v1/quotes") == []


def test_articles_list_the_last_published_first(filled: FlaskClient) -> None:
    assert [article["id"] for article in listed(filled, "/v1/articles")] == ["ferry", "vote"]
    assert [article["id"] for article in listed(filled, "/v1/articles?outlet=Courier")] == ["vote"]
    assert "text" not in listed(filled, "/v1/articles")[0]


def test_an_articles_quotes_are_those_of_its_extraction(filled: FlaskClient) -> None:
    whole: Any = get(filled, "/v1/articles/vote").json
    quotes = listed(filled, "/v1/articles/vote/quotes")
    about = ("article", "version", "review")
    assert [{k: v for k, v in quote.items() if k not in about} for quote in quotes] == whole["quotes"]
    assert {(quote["version"], quote["review"]) for quote in quotes} == {(1, None)}
    assert {quote["article"]["title"] for quote in quotes} == {"The vote"}


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("speaker=Okafor", ['"We will pay,"', "the bridge was unsafe"]),
        ("q=bridge", ["the bridge was unsafe"]),
        ("q=zebra", []),
        ("outlet=Herald", ["The ferry was late", "the engine failed"]),
        ("type=direct", ['"We will pay,"']),
        ("polarity=denied", ["the bridge was unsafe"]),
        ("cue=tell", ['"We will pay,"']),
        ("from=2026-05-05", ["The ferry was late", "the engine failed"]),
        ("to=2026-05-04", ['"We will pay,"', "the bridge was unsafe"]),
        ("from=2026-05-04T10:00:00Z&to=2026-05-04T10:00:00%2B00:00", ['"We will pay,"', "the bridge was unsafe"]),
        ("from=2026-05-04T22:00:00+12:00&to=2026-05-05", ['"We will pay,"', "the bridge was unsafe"]),
        ("speaker=Okafor&type=indirect", ["the bridge was unsafe"]),
        ("min_confidence=1", []),
    ],
)
def test_quotes_are_found(filled: FlaskClient, query: str, texts: list[str]) -> None:
    found = listed(filled, f"/v1/quotes?{query}")
    assert [quote["text"] for quote in found] == texts


def test_a_quotes_spans_are_those_of_its_article(filled: FlaskClient) -> None:
    for quote in listed(filled, "/v1/quotes"):
        text = {"vote": VOTE, "ferry": FERRY}[quote["article"]["id"]]
        spans = [*quote["spans"], *quote["cue"]["spans"], quote["speaker"]["mention"]]
        assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)


def test_a_speakers_id_finds_their_quotes(filled: FlaskClient) -> None:
    speaker = next(s for s in listed(filled, "/v1/speakers?q=okafor") if s["name"] == "Maria Okafor")
    quotes = listed(filled, f"/v1/quotes?speaker={speaker['id']}")
    assert len(quotes) == speaker["quote_count"] == 2
    assert (speaker["article_count"], speaker["outlets"]) == (1, ["Courier"])


def test_pages_lead_on_with_their_filters(filled: FlaskClient) -> None:
    whole = [quote["id"] for quote in listed(filled, "/v1/quotes?from=2026-05-01")]
    assert len(whole) == 4
    paged: list[str] = []
    url: str | None = "/v1/quotes?from=2026-05-01&limit=1"
    while url:
        response = get(filled, url)
        found: Any = response.json
        paged.extend(quote["id"] for quote in found["quotes"])
        link = response.headers.get("Link", "")
        assert not link or link.endswith('>; rel="next"')
        url = link.partition(">")[0].removeprefix("<") or None
        assert url is None or "from=2026-05-01" in url
    assert paged == whole


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/quotes", "/v1/speakers"])
def test_lists_are_strict(empty: FlaskClient, path: str) -> None:
    for query, pointer in [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("cursor=abc", "/cursor"),
        ("nme=x", "/nme"),
    ]:
        response = get(empty, f"{path}?{query}")
        assert response.status_code == 422, query
        assert [fault["pointer"] for fault in problem(response)["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("type=spoken", "allowed is one of direct, indirect, mixed"),
        ("polarity=maybe", "allowed is one of asserted, denied"),
        ("min_confidence=1.5", "a number from 0 to 1 is allowed"),
        ("min_confidence=nan", "a number from 0 to 1 is allowed"),
        ("from=x", "an ISO 8601 date or time"),
        ("since=2026-05-04", "this name is not known"),
        ("q=", "got 0 characters"),
    ],
)
def test_a_wrong_filter_is_named(empty: FlaskClient, query: str, part: str) -> None:
    response = get(empty, f"/v1/quotes?{query}")
    assert response.status_code == 422
    assert part in problem(response)["errors"][0]["detail"]


@pytest.mark.parametrize("words", ['"', "a OR", "NEAR(", "*", "a*b", "%", "'; DROP TABLE quotes; --", "👍", "text:x"])
def test_any_words_can_be_searched_for(filled: FlaskClient, words: str) -> None:
    for name in ("q", "speaker", "outlet", "cue"):
        assert get(filled, "/v1/quotes", query_string={name: words}).status_code == 200
    assert get(filled, "/v1/speakers", query_string={"q": words}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/articles", "/v1/articles/vote", "/v1/articles/vote/quotes", "/v1/quotes", "/v1/speakers"]
)
def test_every_list_has_its_table_and_its_lines(filled: FlaskClient, path: str) -> None:
    table = get(filled, path, headers={"Accept": "text/plain"})
    assert table.mimetype == "text/plain"
    assert max(map(len, table.text.splitlines())) <= 100
    assert len(table.text.splitlines()) > 3
    lines = get(filled, f"{path}?format=jsonl")
    assert lines.mimetype == "application/x-ndjson"
    assert len(lines.text.splitlines()) >= 1


def test_every_get_can_be_revalidated(empty: FlaskClient) -> None:
    put(empty, "vote", VOTE)
    fixed, changing = ["/", "/openapi.yaml", "/v1/articles/vote"], ["/v1/articles", "/v1/quotes"]
    etags = {path: get(empty, path).headers["ETag"] for path in fixed + changing}
    for path, etag in etags.items():
        again = empty.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
    put(empty, "new", "Ana Reyes was there.\n\n“It rained all day.”")
    after = {path: empty.get(path, headers={"If-None-Match": etag}).status_code for path, etag in etags.items()}
    assert after == dict.fromkeys(fixed, 304) | dict.fromkeys(changing, 200)


def test_a_page_is_stored_with_its_text(empty: FlaskClient) -> None:
    page = "<html><body><article><p>The bridge will close.</p><p>“It must,” said Ana Reyes.</p></article></body></html>"
    first = check(empty.post("/v1/articles?outlet=Courier", data=page, content_type="text/html"))
    stored: Any = get(empty, first.headers["Location"]).json
    assert "“It must,” said Ana Reyes." in stored["article"]["text"]
    assert stored["warnings"][0]["code"] == "html-main-text"
    again = check(empty.post("/v1/articles?outlet=Courier", data=page, content_type="text/html"))
    assert again.status_code == 200
