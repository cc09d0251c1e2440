"""Multi-word tokens of English into their words: *can't* holds *ca* and *n't*, *Quill's* holds *Quill* and *'s*.

In English the words of a token always add up to it, and what is split off is one of a handful of clitics. So a rule and
a list do what Stanza's expander, a network for languages whose words do not add up, would do; a test compares the two.

>>> split_words("can't"), split_words("Quill’s"), split_words("boys'"), split_words("gonna")
(('ca', "n't"), ('Quill', '’s'), ('boys', "'"), ('gon', 'na'))
>>> split_words("o'clock"), split_words("'s")
(("o'clock",), ("'s",))
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

APOSTROPHES = "'’‘`´"

_CLITIC = rf"(?:n[{APOSTROPHES}]t|[{APOSTROPHES}](?:s|m|re|ll|ve|d))"
# one clitic may follow another: he'd've
_CLITICS = re.compile(rf"{_CLITIC}+$|(?<=[sxz])[{APOSTROPHES}]$", re.IGNORECASE)
_EACH = re.compile(rf"{_CLITIC}|[{APOSTROPHES}]$", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def split_words(surface: str) -> tuple[str, ...]:
    """The words of a token that the tokenizer calls a multi-word token, in order; joined they are the token.

    A single element says that it is no multi-word token after all. Case and kind of apostrophe stay as written.
    """
    listed = _LISTED.get(surface.lower())
    if listed is not None and sum(listed) == len(surface):
        return _cut(surface, listed)
    found = _CLITICS.search(surface)
    if found is None or found.start() == 0:
        return (surface,)
    return (surface[: found.start()], *_EACH.findall(surface, found.start()))


def is_contraction(surface: str) -> bool:
    """Whether a token can hold several words: *don't*, *Quill's*, *cannot*, *gonna*; but *Donna* is one.

    Trained on little, the tokenizer takes an ending that it knows from *gonna* for a word of its own.
    """
    return len(split_words(surface)) > 1


def _cut(surface: str, lengths: tuple[int, ...]) -> tuple[str, ...]:
    at, words = 0, []
    for length in lengths:
        words.append(surface[at : at + length])
        at += length
    return tuple(words)


def _listed(path: Path) -> dict[str, tuple[int, ...]]:
    """The lengths of the words, by token in lower case."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {line.replace(" ", ""): tuple(map(len, line.split())) for line in lines}


_LISTED = _listed(Path(__file__).with_name("contractions.txt"))
