"""Every kind of bad input gets a clear answer, and the service is as well as before."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from tests.api.conftest import MAX_CHARS
from tests.api.contract import check

PLAIN, JSON, HTML = "text/plain", "application/json", "text/html"
FINE = b'"We will pay for all of it."'
GERMAN = "Die Bürgermeisterin sagte am Montag, die Brücke bleibe eine Woche lang gesperrt.".encode()
LIMIT = 12 * MAX_CHARS + 65_536

REFUSED = [
    # name, content type, body, status, kind, part of the detail
    ("nothing", PLAIN, b"", 422, "empty-article", "got no character but white space"),
    ("white space", PLAIN, b" \n\t\r\n", 422, "empty-article", "send the article's text"),
    ("wide white space", PLAIN, "\u2003\u00a0\u3000".encode(), 422, "empty-article", "white space"),
    ("a byte order mark", PLAIN, b"\xef\xbb\xbf", 422, "empty-article", "white space"),
    ("empty text in JSON", JSON, b'{"text": ""}', 422, "empty-article", "white space"),
    ("binary data", PLAIN, b"\x89PNG\r\n\x1a\n\x00\x00", 400, "not-text", "got the byte 0x89 at offset 0"),
    ("binary that is UTF-8", PLAIN, b"GIF89a\x00\x01", 400, "not-text", "a NUL character at offset 6"),
    ("invalid UTF-8", PLAIN, b"said \xff\xfe.", 400, "not-text", "got the byte 0xff at offset 5"),
    ("cut UTF-8", PLAIN, "said é".encode()[:-1], 400, "not-text", "unexpected end of data"),
    ("Latin-1 as UTF-8", PLAIN, "Zoé said so".encode("latin-1"), 400, "not-text", "charset=…"),
    ("invalid UTF-8 in JSON", JSON, b'{"text": "\xff"}', 400, "not-text", "got the byte 0xff at offset 10"),
    ("half a pair in JSON", JSON, b'{"text": "a\\ud83d."}', 400, "not-text", "lone surrogate U+D83D at offset 1"),
    ("NUL in JSON", JSON, b'{"text": "a\\u0000"}', 400, "not-text", "a NUL character at offset 1"),
    ("no JSON", JSON, b"hello", 400, "invalid-json", "Expecting value at line 1, column 1 (character 0)"),
    ("empty JSON", JSON, b"", 400, "invalid-json", "line 1, column 1"),
    ("JSON that stops", JSON, b'{"text":\n "a"', 400, "invalid-json", "at line 2, column 5"),
    ("JSON with a line end inside", JSON, b'{"text": "a\nb"}', 400, "invalid-json", "Invalid control character"),
    ("deep JSON", JSON, b"[" * 100_000, 400, "invalid-json", "nested too deeply"),
    ("a huge number", JSON, b'{"text": ' + b"9" * 5000 + b"}", 400, "invalid-json", "no valid JSON"),
    ("NaN", JSON, b'{"text": NaN}', 400, "invalid-json", "got NaN, which JSON does not have"),
    ("a member twice", JSON, b'{"text": "a", "text": "b"}', 400, "invalid-json", "'text' occurs twice"),
    ("an array", JSON, b"[]", 422, "invalid-values", "got an array"),
    ("null", JSON, b"null", 422, "invalid-values", "got null"),
    ("a string", JSON, b'"text"', 422, "invalid-values", "got a string"),
    ("too long", PLAIN, b"a" * (MAX_CHARS + 1), 413, "article-too-long", "got 60,001 characters, at most 60,000"),
    ("too many bytes", PLAIN, b"a" * (LIMIT + 1), 413, "body-too-large", f"at most {LIMIT:,} bytes are allowed"),
    ("no content type", None, FINE, 415, "unsupported-media-type", "got no Content-Type"),
    ("curl's default", "application/x-www-form-urlencoded", FINE, 415, "unsupported-media-type", "-H 'Content-Type"),
    ("an image", "image/png", FINE, 415, "unsupported-media-type", "allowed are application/json, text/plain, text/h"),
    ("an unknown charset", "text/plain; charset=klingon", FINE, 415, "unsupported-media-type", "'klingon'"),
    ("a codec of no text", "text/plain; charset=base64", FINE, 415, "unsupported-media-type", "'base64'"),
    ("JSON in UTF-16", "application/json; charset=utf-16", FINE, 415, "unsupported-media-type", "sent in UTF-8"),
    ("an empty page", HTML, b"", 422, "empty-article", "found no main text"),
    ("a page without text", HTML, b"<html><body></body></html>", 422, "empty-article", "found no main text"),
    ("a page of tags", HTML, b"<p>x" * 50_001, 413, "body-too-large", "got 50,001 tags, at most 50,000"),
    ("a page with bad bytes", HTML, b"<p>\xff</p>", 400, "not-text", "got the byte 0xff at offset 3"),
]

READ = [
    # name, body, code of a warning that must be there
    ("one word", b"word", None),
    ("one mark", b'"', "unpaired-quotation-mark"),
    ("a line of 50,000 characters without punctuation", b"word " * 10_000, None),
    ("50,000 letters without a space", b"x" * 50_000, None),
    ("emoji", "“👩‍👩‍👧 yes 👍🏽,” said 🤖. 🇳🇿".encode(), None),
    ("combining characters", ("e" + "\u0301" * 500 + " said “a\u20dd”").encode(), None),
    ("right to left", "“שלום” אמר דוד \u202e abc".encode(), None),
    ("another language", GERMAN, "language"),
    ("10,000 straight marks", b'"' * 10_000, None),
    ("10,000 opening marks", "“".encode() * 10_000, None),
    ("10,000 marks of all kinds", ("\"“”‘’«»„'" * 1112)[:10_000].encode(), None),
    ("10,000 quoted words", b'"a" ' * 5_000, None),
    ("20,000 paragraphs", b"a\n\n" * 20_000, None),
]


@pytest.mark.parametrize(
    ("content_type", "data", "status", "kind", "part"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_it_is_refused_with_a_reason(
    client: FlaskClient, content_type: str | None, data: bytes, status: int, kind: str, part: str
) -> None:
    response = check(client.post("/v1/extract", data=data, content_type=content_type))
    problem: Any = response.json
    assert response.mimetype == "application/problem+json"
    assert (response.status_code, problem["status"], problem["type"]) == (status, status, f"/problems/{kind}")
    assert part in problem["detail"]
    assert problem["instance"] == response.headers["X-Request-Id"]
    assert len(response.data) < 2_000
    assert check(client.post("/v1/extract", data=FINE, content_type=PLAIN)).status_code == 200


@pytest.mark.parametrize(("data", "warning"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_it_is_read_in_bounded_time(client: FlaskClient, data: bytes, warning: str | None) -> None:
    started = time.perf_counter()
    response = check(client.post("/v1/extract", data=data, content_type=PLAIN))
    seconds = time.perf_counter() - started
    assert response.status_code == 200, response.text
    assert seconds < 20
    whole: Any = response.json
    text = data.decode()
    assert all(text[s["start"] : s["end"]] == s["text"] for quote in whole["quotes"] for s in quote["spans"])
    if warning:
        assert warning in {each["code"] for each in whole["warnings"]}


@pytest.mark.parametrize(
    ("change", "pointer", "part"),
    [
        ({"text": None}, "/text", "got null; a string is allowed"),
        ({"text": 5}, "/text", "got no string; a string is allowed"),
        ({"text": ["a"]}, "/text", "got no string"),
        ({"txet": "a"}, "/txet", "did you mean text?"),
        ({"speaker": "a"}, "/speaker", "this name is not known; "),
        ({"a/b~c": 1}, "/a~1b~0c", "not known"),
        ({"id": ""}, "/id", "got 0 characters; 1 to 200 are allowed"),
        ({"id": "x" * 201}, "/id", "got 201 characters"),
        ({"id": "a/b"}, "/id", "an id has no slash"),
        ({"id": ".."}, "/id", "is not . or .."),
        ({"id": " a"}, "/id", "no space at its ends"),
        ({"id": "a\x00"}, "/id", "one line without control characters"),
        ({"id": 7}, "/id", "got no string"),
        ({"title": "a\nb"}, "/title", "one line without control characters"),
        ({"title": "\ud800"}, "/title", "one line without control characters"),
        ({"url": "javascript:alert(1)"}, "/url", "a web address such as https://"),
        ({"url": "https://"}, "/url", "a web address"),
        ({"published_at": "yesterday"}, "/published_at", "an ISO 8601 date or time such as"),
        ({"published_at": 1700000000}, "/published_at", "an ISO 8601 date or time such as"),
        ({"published_at": "0001-01-01T00:00:00+23:00"}, "/published_at", "an ISO 8601 date or time"),
        ({"published_at": "2026-02-30"}, "/published_at", "got '2026-02-30'"),
        ({"language": "English, please"}, "/language", "a language tag such as en or en-NZ"),
    ],
)
def test_a_wrong_member_is_pointed_at(client: FlaskClient, change: dict[str, Any], pointer: str, part: str) -> None:
    data = json.dumps({"text": "It rained.", **change})
    response = check(client.post("/v1/extract", data=data, content_type=JSON))
    assert response.status_code == 422
    found: Any = response.json
    assert [(fault["pointer"], fault["in"]) for fault in found["errors"]] == [(pointer, "body")]
    assert part in found["errors"][0]["detail"]


def test_all_wrong_members_are_named_at_once(client: FlaskClient) -> None:
    response = client.post("/v1/extract", json={"txt": "a", "id": "a/b", "language": "??"})
    found: Any = response.json
    assert {fault["pointer"] for fault in found["errors"]} == {"/txt", "/id", "/language", "/text"}


@pytest.mark.parametrize(
    ("query", "pointer", "part"),
    [
        ("scop=all", "/scop", "did you mean scope?"),
        ("scope=some", "/scope", "got 'some'; allowed is one of speech, all"),
        ("scope=", "/scope", "allowed is one of speech, all"),
        ("format=xml", "/format", "allowed is one of json, text, csv, jsonl"),
        ("offsets=bytes", "/offsets", "allowed is one of codepoint, utf16"),
        ("width=39", "/width", "got 39; a whole number from 40 to 500 is allowed"),
        ("width=wide", "/width", "got no whole number"),
        (f"width={'9' * 5000}", "/width", "a whole number from 40 to 500 is allowed"),
        ("scope=all&scope=speech", "/scope", "given twice; give it once"),
        ("id=%00", "/id", "control characters"),
        ("published_at=soon", "/published_at", "ISO 8601"),
        ("text=abc", "/text", "this name is not known"),
    ],
)
def test_a_wrong_parameter_is_pointed_at(client: FlaskClient, query: str, pointer: str, part: str) -> None:
    response = check(client.post(f"/v1/extract?{query}", data=FINE, content_type=PLAIN))
    assert response.status_code == 422
    found: Any = response.json
    assert [(fault["pointer"], fault["in"]) for fault in found["errors"]] == [(pointer, "query")]
    assert part in found["errors"][0]["detail"]


def test_with_json_the_query_says_nothing_of_the_article(client: FlaskClient) -> None:
    response = check(client.post("/v1/extract?title=A", json={"text": "It rained."}))
    found: Any = response.json
    assert (response.status_code, found["errors"][0]["pointer"]) == (422, "/title")
    assert "belongs into the body" in found["errors"][0]["detail"]


def test_a_compressed_body_is_refused(client: FlaskClient) -> None:
    response = client.post("/v1/extract", data=FINE, content_type=PLAIN, headers={"Content-Encoding": "gzip"})
    assert check(response).status_code == 415
    assert response.headers["Accept-Encoding"] == "identity"


def test_what_is_allowed_is_in_the_header(client: FlaskClient) -> None:
    response = client.post("/v1/extract", data=FINE, content_type="image/png")
    assert response.headers["Accept"] == "application/json, text/plain, text/html"


def test_the_longest_article_in_the_longest_writing_is_read(client: FlaskClient) -> None:
    data = b'{"text": "' + b"\\ud83d\\udc4d" * (MAX_CHARS - 6) + b" a b c" + b'"}'
    assert check(client.post("/v1/extract", data=data, content_type=JSON)).status_code == 200


def test_a_body_without_a_declared_length_keeps_to_the_limit(client: FlaskClient) -> None:
    def chunked(data: bytes) -> TestResponse:
        request = EnvironBuilder(path="/v1/extract", method="POST", content_type=HTML).get_request()
        # the test client would work out the length
        environ = request.environ | {"wsgi.input": io.BytesIO(data), "wsgi.input_terminated": True}
        environ.pop("CONTENT_LENGTH", None)
        return check(TestResponse(*run_wsgi_app(client.application, environ, buffered=True), request))

    page = b"<html><body><p>It rained all day, said Ana Reyes.</p></body></html>"
    assert chunked(page).status_code == 200
    response = chunked(page + b" " * LIMIT)
    assert response.status_code == 413
    assert f"got more bytes, at most {LIMIT:,} bytes are allowed" in response.text


def test_nothing_acceptable(client: FlaskClient) -> None:
    response = client.post("/v1/extract", data=FINE, content_type=PLAIN, headers={"Accept": "image/png"})
    assert check(response).status_code == 406
    assert "application/json, text/plain, text/csv, application/x-ndjson" in response.text
