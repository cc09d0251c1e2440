"""The best tree with one root, where the best head of each word makes none.

Chu and Liu (1965), Edmonds (1967); one root as in Zmigrod, Vieira and Cotterell (2020): each arc from the root costs so
much that no tree with two of them can win. Sentences that need it are few, and short enough for plain contraction. A
test compares it with networkx, which takes a hundred times as long.

>>> scores = np.array([[-9.0, -9.0, 5.0], [1.0, 4.0, -9.0]], dtype=np.float32)   # the two words want each other
>>> one_root(scores).tolist()
[2, 0]
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# an arc that does not exist: finite, so that sums stay numbers
_NEVER = -1e9
# more than all arcs of a sentence can be worth together
_ROOT_COST = 1e6


def one_root(scores: Floats) -> Ints:
    """The column of each word's head; ``scores`` (n, n + 1): row a word, column 0 the root, column k the word k - 1."""
    n = len(scores)
    full = np.full((n + 1, n + 1), _NEVER)
    full[1:] = np.maximum(scores, _NEVER)
    full[1:, 0] -= _ROOT_COST
    heads: Ints = _heads(full)[1:]
    return heads


def _heads(scores: npt.NDArray[np.float64]) -> Ints:
    """The head of each node in the best tree from node 0; ``scores[d, h]`` is the arc from h to d."""
    np.fill_diagonal(scores, _NEVER * 2)
    heads: Ints = scores.argmax(1)
    heads[0] = 0
    cycle = _cycle(heads)
    if cycle is None:
        return heads
    inside = np.zeros(len(heads), dtype=bool)
    inside[cycle] = True
    outside = np.flatnonzero(~inside)
    members = np.array(cycle)
    kept = scores[members, heads[members]]
    # entering the cycle at a member costs that member's own arc
    entering = scores[np.ix_(members, outside)] - kept[:, None]
    leaving = scores[np.ix_(outside, members)]
    smaller = np.full((len(outside) + 1,) * 2, _NEVER)
    smaller[:-1, :-1] = scores[np.ix_(outside, outside)]
    smaller[-1, :-1] = entering.max(0)
    smaller[:-1, -1] = leaving.max(1)
    found = _heads(smaller)
    for k, node in enumerate(outside[1:], 1):
        heads[node] = members[leaving[k].argmax()] if found[k] == len(outside) else outside[found[k]]
    entry = members[entering[:, found[-1]].argmax()]
    heads[entry] = outside[found[-1]]
    return heads


def _cycle(heads: Ints) -> list[int] | None:
    """The nodes of a cycle, None where there is none; node 0 is the root."""
    seen = np.zeros(len(heads), dtype=np.int64)
    for start in range(1, len(heads)):
        at = start
        while at and not seen[at]:
            seen[at] = start
            at = int(heads[at])
        if at and seen[at] == start:
            cycle = [at]
            while heads[cycle[-1]] != at:
                cycle.append(int(heads[cycle[-1]]))
            return cycle
    return None
