"""From scores to trees and names: the best structure, always a sound one."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.parse.decoding import decode_names, decode_tree, is_tree, softmax
from service.parse.spanning_tree import one_root

TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
SEEDS = st.integers(0, 2**32 - 1)


def arcs(seed: int, words: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3, (words, words + 1)).astype(np.float32)


def worth(scores: np.ndarray, heads: np.ndarray) -> float:
    return float(scores[np.arange(len(heads)), heads].sum())


@given(SEEDS, st.integers(1, 40))
def test_whatever_the_scores_there_is_one_tree_with_one_root(seed: int, words: int) -> None:
    heads = decode_tree(arcs(seed, words), one_root)
    assert is_tree(heads.tolist())


@given(SEEDS, st.integers(2, 9))
def test_the_tree_is_the_best_one(seed: int, words: int) -> None:
    scores = arcs(seed, words)
    scores[np.arange(words), np.arange(1, words + 1)] = -1e9
    graph = nx.DiGraph()
    for d in range(words):
        for h in range(words + 1):
            if h != d + 1:
                # so dear that a second arc from the root never pays
                graph.add_edge(h, d + 1, weight=float(scores[d, h]) - (1000.0 if h == 0 else 0.0))
    best = nx.maximum_spanning_arborescence(graph)
    expected = sum(float(scores[d - 1, h]) for h, d in best.edges)
    assert worth(scores, one_root(scores)) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("heads", "sound"),
    [([0], True), ([0, 1], True), ([2, 0], True), ([0, 0], False), ([2, 1], False), ([0, 3, 2], False), ([1], False)],
)
def test_what_a_tree_is(heads: list[int], sound: bool) -> None:
    assert is_tree(heads) is sound


@given(SEEDS, st.integers(1, 30))
def test_names_follow_one_another_and_keep_one_kind(seed: int, words: int) -> None:
    scores = np.random.default_rng(seed).normal(0, 2, (words, len(TAGS))).astype(np.float32)
    names = decode_names(scores, TAGS)
    assert all(0 <= first < end <= words for _, first, end in names)
    assert all(a[2] <= b[1] for a, b in pairwise(names))


def test_a_name_that_only_goes_on_begins_where_its_scores_allow() -> None:
    # I-PER is the best tag of both words, but a name must begin
    scores = np.array([[0, 2, 3, 0, 0], [0, 1, 3, 0, 0]], dtype=np.float32)
    assert decode_names(scores, TAGS) == [("PER", 0, 2)]


@given(SEEDS, st.integers(1, 6))
def test_probabilities_add_up(seed: int, rows: int) -> None:
    scores = np.random.default_rng(seed).normal(0, 50, (rows, 7)).astype(np.float32)
    assert softmax(scores).sum(-1) == pytest.approx(np.ones(rows), abs=1e-5)


@given(SEEDS, st.integers(1, 12))
def test_the_short_ways_find_no_worse_a_tree(seed: int, words: int) -> None:
    scores = arcs(seed, words)
    # words that want the root, several at once
    scores[:, 0] += 3
    scores[np.arange(words), np.arange(1, words + 1)] = -np.inf
    assert worth(scores, decode_tree(scores, one_root)) == pytest.approx(worth(scores, one_root(scores)), abs=1e-3)
