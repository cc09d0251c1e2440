"""Annotation files: what they resolve to, and what is said of those that cannot be used."""

from __future__ import annotations

import re

import pytest

from corpus.annotation import AnnotationError, annotate, type_of

TEXT = 'Ada Bell told Tom: "We will pay." She denied that she had waited. "Soon," she added, "or later."'
SPEAKERS = "speakers: {Ada Bell: person}\n"
PAY = "q1: {quote: '<Ada Bell> [told] Tom: {\"We will pay.\"}', speaker: Ada Bell, addressee: Tom}\n"


def quotes(*lines: str) -> str:
    return SPEAKERS + "quotes:\n" + "".join(f"  {line}" for line in lines)


def test_a_quote_has_every_field() -> None:
    assert annotate("pay", TEXT, quotes(PAY)).row == {
        "article": "pay",
        "text": TEXT,
        "quotes": [
            {
                "id": "q1",
                "type": "direct",
                "content": [[19, 33]],
                "source": [[0, 8]],
                "cue": [[9, 13]],
                "speaker": "Ada Bell",
                "speaker_kind": "person",
                "addressee": "Tom",
                "venue": None,
                "when": None,
                "polarity": "asserted",
                "inside": None,
                "sure": True,
                "act": "speech",
            }
        ],
    }


def test_quotes_come_in_the_order_of_the_text() -> None:
    later = "q9: {quote: '<She> [denied] that {she had waited}', speaker: Ada Bell, polarity: denied}\n"
    rows = annotate("pay", TEXT, quotes(later, PAY)).row["quotes"]
    assert [(row["id"], row["polarity"]) for row in rows] == [("q1", "asserted"), ("q9", "denied")]


def test_an_unknown_speaker_has_an_unknown_kind() -> None:
    nobody = "q2: {quote: '{Soon}', speaker: null}\n"
    row = annotate("pay", TEXT, quotes(PAY, nobody)).row["quotes"][1]
    assert (row["speaker"], row["speaker_kind"]) == (None, "unknown")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (quotes("q1: {quote: '{We will wait}', speaker: Ada Bell}\n"), "pay: q1: fits nowhere"),
        (quotes("q1: {quote: '<Ada Bell> [told]', speaker: Ada Bell}\n"), "pay: q1: marks no content"),
        (quotes("q1: {quote: '{We will pay}'}\n"), "pay: q1: has no 'speaker'"),
        (quotes(PAY, "q2: {quote: '{Soon}', speaker: Eve}\n"), "pay: q2: 'Eve' is not listed"),
        (quotes(PAY, "q2: {quote: '{Soon}', speaker: null, venue: Rome}\n"), "pay: q2: venue 'Rome' is nowhere"),
        (quotes(PAY, "q2: {quote: '{Soon}', speaker: null, color: red}\n"), "pay: q2: unknown field ['color']"),
        (quotes(PAY, "q2: {quote: '{Soon}', speaker: null, polarity: no}\n"), "pay: q2: polarity is False"),
        (quotes(PAY, "q2: {quote: '{Soon}', speaker: null, inside: q7}\n"), "pay: q2 is inside 'q7'"),
        (quotes(PAY, "q2: {quote: '{Soon}', speaker: null, inside: q1}\n"), "stands outside it"),
        (quotes(PAY).replace("person", "robot"), "kind 'robot'"),
        (quotes(PAY).replace("Ada Bell: person", "Ada Bell: person, Eve: person"), "'Eve' is nowhere in the article"),
        (quotes(PAY).replace("Ada Bell: person", "Ada Bell: person, Tom: person"), "nobody is quoted as ['Tom']"),
        (quotes(PAY) + "silent: [{text: 'told Tom', shows: []}]\n", "q1 is a quote there"),
        (quotes(PAY) + "notes: []\n", "unknown part ['notes']"),
    ],
)
def test_what_cannot_be_used_is_named(source: str, says: str) -> None:
    with pytest.raises(AnnotationError, match=re.escape(says)):
        annotate("pay", TEXT, source)


def test_a_silent_place_may_stand_inside_a_content() -> None:
    source = quotes(PAY) + "silent: [{text: We will pay, shows: [thought]}]\n"
    (place,) = annotate("pay", TEXT, source).silent
    assert (place.span, place.shows) == ((20, 31), ("thought",))


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (['"We will pay."'], "direct"),
        (["“We will pay,”", "“and soon.”"], "direct"),
        (["‘It’s the dog’s,’"], "direct"),
        (["“We will pay."], "direct"),
        (["«We will pay»"], "direct"),
        (['"We will pay" and nobody else'], "mixed"),
        (["he would “pay”"], "mixed"),
        (["he'd 'pay' soon"], "mixed"),
        (["he would „pay“"], "mixed"),
        (["he'd pay the Joneses' bill"], "indirect"),
        (["he’d pay"], "indirect"),
        (["5 o'clock"], "indirect"),
    ],
)
def test_type_is_told_by_the_marks(pieces: list[str], expected: str) -> None:
    text, spans = "", []
    for piece in pieces:
        spans.append((len(text), len(text) + len(piece)))
        text += piece
    assert type_of(tuple(spans), text) == expected
