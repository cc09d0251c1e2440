"""Who is who does not depend on the order of import; what a person decided holds in every order."""

from __future__ import annotations

from itertools import permutations

import pytest

from service.model import Extraction
from service.store import Store

from .test_store_identities import MAYOR, NAIR, NURSE, PLAIN, ids, told

ARTICLES = {
    "mayor": told("mayor", MAYOR, NAIR),
    "nurse": told("nurse", NURSE, day=30),
    "plain": told("plain", PLAIN, day=400, outlet="The Ledger"),
    "beside": told("beside", PLAIN, NAIR, day=60),
}
ORDERS = list(permutations(ARTICLES))


def groups(store: Store) -> set[frozenset[str]]:
    """The articles of each identity by that name."""
    found: dict[str, set[str]] = {}
    for article in ARTICLES:
        found.setdefault(ids(store, article)[0], set()).add(article)
    return {frozenset(articles) for articles in found.values()}


def save_all(store: Store, articles: list[Extraction]) -> None:
    for article in articles:
        store.save(article)


@pytest.mark.parametrize("order", ORDERS[::7], ids="-".join)
def test_any_order_of_import_gives_the_same_people(store: Store, order: tuple[str, ...]) -> None:
    save_all(store, [ARTICLES[name] for name in order])
    assert groups(store) == {frozenset({"mayor", "beside"}), frozenset({"nurse"}), frozenset({"plain"})}
    counted = {entry.speaker.id: entry.article_count for entry in store.speakers().items}
    assert counted[ids(store, "mayor")[0]] == 2
    assert counted[ids(store, "plain")[0]] == 1


def test_an_early_guess_is_mended_and_says_why(store: Store) -> None:
    store.save(ARTICLES["plain"])
    store.save(ARTICLES["nurse"])
    assert ids(store, "plain") == ids(store, "nurse")
    store.save(ARTICLES["mayor"])
    plain, nurse, mayor = (ids(store, name)[0] for name in ("plain", "nurse", "mayor"))
    assert len({plain, nurse, mayor}) == 3
    [(_, why)] = store.speaker_page(plain).grounds
    assert "do not tell" in why[0]
    assert nurse in why[0]
    assert mayor in why[0]
    assert all(quote.quote.speaker and quote.quote.speaker.id == plain for quote in store.article_quotes("plain"))


def test_an_id_that_nobody_is_left_with_leads_to_who_took_its_articles(store: Store) -> None:
    store.save(ARTICLES["mayor"])
    store.save(ARTICLES["nurse"])
    # nothing tells whose it is, until both work beside the same man in the same days
    store.save(ARTICLES["plain"])
    alone = ids(store, "plain")[0]
    for article in ("nurse", "mayor"):
        store.delete(article)
    store.save(told("again", MAYOR, day=410))
    assert ids(store, "plain") == ids(store, "again")
    assert store.speaker_page(alone).entry.speaker.id == ids(store, "again")[0]


@pytest.mark.parametrize("order", [("nurse", "plain"), ("plain", "nurse")])
def test_a_merge_by_a_person_holds_whatever_comes_later(store: Store, order: tuple[str, ...]) -> None:
    store.save(ARTICLES["mayor"])
    save_all(store, [ARTICLES[name] for name in order])
    kept = store.merge_speakers(ids(store, "mayor")[0], ids(store, "nurse")[0], by="ed", reason="same woman")
    store.save(told("more", NURSE, day=500))
    store.save(told("yet", MAYOR, day=501))
    assert ids(store, "mayor")[0] == ids(store, "nurse")[0] == kept.entry.speaker.id


def test_a_split_by_a_person_holds_whatever_comes_later(store: Store) -> None:
    store.save(ARTICLES["mayor"])
    store.save(ARTICLES["beside"])
    kept = ids(store, "mayor")[0]
    parted = store.split_speaker(kept, ["beside"], by="ed", reason="her cousin").entry.speaker.id
    for number in range(3):
        store.save(told(f"more {number}", MAYOR, NAIR, day=61 + number))
    assert ids(store, "mayor")[0] == kept
    assert ids(store, "beside")[0] == parted
    assert store.speaker_page(parted).confirmed
