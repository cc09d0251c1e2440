"""The corpus's gold variants and hand-written claims, through a store."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import yaml

from bench import matching_unseen
from bench.matching_cases import is_right, made_cases, written_cases
from service.matching.matcher import Matcher
from service.matching.variants import Variants
from service.matching.verification import Verifier
from service.store import Store
from service.verdicts import Claim, Credit, Verdict
from tests.matching.gold_store import CORPUS, corpus

Pair = frozenset[tuple[str, str]]


@pytest.fixture(scope="module")
def ids() -> dict[str, tuple[str, str]]:
    """``article:q7`` -> (article, the store's id of the quote)."""
    import json  # noqa: PLC0415

    found = {}
    rows = map(json.loads, (CORPUS / "gold.jsonl").read_text(encoding="utf-8").splitlines())
    for row, extraction in zip(rows, corpus(), strict=True):
        by_spans = {tuple((s.start, s.end) for s in q.attribution.spans): q.id for q in extraction.quotes}
        for quote in row["quotes"]:
            spans = tuple(sorted((start, end) for start, end in quote["content"]))
            found[f"{row['article']}:{quote['id']}"] = (row["article"], by_spans[spans])
    return found


def test_clusters_agree_with_the_gold_variants(corpus_store: Store, ids: dict[str, tuple[str, str]]) -> None:
    gold: set[Pair] = set()
    open_to_doubt: set[Pair] = set()
    for group in yaml.safe_load((CORPUS / "variants.yaml").read_text(encoding="utf-8")).values():
        for (one, how), (other, how_other) in combinations(group.items(), 2):
            pair = frozenset((ids[one], ids[other]))
            if one.partition(":")[0] != other.partition(":")[0]:
                (open_to_doubt if "akin" in (how, how_other) else gold).add(pair)
    found: set[Pair] = set()
    for article, id in set(ids.values()):
        _, mates = corpus_store.cluster_mates(article, id)
        found |= {frozenset(((article, id), (mate.article, mate.id))) for mate in mates if mate.article != article}
    right = len(found & gold)
    precision, recall = right / len(found - (open_to_doubt - gold)), right / len(gold)
    assert 2 * precision * recall / (precision + recall) >= 0.95, (precision, recall)


def test_the_variants_of_a_quote_are_told_with_what_differs(
    corpus_store: Store, ids: dict[str, tuple[str, str]]
) -> None:
    found = Variants(corpus_store).of(*ids["ferry-agency:q11"])
    relations = {(variant.quote.article.id, variant.relation.value, variant.credit) for variant in found}
    assert ("ferry-broadcaster", "verbatim", Credit.SAME) in relations
    assert ("ferry-live", "verbatim", Credit.OTHER) in relations
    assert ("ferry-live", "shortened", Credit.SAME) in relations
    tabloid = next(v for v in found if v.quote.article.id == "ferry-tabloid" and v.relation.value == "altered")
    assert {piece.kind.value for piece in tabloid.difference} >= {"kept", "replaced"}


def test_claims_written_by_hand(corpus_store: Store) -> None:
    verifier = Verifier(corpus_store)
    results: dict[str, list[bool]] = {}
    for case in written_cases():
        results.setdefault(case.operation, []).append(is_right(case, verifier.verify(case.claim)))
    assert sum(results["absent"]) >= 0.95 * len(results["absent"])
    assert sum(results["paraphrase"]) >= 0.8 * len(results["paraphrase"])


def test_cases_made_by_operations(corpus_store: Store) -> None:
    verifier = Verifier(corpus_store)
    cases = made_cases(corpus(), most=6)
    answers = [(case, verifier.verify(case.claim)) for case in cases]
    assert sum(is_right(case, answer) for case, answer in answers) >= 0.95 * len(answers)
    altered = [answer.verdict for case, answer in answers if case.verdict is Verdict.ALTERED]
    assert len(altered) > 30
    assert Verdict.VERBATIM not in altered


def test_words_of_an_article_that_nobody_is_credited_with_are_shown_but_not_found(corpus_store: Store) -> None:
    answer = Verifier(corpus_store).verify(Claim(quote="carries about 90,000 people a year"))
    assert answer.verdict is Verdict.NOT_FOUND
    assert [found.source.article for found in answer.evidence] == ["ferry-agency"]
    assert answer.searched.texts


def test_a_range_of_dates_restricts_and_is_counted(corpus_store: Store) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    claim = "We got this wrong, and I am sorry"
    first, last, after = (datetime(2026, *day, tzinfo=UTC) for day in ((6, 1), (6, 30), (7, 1)))
    june, later = Claim(quote=claim, since=first, until=last), Claim(quote=claim, since=after)
    verifier = Verifier(corpus_store)
    assert verifier.verify(june).verdict is not Verdict.NOT_FOUND
    assert verifier.verify(later).verdict is Verdict.NOT_FOUND
    published = [e.article.published_at for e in corpus() if e.article.published_at]
    in_june = [moment for moment in published if first <= moment <= last]
    assert verifier.verify(june).searched.articles == len(in_june) >= 4
    assert verifier.verify(later).searched.articles == len([m for m in published if m >= after]) >= 8


def test_every_source_says_where_its_words_stand(corpus_store: Store) -> None:
    texts = {extraction.article.id: extraction.article.text for extraction in corpus()}
    answer = Verifier(corpus_store).verify(Claim(quote="I did not lie to my partners", speaker="Ilse Brandvik"))
    assert answer.verdict is Verdict.VERBATIM
    for found in answer.evidence:
        assert found.source.span.of(texts[found.source.article]) == found.source.text


def test_cases_that_the_rules_were_not_written_with(tmp_path: Path) -> None:
    results: dict[bool, list[bool]] = {True: [], False: []}
    with Store(f"sqlite:///{tmp_path}/unseen.db", matcher=Matcher()) as store:
        store.upgrade()
        for extraction in matching_unseen.articles():
            store.save(extraction)
        verifier = Verifier(store)
        for case in matching_unseen.cases():
            answer = verifier.verify(case.claim)
            results[case.operation == "paraphrase"].append(is_right(case, answer))
            assert case.verdict is not Verdict.ALTERED or answer.verdict is not Verdict.VERBATIM, case
    assert sum(results[False]) >= 0.95 * len(results[False]) > 180
    assert sum(results[True]) >= 0.8 * len(results[True]) > 35
