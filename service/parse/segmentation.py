"""Tokens and sentences after the tokenizer and before the tagger: what is cut is put right, what is endless is cut.

Measured on the tokenizer of pack 0.1.0 over 160 news articles (5,700 sentences): 1.1 % of its sentence ends stood
after a title (*Gov. | Jeb Bush*), 0.4 % before the closing mark that belongs to the sentence (*to do that. | ’*).

>>> text = "She said ‘no.’ Former Gov. Ann Lee left"
>>> cuts = ["She said ‘ no .", "’", "Former Gov.", "Ann Lee left"]
>>> sentences = [[Token(start=text.index(t), end=text.index(t) + len(t)) for t in cut.split()] for cut in cuts]
>>> [extent(s).of(text) for s in repair(text, sentences)]
['She said ‘no.’', 'Former Gov. Ann Lee left']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from service.model import Span
from service.parse import token_rules
from service.parse.clitics import is_contraction, split_words

# the parser's time and memory grow with the square of a sentence's length; edited prose stays far below this
MAX_SENTENCE_TOKENS = 160
# where an endless sentence is cut, best first; a cut comes after the token
_CUTS = (frozenset(";"), frozenset(",:"), frozenset("-–—"))

# what is never part of a word: quotation marks, alone or doubled as typewriters do, and blanks. A single mark ends a
# token only after punctuation, since elsewhere it may be an apostrophe.
_NOT_IN_WORDS = re.compile(r"([\s\x00-\x1f\x7f-\x9f]+|''|``|[\"“”„‟«»]|(?<=[.,;:!?…])['’‘]$)")
# marks that are a token of their own and stay one
_UNCUT = frozenset(".,:;!?()-–—")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_MARK = r"(?:''|``|[\"'“”„‟‘’‚«»‹›)\]}])"
_MARKS_ONLY = re.compile(rf"(?:{_MARK}|[.,;:!?…–—-])+")
# what a reported clause ends with that its own sentence goes on after: "Why?" she asked
_ENDED_INSIDE = re.compile(rf"[?!…]{_MARK}+$|\.\.\.?{_MARK}+$")
# and with what a sentence trails off that goes on in lower case: I have a dog... and a cat
_TRAILS_OFF = re.compile(r"\w(?:\.{2,}|…)$")
# characters before a sentence's end in which both are looked for: a sentence that goes on again and again is long
_LONGEST_END = 100
_LAST_WORD = re.compile(r"[A-Za-z]+\.$")
_LONGEST_ABBREVIATION = 12
# a sentence that ends without a mark between two capitalised words was cut inside a name: *officer Betty | Shelby*.
# A short one may be a line of its own: *Thanks Betty | See you*.
_NAME_CUT = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+$")
_SHORT = 2
# tokens that one word may have been cut into: non - members
_MOST_JOINED = 3


class Token(NamedTuple):
    """A token as the tokenizer gives it: ``[start, end)`` in the article; ``multi`` if it holds several words.

    A tuple, since each word of a text is made one several times over, and tuples are made fastest.
    """

    start: int
    end: int
    multi: bool = False


Sentences = list[list[Token]]


def repair(text: str, sentences: Sequence[Sequence[Token]], marks: Set[int] = frozenset()) -> Sentences:
    """The sentences of one paragraph with marks split off words, closing marks given back, and false ends undone.

    ``marks`` are the offsets of single quotation marks that the layout has told from apostrophes (*‘lie’*): a tokenizer
    that saw few of them glues them to the word.
    """
    mended: Sentences = []
    # whether the last sentence is nothing but marks so far
    bare = False
    for sentence in sentences:
        rest: list[Token] = []
        for token in sentence:
            surface = text[token.start : token.end]
            # most tokens are words of letters, or single marks: nothing in them can be cut
            if surface.isalpha() or surface in _UNCUT:
                rest.append(token)
            else:
                rest += (
                    p for cut in _at_marks(token, marks) for part in _parts(text, cut) for p in _pieces(text, part)
                )
        if mended:
            closing = _closing(text, mended[-1][-1], rest)
            mended[-1] += rest[:closing]
            rest = rest[closing:]
        if not rest:
            continue
        # a mark on its own opens what follows, since what it could close would have taken it
        if bare or (mended and _goes_on(text, mended[-1], rest)):
            mended[-1] += rest
            bare = bare and _only_marks(text, rest)
        else:
            mended.append(rest)
            bare = _only_marks(text, rest)
    if len(mended) > 1 and _only_marks(text, mended[-1]):
        tail = mended.pop()
        mended[-1] += tail
    return [[_judged(text, token) for token in _joined(text, sentence)] for sentence in mended]


def cap(text: str, sentence: Sequence[Token], limit: int = MAX_SENTENCE_TOKENS) -> Sentences:
    """``sentence`` in parts of at most ``limit`` tokens, itself if it is short enough.

    A part ends after the last semicolon in its second half, else comma or colon, else dash, else at the limit.
    """
    parts: Sentences = []
    rest = list(sentence)
    while len(rest) > limit:
        at = _cut(text, rest, limit)
        parts.append(rest[:at])
        rest = rest[at:]
    parts.append(rest)
    return parts


def extent(tokens: Sequence[Token]) -> Span:
    """From the first token's start to the last one's end."""
    return Span(tokens[0].start, tokens[-1].end)


def _cut(text: str, tokens: Sequence[Token], limit: int) -> int:
    for marks in _CUTS:
        for at in range(limit, limit // 2, -1):
            token = tokens[at - 1]
            if text[token.start : token.end] in marks:
                return at
    return limit


def _at_marks(token: Token, marks: Set[int]) -> Iterator[Token]:
    """The token in parts, each of the ``marks`` inside it one of its own."""
    if not marks or marks.isdisjoint(range(token.start, token.end)):
        yield token
        return
    start = token.start
    for at in range(token.start, token.end):
        if at in marks:
            if start < at:
                yield token._replace(start=start, end=at, multi=token.multi and at == token.end - 1)
            yield token._replace(start=at, end=at + 1, multi=False)
            start = at + 1
    if start < token.end:
        yield token._replace(start=start, multi=token.multi)


def _parts(text: str, token: Token) -> Iterator[Token]:
    """The token itself, or what is left of it where it holds blanks or a mark glued to a word or to punctuation."""
    at = token.start
    # re.split puts the separators at the odd places
    for number, part in enumerate(_NOT_IN_WORDS.split(text[token.start : token.end])):
        separates = number % 2 == 1
        if part and not (separates and _BLANK.fullmatch(part)):
            yield token._replace(start=at, end=at + len(part), multi=token.multi and not separates)
        at += len(part)


def _pieces(text: str, token: Token) -> Iterator[Token]:
    """The token, or those that it should have been by ``token_rules``."""
    surfaces = token_rules.split(text[token.start : token.end])
    if len(surfaces) == 1:
        yield token
        return
    at = token.start
    for number, surface in enumerate(surfaces, 1):
        yield token._replace(start=at, end=at + len(surface), multi=token.multi and number == len(surfaces))
        at += len(surface)


def _joined(text: str, tokens: Sequence[Token]) -> Iterator[Token]:
    """The sentence's tokens, those made one that are by ``token_rules``; the last, its full stop, stays apart."""
    at = 0
    while at < len(tokens):
        # as a rule a blank follows, and there is nothing to join
        if at + 2 >= len(tokens) or tokens[at].end != tokens[at + 1].start:
            yield tokens[at]
            at += 1
            continue
        touching = [tokens[at]]
        while len(touching) < _MOST_JOINED and at + len(touching) < len(tokens) - 1:
            following = tokens[at + len(touching)]
            if following.start != touching[-1].end:
                break
            touching.append(following)
        joined = token_rules.joins(*(text[t.start : t.end] for t in touching)) if len(touching) > 1 else 0
        yield Token(start=tokens[at].start, end=touching[joined - 1].end) if joined else tokens[at]
        at += max(joined, 1)


def _judged(text: str, token: Token) -> Token:
    """The token, multi-word where it surely is or where the tokenizer says so and it can be."""
    surface = text[token.start : token.end]
    multi = is_contraction(surface) or (token.multi and len(split_words(surface)) > 1)
    return token if multi == token.multi else token._replace(multi=multi)


def _closing(text: str, before: Token, tokens: Sequence[Token]) -> int:
    """How many tokens at the head of a sentence close the one that ends with ``before``.

    Such marks follow it without white space, and white space or nothing follows them.
    """
    at, end = 0, before.end
    while at < len(tokens) and tokens[at].start == end and _MARKS_ONLY.fullmatch(text, end, tokens[at].end):
        end = tokens[at].end
        at += 1
    return at if not text[end : end + 1].strip() else 0


def _goes_on(text: str, before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether the boundary between two sentences of a paragraph is none."""
    end, next_letter = before[-1].end, text[after[0].start]
    if next_letter.islower():
        first = max(before[0].start, end - _LONGEST_END)
        return bool(_ENDED_INSIDE.search(text, first, end) or _TRAILS_OFF.search(text, first, end))
    if len(before) > _SHORT and _NAME_CUT.match(text, before[-1].start, after[0].end):
        return True
    word = _LAST_WORD.search(text, max(before[0].start, end - _LONGEST_ABBREVIATION), end)
    if word is None:
        return False
    follower = ABBREVIATIONS.get(word[0])
    return (follower == "name" and next_letter.isupper()) or (follower == "number" and next_letter.isdigit())


def _only_marks(text: str, tokens: Sequence[Token]) -> bool:
    return all(_MARKS_ONLY.fullmatch(text, token.start, token.end) for token in tokens)


def _abbreviations(path: Path) -> dict[str, str]:
    """What must follow (*name* or *number*) by abbreviation."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {abbreviation: follower for follower, abbreviation in (line.split("\t") for line in lines)}


ABBREVIATIONS = _abbreviations(Path(__file__).with_name("abbreviations.tsv"))
