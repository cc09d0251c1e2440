"""How SQLite goes about the lists: by an index, and without a sort where the order allows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.dialects import sqlite

from service.model import Polarity, QuoteFilter, QuoteOrder, QuoteType, Review
from service.store import Store
from service.store.cursors import write_cursor
from service.store.databases import open_database
from service.store.listing import quotes_query

from .examples import MAYOR, Said, said

DAY = datetime(2024, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path: Path = tmp_path_factory.mktemp("plans") / "quoth.db"
    with Store(f"sqlite:///{path}") as store:
        store.upgrade()
        for day in range(20):
            quotes = [Said(text=f"day {day} number {number}") for number in range(20)]
            store.save(said(*quotes, outlet="Post", published_at=DAY + timedelta(days=day)))
    database = open_database(f"sqlite:///{path}", busy_timeout_seconds=1)
    with database.reading() as opened:
        yield opened
    database.close()


def plan_of(
    connection: Connection, filter: QuoteFilter, cursor: str | None = None, order: QuoteOrder = QuoteOrder.NEWEST
) -> list[str]:
    query = quotes_query(filter, dialect="sqlite", order=order, cursor=cursor).compile(
        dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}
    )
    values = tuple(query.params[name] for name in query.positiontup or ())
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
    return [row.detail for row in rows]


IN_ORDER = [
    (QuoteFilter(speaker=MAYOR.id), "ix_quotes_speaker_id_number"),
    (QuoteFilter(outlet="Post"), "ix_quotes_outlet_number"),
    (QuoteFilter(type=QuoteType.DIRECT), "ix_quotes_type_number"),
    (QuoteFilter(polarity=Polarity.DENIED), "ix_quotes_polarity_number"),
    (QuoteFilter(cue="say"), "ix_quotes_cue_lemma_number"),
    (QuoteFilter(review=Review.CORRECTED), "ix_quotes_number_review"),
    (QuoteFilter(reviewed=True), "ix_quotes_number_review"),
    (QuoteFilter(outlet="Post", since=DAY, until=DAY), "ix_quotes_outlet_number"),
]


@pytest.mark.parametrize(("filter", "index"), IN_ORDER)
@pytest.mark.parametrize("later_page", [False, True])
def test_a_filter_is_an_index_walked_in_order(
    connection: Connection, filter: QuoteFilter, index: str, later_page: bool
) -> None:
    cursor = write_cursor((0,), of=f"quotes newest {filter!r}") if later_page else None
    plan = plan_of(connection, filter, cursor)
    assert any(f"INDEX {index}" in step for step in plan), plan
    assert not any(step.startswith("SCAN quotes") and "INDEX" not in step for step in plan)


@pytest.mark.parametrize(
    "filter", [QuoteFilter(), QuoteFilter(since=DAY), QuoteFilter(until=DAY), QuoteFilter(min_confidence=0.9)]
)
@pytest.mark.parametrize("order", [QuoteOrder.NEWEST, QuoteOrder.OLDEST])
def test_without_a_selective_filter_the_quotes_are_walked_in_the_lists_order(
    connection: Connection, filter: QuoteFilter, order: QuoteOrder
) -> None:
    (step,) = plan_of(connection, filter, order=order)
    assert "SCAN quotes" in step or "SEARCH quotes USING INTEGER PRIMARY KEY" in step or "number_confidence" in step


@pytest.mark.parametrize("order", [QuoteOrder.MOST_CONFIDENT, QuoteOrder.LEAST_CONFIDENT])
def test_an_order_by_confidence_is_an_index(connection: Connection, order: QuoteOrder) -> None:
    (step,) = plan_of(connection, QuoteFilter(), order=order)
    assert "USING INDEX ix_quotes_confidence_number" in step


@pytest.mark.parametrize("filter", [QuoteFilter(text="day"), QuoteFilter(text="day", type=QuoteType.DIRECT, since=DAY)])
def test_what_matches_is_walked_in_the_lists_order(connection: Connection, filter: QuoteFilter) -> None:
    walk, row = plan_of(connection, filter)
    assert walk.startswith("SCAN quote_search VIRTUAL TABLE")
    assert row == "SEARCH quotes USING INTEGER PRIMARY KEY (rowid=?)"


@pytest.mark.parametrize(
    ("filter", "index"),
    [
        (QuoteFilter(article="a"), "article_id"),
        (QuoteFilter(speaker="okafor"), "ix_quotes_speaker_id_number"),
        (QuoteFilter(text="day", cue="say"), ""),
        (QuoteFilter(text="day", speaker="okafor", outlet="Post"), ""),
    ],
)
def test_the_others_look_quotes_up_and_scan_nothing(connection: Connection, filter: QuoteFilter, index: str) -> None:
    plan = plan_of(connection, filter)
    assert not [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
    assert any(step.startswith("SEARCH quotes USING") and (index in step or "autoindex" in step) for step in plan), plan
    if filter.speaker:
        assert any("speaker_names USING COVERING INDEX ix_speaker_names_word" in step for step in plan)


@pytest.mark.parametrize("table", ["articles", "speakers"])
def test_the_other_lists_are_read_in_order(connection: Connection, table: str) -> None:
    order = {"articles": "number", "speakers": "quote_count DESC, name, id"}[table]
    (step,) = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM {table} ORDER BY {order} LIMIT 9")).all()
    assert step.detail.startswith(f"SCAN {table} USING INDEX ")
