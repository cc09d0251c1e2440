"""The time that opens a live-blog entry.

A stamp is a time of day at the very start of a paragraph with something after it that no sentence has there: a dash,
a colon or a bar, a closing bracket, or nothing at all. *8:15am - The mayor …* has one, *8.15 per cent* and *10 - 12
people* have none. A time with only a space after it (*08:15 The mayor …*) can also open a sentence (*11am Mass was
cancelled*), so it is ``certain`` only with a leading zero or a time zone, and otherwise needs a second stamp in the
article.

>>> stamp = find_stamp("8:15am - The mayor arrives.", 0, 27)
>>> "8:15am - The mayor arrives."[stamp.start:stamp.end], stamp.rest, stamp.certain
('8:15am', 9, True)
>>> find_stamp("8.15 per cent of voters agreed.", 0, 31) is None
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from service.text.lexicon import read_lexicon

# no entry's time with zone and day is longer
_LONGEST = 60
_TIME = re.compile(r"\d{1,2}(?:[:.]\d\d\b|(?:[:.]\d\d)?\s?[ap]\.?m\b)", re.IGNORECASE)
_FIRST = "0123456789[(nmpNMP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """``[start, end)`` is the time, ``rest`` where the text after the dash begins; offsets into the article."""

    start: int
    end: int
    rest: int
    certain: bool


@cache
def _pattern() -> re.Pattern[str]:
    zones = "|".join(sorted(read_lexicon("time_zones"), key=len, reverse=True))
    days = "mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun"
    return re.compile(
        rf"""
        (?P<bracket>[\[(]?)
        (?: (?i:posted \s (?:at \s)?) )?
        (?P<time>
            (?P<ago> \d{{1,2}} \s? (?i:h|m|hrs?|mins?|hours?|minutes?) \s ago )
          | (?:
                (?:[01]?\d|2[0-3]) (?: : [0-5]\d (?: : [0-5]\d )? | (?P<dot> \. [0-5]\d ) | (?P<hour>) )
                (?: \s? (?P<half> (?i:[ap]\.?m\b\.?) ) | (?! [\d.:]*\d ) )
              | (?P<word> (?i:noon|midday|midnight) ) (?!\w)
            )
            (?: \s? (?P<zone> (?:{zones})\b ) )?
            (?: ,? \s (?P<day> (?i:(?:{days})(?:day)?) \b ) )?
        )
        (?P<close>[\])]?)
        (?P<tail> \s* (?: [-–—|•·>]+ (?=\s|[^\W\d_]|["“”'‘„«]) | : (?!\d) ) \s* | \s+ | $ )
        """,
        re.VERBOSE,
    )


def find_stamp(text: str, start: int, end: int) -> Stamp | None:
    """The stamp at the start of the paragraph ``text[start:end]``, None if it opens with something else."""
    # most paragraphs open with a letter that no stamp opens with: spare them the pattern
    if text[start] not in _FIRST:
        return None
    match = _pattern().match(text[start : min(end, start + _LONGEST)])
    if match is None:
        return None
    bracketed = bool(match["bracket"])
    if bracketed != bool(match["close"]):
        return None
    separated = bool(match["tail"].strip())
    alone = start + match.end() >= end
    if not (alone or bracketed or separated) and not _may_stand_before(text, start + match.end()):
        return None
    # a bare hour (10) is no time, and 8.15 without am or pm is a number unless something sets it apart
    if match["hour"] is not None and not match["half"]:
        return None
    set_apart = alone or bracketed or separated
    if not set_apart and (match["dot"] and not (match["half"] or match["zone"])):
        return None
    if not set_apart and (match["word"] or match["ago"] or match["day"]):
        return None
    # 8am - 10am: a stretch of time, not an entry's stamp
    if separated and _TIME.match(text, start + match.end(), end):
        return None
    certain = set_apart or bool(match["zone"]) or match["time"].startswith("0")
    return Stamp(
        start=start + match.start("time"), end=start + match.end("time"), rest=start + match.end(), certain=certain
    )


def _may_stand_before(text: str, offset: int) -> bool:
    """Whether an entry may begin at ``offset`` with no more than a space between it and its time."""
    following = text[offset : offset + 1]
    return following.isupper() or following in tuple("\"“'‘„«")
