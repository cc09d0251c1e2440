"""What a user types into a search, and where its words stand in a text that was found.

Words must all occur, in any order; ``"words in double quotes"`` must occur as they stand. Case and accents do not
count.

>>> parts_of('tax "rates next year" AND')
('tax', 'rates next year', 'AND')
>>> found_in("The TÁX rates: next year's tax", 'tax "rates next year"')
(Span(start=4, end=7), Span(start=8, end=24), Span(start=27, end=30))
"""

from __future__ import annotations

import re
import unicodedata

from service.model import Span

# straight or curly double quotation marks; the last phrase may lack its end
_PART = re.compile(r'["“”„]([^"“”„]*)(?:["“”„]|$)|([^\s"“”„]+)')
_WORD = re.compile(r"[^\W_]+")


def parts_of(words: str) -> tuple[str, ...]:
    """The words and phrases of a search, in order."""
    # NUL would end a string for SQLite, and PostgreSQL knows none
    return tuple(phrase or word for phrase, word in _PART.findall(words.replace("\x00", " ")))


def found_in(text: str, words: str) -> tuple[Span, ...]:
    """Where the words and phrases of a search stand, in order; what overlaps is one."""
    wanted = [phrase for part in parts_of(words) if (phrase := [_folded(word) for word in _WORD.findall(part)])]
    there = list(_WORD.finditer(text))
    forms = [_folded(match.group()) for match in there]
    found: list[Span] = []
    for place in range(len(there)):
        lengths = [len(phrase) for phrase in wanted if forms[place : place + len(phrase)] == phrase]
        if lengths:
            span = Span(there[place].start(), there[place + max(lengths) - 1].end())
            if found and span.start < found[-1].end:
                found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
            else:
                found.append(span)
    return tuple(found)


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
