"""API keys, idempotency keys, and the figures of the source audit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from service.access import Access, StoredAnswer
from service.audit import Audit, AuditFilter, Period, Tally
from service.errors import InProgress, KeyReused, NotFound
from service.model import Review
from service.review import Correction
from service.store import Store
from service.store.databases import open_database
from service.store.tables import api_keys, idempotency_keys

from .examples import DRIVER, MAYOR, Said, said


def test_a_key_opens_until_it_is_revoked(store: Store) -> None:
    assert not store.has_keys()
    key, secret = store.create_key("the desk", [Access.WRITE, Access.READ, Access.WRITE])
    assert (key.scopes, key.name) == ((Access.READ, Access.WRITE), "the desk")
    assert store.has_keys()
    found = store.find_key(secret)
    assert found is not None
    assert found.id == key.id
    assert found.may(Access.READ)
    assert not found.may(Access.ADMIN)
    revoked = store.revoke_key(key.id)
    assert revoked.revoked_at is not None
    assert not revoked.may(Access.READ)
    assert store.revoke_key(key.id) == revoked
    assert store.find_key(secret) is None
    assert not store.has_keys()
    assert [listed.id for listed in store.keys()] == [key.id]  # noqa: SIM118 - no dictionary


def test_the_secret_is_not_in_the_database(store: Store, url: str) -> None:
    _, secret = store.create_key("the desk", [Access.READ])
    database = open_database(url)
    with database.reading() as connection:
        row = connection.execute(select(api_keys)).one()
    database.close()
    assert secret not in repr(row)
    assert secret.removeprefix("quoth_") not in repr(row)


@pytest.mark.parametrize("secret", ["", "quoth_", "x" * 10_000, "ключ", "\x00", "\ud800"])
def test_what_is_no_secret_opens_nothing(store: Store, secret: str) -> None:
    store.create_key("the desk", [Access.READ])
    assert store.find_key(secret) is None


def test_a_use_is_noted_to_the_minute(store: Store, url: str) -> None:
    key, secret = store.create_key("the desk", [Access.READ])
    store.find_key(secret)
    (noted,) = store.keys()
    assert noted.last_used_at is not None
    store.find_key(secret)
    assert store.keys() == (noted,)
    database = open_database(url)
    hours_ago = noted.last_used_at - timedelta(hours=3)
    with database.writing() as connection:
        connection.execute(update(api_keys).values(last_used_at=hours_ago))
    database.close()
    store.find_key(secret)
    (noted_again,) = store.keys()
    assert noted_again.last_used_at is not None
    assert noted_again.last_used_at > hours_ago
    assert noted_again.id == key.id


@pytest.mark.parametrize(("name", "scopes"), [("", ["read"]), (" ", ["read"]), ("x" * 101, ["read"]), ("desk", [])])
def test_a_key_needs_name_and_scope(store: Store, name: str, scopes: list[str]) -> None:
    with pytest.raises(ValueError, match="a key needs"):
        store.create_key(name, [Access(scope) for scope in scopes])
    assert store.keys() == ()


def test_an_unknown_key_cannot_be_revoked(store: Store) -> None:
    for id in ("k-0", "\x00"):
        with pytest.raises(NotFound, match="there is no API key"):
            store.revoke_key(id)


def test_a_request_is_let_through_once(store: Store) -> None:
    made = StoredAnswer(status=201, reference="a-1")
    assert store.begin_request("key", owner="", fingerprint="f") is None
    with pytest.raises(InProgress):
        store.begin_request("key", owner="", fingerprint="f")
    store.end_request("key", owner="", answer=made)
    assert store.begin_request("key", owner="", fingerprint="f") == made
    with pytest.raises(KeyReused, match="came with another request"):
        store.begin_request("key", owner="", fingerprint="other")
    # somebody else's keys are their own
    assert store.begin_request("key", owner="k-1", fingerprint="other") is None
    # what failed may come again
    store.end_request("key", owner="k-1", answer=None)
    assert store.begin_request("key", owner="k-1", fingerprint="f") is None


@pytest.mark.parametrize(
    ("age", "answered", "kept"), [(1, False, True), (3, False, False), (3, True, True), (1500, True, False)]
)
def test_requests_are_forgotten(store: Store, url: str, age: int, answered: bool, kept: bool) -> None:
    store.begin_request("key", owner="", fingerprint="f")
    if answered:
        store.end_request("key", owner="", answer=StoredAnswer(status=200, reference=None))
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(update(idempotency_keys).values(begun_at=datetime.now(UTC) - timedelta(minutes=age)))
    database.close()

    def again() -> Any:
        return store.begin_request("key", owner="", fingerprint="f")

    if not kept:
        assert again() is None
    elif answered:
        assert again() == StoredAnswer(status=200, reference=None)
    else:
        with pytest.raises(InProgress):
            again()


def test_of_many_requests_with_one_key_one_is_let_through(store: Store) -> None:
    start = threading.Barrier(5)

    def begin(_: int) -> bool:
        start.wait()
        try:
            return store.begin_request("key", owner="", fingerprint="f") is None
        except InProgress:
            return False

    with ThreadPoolExecutor(5) as threads:
        assert sorted(threads.map(begin, range(5))) == [False] * 4 + [True]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_audit_counts_by_speaker_outlet_and_time(store: Store) -> None:
    store.save(
        said(
            Said(text="One"),
            Said(text="Two", speaker=DRIVER),
            Said(text="Three", speaker=None),
            Said(text="Four"),
            id="a",
            outlet="Post",
            published_at=moment("2024-01-31T23:59:59"),
        )
    )
    store.save(said(Said(text="Five", speaker=DRIVER), outlet="Ledger", published_at=moment("2024-02-01T00:00:00")))
    store.save(said(Said(text="Six", speaker=None), published_at=moment("1969-12-31T12:00:00")))
    store.save(said(Said(text="Seven", speaker=None), outlet="Post"))
    store.correct(store.extraction("a").quotes[3].id, Correction(by="Ana", status=Review.REJECTED))

    audit = store.audit()
    assert (audit.articles, audit.quotes, audit.unattributed) == (4, 6, 3)
    assert [(share.speaker.name, share.quotes, share.articles, share.share) for share in audit.speakers] == [
        (DRIVER.name, 2, 2, 2 / 6),
        (MAYOR.name, 1, 1, 1 / 6),
    ]
    assert audit.by_outlet == (
        Tally(outlet="Post", articles=2, quotes=4, unattributed=2, unnamed=0),
        Tally(outlet=None, articles=1, quotes=1, unattributed=1, unnamed=0),
        Tally(outlet="Ledger", articles=1, quotes=1, unattributed=0, unnamed=0),
    )
    assert audit.by_period == (
        Tally(start=date(1969, 12, 1), articles=1, quotes=1, unattributed=1, unnamed=0),
        Tally(start=date(2024, 1, 1), articles=1, quotes=3, unattributed=1, unnamed=0),
        Tally(start=date(2024, 2, 1), articles=1, quotes=1, unattributed=0, unnamed=0),
        Tally(articles=1, quotes=1, unattributed=1, unnamed=0),
    )
    starts = {
        period: [tally.start.isoformat() for tally in store.audit(period=period).by_period if tally.start]
        for period in Period
    }
    assert starts == {
        Period.DAY: ["1969-12-31", "2024-01-31", "2024-02-01"],
        Period.WEEK: ["1969-12-29", "2024-01-29"],
        Period.MONTH: ["1969-12-01", "2024-01-01", "2024-02-01"],
        Period.YEAR: ["1969-01-01", "2024-01-01"],
    }
    january = store.audit(AuditFilter(outlet="Post", since=moment("2024-01-01"), until=moment("2024-01-31T23:59:59")))
    assert (january.articles, january.quotes, january.unattributed, len(january.speakers)) == (1, 3, 1, 2)
    assert len(store.audit(limit=1).speakers) == 1


@pytest.mark.parametrize("outlet", ["Nobody", "\x00", "\ud800"])
def test_an_audit_of_nothing(store: Store, outlet: str) -> None:
    store.save(said(Said(text="One"), outlet="Post"))
    nothing = Audit(articles=0, quotes=0, unattributed=0, unnamed=0, speakers=(), by_outlet=(), by_period=())
    assert store.audit(AuditFilter(outlet=outlet)) == nothing
