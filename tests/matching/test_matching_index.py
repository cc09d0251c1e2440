"""The index follows every change, in the transaction that makes it, and a rebuild gives the same."""

from __future__ import annotations

import pytest

from service.matching.matcher import Matcher
from service.matching.variants import Variants
from service.matching.verification import Verifier
from service.model import Extraction
from service.store import Store
from service.verdicts import Claim, Verdict
from tests.matching.gold_store import corpus

STORY = [extraction for extraction in corpus() if (extraction.article.id or "").startswith("ferry")]
CLAIM = Claim(quote="Our members raised that pump four times, and four times they were told to sail")


def _clusters(store: Store) -> set[frozenset[tuple[str, str]]]:
    found = set()
    for extraction in STORY:
        article = extraction.article.id or ""
        for candidate in store.candidates_in(article):
            _, mates = store.cluster_mates(article, candidate.id)
            if mates:
                found.add(frozenset({(article, candidate.id), *((mate.article, mate.id) for mate in mates)}))
    return found


def _fill(store: Store, extractions: list[Extraction]) -> None:
    for extraction in extractions:
        store.save(extraction)


def test_what_is_saved_is_found_and_what_is_deleted_is_not(store: Store) -> None:
    _fill(store, STORY)
    assert Verifier(store).verify(CLAIM).verdict is Verdict.VERBATIM
    for extraction in STORY:
        store.delete(extraction.article.id or "")
    answer = Verifier(store).verify(CLAIM)
    assert (answer.verdict, answer.searched.articles, answer.searched.quotes) == (Verdict.NOT_FOUND, 0, 0)


def test_clusters_do_not_depend_on_the_order_of_writing_and_a_rebuild_changes_nothing(store: Store) -> None:
    _fill(store, STORY)
    before = _clusters(store)
    assert any(len(cluster) > 3 for cluster in before)
    store.delete("ferry-agency")
    _fill(store, [extraction for extraction in STORY if extraction.article.id == "ferry-agency"])
    assert _clusters(store) == before
    assert store.rebuild_index() == sum(len(extraction.quotes) for extraction in STORY)
    assert _clusters(store) == before


class _OtherLists(Matcher):
    """The matcher of a release whose list of synonyms has one more."""

    def indexed_terms(self, text: str) -> frozenset[int]:
        return super().indexed_terms(text.replace("pump", "engine"))


def test_a_check_tells_that_other_word_lists_made_the_index_until_it_is_made_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(store, STORY)
    assert store.problems() == ()
    monkeypatch.setattr(store, "_matcher", _OtherLists())
    [problem] = store.problems()
    assert "`quoth db reindex`" in problem
    store.rebuild_index()
    assert store.problems() == ()


def test_variants_are_of_other_articles_only(store: Store) -> None:
    _fill(store, STORY)
    asked = next(c for c in store.candidates_in("ferry-broadcaster") if c.text.startswith("‘sorry to every person"))
    found = Variants(store).of("ferry-broadcaster", asked.id)
    assert found
    assert all(variant.quote.article.id != "ferry-broadcaster" for variant in found)
