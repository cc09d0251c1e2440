"""Any filters of ``GET /v1/quotes`` together, in any order and over pages of any size: what a plain loop would find."""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.api import create_app
from service.model import Polarity, QuoteType, Review, Speaker
from service.pipeline import Pipeline
from service.review import Correction
from service.store import Store
from service.store.facets import NAMED
from tests.databases import Backend
from tests.flat_parser import FlatParser
from tests.store.examples import DRIVER, MAYOR, UNION, Said, said

ARTICLES = 110
PEOPLE = (MAYOR, DRIVER, UNION, None)
OUTLETS = ("Post", "Ledger", "post", None)
CUES = ("say", "deny", "warn", None)
WORDS = ("rates", "Räte", "rise", "fall", "never", "STRIKE", "pay", "é")
CONFIDENCES = (0.0, 0.3, 0.5, 0.9, 1.0)
MOMENTS = (
    datetime(2024, 5, 1, 8, tzinfo=UTC),
    # the same second, and the same day
    datetime(2024, 5, 1, 8, 0, 0, 500_000, tzinfo=UTC),
    datetime(2024, 5, 1, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2024, 5, 2, tzinfo=UTC),
    datetime(1969, 12, 31, 23, tzinfo=UTC),
    None,
)
#: So many pages are fetched of a list; the larger ones come to its end with them.
MOST_PAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stored quote, as the test itself knows it."""

    number: int
    id: str
    outlet: str | None
    published_at: datetime | None
    said: Said
    type: QuoteType
    review: Review | None
    #: As the store has it: which articles name the same person is for the store to say.
    speaker_id: str | None = None

    @property
    def place(self) -> tuple[bool, int, int]:
        """Where the newest are first: by the second, undated last, then in the order of storing.

        What is published between two seconds counts to the later one.
        """
        second = math.ceil(self.published_at.timestamp()) if self.published_at else 0
        return self.published_at is None, -second, self.number


def words_of(text: str) -> list[str]:
    """The words without case and accents."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return re.findall(r"\w+", plain)


def holds_words(row: Row, wanted: str) -> bool:
    there = words_of(row.said.text)
    parts = [words_of(phrase or word) for phrase, word in re.findall(r'"([^"]*)"|(\S+)', wanted)]
    return all(any(there[at : at + len(part)] == part for at in range(len(there))) for part in parts)


def is_by(row: Row, wanted: str) -> bool:
    speaker = row.said.speaker
    if speaker is None:
        return False
    names = (speaker.name, *speaker.aliases)
    if wanted.startswith("s-"):
        return wanted == row.speaker_id
    return any(set(words_of(wanted)) <= set(words_of(name)) for name in names)


def moment(given: str, *, last: bool) -> datetime:
    """What a date or a time of a query means."""
    if "T" in given:
        return datetime.fromisoformat(given)
    return datetime.combine(date.fromisoformat(given), time.max if last else time.min, UTC)


#: What each filter lets through.
HOLDS: Mapping[str, Callable[[Row, Any], bool]] = {
    "q": holds_words,
    "speaker": is_by,
    "outlet": lambda row, wanted: row.outlet == wanted,
    "type": lambda row, wanted: row.type == wanted,
    "polarity": lambda row, wanted: row.said.polarity == wanted,
    "cue": lambda row, wanted: row.said.cue == wanted,
    "from": lambda row, wanted: row.published_at is not None and row.published_at >= moment(wanted, last=False),
    "to": lambda row, wanted: row.published_at is not None and row.published_at <= moment(wanted, last=True),
    "min_confidence": lambda row, wanted: row.said.confidence >= float(wanted),
    "reviewed": lambda row, wanted: (row.review is not None) is (wanted == "true"),
    "review": lambda row, wanted: row.review == wanted,
}
ORDERS: Mapping[str, Callable[[Row], Any]] = {
    "newest": lambda row: row.place,
    "oldest": lambda row: row.place,
    "most-confident": lambda row: (row.said.confidence, *row.place),
    "least-confident": lambda row: (row.said.confidence, *row.place),
}

_DATED = [one for one in MOMENTS if one]
_TIMES = st.sampled_from(
    [
        *(one.isoformat() for one in _DATED),
        *((one + timedelta(microseconds=1)).isoformat() for one in _DATED),
        *(one.date().isoformat() for one in _DATED),
        "2024-05-01T20:00:00+12:00",
    ]
)
#: What each filter is asked for: what is there, and what is not.
ASKED: Mapping[str, st.SearchStrategy[str]] = {
    "q": st.lists(
        st.sampled_from([*WORDS, "rate", "RISE", '"rates rise"', '"pay pay never"']), min_size=1, max_size=3
    ).map(" ".join),
    "speaker": st.sampled_from([MAYOR.id, DRIVER.id, "okafor", "the UNION", "maria okafor", "tom union", "x"]),
    "outlet": st.sampled_from([*filter(None, OUTLETS), "POST"]),
    "type": st.sampled_from([str(one) for one in QuoteType]),
    "polarity": st.sampled_from([str(one) for one in Polarity]),
    "cue": st.sampled_from([*filter(None, CUES), "said"]),
    "from": _TIMES,
    "to": _TIMES,
    "min_confidence": st.sampled_from(["0", "0.3", "0.31", "0.9", "1"]),
    "reviewed": st.sampled_from(["true", "false"]),
    "review": st.sampled_from([str(one) for one in Review]),
}


class Filled:
    """An application over a store, and what is in it."""

    def __init__(self, client: FlaskClient, rows: tuple[Row, ...]) -> None:
        self.client, self.rows = client, rows

    def expected(self, asked: Mapping[str, str], order: str) -> list[str]:
        """The quotes that a loop over all of them finds."""
        rows = [row for row in self.rows if all(HOLDS[name](row, wanted) for name, wanted in asked.items())]
        if not asked.keys() & {"reviewed", "review"}:
            rows = [row for row in rows if row.review is not Review.REJECTED]
        rows.sort(key=ORDERS[order], reverse=order in ("oldest", "most-confident"))
        return [row.said.text for row in rows]


def reviewed(store: Store, id: str, said: Said, chance: random.Random) -> tuple[Review | None, QuoteType]:
    """Have a person say something of a quote, or nobody: what was said, and the type that it has then."""
    review, type = chance.choice((None, None, *Review)), said.type
    match review:
        case Review.CORRECTED:
            type = chance.choice([other for other in QuoteType if other is not said.type])
            store.correct(id, Correction(by="Ana", type=type))
        case Review.CONFIRMED | Review.REJECTED:
            store.correct(id, Correction(by="Ana", status=review))
    return review, type


def fill(store: Store) -> tuple[Row, ...]:
    """Store articles with quotes of all kinds, and give what was stored."""
    chance, numbers, rows = random.Random(6), count(), list[Row]()
    for number in range(ARTICLES):
        outlet, published_at = chance.choice(OUTLETS), chance.choice(MOMENTS)
        quotes = [drawn(chance, f"{number}x{place}") for place in range(chance.randint(1, 5))]
        article = said(*quotes, id=f"a{number}", outlet=outlet, published_at=published_at)
        store.save(article)
        for one, quote in zip(quotes, article.quotes, strict=True):
            review, type = reviewed(store, quote.id, one, chance)
            rows.append(
                Row(
                    number=next(numbers),
                    id=quote.id,
                    outlet=outlet,
                    published_at=published_at,
                    said=one,
                    type=type,
                    review=review,
                )
            )
    # later articles may have told two people of one name apart
    return tuple(replace(row, speaker_id=speaker_of(store, row.id)) for row in rows)


def speaker_of(store: Store, id: str) -> str | None:
    speaker = store.quote(id).quote.speaker
    return None if speaker is None else speaker.id


def drawn(chance: random.Random, mark: str) -> Said:
    """A quote; its last word is no other's."""
    speaker: Speaker | None = chance.choice(PEOPLE)
    return Said(
        text=" ".join([*chance.choices(WORDS, k=chance.randint(1, 5)), mark]),
        speaker=speaker,
        type=chance.choice(tuple(QuoteType)),
        polarity=chance.choice(tuple(Polarity)),
        cue=chance.choice(CUES),
        confidence=chance.choice(CONFIDENCES),
    )


@pytest.fixture(scope="module")
def filled(backend: Backend) -> Iterator[Filled]:
    # these tests only read, so that one database serves them all
    with backend.database() as url, Store(url, busy_timeout_seconds=60) as store:
        app = create_app(pipeline=Pipeline(FlatParser(), max_chars=1000), store=store)
        yield Filled(client=app.test_client(), rows=fill(store))


def pages(client: FlaskClient, query: Mapping[str, str]) -> tuple[list[str], bool]:
    """The texts of the quotes on the first pages of a list, and whether that is the whole list."""
    texts: list[str] = []
    response = client.get("/v1/quotes", query_string=query)
    for _ in range(MOST_PAGES):
        assert response.status_code == 200, response.text
        page = [quote["text"] for quote in response.json["quotes"]] if response.json else []
        texts += page
        link = re.fullmatch(r'<(\S+)>; rel="next"', response.headers.get("Link", ""))
        if link is None:
            return texts, True
        # a page that has a next one is full
        assert len(page) == int(query["limit"])
        response = client.get(link[1])
    return texts, False


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.sampled_from(sorted(ASKED)), min_size=0, max_size=4, unique=True),
    order=st.sampled_from(sorted(ORDERS)),
    limit=st.sampled_from([1, 2, 3, 7, 50, 200]),
    data=st.data(),
)
def test_filters_together_find_what_a_plain_loop_finds(
    filled: Filled, names: list[str], order: str, limit: int, data: st.DataObject
) -> None:
    asked = {name: data.draw(ASKED[name], label=name) for name in names}
    expected = filled.expected(asked, order)
    found, ended = pages(filled.client, {**asked, "sort": order, "limit": str(limit)})
    assert found == expected[: len(found)]
    assert ended is (len(found) == len(expected))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(ASKED)), min_size=0, max_size=3, unique=True), data=st.data())
def test_facets_count_what_the_filters_find(filled: Filled, names: list[str], data: st.DataObject) -> None:
    asked = {name: data.draw(ASKED[name], label=name) for name in names}
    wanted = set(filled.expected(asked, "newest"))
    rows = [row for row in filled.rows if row.said.text in wanted]
    response = filled.client.get("/v1/quotes", query_string={**asked, "facets": "true", "limit": "1"})
    facets = response.json["facets"] if response.json else {}
    assert (facets["counted"], facets["complete"]) == (len(rows), True)
    assert facets["unattributed"] == sum(row.said.speaker is None for row in rows)
    for name, key, counted in (
        ("types", "type", Counter(str(row.type) for row in rows)),
        ("outlets", "outlet", Counter(row.outlet for row in rows)),
        ("speakers", "id", Counter(row.speaker_id for row in rows if row.speaker_id)),
    ):
        told = {facet[key]: facet["quotes"] for facet in facets[name]}
        assert told.items() <= counted.items(), name
        # those with most, and no more than are of use
        assert list(told.values()) == sorted(counted.values(), reverse=True)[: len(told)]
        assert len(told) == min(len(counted), NAMED), name


def test_the_store_has_quotes_of_all_kinds_and_more_than_one_search_looks_at_first(filled: Filled) -> None:
    """Else the others would show little: each filter finds some, and leaves some out."""
    assert len(filled.rows) > 250
    for name, wanted in {
        "q": "rates",
        "speaker": "okafor",
        "outlet": "Post",
        "type": "direct",
        "polarity": "denied",
        "cue": "say",
        "from": "2024-05-01",
        "to": "2024-05-01",
        "min_confidence": "0.5",
        "reviewed": "true",
        "review": "rejected",
    }.items():
        found = filled.expected({name: wanted}, "newest")
        assert 20 < len(found) < len(filled.rows) - 20, name
