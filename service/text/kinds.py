"""What a paragraph is: heading, caption, list item or body.

>>> from service.text.layout import ParagraphKind
>>> classify("Gaps in the budget - Okafor", first=False) == (ParagraphKind.HEADING, 0, 27)
True
>>> classify("The mayor, who denies it. Photo: supplied", first=False)[0].value
'caption'
"""

from __future__ import annotations

import re
from functools import cache

from service.text.layout import ParagraphKind
from service.text.lexicon import read_lexicon
from service.text.whitespace import trim

# The longest heading and the longest headline, in words and in code points. Sub-headings of one line have rarely
# more than ten words; a lead sentence has more than twenty, and a full stop.
_HEADING_WORDS, _HEADING_CHARACTERS = 16, 120
_TITLE_WORDS, _TITLE_CHARACTERS = 25, 200
# the longest credit behind a caption: "Photograph: Forename Surname/Agency Name via Other Agency"
_CREDIT_CHARACTERS = 100
_AFTER_LABEL = re.compile(r"[:/|]|\b(?:by|courtesy)\b", re.IGNORECASE)

# "(12)" and a few spaces
_LONGEST_BULLET = 16
_BULLET = re.compile(r"(?:[-*•–‣◦▪●○■□·►▶→✓✔➤➜]|\(?(?:\d{1,2}|[a-zA-Z])[.)])\s+(?=\S)")
_ENUMERATION_AS_INITIAL = re.compile(r"[A-Z]\.")
# a line drawn between entries: ---, * * *, ___
_RULE = re.compile(r"[-_*=~#•·.—–\s]+")
_CLOSERS = "\"'”’“‘»«›‹)]}″*_"
_OPENERS = "\"'“‘„«»‹([{*_"
_TERMINALS = ".!?…。！？"
# a line that leads into what follows is no heading: "She said:", "However,"
_LEADS_ON = ":,;"


def find_bullet(text: str, start: int, end: int) -> int:
    """The length of the bullet or number, with the space after it, that opens ``text[start:end]``; 0 if none does."""
    match = _BULLET.match(text[start : min(end, start + _LONGEST_BULLET)])
    # "J. Smith" opens with an initial
    if match is None or _ENUMERATION_AS_INITIAL.match(match[0]):
        return 0
    return match.end()


def is_rule(text: str) -> bool:
    """Whether the paragraph is a drawn line with nothing to read."""
    return _RULE.fullmatch(text) is not None


def classify(text: str, *, first: bool) -> tuple[ParagraphKind, int, int]:
    """Kind of a paragraph without stamp and bullet, and the ends of the part to be parsed, as offsets into ``text``.

    ``first`` says that nothing stands before it, so that it may be a headline. A caption's part to be parsed is
    without its label and credit (equal ends: nothing else is there). A bullet is not looked for: see find_bullet.
    """
    credit = _find_credit(text)
    if credit is not None:
        return ParagraphKind.CAPTION, *credit
    kind = ParagraphKind.HEADING if _is_heading(text, first=first) else ParagraphKind.BODY
    return kind, 0, len(text)


def _is_heading(text: str, *, first: bool) -> bool:
    words, characters = (_TITLE_WORDS, _TITLE_CHARACTERS) if first else (_HEADING_WORDS, _HEADING_CHARACTERS)
    if len(text) > characters or len(text.split()) > words:
        return False
    bare = text.rstrip(_CLOSERS)
    # the rest of a broken line starts in lower case; so does eBay
    start = bare.lstrip(_OPENERS)
    if start[:1].islower() and not start[1:2].isupper():
        return False
    return any(map(str.isalnum, bare)) and bare[-1] not in _TERMINALS + _LEADS_ON


@cache
def _credit_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    labels = "|".join(re.escape(label) for label in sorted(read_lexicon("photo_credits"), key=len, reverse=True))
    opening = re.compile(rf"(?:{labels})\s*(?::|/(?=\S)|\|)\s*|(?:photo|image|picture)s? by ", re.IGNORECASE)
    bracketed = re.compile(rf"\(\s*(?:{labels})\s*(?:[:/|]|by\b|courtesy\b)[^()]*\)\s*\.?$", re.IGNORECASE)
    # the label starts with a capital: "the same photo: a child" is running text
    label = "|".join(
        re.escape(x[0].upper() + x[1:]) for x in sorted(read_lexicon("photo_credits"), key=len, reverse=True)
    )
    trailing = re.compile(rf"(?<=[\s.)|/])(?:{label}|{label.upper()})\s*(?::|\s/|\|)\s*[^\n]*$")
    return opening, bracketed, trailing


def _find_credit(text: str) -> tuple[int, int] | None:
    """The part of a caption that is neither label nor credit, None if the text has no credit."""
    tail = max(0, len(text) - _CREDIT_CHARACTERS)
    # a label is followed by one of these; most paragraphs have none where a credit could stand
    if not (_AFTER_LABEL.search(text, 0, _CREDIT_CHARACTERS) or _AFTER_LABEL.search(text, tail)):
        return None
    opening, bracketed, trailing = _credit_patterns()
    for pattern in (bracketed, trailing):
        match = pattern.search(text, tail)
        # a credit is a few names; a sentence after "Video:" is no credit
        if match is not None and not re.search(r"[a-z]{3}[.!?]\s+[A-Z]", match[0]):
            start, end = trim(text, 0, match.start())
            lead = opening.match(text)
            if lead is not None and lead.end() < end:
                start = lead.end()
            bare = text[start:end].rstrip("|-–—/ ")
            return start, start + len(bare)
    match = opening.match(text)
    return None if match is None else (match.end(), len(text))
