"""The response shape of BBC's Citron: names and types of its members as its server writes them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given

from service.formats.citron import citron_response
from service.model import Extraction
from tests.formats.drawing import extractions
from tests.formats.invented import DIRECT, EXTRACTION, TEXT, at


def check_shape(response: dict[str, Any], text: str) -> None:
    assert set(response) == {"quotes", "source"}
    assert set(response["source"]) == {"application", "model:"}
    for quote in response["quotes"]:
        assert set(quote) == {"sources", "coreferences", "cue", "contents", "confidence"}
        assert re.fullmatch(r"[01]\.\d{4}", quote["confidence"])
        assert quote["sources"]
        assert quote["contents"]
        for span in [*quote["sources"], *quote["coreferences"], quote["cue"], *quote["contents"]]:
            assert set(span) == {"start", "end", "text"}
            assert span["text"] == text[span["start"] : span["end"]] != ""


@given(extractions())
def test_whatever_is_found_has_the_shape(extraction: Extraction) -> None:
    response = citron_response(extraction)
    check_shape(response, extraction.article.text)
    assert len(response["quotes"]) <= sum(quote.attribution.cue is not None for quote in extraction.quotes)


def test_without_cue_or_source_a_quote_is_left_out() -> None:
    response = citron_response(EXTRACTION)
    check_shape(response, TEXT)
    assert [[span["text"] for span in quote["contents"]] for quote in response["quotes"]] == [
        ['"We,"', '"will pay."'],
        ["it was not late"],
    ]


def test_a_pronoun_is_a_coreference_of_the_name() -> None:
    text = f"{TEXT} Maria Okafor left. Maria Okaforson stayed."
    article = replace(EXTRACTION.article, text=text)
    [quote] = citron_response(replace(EXTRACTION, article=article, quotes=(DIRECT,)))["quotes"]
    assert [span["text"] for span in quote["sources"]] == ["Maria Okafor"]
    assert [(span["start"], span["text"]) for span in quote["coreferences"]] == [(at("she").start, "she")]


def test_a_name_that_the_text_never_gives_is_no_source() -> None:
    first = citron_response(EXTRACTION)["quotes"][0]
    assert [span["text"] for span in first["sources"]] == ["she"]
    assert first["coreferences"] == []
