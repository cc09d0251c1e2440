"""Attributions from signals, drawn: each word with its part, and for contents and sources the cue that they point at.

``c1``: content of the first cue, ``s2``: source of the second, ``q1``: word of the first cue; a capital begins a part.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.attribution.tagged import read_signals
from service.parse.signals import BEGINS, CONTENT, CUE, INSIDE, OUTSIDE, SOURCE, Signals, Window

PARTS = {"c": CONTENT, "s": SOURCE, "q": CUE}


def signals(drawing: str, sure: float = 0.9) -> Signals:
    """The signals of a drawing, one mark a word, ``.`` for none."""
    marks = drawing.split()
    n = len(marks)
    parts = np.full((n, 3, 3), (1 - sure) / 2, np.float32)
    parts[:, :, OUTSIDE] = sure
    content_of, source_of = (np.full((n, n + 1), 0.01, np.float32) for _ in range(2))
    content_of[:, 0] = source_of[:, 0] = 0.5
    cues = {mark[1]: i for i, mark in reversed(list(enumerate(marks))) if mark[0] in "Qq"}
    for i, mark in enumerate(marks):
        if mark == ".":
            continue
        part = PARTS[mark[0].lower()]
        parts[i, part] = (1 - sure) / 2
        parts[i, part, BEGINS if mark[0].isupper() else INSIDE] = sure
        if part != CUE and mark[1] in cues:
            (content_of if part == CONTENT else source_of)[i, 1 + cues[mark[1]]] = 3
    rows = [x / x.sum(1, keepdims=True) for x in (content_of, source_of)]
    window = Window(first=0, end=n, content_of=rows[0], source_of=rows[1])
    return Signals(parts=parts, windows=(window,))


@pytest.mark.parametrize(
    ("drawing", "wanted"),
    [
        # contents, sources, cues
        (". . .", []),
        ("S1 s1 Q1 C1 c1 c1 .", [([(3, 6)], [(0, 2)], [(2, 3)])]),
        ("C1 c1 Q1 S1 C1 c1", [([(0, 2), (4, 6)], [(3, 4)], [(2, 3)])]),
        ("S1 Q1 C1 c1 . S2 Q2 C2", [([(2, 4)], [(0, 1)], [(1, 2)]), ([(7, 8)], [(5, 6)], [(6, 7)])]),
        # two contents side by side, of two cues
        ("Q1 C1 c1 C2 c2 Q2", [([(1, 3)], [], [(0, 1)]), ([(3, 5)], [], [(5, 6)])]),
        # a cue without a content is no report, nor is a source
        ("S1 Q1 . .", []),
        # a content without a cue
        ("C9 c9 .", [([(0, 2)], [], [])]),
        # a content of the words of a cue of two
        ("S1 Q1 q1 C1", [([(3, 4)], [(0, 1)], [(1, 3)])]),
    ],
)
def test_parts_that_point_at_one_cue_are_one_attribution(
    drawing: str, wanted: list[tuple[list[tuple[int, int]], ...]]
) -> None:
    found = [(list(t.contents), list(t.sources), list(t.cues)) for t in read_signals(signals(drawing))]
    assert found == [tuple(map(list, w)) for w in wanted]


def test_a_word_that_a_content_points_at_is_its_cue_though_doubtful() -> None:
    drawn = signals("S1 Q1 C1 c1")
    drawn.parts[1, CUE] = (0.7, 0.25, 0.05)
    [found] = read_signals(drawn)
    assert found.cues == ((1, 2),)
    drawn.parts[1, CUE] = (0.95, 0.04, 0.01)
    [found] = read_signals(drawn)
    assert found.cues == ()


def test_a_source_that_is_doubtful_is_taken_where_it_points_at_a_cue_without_one() -> None:
    drawn = signals("S1 Q1 C1 c1")
    drawn.parts[0, SOURCE] = (0.7, 0.25, 0.05)
    [found] = read_signals(drawn)
    assert found.sources == ((0, 1),)


def test_words_count_through_the_article() -> None:
    one = signals("S1 Q1 C1")
    two = Window(first=3, end=6, content_of=one.windows[0].content_of, source_of=one.windows[0].source_of)
    both = Signals(parts=np.concatenate([one.parts, one.parts]), windows=(one.windows[0], two))
    assert [t.contents for t in read_signals(both)] == [((2, 3),), ((5, 6),)]


def test_certainty_is_that_of_the_content() -> None:
    sure, unsure = (read_signals(signals("S1 Q1 C1 c1", sure=s))[0].certainty for s in (0.95, 0.6))
    assert sure > 0.9 > unsure > 0.5


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_whatever_the_signals_no_word_is_in_two_contents(seed: int, words: int) -> None:
    rng = np.random.default_rng(seed)

    def rows(*shape: int) -> np.ndarray:
        drawn = np.exp(rng.normal(0, 3, shape))
        shares: np.ndarray = (drawn / drawn.sum(-1, keepdims=True)).astype(np.float32)
        return shares

    window = Window(first=0, end=words, content_of=rows(words, words + 1), source_of=rows(words, words + 1))
    found = read_signals(Signals(parts=rows(words, 3, 3), windows=(window,)))
    runs = sorted(run for t in found for run in t.contents)
    assert all(a[1] <= b[0] for a, b in pairwise(runs))
    assert all(0 <= first < end <= words for first, end in runs)
    assert all(0 <= t.certainty <= 1.001 for t in found)
