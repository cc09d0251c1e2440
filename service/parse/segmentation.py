"""Tokens and sentences after the tokenizer and before the tagger: what is cut is put right, what is endless is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.model import Span

# the parser's time and memory grow with the square of a sentence's length; edited prose stays far below this
MAX_SENTENCE_TOKENS = 160
# where an endless sentence is cut, best first; a cut comes after the token
_CUTS = (frozenset(";"), frozenset(",:"), frozenset("-–—"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as the tokenizer gives it: ``[start, end)`` in the article; ``multi`` if it holds several words."""

    start: int
    end: int
    multi: bool = False


Sentences = list[list[Token]]


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


def _cut(text: str, tokens: Sequence[Token], limit: int) -> int:
    for marks in _CUTS:
        for at in range(limit, limit // 2, -1):
            token = tokens[at - 1]
            if text[token.start : token.end] in marks:
                return at
    return limit


def extent(tokens: Sequence[Token]) -> Span:
    """From the first token's start to the last one's end."""
    return Span(tokens[0].start, tokens[-1].end)
