"""What a user types as words finds what it should, and is never a syntax error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import QuoteFilter, Speaker, SpeakerKind
from service.store import Store
from service.store.names import words_of
from tests.databases import Backend

from .examples import DRIVER, MAYOR, UNION, Said, said

TEXTS = (
    "“Rates will rise by 4.5% next year, and the café won’t close”",
    "“The year after next is another matter”",
    "a NEAR miss AND nothing more",
    "Straße, naïve, İstanbul, ΑΘΗΝΑ and 東京",
)


PEOPLE = (
    MAYOR,
    DRIVER,
    UNION,
    Speaker(name="S-Bahn Berlin", kind=SpeakerKind.ORGANISATION),
    Speaker(name="★", kind=SpeakerKind.UNKNOWN),
    None,
)


@pytest.fixture(scope="module")
def filled(backend: Backend) -> Iterator[Store]:
    # these tests only read, so that one database serves them all
    with backend.database() as url, Store(url) as store:
        store.save(said(*(Said(text=text, speaker=None) for text in TEXTS)))
        store.save(said(*(Said(text=f"Number {place}", speaker=person) for place, person in enumerate(PEOPLE))))
        yield store


def found(store: Store, text: str) -> set[int]:
    return {stored.quote.attribution.paragraph for stored in store.quotes(QuoteFilter(text=text)).items}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rates", {0}),
        ("RATES Rise", {0}),
        ("rise rates", {0}),  # any order
        ("next year", {0, 1}),
        ('"next year"', {0}),  # as it stands
        ("“next year”", {0}),
        ('"year next"', set()),
        ('rates "next year"', {0}),
        ('matter "next year"', set()),
        ('"next ye', set()),  # an open phrase is one all the same, and words are whole words
        ('"next year', {0}),
        ("rat", set()),
        ("rat*", set()),  # a star is no wildcard
        ("cafe", {0}),
        ("CAFÉ", {0}),
        ("cafe\u0301", {0}),
        ("won't", {0}),
        ("won’t", {0}),
        ("4.5%", {0}),
        ("naive", {3}),
        ("αθηνα", {3}),
        ("東京", {3}),
        ("and", {0, 2, 3}),
        ("AND", {0, 2, 3}),
        ("near AND", {2}),
        ("NEAR(miss nothing)", {2}),
        ("rates OR matter", set()),  # OR is a word
        ("NOT rates", set()),
        ("rates -rise", {0}),
        ("text:rates", set()),  # no column is named: it is the words text and rates, side by side
        ("rates !!!", {0}),  # signs ask for nothing
        ("!!!", set()),
        ("", set()),
        ("   ", set()),
        ('"', set()),
        ('""', set()),
        ('"""', set()),
        ("'; DROP TABLE quotes; --", set()),
        ("rates\x00rise", {0}),
        ("\ud800", set()),
    ],
)
def test_words_find_quotes(filled: Store, text: str, expected: set[int]) -> None:
    assert found(filled, text) == expected


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("ab \"“”„'*()^:+-{}\\\x00\u0301é—\ud800") | st.characters(), max_size=12))
def test_nothing_that_can_be_typed_is_an_error(filled: Store, text: str) -> None:
    filled.quotes(QuoteFilter(text=text))
    filled.quotes(QuoteFilter(speaker=text, outlet=text, article=text, cue=text))
    filled.speakers(text=text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("María Okafor", ("maria", "okafor")),
        ("Mari\u0301a", ("maria",)),
        ("O’Brien-Smith, J. R.", ("o", "brien", "smith", "j", "r")),
        ("STRASSE Straße", ("strasse",)),
        ("Åse Ødegård", ("ase", "ødegard")),
        ("İnönü", ("inonu",)),
        ("Ｑｕｏｔｈ ﬁnance", ("quoth", "finance")),
        ("100th_Battalion", ("100th", "battalion")),
        ("—", ()),
        ("", ()),
    ],
)
def test_words_of_names(name: str, expected: tuple[str, ...]) -> None:
    assert words_of(name) == expected


@pytest.mark.parametrize(
    ("speaker", "expected"),
    [
        ("María Okafor", ["María Okafor"]),
        ("okafor maria", ["María Okafor"]),
        ("OKAFOR", ["María Okafor"]),
        ("ms okafor", ["María Okafor"]),
        ("ms maria", []),  # no one name has both
        ("mayor", []),  # a role is no name
        (MAYOR.id, ["María Okafor"]),
        (MAYOR.id.upper(), []),
        ("s-0000000000000000", []),
        ("union", ["Harbour Workers' Union"]),
        ("harbour workers’ union", ["Harbour Workers' Union"]),
        ("S-Bahn Berlin", ["S-Bahn Berlin"]),
        ("s-bahn", ["S-Bahn Berlin"]),
        ("★", ["★"]),
        ("Reyes Reyes", ["Tom Reyes"]),
        ("", []),
        ("nobody", []),
    ],
)
def test_words_of_a_name_find_the_speaker_and_the_quotes(filled: Store, speaker: str, expected: list[str]) -> None:
    assert [entry.speaker.name for entry in filled.speakers(text=speaker).items] == expected
    quoted = filled.quotes(QuoteFilter(speaker=speaker)).items
    assert [stored.quote.speaker and stored.quote.speaker.name for stored in quoted] == expected
