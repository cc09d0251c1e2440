"""What somebody talks about: tables with what is no topic, and the measure's properties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.topics import LEAST_RATIO, log_likelihood, topics

OTHERS = ["The rent is too high.", "We will appeal.", "They closed the road again."] * 20


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (["The pumps failed.", "A pump is a pump."], [("pump", "pumps")]),
        (["Dredging costs.", "To dredge is wrong."], [("dredge", "dredging")]),
        # once is what one quote is about
        (["The pump, the pump, the pump failed."], []),
        # what everybody says
        (["We will appeal.", "They will appeal."], []),
        # what holds sentences together, modals, numbers, contractions
        (["We can't and won't; 45 or twenty of them.", "We can't and won't; 45 or twenty of them."], []),
        # the commonest words of news
        (["People say so.", "People said so."], []),
        ([], []),
        (["…", "—"], []),
    ],
)
def test_topics(own: list[str], words: list[tuple[str, ...]]) -> None:
    assert [topic.words for topic in topics(own, OTHERS)] == words


def test_the_most_telling_come_first_and_say_how_often() -> None:
    own = ["The dredger left.", "A dredger!", "No dredger.", "Silt and a dredger.", "Silt, the road."]
    first, second = topics(own, OTHERS)
    assert (first.words, first.quotes, first.share, first.share_elsewhere) == (("dredger",), 4, 0.8, 0.0)
    assert (second.words, second.quotes) == (("silt",), 2)
    assert first.ratio > second.ratio >= LEAST_RATIO
    assert topics(own, OTHERS, limit=1) == (first,)


def test_without_others_nobody_stands_out() -> None:
    assert topics(["The pump failed.", "The pump failed."], []) == ()


counts = st.integers(0, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@settings(deadline=None)
@given(counts, counts)
def test_the_ratio_is_symmetric_and_zero_for_equal_shares(here: tuple[int, int], there: tuple[int, int]) -> None:
    if here[1] + there[1] == 0 or not here[1] or not there[1]:
        return
    ratio = log_likelihood(*here, *there)
    assert ratio >= -1e-9
    assert ratio == pytest.approx(log_likelihood(*there, *here))
    if here[0] * there[1] == there[0] * here[1]:
        assert ratio == pytest.approx(0, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6), st.lists(st.text(max_size=40), max_size=6))
def test_any_text_can_be_read(own: list[str], others: list[str]) -> None:
    for topic in topics(own, others):
        assert 2 <= topic.quotes <= len(own)
        assert topic.share > topic.share_elsewhere
