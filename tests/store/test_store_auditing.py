"""Who is quoted without a name, and the figures of each outlet in each period."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.audit import AuditFilter, Period, Tally
from service.identities import is_named
from service.model import Speaker, SpeakerKind
from service.store import Store
from tests.store.examples import DRIVER, MAYOR, UNION, Said, said

NAMED = [
    ("Maria Okafor", SpeakerKind.PERSON),
    ("Okafor", SpeakerKind.PERSON),
    ("Dr. Élodie O'Hara", SpeakerKind.PERSON),
    ("Oskar van der Lind", SpeakerKind.PERSON),
    ("Éamon Lind", SpeakerKind.PERSON),
]
UNNAMED = [
    ("an aide", SpeakerKind.PERSON),
    ("a pal of Sir Alastair", SpeakerKind.PERSON),
    ("Southline spokesperson", SpeakerKind.PERSON),
    ("the Southline spokesperson", SpeakerKind.PERSON),
    ("Brandvik’s mother", SpeakerKind.PERSON),
    ("Brandvik's Mother", SpeakerKind.PERSON),
    ("another", SpeakerKind.PERSON),
    ("Another", SpeakerKind.PERSON),
    ("her daughter", SpeakerKind.PERSON),
    ("two officials", SpeakerKind.GROUP),
    ("Two officials", SpeakerKind.GROUP),
    ("senior doctors", SpeakerKind.GROUP),
]
# what the register gives no place of its own, and what is yet no person without a name
NEITHER = [
    ("the letter", SpeakerKind.DOCUMENT),
    ("a lawsuit", SpeakerKind.DOCUMENT),
    ("the police", SpeakerKind.ORGANISATION),
    ("Seafarers’ Guild", SpeakerKind.ORGANISATION),
    ("the Friends of the Kettle", SpeakerKind.GROUP),
]


@pytest.mark.parametrize(("name", "kind"), [*NAMED, *UNNAMED, *NEITHER])
def test_who_has_no_name(store: Store, name: str, kind: SpeakerKind) -> None:
    store.save(said(Said(text="We will pay", speaker=Speaker(name=name, kind=kind))))
    audit = store.audit()
    assert (audit.quotes, audit.unattributed, audit.unnamed) == (1, 0, int((name, kind) in UNNAMED))


@pytest.mark.parametrize(("name", "kind"), [*NAMED, *UNNAMED])
def test_the_register_tells_people_without_a_name_alike(name: str, kind: SpeakerKind) -> None:
    assert is_named(name, kind) is ((name, kind) in NAMED)


def test_each_outlet_in_each_period(store: Store) -> None:
    aide = Speaker(name="an aide", kind=SpeakerKind.PERSON)
    first, second = datetime(2026, 5, 6, tzinfo=UTC), datetime(2026, 5, 12, tzinfo=UTC)
    store.save(said(Said(text="One"), Said(text="Two", speaker=aide), outlet="Post", published_at=first))
    store.save(said(Said(text="Three", speaker=None), outlet="Post", published_at=second))
    store.save(said(Said(text="Four", speaker=UNION), outlet="Ledger", published_at=second))
    store.save(said(Said(text="Five", speaker=DRIVER), Said(text="Six", speaker=aide), outlet="Ledger"))
    audit = store.audit(period=Period.WEEK)
    assert audit.by_outlet_and_period == (
        Tally(outlet="Ledger", start=date(2026, 5, 11), articles=1, quotes=1, unattributed=0, unnamed=0),
        Tally(outlet="Ledger", start=None, articles=1, quotes=2, unattributed=0, unnamed=1),
        Tally(outlet="Post", start=date(2026, 5, 4), articles=1, quotes=2, unattributed=0, unnamed=1),
        Tally(outlet="Post", start=date(2026, 5, 11), articles=1, quotes=1, unattributed=1, unnamed=0),
    )
    assert audit.by_outlet == (
        Tally(outlet="Ledger", articles=2, quotes=3, unattributed=0, unnamed=1),
        Tally(outlet="Post", articles=2, quotes=3, unattributed=1, unnamed=1),
    )
    assert (audit.quotes, audit.unattributed, audit.unnamed) == (6, 1, 2)
    narrow = store.audit(AuditFilter(outlet="Post", until=first), period=Period.WEEK)
    assert (narrow.quotes, narrow.unnamed, len(narrow.by_outlet_and_period)) == (2, 1, 1)


def test_a_person_named_once_and_described_elsewhere_counts_by_what_each_article_says(store: Store) -> None:
    store.save(said(Said(text="One"), outlet="Post"))
    described = Speaker(name="a spokeswoman", kind=SpeakerKind.PERSON)
    store.save(said(Said(text="Two", speaker=described), outlet="Ledger"))
    named, other = (store.speakers(text=name).items[0].speaker.id for name in (MAYOR.name, "spokeswoman"))
    store.merge_speakers(named, other, by="Ana", reason="it was she")
    audit = store.audit()
    assert [(share.speaker.name, share.quotes) for share in audit.speakers] == [(MAYOR.name, 2)]
    assert audit.unnamed == 1
