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
_DECADE = re.compile(rf"[{APOSTROPHES}]?(?:\d\d)?\d0[{APOSTROPHES}]s", re.IGNORECASE)
_DOUBTFUL = "? "
_EACH = re.compile(rf"{_CLITIC}|[{APOSTROPHES}]$", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def split_words(surface: str) -> tuple[str, ...]:
    """The words of a token that the tokenizer calls a multi-word token, in order; joined they are the token.

    A single element says that it is no multi-word token after all. Case and kind of apostrophe stay as written.
    """
    listed = _LISTED.get(surface.lower()) or _PERHAPS.get(surface.lower())
    if listed is not None and sum(listed) == len(surface):
        return _cut(surface, listed)
    found = _CLITICS.search(surface)
    if found is None or found.start() == 0 or _DECADE.fullmatch(surface):
        return (surface,)
    return (surface[: found.start()], *_EACH.findall(surface, found.start()))


@lru_cache(maxsize=50_000)
def is_contraction(surface: str) -> bool:
    """Whether a token holds several words wherever it stands: *don't*, *Quill's*, *cannot*, *gonna*; *Donna* is one.

    Of *its*, which may be an *it's* that lacks its apostrophe, only the tokenizer can tell.
    """
    return surface.lower() not in _PERHAPS and len(split_words(surface)) > 1


def may_be_contraction(surface: str) -> bool:
    """Whether a token is a contraction or a single word by its sentence alone: *its*, *lets*."""
    return surface.lower() in _PERHAPS


def _cut(surface: str, lengths: tuple[int, ...]) -> tuple[str, ...]:
    at, words = 0, []
    for length in lengths:
        words.append(surface[at : at + length])
        at += length
    return tuple(words)


def _listed(path: Path) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """The lengths of the words, by token in lower case: those of the certain lines, and those of the doubtful."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    tables: tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]] = ({}, {})
    for line in lines:
        words = line.removeprefix(_DOUBTFUL).split()
        tables[line.startswith(_DOUBTFUL)]["".join(words)] = tuple(map(len, words))
    return tables


_LISTED, _PERHAPS = _listed(Path(__file__).with_name("contractions.txt"))
