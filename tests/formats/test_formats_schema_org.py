"""JSON-LD against the vocabulary of schema.org: which type has which property, and what may be its value."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given

from service.formats.cited import cited, cited_stored
from service.formats.schema_org import claim_reviews, quotations
from service.model import Extraction, Polarity
from tests.formats.drawing import extractions
from tests.formats.invented import DIRECT, EXTRACTION, FULL, NOBODYS, STORED, UNRESOLVED

# from the pages of these types on https://schema.org: what each is, the properties that we use with their domain,
# and the types of value (a word for a literal, else the types of node)
PARENT = {
    "CreativeWork": "Thing",
    "Quotation": "CreativeWork",
    "Claim": "CreativeWork",
    "Article": "CreativeWork",
    "NewsArticle": "Article",
    "Review": "CreativeWork",
    "ClaimReview": "Review",
    "Person": "Thing",
    "Organization": "Thing",
}
PROPERTIES: dict[str, tuple[set[str], set[str]]] = {
    "name": ({"Thing"}, {"Text"}),
    "alternateName": ({"Thing"}, {"Text"}),
    "description": ({"Thing"}, {"Text"}),
    "disambiguatingDescription": ({"Thing"}, {"Text"}),
    "identifier": ({"Thing"}, {"Text"}),
    "url": ({"Thing"}, {"URL"}),
    "sameAs": ({"Thing"}, {"URL"}),
    "text": ({"CreativeWork"}, {"Text"}),
    "inLanguage": ({"CreativeWork"}, {"Text"}),
    "genre": ({"CreativeWork"}, {"Text"}),
    "headline": ({"CreativeWork"}, {"Text"}),
    "creditText": ({"CreativeWork"}, {"Text"}),
    "datePublished": ({"CreativeWork"}, {"DateTime"}),
    "author": ({"CreativeWork"}, {"Person", "Organization"}),
    "publisher": ({"CreativeWork"}, {"Person", "Organization"}),
    "isPartOf": ({"CreativeWork"}, {"CreativeWork"}),
    "isBasedOn": ({"CreativeWork"}, {"CreativeWork"}),
    "spokenByCharacter": ({"Quotation"}, {"Person", "Organization"}),
    "jobTitle": ({"Person"}, {"Text"}),
    "claimReviewed": ({"ClaimReview"}, {"Text"}),
    "itemReviewed": ({"Review"}, {"Thing"}),
    "appearance": ({"Claim"}, {"CreativeWork"}),
}


def check_document(document: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    """The nodes of the graph; AssertionError where the vocabulary does not allow them."""
    assert set(document) == {"@context", "@graph"}
    assert document["@context"] == "https://schema.org"
    for node in document["@graph"]:
        assert node["@type"] == type_
        check_node(node)
    return list(document["@graph"])


def check_node(node: dict[str, Any]) -> None:
    for name, value in node.items():
        if name == "@type":
            assert value in PARENT
        elif name == "@id":
            check_iri(value)
        else:
            domains, ranges = PROPERTIES[name]
            assert domains & set(ancestry(node["@type"])), f"{node['@type']} has no {name}"
            for each in value if isinstance(value, list) else [value]:
                check_value(each, ranges)


def check_value(value: Any, ranges: set[str]) -> None:
    if isinstance(value, dict):
        assert ranges & set(ancestry(value["@type"]))
        check_node(value)
    elif ranges == {"DateTime"}:
        assert datetime.fromisoformat(value).tzinfo
    elif ranges == {"URL"}:
        check_iri(value)
    else:
        assert ranges == {"Text"}
        assert isinstance(value, str)
        assert value


def check_iri(value: str) -> None:
    assert urlsplit(value).scheme in ("http", "https", "urn", "ni")
    assert not re.search(r"[\s<>\"{}|\\^`]", value)


def ancestry(type_: str) -> list[str]:
    return [type_, *ancestry(PARENT[type_])] if type_ in PARENT else [type_]


@given(extractions())
def test_whatever_is_said_fits_the_vocabulary(extraction: Extraction) -> None:
    for base in (None, "https://quoth.example"):
        nodes = check_document(quotations(cited(extraction), base=base), "Quotation")
        claims = check_document(claim_reviews(cited(extraction), base=base), "ClaimReview")
        assert [node["text"] for node in nodes] == [quote.text for quote in extraction.quotes]
        assert [claim["claimReviewed"] for claim in claims] == [quote.text for quote in extraction.quotes]
        for node, quote in zip(nodes, extraction.quotes, strict=True):
            assert ("spokenByCharacter" in node) <= (quote.attribution.polarity is Polarity.ASSERTED)


def test_a_quotation_in_full() -> None:
    [node] = quotations(cited_stored([STORED])[:1], base="https://quoth.example")["@graph"]
    assert node["@id"] == f"https://quoth.example/v1/quotes/{FULL.id}"
    assert node["identifier"] == FULL.id
    assert node["isPartOf"]["publisher"] == {"@type": "Organization", "name": "The Kestrel Bay Courier"}
    assert node["isPartOf"]["headline"] == "Late bridge"
    assert node["isPartOf"]["datePublished"] == "2026-05-04T08:15:00+00:00"
    assert node["isPartOf"]["@id"].startswith("ni:///sha-256;")


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["identifier"]: node for node in document["@graph"]}


def test_a_person_speaks() -> None:
    node = by_id(quotations(cited(EXTRACTION)))[DIRECT.id]
    assert node["spokenByCharacter"] == {
        "@type": "Person",
        "name": "Maria Okafor",
        "alternateName": ["Okafor"],
        "jobTitle": "the mayor",
    }
    assert node["genre"] == "direct speech"


@pytest.mark.parametrize(
    ("reference", "property"),
    [("vl-okafor", "identifier"), ("https://www.wikidata.org/entity/Q42", "sameAs"), (None, None)],
)
def test_an_id_of_the_names_file_stands_with_the_person(reference: str | None, property: str | None) -> None:
    known = [
        replace(c, quote=replace(c.quote, speaker=c.quote.speaker and replace(c.quote.speaker, reference=reference)))
        for c in cited(EXTRACTION)
    ]
    person = by_id(quotations(known))[DIRECT.id]["spokenByCharacter"]
    assert person.get("identifier", person.get("sameAs")) == reference
    assert {"identifier", "sameAs"} & set(person) == ({property} if property else set())


def test_who_denies_it_did_not_say_it() -> None:
    node = by_id(quotations(cited(EXTRACTION)))[FULL.id]
    assert "spokenByCharacter" not in node
    assert node["disambiguatingDescription"] == "denied by Maria Okafor"


@pytest.mark.parametrize("quote", [UNRESOLVED, NOBODYS])
def test_nobody_is_credited_where_nobody_is_known(quote: Any) -> None:
    node = by_id(quotations(cited(EXTRACTION)))[quote.id]
    assert not {"spokenByCharacter", "creditText", "isBasedOn"} & set(node)


def test_a_claim_review_has_no_verdict() -> None:
    for claim in claim_reviews(cited(EXTRACTION))["@graph"]:
        assert set(claim) == {"@type", "claimReviewed", "itemReviewed"}


def test_the_same_input_gives_the_same_names() -> None:
    assert quotations(cited(EXTRACTION)) == quotations(cited(EXTRACTION))
    names = [node["@id"] for node in quotations(cited(EXTRACTION))["@graph"]]
    assert len(set(names)) == len(names)
