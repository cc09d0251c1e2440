from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.offsets import Unit, converter
from service.formats.wire import (
    article_to_dict,
    extraction_to_dict,
    json_line,
    quote_to_dict,
    speaker_entry_to_dict,
    stored_article_to_dict,
    stored_quote_to_dict,
)
from tests.formats.invented import (
    DIRECT,
    ENTRY,
    EXTRACTION,
    FULL,
    HEAD,
    MAYOR,
    NOBODYS,
    STORED,
    TEXT,
    UNMENTIONED,
    UNRESOLVED,
)


def shown(quote: Any) -> dict[str, Any]:
    return quote_to_dict(quote, TEXT)


def test_one_quote_in_full() -> None:
    assert shown(FULL) == {
        "id": FULL.id,
        "type": "indirect",
        "polarity": "denied",
        "act": "speech",
        "text": "it was not late",
        "spans": [{"start": 82, "end": 97, "text": "it was not late"}],
        "cue": {"lemma": "tell", "spans": [{"start": 40, "end": 44, "text": "told"}]},
        "speaker": {
            "id": MAYOR.id,
            "name": "Maria Okafor",
            "kind": "person",
            "role": "the mayor",
            "reference": None,
            "mention": {"start": 30, "end": 39, "text": "The mayor", "form": "nominal"},
        },
        "addressee": {"start": 45, "end": 52, "text": "Bo Lind", "name": None},
        "venue": {"start": 53, "end": 66, "text": "on Kestrel FM"},
        "when": {"start": 67, "end": 76, "text": "on Friday"},
        "inside": DIRECT.id,
        "paragraph": 0,
        "sentence": 1,
        "context": {
            "before": '👍 "We," she said, "will pay." The mayor told Bo Lind on Kestrel FM on Friday that ',
            "after": '. =Officials feared 100% losses. Nobody knew, it was said. Stray " here.',
        },
        "confidence": 0.5,
        "evidence": ["cue-verb"],
    }


def test_the_keys_are_those_of_the_contract_in_its_order() -> None:
    whole = extraction_to_dict(EXTRACTION)
    assert list(whole) == ["article", "quotes", "speakers", "warnings", "model"]
    assert list(whole["article"]) == ["id", "sha256", "title", "language", "characters", "paragraphs"]
    assert list(whole["speakers"][0]) == ["id", "name", "kind", "role", "aliases", "reference", "quote_count"]
    assert list(whole["warnings"][0]) == ["code", "message", "start", "end"]
    assert list(whole["model"]) == ["name", "version", "stanza"]
    assert whole["speakers"][0]["quote_count"] == 3


def test_what_the_article_does_not_say_is_null() -> None:
    quote = shown(NOBODYS)
    assert {key for key, value in quote.items() if value is None} == {
        "cue",
        "speaker",
        "addressee",
        "venue",
        "when",
        "inside",
    }


def test_a_speaker_who_is_not_mentioned_has_a_null_mention() -> None:
    assert shown(UNMENTIONED)["speaker"] == {
        "id": MAYOR.id,
        "name": "Maria Okafor",
        "kind": "person",
        "role": "the mayor",
        "reference": None,
        "mention": None,
    }


def test_a_mention_that_is_not_resolved_has_a_null_name_and_id() -> None:
    speaker = shown(UNRESOLVED)["speaker"]
    assert (speaker["id"], speaker["name"], speaker["kind"], speaker["role"]) == (None, None, "unknown", None)
    assert speaker["mention"]["text"] == "Officials"


def test_a_warning_without_a_place_has_null_offsets() -> None:
    assert extraction_to_dict(EXTRACTION)["warnings"][1] == {
        "code": "language",
        "message": "looks odd",
        "start": None,
        "end": None,
    }


def test_the_text_is_added_when_asked_for() -> None:
    assert "text" not in extraction_to_dict(EXTRACTION)["article"]
    assert extraction_to_dict(EXTRACTION, with_text=True)["article"]["text"] == TEXT


def test_utf16_offsets_are_named_and_slice_as_javascript_does() -> None:
    whole = extraction_to_dict(EXTRACTION, offsets="utf16")
    assert whole["offsets"] == "utf16"
    units = TEXT.encode("utf-16-le")
    spans = [span for quote in whole["quotes"] for span in quote["spans"]]
    assert spans
    assert whole["article"]["characters"] == len(TEXT)
    for span in [*spans, whole["quotes"][1]["venue"], whole["quotes"][0]["speaker"]["mention"]]:
        assert units[2 * span["start"] : 2 * span["end"]].decode("utf-16-le") == span["text"]
    # the emoji before the first quote is one code point and two code units
    assert spans[0]["start"] == DIRECT.attribution.spans[0].start + 1


def test_another_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="'bytes' is not a valid Unit"):
        extraction_to_dict(EXTRACTION, offsets="bytes")


def test_stored_things_carry_what_the_store_knows() -> None:
    assert stored_quote_to_dict(STORED)["article"] == {
        "id": "late-bridge",
        "title": "Late bridge",
        "url": None,
        "outlet": "The Kestrel Bay Courier",
        "published_at": "2026-05-04T08:15:00+00:00",
    }
    assert stored_article_to_dict(HEAD, EXTRACTION)["article"] == article_to_dict(HEAD) | {"text": TEXT}
    entry = speaker_entry_to_dict(ENTRY)
    assert (entry["first_quoted"], entry["last_quoted"]) == ("2026-05-04T08:15:00+00:00", None)
    assert (entry["quote_count"], entry["article_count"], entry["outlets"]) == (3, 1, ["Courier"])


def test_a_line_is_one_line_and_reads_back() -> None:
    whole = extraction_to_dict(EXTRACTION, with_text=True)
    line = json_line(whole)
    assert "\n" not in line
    assert "👍" in line
    assert json.loads(line) == whole


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.data())
def test_utf16_offsets_are_those_of_the_encoding(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert converter(text, Unit.UTF16)(offset) == len(text[:offset].encode("utf-16-le")) // 2
    assert converter(text, Unit.CODE_POINT)(offset) == offset
