"""Web Annotations against the requirements of https://www.w3.org/TR/annotation-model/."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from hypothesis import given
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from service.formats.cited import cited, cited_stored
from service.formats.web_annotation import annotation_page
from service.model import Extraction
from tests.formats.drawing import extractions
from tests.formats.invented import DIRECT, EXTRACTION, FULL, STORED

MOTIVATIONS = (
    "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying",
    "linking", "moderating", "questioning", "replying", "tagging",
)  # fmt: skip
IRI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
# each "required" is a MUST of the recommendation: 3.1 (annotations), 3.2.4 (textual bodies), 4.2 (specific resources
# and their selectors), 5.2 (pages)
QUOTE_SELECTOR = {
    "type": "object",
    "required": ["type", "exact", "prefix", "suffix"],
    "properties": {
        "type": {"const": "TextQuoteSelector"},
        "exact": {"type": "string", "minLength": 1},
        "prefix": {"type": "string"},
        "suffix": {"type": "string"},
    },
    "additionalProperties": False,
}
POSITION_SELECTOR = {
    "type": "object",
    "required": ["type", "start", "end"],
    "properties": {
        "type": {"const": "TextPositionSelector"},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
TARGET = {
    "type": "object",
    "required": ["source", "selector"],
    "properties": {
        "source": IRI,
        "selector": {
            "type": "array",
            "prefixItems": [QUOTE_SELECTOR, POSITION_SELECTOR],
            "minItems": 2,
            "items": False,
        },
    },
    "additionalProperties": False,
}
BODY = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"const": "TextualBody"},
        "value": {"type": "string", "minLength": 1},
        "format": {"const": "text/plain"},
        "language": {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"},
        "purpose": {"enum": MOTIVATIONS},
    },
    "additionalProperties": False,
}
PAGE = {
    "type": "object",
    "required": ["@context", "id", "type", "items"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": IRI,
        "type": {"const": "AnnotationPage"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "target"],
                "properties": {
                    "id": IRI,
                    "type": {"const": "Annotation"},
                    "motivation": {"enum": MOTIVATIONS},
                    "body": {"type": "array", "items": BODY, "minItems": 1},
                    "target": {"oneOf": [TARGET, {"type": "array", "items": TARGET, "minItems": 2}]},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def targets(annotation: dict[str, Any]) -> list[dict[str, Any]]:
    found = annotation["target"]
    return found if isinstance(found, list) else [found]


@given(extractions())
def test_every_annotation_is_one_and_leads_to_its_place(extraction: Extraction) -> None:
    page = annotation_page(cited(extraction))
    Draft202012Validator(PAGE).validate(page)
    text = extraction.article.text
    for annotation, quote in zip(page["items"], extraction.quotes, strict=True):
        for target, span in zip(targets(annotation), quote.attribution.spans, strict=True):
            words, place = target["selector"]
            assert (place["start"], place["end"]) == (span.start, span.end)
            assert text[place["start"] : place["end"]] == words["exact"]
            assert (words["prefix"] + words["exact"] + words["suffix"]) in text
            assert text[: place["start"]].endswith(words["prefix"])
            assert text[place["end"] :].startswith(words["suffix"])


def test_the_bodies_say_who_and_what_kind() -> None:
    page = annotation_page(cited(EXTRACTION))
    bodies = {item["id"]: [body["value"] for body in item["body"]] for item in page["items"]}
    ids = [item["id"] for item in page["items"]]
    places = {quote.id: ids[number] for number, quote in enumerate(EXTRACTION.quotes)}
    assert bodies[places[DIRECT.id]] == ["Maria Okafor, the mayor", "direct", "speech"]
    assert bodies[places[FULL.id]] == ["Maria Okafor, the mayor", "indirect", "speech", "denied"]


def test_a_broken_quote_has_a_target_for_each_part() -> None:
    first = annotation_page(cited(EXTRACTION))["items"][0]
    assert [target["selector"][0]["exact"] for target in first["target"]] == ['"We,"', '"will pay."']


def test_stored_quotes_and_pages_have_their_addresses() -> None:
    page = annotation_page(
        cited_stored([STORED]), id="https://quoth.example/v1/quotes?q=late", base="https://quoth.example"
    )
    Draft202012Validator(PAGE).validate(page)
    assert page["id"] == "https://quoth.example/v1/quotes?q=late"
    assert page["items"][0]["id"] == f"https://quoth.example/v1/quotes/{FULL.id}"


def test_what_nobody_keeps_has_a_name_all_the_same() -> None:
    page = annotation_page(cited(EXTRACTION))
    assert page == annotation_page(cited(EXTRACTION))
    names = [page["id"], *(item["id"] for item in page["items"])]
    assert len(set(names)) == len(names)
    assert {urlsplit(name).scheme for name in names} == {"urn"}
