"""The forms of an answer: which call has which, by ``?format=`` and by ``Accept``."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

from service.api.about import CONTRACT_KEY
from service.api.present import EXTRACTION, MEDIA_TYPES, QUOTES, TABLE
from tests.api.contract import check
from tests.formats.test_formats_brat import read as read_standoff
from tests.formats.test_formats_schema_org import check_document
from tests.formats.test_formats_web_annotation import PAGE

TEXT = '👍 The council met.\n\n"We will pay," Maria Okafor told Bo Lind. She denied that the bridge was unsafe.\n'
LISTS = [
    ("/v1/articles", TABLE),
    ("/v1/speakers", TABLE),
    ("/v1/quotes", QUOTES),
    ("/v1/articles/vote/quotes", QUOTES),
    ("/v1/articles/vote", EXTRACTION),
]


@pytest.fixture(scope="module")
def kept(reader: FlaskClient) -> FlaskClient:
    """A client of an application that has read one article."""
    article = {"text": TEXT, "outlet": "Courier", "url": "https://courier.example/vote", "title": "=The vote"}
    assert reader.put("/v1/articles/vote", json=article).status_code == 201
    return reader


def get(client: FlaskClient, path: str, **kwargs: Any) -> TestResponse:
    return check(client.get(path, **kwargs))


@pytest.mark.parametrize(("path", "form"), [(path, form) for path, forms in LISTS for form in forms])
def test_a_form_by_its_name_is_the_form_by_its_media_type(kept: FlaskClient, path: str, form: str) -> None:
    named = get(kept, path, query_string={"format": form})
    asked = get(kept, path, headers={"Accept": MEDIA_TYPES[form]})
    assert named.status_code == asked.status_code == 200
    if form != "annotations":  # a page of annotations names its own address
        assert named.data == asked.data
    assert named.content_type == asked.content_type
    assert named.content_type.startswith(MEDIA_TYPES[form])
    assert named.headers["Vary"] == "Accept"
    assert named.headers["ETag"]


@pytest.mark.parametrize(("path", "forms"), LISTS)
def test_what_is_not_offered_is_refused(kept: FlaskClient, path: str, forms: tuple[str, ...]) -> None:
    for form in set(EXTRACTION) - set(forms):
        assert get(kept, path, query_string={"format": form}).status_code == 422
        response = get(kept, path, headers={"Accept": MEDIA_TYPES[form]})
        assert response.status_code == 406
        assert MEDIA_TYPES[forms[-1]] in response.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize("form", ["annotations", "brat"])
def test_where_the_form_counts_code_points_nothing_else_is_promised(kept: FlaskClient, form: str) -> None:
    for query in ({"format": form, "offsets": "utf16"},):
        response = get(kept, "/v1/articles/vote", query_string=query)
        found: Any = response.json
        assert (response.status_code, found["errors"][0]["pointer"]) == (422, "/offsets")
    asked = get(kept, "/v1/articles/vote?offsets=utf16", headers={"Accept": MEDIA_TYPES[form]})
    assert asked.status_code == 422


def test_linked_data_of_what_is_stored_has_addresses(kept: FlaskClient) -> None:
    document = json.loads(get(kept, "/v1/quotes?format=jsonld").data)
    nodes = check_document(document, "Quotation")
    assert all(node["@id"] == f"http://localhost/v1/quotes/{node['identifier']}" for node in nodes)
    assert {node["isPartOf"]["@id"] for node in nodes} == {"https://courier.example/vote"}
    claims = check_document(json.loads(get(kept, "/v1/quotes?format=claimreview").data), "ClaimReview")
    assert len(claims) == len(nodes) > 0


def test_linked_data_of_what_nobody_keeps_has_none(client: FlaskClient) -> None:
    response = check(
        client.post("/v1/extract?format=jsonld", data='"We will pay for all of it."', content_type="text/plain")
    )
    [node] = check_document(json.loads(response.data), "Quotation")
    assert node["@id"].startswith("urn:uuid:")


def test_annotations_lead_to_their_words(kept: FlaskClient) -> None:
    page = json.loads(get(kept, "/v1/articles/vote?format=annotations").data)
    Draft202012Validator(PAGE).validate(page)
    assert page["id"] == "http://localhost/v1/articles/vote"
    for item in page["items"]:
        words, place = item["target"]["selector"]
        assert TEXT[place["start"] : place["end"]] == words["exact"]


def test_standoff_stands_beside_the_text(kept: FlaskClient) -> None:
    article: Any = get(kept, "/v1/articles/vote").json
    found = read_standoff(get(kept, "/v1/articles/vote?format=brat").text, article["article"]["text"])
    assert ("Content", '"We will pay,"') in found.values()


def test_a_spreadsheet_sees_utf_8_and_no_formula(kept: FlaskClient) -> None:
    for path in ("/v1/articles", "/v1/speakers", "/v1/quotes", "/v1/articles/vote"):
        data = get(kept, path, query_string={"format": "csv"}).data
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
    assert "'=The vote" in get(kept, "/v1/articles?format=csv").text


@pytest.mark.parametrize("form", ["json", "csv", "text"])
def test_offsets_are_in_the_unit_that_is_asked_for(kept: FlaskClient, form: str) -> None:
    # the thumb is one code point and two code units
    points, units = (
        get(kept, f"/v1/articles/vote/quotes?format={form}&offsets={unit}").text for unit in ("codepoint", "utf16")
    )
    start = TEXT.index('"We')
    assert str(start) in points
    assert str(start + 1) in units
    assert points != units


def test_every_answer_with_offsets_counts_in_utf_16_and_says_so(kept: FlaskClient) -> None:
    quote = get(kept, "/v1/articles/vote/quotes").get_json()["quotes"][0]
    ids = {"articles": "vote", "quotes": quote["id"], "speakers": quote["speaker"]["id"]}
    bodies = {
        "/v1/extract": {"text": TEXT},
        "/v1/articles": {"text": TEXT, "outlet": "Courier", "url": "https://courier.example/vote"},
        "/v1/articles/vote": {"text": TEXT},
        "/v1/verify": {"quote": "We will pay"},
        f"/v1/quotes/{quote['id']}": {"status": "confirmed"},
    }
    calls = [
        (method, re.sub(r"(\w+)/\{id\}", lambda found: f"{found[1]}/{ids[found[1]]}", path))
        for path, methods in kept.application.config[CONTRACT_KEY]["paths"].items()
        for method, told in methods.items()
        if method != "parameters" and any(each["name"] == "offsets" for each in told.get("parameters", ()))
    ]
    # these answer as GET of the speaker does, and need another speaker
    calls = [call for call in calls if not call[1].endswith(("/merge", "/split"))]
    assert len(calls) >= 12
    for method, path in calls:
        for form in ("json", "jsonl"):
            body = None if method == "get" else bodies[path]
            tag = {"If-Match": "*"} if method == "patch" else {}
            query = {"offsets": "utf16", "format": form}
            answer = check(kept.open(path, method=method.upper(), query_string=query, json=body, headers=tag))
            assert answer.status_code in (200, 201), (method, path, answer.text)
            objects = [json.loads(line) for line in answer.text.splitlines()]
            spans = list(stretches(objects))
            assert len(objects) == sum(each.get("offsets") == "utf16" for each in objects), (method, path, form)
            assert spans or form == "jsonl", (method, path)
            for start, end, words in spans:
                assert TEXT.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == words, (method, path)


def stretches(value: Any) -> Iterator[tuple[int, int, str]]:
    """Every start, end and text in an answer, however deep."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= set(value):
            yield value["start"], value["end"], value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from stretches(each)
