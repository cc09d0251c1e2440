"""Articles that are stored in one transaction end up as those that are stored one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.bulk import NewPart, Outcome, PartId
from service.model import Extraction, Scope
from service.store import Store
from tests.databases import Backend

from .test_store_identities import MAYOR, NAIR, NURSE, PLAIN, told

ARTICLES = [
    told("plain", PLAIN, day=400, outlet="The Ledger"),
    told("nurse", NURSE, day=30),
    # shows that the two before are not one
    told("mayor", MAYOR, NAIR),
    told("beside", PLAIN, NAIR, day=60),
    told("again", MAYOR, day=61),
]


def _store_together(store: Store, articles: Sequence[Extraction]) -> None:
    lines = tuple((number, "{}") for number in range(1, len(articles) + 1))
    job = store.create_job([NewPart(lines=lines)], scope=Scope.SPEECH)
    lease = store.take_part(PartId(job=job.id, number=0), owner="test", seconds=60)
    assert lease is not None
    outcomes = [Outcome(line=number, extraction=made) for (number, _), made in zip(lines, articles, strict=True)]
    assert store.advance(lease, 0, outcomes, seconds=60) == len(articles)
    assert store.job(job.id).stored == len(articles)


def _contents(store: Store) -> list[object]:
    people = [entry.speaker.id for entry in store.speakers().items]
    # grounds, names, roles and counts
    pages = [store.speaker_page(id) for id in people]
    return [pages, [store.extraction(str(made.article.id)) for made in ARTICLES]]


def test_who_is_who_is_the_same(store: Store, backend: Backend) -> None:
    _store_together(store, ARTICLES)
    with backend.database() as url, Store(url, busy_timeout_seconds=60) as other:
        for article in ARTICLES:
            other.save(article)
        ours, theirs = (repr(_contents(one)) for one in (store, other))
    assert store.problems() == ()
    assert _without_times(ours) == _without_times(theirs)


def _without_times(shown: str) -> str:
    """What is shown, but for when it was stored."""
    return re.sub(r"stored_at=datetime\.datetime\([^)]*\)", "", shown)
