"""Text as words to compare: case, accents, punctuation and the style of quotation marks do not count.

>>> [word.form for word in read_words("“We’ll PAY 1,000 crowns,” she said.")]
["we'll", 'pay', '1000', 'crowns', 'she', 'said']
>>> [word.sentence for word in read_words("Nobody panicked. The crew were magnificent.")]
[0, 0, 1, 1, 1, 1]
>>> [word.form for word in read_words("It did [the pump] fail … by 4:51 p.m.") if not word.aside]
['it', 'did', 'fail', 'by', '4.51', 'pm']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Break(StrEnum):
    """What parts a word from the next one. ``GAP`` is an ellipsis, ``PAUSE`` a comma, colon, semicolon or dash."""

    NONE = ""
    PAUSE = "pause"
    GAP = "gap"
    END = "end"


class Word(NamedTuple):
    """One word: ``form`` is what is compared, ``start`` and ``end`` its place in the text (code points, half-open).

    ``sentence`` counts from 0. ``after`` is what follows. ``aside``: it stands in square brackets, as an outlet's own
    addition. ``marked``: it stands in quotation marks (of any style). A tuple, since a verification makes thousands.
    """

    form: str
    start: int
    end: int
    sentence: int
    after: Break
    aside: bool
    marked: bool


_WORD = re.compile(
    r"""
    (?P<hours> [ap]\.\s?m\b\.? )                  # p.m.
    | (?P<initials> \b(?:[^\W\d_]\.){2,} )        # U.S.
    | (?P<number> \d+(?:[.,:]\d+)* )
    | (?P<letters> [^\W\d_]+(?:['’‘][^\W\d_]+)* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# a dot behind these ends no sentence
_TITLES = frozenset((
    "mr", "mrs", "ms", "dr", "st", "sr", "jr", "prof", "sen", "rep", "gov", "gen", "col", "lt", "sgt", "hon", "rev",
    "no", "vs", "jan", "feb", "mar", "apr", "aug", "sept", "oct", "nov", "dec",
))  # fmt: skip
_GAP = re.compile(r"\.\s?\.\s?\.|…")
_END = re.compile(r"[.!?]")
_PAUSE = re.compile(r"[,;:–—]|\s-+\s|--")
# doubled marks first: an apostrophe is a mark only where no letter stands on both of its sides
_OPEN = re.compile(r"[“„«\"]|(?<![^\W_])[‘'](?=[^\W_])")
_CLOSE = re.compile(r"[”“»\"]|[’'](?![^\W_])")

_MARK = re.compile(r"[“”„«»\"‘’']")
# before a word, and not inside one
_OPENS = re.compile(r"(?<![^\W_])[“„«\"‘'](?=\S)(?<!\S.)")
# a reporter breaks in where the speaker pauses: marks that close after another word quote that word
_PAUSED = re.compile(r"[,.?!…–—-]$")


def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    found = list(_WORD.finditer(text))
    words: list[Word] = []
    sentence, aside, marks = 0, False, _Marks()
    before = 0
    for place, match in enumerate(found):
        start, end = match.span()
        between = text[before:start]
        # hardly anything else stands between two words
        if between != " ":
            aside = _in_brackets(between, aside=aside)
            marks.pass_over(text, before, start)
        until = found[place + 1].start() if place + 1 < len(found) else len(text)
        behind = text[end:until]
        after = Break.NONE if behind == " " else _break(match, behind, last=place + 1 == len(found))
        form = _form(match.lastgroup or "", match.group())
        words.append(Word(form, start, end, sentence, after, aside, marks.inside))
        sentence += after is Break.END
        before = end
    return tuple(words)


def spoken(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without those that an outlet added in square brackets."""
    return tuple(word for word in words if not word.aside)


# a quote's words are asked for when it is filed, looked for and compared
@lru_cache(maxsize=512)
def spoken_words(text: str) -> tuple[Word, ...]:
    """The words of a text without those that an outlet added in square brackets."""
    return spoken(read_words(text))


def interruptions(quotation: str) -> list[tuple[int, int]]:
    """Where a quotation's marks close and open again: half-open ranges of what stands between, the reporter's words.

    A mark that closes what the quotation itself quotes (*He said "never," and "not today."*) interrupts nothing.

    >>> said = '"We will pay," said the mayor. "But not today."'
    >>> [said[start:end] for start, end in interruptions(said)]
    [' said the mayor. ']
    """
    found: list[tuple[int, int]] = []
    within = 0
    closed: int | None = None
    for match in _MARK.finditer(quotation.rstrip()):
        place, end = match.span()
        if _OPENS.match(quotation, place):
            if closed is not None:
                found.append((closed, place))
            elif quotation[:place].strip():
                within += 1
            closed = None
        elif _CLOSE.match(quotation, place) and (
            _PAUSED.search(quotation, 0, place) or quotation[end : end + 1] == ","
        ):
            closed = None if within else end
            within = max(0, within - 1)
    if closed is not None and _OPENS.match(quotation.lstrip()) and _WORD.search(quotation, closed):
        found.append((closed, len(quotation)))
    return found


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """A word without case, accents and the style of its apostrophe; *-ise* as *-ize*, *9,000* as *9000*."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("’", "'").replace("‘", "'"))
    plain = "".join(character for character in plain if not unicodedata.combining(character)).casefold()
    return re.sub(r"(?<=\w{4})is(e|ed|es|er|ers|ing|ation|ations)$", r"iz\1", plain)


def _form(kind: str, word: str) -> str:
    if kind == "number":
        return re.sub(r",(?=\d{3}(\D|$))", "", word).replace(":", ".").replace(",", ".")
    if kind in ("hours", "initials"):
        return fold(re.sub(r"[.\s]", "", word))
    return fold(word)


def _break(match: re.Match[str], between: str, *, last: bool) -> Break:
    gap = _GAP.search(between)
    if gap and not _END.search(between, 0, gap.start()):
        return Break.GAP
    if "\n" in between.strip(" "):
        return Break.END
    if _END.search(between) and (last or _starts_sentence(match, between)):
        return Break.END
    return Break.PAUSE if _PAUSE.search(between) else Break.NONE


def _starts_sentence(match: re.Match[str], between: str) -> bool:
    if not re.search(r"\s", between):
        return False
    word = match.group().casefold()
    if "." in between and (word in _TITLES or (len(word) == 1 and word != "i")):
        return False
    behind = match.end() + len(between)
    following = match.string[behind : behind + 1]
    return "!" in between or "?" in between or not following.islower()


def _in_brackets(between: str, *, aside: bool) -> bool:
    opened, closed = between.rfind("["), between.rfind("]")
    return aside if opened == closed else opened > closed


class _Marks:
    """Whether quotation marks are open, while a text is gone through."""

    def __init__(self) -> None:
        self.inside = False
        self._opener = ""

    def pass_over(self, text: str, start: int, end: int) -> None:
        for place in range(start, end):
            if not self.inside and _OPEN.match(text, place):
                self.inside, self._opener = True, text[place]
            elif self.inside and text[place] in _CLOSERS[self._opener] and _CLOSE.match(text, place):
                self.inside = False


# what may close each opener; marks of another style inside belong to a quotation within
_CLOSERS = {"“": "”", "„": "“”", "«": "»", '"': '"”', "‘": "’", "'": "'’"}
