"""Text as the models may see it: the same length as the article's, without what makes them fail or crawl.

Only the models read these strings; every surface that Quoth returns is cut from the article by offsets.

>>> for_models("a\\x00b\\nc")
'a b c'
>>> model_form("co\\u00adop")
'coop'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from service.model import Span

# a quotation mark typed as two single ones, as some agencies still do; the models know the one character
DOUBLED_MARKS = ("''", "``")

# the tagger reads a word character by character; real words and nearly all web addresses are shorter
MAX_FORM = 60
# longest stretch handed to the tokenizer as one paragraph; longer ones cost it time without helping it
MAX_PIECE = 4_000
# longest run without white space; Stanza's search for e-mail addresses takes time quadratic in the run
MAX_RUN = 500

_WHITE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DOUBLED = re.compile("|".join(DOUBLED_MARKS))
# marks that no training text had, as those it had
_MARKS = str.maketrans("«»„‟‹›‚", "“”““‘’‘")
_RUN = re.compile(rf"\S{{{MAX_RUN}}}")
_SENTENCE_END = re.compile(r"[.!?][\"'”’»)\]]*\s")


def for_models(body: str) -> str:
    """``body`` character for character in what the models know.

    White space and control characters become spaces, lone surrogates U+FFFD, quotation marks of other typographies
    English ones, a doubled mark a double one and a space.
    """
    return _DOUBLED.sub('" ', _SURROGATE.sub("\ufffd", _WHITE.sub(" ", body)).translate(_MARKS))


@lru_cache(maxsize=50_000)
def model_form(surface: str) -> str:
    """The form by which the models know a token: no invisible characters, at most ``MAX_FORM`` long, never empty."""
    visible = "".join(c for c in surface if unicodedata.category(c) != "Cf") if not surface.isascii() else surface
    return " ".join(visible[:MAX_FORM].split()) or "_"


def pieces(body: str) -> Iterator[Span]:
    """Stretches of ``body`` (as offsets into it) that the tokenizer takes one at a time; the whole body as a rule.

    A body over ``MAX_PIECE`` characters is cut after the last sentence end that fits, else at the last space, else
    hard; a run of ``MAX_RUN`` characters without white space is cut hard.
    """
    start = 0
    while start < len(body):
        end = start + _piece_length(body, start)
        if not body[start:end].isspace():
            yield Span(start, end)
        start = end


def _piece_length(body: str, start: int) -> int:
    window = body[start : start + MAX_PIECE]
    run = _RUN.search(window)
    if run:
        return run.end()
    if start + MAX_PIECE >= len(body):
        return len(window)
    ends = [m.end() for m in _SENTENCE_END.finditer(window)]
    if ends:
        return ends[-1]
    space = window.rfind(" ")
    return space + 1 if space > 0 else len(window)
