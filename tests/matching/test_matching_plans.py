"""No question of matching goes through a table: how both databases go about each statement that it sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from service.matching.matcher import Matcher
from service.matching.variants import Variants
from service.matching.verification import Verifier
from service.store import Store
from service.verdicts import Claim
from tests.databases import Backend
from tests.store.examples import DRIVER, MAYOR, Said, said

DAY = datetime(2024, 5, 1, tzinfo=UTC)
# these hold a row for each day, or for each name that was asked for
SMALL = ("stored_days", "wanted", "own", "capped", "speakers")


@pytest.fixture(scope="module")
def filled(backend: Backend) -> Iterator[Store]:
    with backend.database() as url, Store(url, matcher=Matcher(), busy_timeout_seconds=60) as store:
        for day in range(12):
            quotes = [
                Said(text=f"the pump number {place} failed on day {day} and nobody said a word", speaker=speaker)
                for place, speaker in enumerate((MAYOR, DRIVER) * 4)
            ]
            store.save(said(*quotes, outlet="Post", published_at=DAY + timedelta(days=day), id=f"a{day}"))
        yield store


def _plans(store: Store, claims: list[Claim]) -> list[tuple[str, str]]:
    """Each statement with a line of its plan."""
    engine = store._database.engine
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    for claim in claims:
        Verifier(store).verify(claim)
    [asked, *_] = store.article_quotes("a3")
    Variants(store).of("a3", asked.quote.id)
    event.remove(engine, "before_cursor_execute", note)
    asking = [(s, p) for s, p in sent if s.lstrip().upper().startswith(("SELECT", "WITH"))]
    found = []
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if not sqlite:
            # so few rows are read from end to end in no time: what it would do with many is asked
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in asking:
            told = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", parameters)
            found += [(statement, row[-1]) for row in told]
    return found


def test_nothing_is_gone_through(filled: Store) -> None:
    claims = [
        Claim(quote="the pump number 3 failed on day 4", speaker="Okafor"),
        Claim(quote="the pump never failed", since=DAY, until=DAY + timedelta(days=3)),
        Claim(quote="it is what it is and that was all", speaker="Reyes"),
        Claim(quote="wholly unheard of words about a giraffe in the mayor's office"),
    ]
    plans = _plans(filled, claims)
    assert len({statement for statement, _ in plans}) > 8
    scanned = [
        (statement, line)
        for statement, line in plans
        if ("SCAN" in line and "VIRTUAL TABLE" not in line and "INDEX" not in line and "CONSTANT" not in line)
        or "Seq Scan" in line
    ]
    through = [pair for pair in scanned if not any(f" {name}" in pair[1] for name in SMALL)]
    assert through == []
