"""From scores to structures: trees, names, and probabilities.

>>> import numpy as np
>>> scores = np.array([[0.0, -9.0, 5.0], [4.0, 1.0, -9.0]], dtype=np.float32)   # the second word is the root
>>> decode_tree(scores, spanning_tree=lambda s: s.argmax(1)).tolist()
[2, 0]
>>> decode_names(np.array([[0, 3, 0], [0, 2, 3], [4, 0, 0]], dtype=np.float32), ["O", "B-PER", "I-PER"])
[('PER', 0, 2)]
>>> decode_names(np.array([[0, 3, 0], [0, 3, 0], [4, 0, 0]], dtype=np.float32), ["O", "B-PER", "I-PER"])
[('PER', 0, 2)]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities over the last axis."""
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    found: Floats = raised / raised.sum(-1, keepdims=True)
    return found


def decode_tree(scores: Floats, spanning_tree: Callable[[Floats], Ints]) -> Ints:
    """The best tree with one root.

    ``scores`` (n, n + 1): row a word, column 0 the root, column k the word k - 1. Returned is the column of each
    word's head. The best head of each word makes a tree nearly always; else ``spanning_tree`` finds the best one
    (Chu and Liu 1965, Edmonds 1967; with one root as in Zmigrod et al. 2020).
    """
    n = len(scores)
    scores = scores.copy()
    scores[np.arange(n), np.arange(1, n + 1)] = -np.inf
    heads: Ints = scores.argmax(1)
    if is_tree(heads.tolist()):
        return heads
    # nearly always it is only that no word, or more than one, wants the root. Give it to the word that gains most,
    # and the others their best head among words: no tree is worth more, so if that is a tree, it is the best.
    among_words: Ints = scores[:, 1:].argmax(1) + 1
    gains = scores[:, 0] - scores[np.arange(n), among_words]
    among_words[gains.argmax()] = 0
    if is_tree(among_words.tolist()):
        return among_words
    return spanning_tree(scores)


def is_tree(heads: Sequence[int]) -> bool:
    """Whether these heads (0 the root, k the word k - 1) make one tree with one root.

    >>> is_tree([0, 1]), is_tree([0, 0]), is_tree([2, 1])
    (True, False, False)
    """
    if sum(h == 0 for h in heads) != 1:
        return False
    # 0 not seen, else the number of the walk that saw it first
    seen = [0] * len(heads)
    for walk, start in enumerate(range(len(heads)), 1):
        at = start
        while not seen[at]:
            seen[at] = walk
            if heads[at] == 0:
                break
            at = heads[at] - 1
        else:
            if seen[at] == walk:
                return False
    return True


_PERSON = "B-PER"


def decode_names(scores: Floats, tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """The names (kind, first, end) of the best sequence of BIO ``tags``, in which I- follows B- or I- of its kind.

    Two people do not follow one another without a word or a mark between them: they are one, *Ada* and *Quill*.

    ``scores`` (words, tags), any scale; Viterbi's algorithm.
    """
    path: list[int] = scores.argmax(1).tolist()
    outside = tags.index("O")
    if all(k == outside for k in path):
        return []
    allowed = _transitions(tuple(tags))
    # each word's best tag by itself is the best sequence wherever it is one; before the first word stands an O
    if allowed[[outside, *path[:-1]], path].any():
        path = _viterbi(scores, allowed, outside)
    names: list[tuple[str, int, int]] = []
    for at, k in enumerate(path):
        tag = tags[k]
        if tag == _PERSON and names and names[-1][0] == tag[2:] and names[-1][2] == at:
            names[-1] = (*names[-1][:2], at + 1)
        elif tag.startswith("B-"):
            names.append((tag[2:], at, at + 1))
        elif tag.startswith("I-"):
            kind, first, _ = names[-1]
            names[-1] = (kind, first, at + 1)
    return names


def _viterbi(scores: Floats, allowed: Floats, outside: int) -> list[int]:
    total = scores[0] + allowed[outside]
    back = []
    for row in scores[1:]:
        reached = total[:, None] + allowed
        back.append(reached.argmax(0))
        total = reached.max(0) + row
    path = [int(total.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    path.reverse()
    return path


_known_transitions: dict[tuple[str, ...], Floats] = {}


def _transitions(tags: tuple[str, ...]) -> Floats:
    """(tags, tags): 0 where the second may follow the first, else a cost that nothing outweighs."""
    if tags not in _known_transitions:
        _known_transitions[tags] = np.array(
            [[-1e4 if t.startswith("I-") and s[2:] != t[2:] else 0.0 for t in tags] for s in tags], np.float32
        )
    return _known_transitions[tags]
