"""Words whose cut is certain without the tokenizer's network: nearly all of a text, by their shape and what follows.

``certain_cuts.tsv`` says what the network, repaired, makes of a shape; only shapes of which it hardly ever makes
anything else are listed (``training.tokenizer.certain`` counts them). Whatever is not listed is in doubt.

>>> shape("Quill’s"), shape("2,000"), shape("Mr."), shape("“We"), shape("U.S.")
('W’c', '9,9', 't.', '“W', 'I.I.')
>>> opening("said"), opening("The"), opening("Quill"), opening("“We"), opening("")
('l', 'F', 'U', '“U', '')
>>> cuts = CertainCuts()
>>> labels, doubts = cuts.read("She can't go.")
>>> labels.hex(), doubts
('00000100000000000300000102', [])
>>> cuts.read("The U.S. Senate")[1]
[(4, 8)]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from service.parse import segmentation, token_rules
from service.parse.clitics import is_contraction, may_be_contraction

# what is made of a word is remembered for so many words
_REMEMBERED = 50_000
# longer words and numbers are no plain ones
_LONGEST_WORD, _LONGEST_NUMBER = 25, 4

_RUN = re.compile(r"[^\W\d_]+|[0-9]+|.", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]+")
_CLITICS = frozenset(("s", "t", "re", "ve", "ll", "d", "m"))
# after a time the network may see a sentence end
_HALVES_OF_DAY = frozenset(("AM", "PM", "pm"))
_OPENING_MARKS = frozenset("\"“‘'(")

# of a word by what may follow it: the labels of its characters
_Cuts = Mapping[str, bytes]


class CertainCuts:
    """Reads texts word by word; what it remembers of words changes no result."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, _Cuts]] = {}

    def read(self, text: str) -> tuple[bytes, list[tuple[int, int]]]:
        """The labels of a text's characters (as ``service.parse.tokenizer`` has them), and the words in doubt.

        ``text`` has single spaces. A word, ``[start, end)``, is what stands between two; one in doubt is labelled 0.
        The last label of the text is the last word's own: that a sentence ends there is for the caller to say.
        """
        words = text.split(" ")
        known = self._known
        read = [known.get(word) or self._word(word) for word in words]
        openings = [opening for opening, _ in read]
        openings.append("")
        parts: list[bytes] = []
        doubts: list[tuple[int, int]] = []
        at = 0
        for word, (_, cuts), following in zip(words, read, openings[1:], strict=True):
            labels = cuts.get(following)
            if labels is None:
                labels = bytes(len(word))
                if word:
                    doubts.append((at, at + len(word)))
            parts.append(labels)
            at += len(word) + 1
        return b"\0".join(parts), doubts

    def _word(self, word: str) -> tuple[str, _Cuts]:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        cuts = _table().get(shape(word), {})
        runs = runs_of(word)
        found = (
            opening(word),
            {following: b"".join(map(_ended, runs, labels)) for following, labels in cuts.items()},
        )
        self._known[word] = found
        return found


def _ended(run: str, label: int) -> bytes:
    return bytes(len(run) - 1) + bytes((label,))


def runs_of(word: str) -> list[str]:
    """The word in runs of letters, runs of digits, and single other characters: a label for each makes a cut."""
    return _RUN.findall(word)


def shape(word: str) -> str:
    """The word with a letter for each run of letters or digits; empty for a word that is none.

    w lower case, W capitalised, A capitals, X mixed, i and I a letter alone, 9 a number, 0 a long one; g a contraction
    without an apostrophe, c what follows the apostrophe of one, p what may be one (*its*), h a prefix before a hyphen,
    t a title and b another abbreviation before a full stop, m the halves of the day, z what has no case.
    """
    runs = runs_of(word)
    kinds = [_kind(runs, at) for at in range(len(runs))]
    return "" if "" in kinds else "".join(kinds)


def _kind(runs: list[str], at: int) -> str:
    run = runs[at]
    if run[0] in "0123456789":
        return "9" if len(run) <= _LONGEST_NUMBER else "0"
    if not run[0].isalpha():
        return run
    if len(run) > _LONGEST_WORD:
        return ""
    if at > 1 and _is_clitic(runs[at - 2], runs[at - 1], run):
        return "c"
    return _kind_before(run, "".join(runs[at + 1 : at + 2]))


def _is_clitic(host: str, mark: str, run: str) -> bool:
    lower = run.lower()
    # don't, but not gov't
    return mark in "'’" and lower in _CLITICS and (lower != "t" or host[-1] in "nN")


def _kind_before(run: str, following: str) -> str:
    """The kind of a run of letters that is no clitic, by what follows it in its word."""
    lower = run.lower()
    if following == "-" and lower in token_rules.PREFIXES:
        return "h"
    if following == "." and run in _titles():
        return "t"
    if following == "." and lower in _abbreviations():
        return "b"
    if run in _HALVES_OF_DAY:
        return "m"
    if may_be_contraction(run):
        return "p"
    return "g" if is_contraction(run) else _case(run)


def _case(run: str) -> str:
    if run.islower():
        return "w" if len(run) > 1 or run == "a" else "i"
    if run.isupper():
        return "A" if len(run) > 1 else "I"
    if run[0].isupper() and run[1:].islower():
        return "W"
    return "X" if run.isascii() else "z"


def opening(word: str) -> str:
    """What the word before it must know of a word: how it opens; empty for no word."""
    if not word:
        return ""
    first = word[0]
    if first.isalpha():
        return _opening_letter(word)
    if first in "0123456789":
        # a date or a time opens a line more often than another number
        return "0" if len(runs_of(word)[0]) > _LONGEST_NUMBER or "/" in word or ":" in word else "9"
    if first in _OPENING_MARKS and word[1:2].isalpha():
        return first + ("U" if word[1].isupper() else "l")
    return first


def _opening_letter(word: str) -> str:
    if word[0].islower():
        return "l"
    if not word[0].isupper():
        return "z"
    letters = _LETTERS.match(word)
    return "F" if letters and letters[0] in _words()["opener"] else "U"


@cache
def _words() -> dict[str, frozenset[str]]:
    return _read(Path(__file__).with_name("certain_words.tsv"))


@cache
def _titles() -> frozenset[str]:
    """Titles whose full stop is part of them by ``token_rules`` too, whatever the network says."""
    return frozenset(
        a[:-1]
        for a, follower in segmentation.ABBREVIATIONS.items()
        if follower == "name" and a.lower() in token_rules.ABBREVIATIONS
    )


@cache
def _abbreviations() -> frozenset[str]:
    listed = {*token_rules.ABBREVIATIONS, *map(str.lower, segmentation.ABBREVIATIONS)}
    return _words()["abbreviation"] | {a[:-1] for a in listed}


def _read(path: Path) -> dict[str, frozenset[str]]:
    rows = _rows(path)
    return {kind: frozenset(row[1] for row in rows if row[0] == kind) for kind in {row[0] for row in rows}}


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def _table() -> dict[str, dict[str, tuple[int, ...]]]:
    """The labels by shape and opening of what follows."""
    table: dict[str, dict[str, tuple[int, ...]]] = {}
    for kind, following, labels, *_ in _rows(Path(__file__).with_name("certain_cuts.tsv")):
        table.setdefault(kind, {})[following] = tuple(map(int, labels))
    return table
