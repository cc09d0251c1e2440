"""Headings that report speech: *A bitter blow - Lee*, *Lee: It is over*, *Lee 'tired of waiting'*.

A heading has no verb to lean on; the reading goes by its shape (annotation rule 8), and keeps quiet unless the part
that should be the source is a short noun phrase.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile

from service.attribution.extents import is_punctuation
from service.attribution.span_index import SpanIndex
from service.model import MentionForm, Span
from service.parse.tree import Parse
from service.text.layout import Layout, ParagraphKind, Quotation

_DASH_NAME = re.compile(r"^(?P<said>.+?)\s+(?P<cue>[-–—―])\s+(?P<name>[^-–—―:]+)$", re.DOTALL)
_COLON_NAME = re.compile(r"^(?P<name>[^:'\"“‘]{2,60}?)(?P<cue>:)\s+(?P<said>\S.*)$", re.DOTALL)
_QUOTE_COLON = re.compile(r"^(?P<said>['\"“‘«].+['\"”’»])(?P<cue>:)\s+(?P<name>[^:]+)$", re.DOTALL)
_NAME_WORD = re.compile(r"^(?:[^\W\d_a-z][\w’'.-]*|of|the|and|de|van|von|&)$")
# what a heading may tell behind the quoted words: when, or what about
_ADJUNCTS = frozenset(
    {"after", "over", "in", "as", "amid", "following", "ahead", "at", "on", "before", "despite", "for"}
)
# a source in a heading is a name or a bare noun phrase (*Ferry boss*, *mayor*): no verb, no preposition, no article
_NOUNS = frozenset({"NOUN", "PROPN", "ADJ", "PART"})

# patterns of what nothing but the layout shows: the encoder, which knows words, has no say there
BY_LAYOUT = ("transcript", "credit")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingQuote:
    """A quote read from the shape of a heading, of a transcript's turn, or of a line of credit.

    ``cue`` is the dash or the colon, None where a name merely stands beside the words; ``name`` None where a heading
    is nothing but a quotation. ``further`` are the spans of a content that goes on in further paragraphs.
    """

    span: Span
    name: Span | None
    form: MentionForm
    cue: Span | None
    pattern: str
    further: tuple[Span, ...] = ()


def read_headings(text: str, layout: Layout, parse: Parse, claimed: Collection[int] = ()) -> list[HeadingQuote]:
    """The quotes that the article's headings report without a verb, in text order.

    ``claimed`` are indices of the layout's quotations that have a cue already.
    """
    found = []
    whole = ((q.spans[0], i) for i, q in enumerate(layout.quotations) if q.parent is None and len(q.spans) == 1)
    index = SpanIndex(whole)
    for paragraph in layout.paragraphs:
        if paragraph.kind is not ParagraphKind.HEADING or paragraph.body is None:
            continue
        inside = [i for span, i in index.touching(paragraph.body) if paragraph.body.covers(span)]
        if any(i in claimed for i in inside):
            continue
        quotations = [layout.quotations[i] for i in inside]
        quote = _by_dash_or_colon(text, paragraph.body, parse) or _by_marks(text, paragraph.body, parse, quotations)
        if quote is not None:
            found.append(quote)
    return found


def _by_dash_or_colon(text: str, body: Span, parse: Parse) -> HeadingQuote | None:
    line = body.of(text)
    shapes = ((_QUOTE_COLON, "heading-colon"), (_DASH_NAME, "heading-dash"), (_COLON_NAME, "heading-colon"))
    for shape, pattern in shapes:
        match = shape.match(line)
        if match is None:
            continue
        raw = match["name"]
        name = raw.strip(" .")
        name_start = body.start + match.start("name") + (len(raw) - len(raw.lstrip()))
        if not name:
            continue
        span = Span(name_start, name_start + len(name))
        said = match["said"].rstrip(" .")
        marked = said[:1] in "\"'“‘«"
        if shape is _QUOTE_COLON:
            span = _leading_phrase(span, parse)
        form = _source_form(text, span, parse)
        # without marks a bare noun is as often a topic (*Live - day three*) as a source: ask for more words then
        least = 1 if marked else (2 if form is MentionForm.NAME else 3)
        if (
            form is None
            or len(said.split()) < least
            or (pattern == "heading-colon" and form is not MentionForm.NAME and not marked)
        ):
            continue
        start = body.start + match.start("said")
        cue = body.start + match.start("cue")
        return HeadingQuote(
            span=Span(start, start + len(said)), name=span, form=form, cue=Span(cue, cue + 1), pattern=pattern
        )
    return None


def _by_marks(text: str, body: Span, parse: Parse, quotations: list[Quotation]) -> HeadingQuote | None:
    """*Lee 'tired of waiting'*: a source, then nothing but quoted words; or nothing but quoted words at all."""
    if len(quotations) != 1:
        return None
    quoted = quotations[0].spans[0]
    # School mould: parents 'sick of it': what stands before a colon is the topic
    topic = text.rfind(": ", body.start, quoted.start)
    start = topic + 2 if topic >= 0 and text[topic + 2 : quoted.start].strip() else body.start
    lead, tail = text[start : quoted.start].rstrip(" ,"), text[quoted.end : body.end].strip()
    words = len(quoted.of(text).split())
    # two words at least: a single quoted word in a heading is more often held at arm's length
    if words < 2 or (tail and (words < 3 or tail.split()[0].lower() not in _ADJUNCTS)):
        return None
    if not lead:
        alone = HeadingQuote(span=quoted, name=None, form=MentionForm.NAME, cue=None, pattern="heading-alone")
        return None if tail else alone
    span = Span(start, start + len(lead))
    form = _source_form(text, span, parse)
    if form is None or (form is MentionForm.NOMINAL and words < 3):
        return None
    return HeadingQuote(span=quoted, name=span, form=form, cue=None, pattern="heading-marks")


def _leading_phrase(span: Span, parse: Parse) -> Span:
    """*'I did not lie': Tarn's leader resigns as …*: of what stands behind the colon, the noun phrase that opens it."""
    words = parse.words_in(span)
    nominal = list(takewhile(lambda w: w.upos in _NOUNS and w.xpos != "VBZ", words))
    if not nominal or len(nominal) == len(words) or words[len(nominal)].upos not in {"VERB", "AUX", "ADP"}:
        return span
    return Span(span.start, max(nominal[-1].span.end, span.start + 1))


def _source_form(text: str, span: Span, parse: Parse) -> MentionForm | None:
    """What the phrase is as a source; None where it cannot be one."""
    words = [w for w in parse.words_in(span) if not is_punctuation(w)]
    parts = span.of(text).split()
    if 1 <= len(parts) <= 6 and all(_NAME_WORD.match(p) for p in parts) and any(w.upos == "PROPN" for w in words):
        return MentionForm.NAME
    if 1 <= len(words) <= 3 and all(w.upos in _NOUNS for w in words) and words[-1].upos in {"NOUN", "PROPN"}:
        return MentionForm.NOMINAL
    return None
