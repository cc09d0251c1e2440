from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.api.contract import check

STORY = 'The council met.\n\n"We will pay," Maria Okafor told Bo Lind. She denied that the 👍 bridge was unsafe.\n'
PAGE = """<!doctype html><html><head><title>Bridge to close</title><meta charset="iso-8859-1"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Bridge to close</h1><p>The harbour bridge will close on Monday.</p>
<p>&ldquo;We have no choice,&rdquo; said Zo\xe9 \xdcnal.</p></article><footer>&copy; the paper</footer></body></html>"""


def post(client: FlaskClient, text: str = STORY, url: str = "/v1/extract", **kwargs: Any) -> TestResponse:
    return check(client.post(url, data=text.encode(), content_type="text/plain", **kwargs))


def body(response: TestResponse) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    found: Any = response.json
    return dict(found)


def test_plain_text_gives_who_said_what(reader: FlaskClient) -> None:
    found = body(post(reader))
    direct, denied = found["quotes"]
    assert (direct["text"], direct["speaker"]["name"]) == ('"We will pay,"', "Maria Okafor")
    assert direct["addressee"]["text"] == "Bo Lind"
    assert (denied["text"], denied["polarity"]) == ("the 👍 bridge was unsafe", "denied")
    assert denied["speaker"]["name"] == "Maria Okafor"
    assert denied["speaker"]["mention"]["text"] == "She"
    assert found["article"]["characters"] == len(STORY)
    for quote in found["quotes"]:
        assert all(STORY[span["start"] : span["end"]] == span["text"] for span in quote["spans"])


def test_json_and_plain_text_give_the_same_quotes(client: FlaskClient) -> None:
    as_json = check(client.post("/v1/extract", json={"text": STORY}))
    assert as_json.json == post(client).json


def test_the_same_request_gives_the_same_bytes(reader: FlaskClient) -> None:
    assert post(reader).data == post(reader).data


def test_what_json_says_of_the_article_is_kept(client: FlaskClient) -> None:
    about = {"id": "vote", "title": "Vote", "url": "https://a.example/x?y#z", "outlet": "Courier"}
    response = client.post(
        "/v1/extract", json={"text": STORY, **about, "published_at": "2026-05-04T08:15:00+12:00", "language": "en-NZ"}
    )
    article = body(check(response))["article"]
    assert (article["id"], article["title"], article["language"]) == ("vote", "Vote", "en-NZ")


def test_null_is_as_good_as_left_out(client: FlaskClient) -> None:
    names = ("id", "title", "url", "outlet", "published_at", "language")
    response = check(client.post("/v1/extract", json={"text": STORY, **dict.fromkeys(names)}))
    assert response.json == post(client).json


def test_with_plain_text_the_query_says_it(client: FlaskClient) -> None:
    found = body(post(client, url="/v1/extract?id=vote&title=A%20vote&published_at=2026-05-04&language=en"))
    assert (found["article"]["id"], found["article"]["title"]) == ("vote", "A vote")


def test_a_page_gives_its_main_text_and_says_so(client: FlaskClient) -> None:
    response = client.post("/v1/extract", data=PAGE.encode("iso-8859-1"), content_type="text/html")
    found = body(check(response))
    text = found["article"]["text"]
    assert "“We have no choice,” said Zoé Ünal." in text
    assert "Home" not in text
    assert found["article"]["title"] == "Bridge to close"
    assert found["warnings"][0]["code"] == "html-main-text"
    for quote in found["quotes"]:
        assert all(text[span["start"] : span["end"]] == span["text"] for span in quote["spans"])


def test_the_given_title_goes_before_the_pages(client: FlaskClient) -> None:
    response = client.post("/v1/extract?title=Mine", data=PAGE.encode("iso-8859-1"), content_type="text/html")
    assert body(response)["article"]["title"] == "Mine"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_the_declared_encoding_is_used(client: FlaskClient, charset: str) -> None:
    text = '"Ça va," said Zoé Ünal.'
    response = client.post("/v1/extract", data=text.encode(charset), content_type=f"text/plain; charset={charset}")
    assert body(check(response))["article"]["characters"] == len(text)


def test_line_ends_and_white_space_are_never_altered(client: FlaskClient) -> None:
    text = '\ufeff\r\n  "One."\r\n\r\n\t"Two."\x85 \r'
    found = body(post(client, text))
    assert found["article"]["characters"] == len(text)
    assert all(text[s["start"] : s["end"]] == s["text"] for quote in found["quotes"] for s in quote["spans"])


def test_thoughts_are_given_on_request(reader: FlaskClient) -> None:
    text = "Maria Okafor said it was late. Tom Hale believes that the bridge is safe."
    speech, everything = (body(post(reader, text, f"/v1/extract?scope={scope}")) for scope in ("speech", "all"))
    assert {quote["act"] for quote in speech["quotes"]} == {"speech"}
    assert {quote["act"] for quote in everything["quotes"]} == {"speech", "thought"}


def test_utf16_offsets(client: FlaskClient) -> None:
    text = '👍 It rained.\n\n"We will pay for it."'
    found = body(post(client, text, "/v1/extract?offsets=utf16"))
    assert found["offsets"] == "utf16"
    assert found["quotes"][0]["spans"][0]["start"] == text.index('"') + 1


def test_a_table_for_a_terminal(reader: FlaskClient) -> None:
    response = post(reader, headers={"Accept": "text/plain"})
    assert response.content_type == "text/plain; charset=utf-8"
    assert "Maria Okafor" in response.text
    assert "\x1b" not in response.text
    assert max(map(len, response.text.splitlines())) <= 100
    assert post(reader, url="/v1/extract?format=text&width=60", headers={"Accept": "image/png"}).status_code == 200


def test_csv_and_lines(client: FlaskClient) -> None:
    table = post(client, url="/v1/extract?format=csv&id=vote")
    assert table.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"), newline="")))
    whole = body(post(client, url="/v1/extract?id=vote"))
    assert [row["quote"] for row in rows] == [quote["id"] for quote in whole["quotes"]]
    lines = post(client, url="/v1/extract?id=vote", headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == [whole]


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/*", "text/plain"),
        ("text/csv;q=0.9, application/json;q=0.1", "text/csv"),
        ("application/json;q=0, text/plain", "text/plain"),
    ],
)
def test_accept_is_heard(client: FlaskClient, accept: str, mimetype: str) -> None:
    response = post(client, headers={"Accept": accept})
    assert response.mimetype == mimetype
    assert response.headers["Vary"] == "Accept"


def test_if_none_match_spares_the_transfer(client: FlaskClient) -> None:
    etag = post(client).headers["ETag"]
    again = client.post("/v1/extract", data=STORY, content_type="text/plain", headers={"If-None-Match": f'"x", {etag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert post(client, headers={"If-None-Match": '"other"'}).status_code == 200
    assert post(client, STORY + "!", headers={"If-None-Match": etag}).status_code == 200


def test_nothing_is_stored(client: FlaskClient) -> None:
    post(client)
    assert client.get("/v1/articles").json == {"articles": []}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(alphabet=st.one_of(st.sampled_from("\"“”‘’«»„'\n .,aB👍\u0301\u200d"), st.characters()), max_size=80),
    st.sampled_from(["codepoint", "utf16"]),
)
def test_any_text_gets_a_clear_answer(client: FlaskClient, text: str, unit: str) -> None:
    response = check(
        client.post(f"/v1/extract?offsets={unit}", data=json.dumps({"text": text}), content_type="application/json")
    )
    assert response.status_code in (200, 400, 422)
    if response.status_code == 200:
        whole: Any = response.json
        encoded = text.encode("utf-16-le") if unit == "utf16" else text.encode("utf-32-le")
        width = 2 if unit == "utf16" else 4
        for quote in whole["quotes"]:
            for span in quote["spans"]:
                there = encoded[width * span["start"] : width * span["end"]]
                assert there.decode("utf-16-le" if unit == "utf16" else "utf-32-le") == span["text"]
