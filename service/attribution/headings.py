"""Headings that report speech: *Incredibly tough - McAnulty*, *Lee: It is over*, *Lee 'waiting for justice'*.

A heading has no verb to lean on; the reading goes by its shape (annotation rule 8), and keeps quiet unless the name
part looks like a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.model import Span
from service.text.layout import Layout, ParagraphKind, Quotation

_DASH_NAME = re.compile(r"^(?P<said>.+?)\s+(?P<cue>[-–—])\s+(?P<name>[^-–—:]+)$", re.DOTALL)
_COLON_NAME = re.compile(r"^(?P<name>[^:'\"“‘]{2,60}?)(?P<cue>:)\s+(?P<said>\S.*)$", re.DOTALL)
_NAME_WORD = re.compile(r"^(?:[^\W\d_a-z][\w’'.-]*|of|the|and|de|van|von|&)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingQuote:
    """A quote read from a heading's shape; ``cue`` is the dash or the colon, None where a name merely stands beside it."""

    span: Span
    name: Span
    cue: Span | None
    pattern: str


def read_headings(text: str, layout: Layout) -> list[HeadingQuote]:
    """The quotes that the article's headings report without a verb, in text order."""
    found = []
    for paragraph in layout.paragraphs:
        if paragraph.kind is ParagraphKind.HEADING and paragraph.body is not None:
            quote = _by_dash_or_colon(text, paragraph.body) or _by_marks(text, paragraph.body, layout.quotations)
            if quote is not None:
                found.append(quote)
    return found


def _by_dash_or_colon(text: str, body: Span) -> HeadingQuote | None:
    line = body.of(text)
    for shape, pattern in ((_DASH_NAME, "heading-dash"), (_COLON_NAME, "heading-colon")):
        match = shape.match(line)
        if match is None or not _looks_like_name(match["name"]):
            continue
        said = match["said"].rstrip(" .")
        if len(said.split()) < 2 and said[:1] not in "\"'“‘":
            continue
        start = body.start + match.start("said")
        name = match["name"].strip(" .")
        name_start = body.start + match.start("name") + (len(match["name"]) - len(match["name"].lstrip()))
        cue = body.start + match.start("cue")
        return HeadingQuote(
            span=Span(start, start + len(said)),
            name=Span(name_start, name_start + len(name)),
            cue=Span(cue, cue + 1),
            pattern=pattern,
        )
    return None


def _by_marks(text: str, body: Span, quotations: tuple[Quotation, ...]) -> HeadingQuote | None:
    """*Lee 'waiting for justice'*: a name, then nothing but quoted words of which the first is no name."""
    inside = [q for q in quotations if q.parent is None and len(q.spans) == 1 and body.covers(q.spans[0])]
    if len(inside) != 1:
        return None
    quoted = inside[0].spans[0]
    lead, tail = text[body.start : quoted.start].rstrip(" ,"), text[quoted.end : body.end].strip()
    # two words at least: a single quoted word in a heading is more often held at arm's length
    if tail or len(quoted.of(text).split()) < 2 or not lead or not _looks_like_name(lead):
        return None
    return HeadingQuote(span=quoted, name=Span(body.start, body.start + len(lead)), cue=None, pattern="heading-marks")


def _looks_like_name(phrase: str) -> bool:
    words = phrase.strip(" .").split()
    return 1 <= len(words) <= 6 and all(_NAME_WORD.match(w) for w in words) and words[0][0].isupper()
