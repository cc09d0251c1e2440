"""Quotations with a line of credit: *"We were never asked." - Commissioner Ada Brandt*, as press releases have them.

The dash stands behind the closing mark, and nothing but a name (with its title, role, age or town) stands between it
and the end of the paragraph; or it opens the next paragraph. There is no verb to lean on: the reading goes by shape.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from service.attribution.headings import HeadingQuote
from service.model import MentionForm, Span
from service.parse.tree import Parse, Word
from service.text.layout import Layout, Paragraph, Quotation

PATTERN = "credit-line"
_CREDIT = re.compile(r"\s*(?P<cue>--|[-–—―])\s*(?P<line>\S.*)", re.DOTALL)
_LONGEST_CREDIT = 12
# what a credit's line may hold beside a name: *Ada Brandt, 58, the mayor of Port Tarrow*
_NOMINAL = frozenset({"PROPN", "NOUN", "ADJ", "DET", "NUM", "ADP", "PUNCT", "CCONJ", "PART", "X"})
_SENTENCE_ENDS = frozenset(".!?…,")


def read_credits(text: str, layout: Layout, parse: Parse) -> dict[int, HeadingQuote]:
    """The quotes with a line of credit, by the index of their quotation in the layout."""
    found: dict[int, HeadingQuote] = {}
    starts = [p.span.start for p in layout.paragraphs]
    for index, quotation in enumerate(layout.quotations):
        if quotation.parent is not None or not quotation.closed:
            continue
        here = layout.paragraphs[max(bisect_right(starts, quotation.spans[-1].start) - 1, 0)]
        quote = _credited(text, layout, parse, quotation, here)
        if quote is not None:
            found[index] = quote
    return found


def _credited(text: str, layout: Layout, parse: Parse, quotation: Quotation, here: Paragraph) -> HeadingQuote | None:
    last = quotation.spans[-1]
    if here.body is None or not _is_whole(text, here, quotation):
        return None
    rest = Span(last.end, here.body.end) if last.end < here.body.end else None
    if rest is None or not rest.of(text).strip():
        following = layout.paragraphs[here.index + 1 : here.index + 2]
        rest = following[0].span if following and not following[0].stamp else None
    match = _CREDIT.match(text, rest.start, rest.end) if rest is not None else None
    if match is None:
        return None
    start, line = match.start("line"), _without_stop(match["line"])
    name = line.partition(",")[0].rstrip()
    if not name or len(line.split()) > _LONGEST_CREDIT:
        return None
    mention = Span(start, start + len(name))
    if not _is_name(parse.words_in(Span(start, start + len(line))), mention):
        return None
    return HeadingQuote(
        span=quotation.spans[0],
        name=mention,
        form=MentionForm.NAME,
        cue=Span(*match.span("cue")),
        pattern=PATTERN,
        further=quotation.spans[1:],
    )


def _without_stop(line: str) -> str:
    """The line without the full stops and blanks at its end."""
    end = len(line)
    while end > 0 and (line[end - 1] == "." or line[end - 1].isspace()):
        end -= 1
    return line[:end]


def _is_whole(text: str, paragraph: Paragraph, quotation: Quotation) -> bool:
    """Whether the quotation opens its paragraph and is a sentence or more."""
    body = paragraph.body
    opens = body is not None and not text[body.start : quotation.spans[-1].start].strip()
    return opens and text[quotation.spans[-1].start : quotation.spans[-1].end].rstrip("\"'”’» ")[-1:] in _SENTENCE_ENDS


def _is_name(words: tuple[Word, ...], name: Span) -> bool:
    named = any(w.upos == "PROPN" and name.covers(w.span) for w in words)
    return named and all(w.upos in _NOMINAL for w in words)
