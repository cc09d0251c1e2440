"""What the eye sees before a word is read: paragraphs of some kind, and quotations by their marks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.model import Notice, Span


class ParagraphKind(StrEnum):
    """What a paragraph is in the article's layout."""

    BODY = "body"
    HEADING = "heading"
    CAPTION = "caption"
    LIST_ITEM = "list-item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph.

    ``index`` is 0-based. ``span`` is all of it without surrounding white space. ``body`` is the part to be parsed:
    without a live-blog stamp, a bullet or a dateline; None where nothing else is left. ``stamp`` is the time of a
    live-blog entry (``8:15am``, without the dash after it).
    """

    index: int
    span: Span
    kind: ParagraphKind
    body: Span | None
    stamp: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A stretch between quotation marks.

    ``spans`` include the marks that are there; there are several where a quotation runs on over paragraphs that each
    open with a mark. ``closed`` is False where the text never closes it (it then ends with its paragraph).
    ``parent`` is the index, in the layout's tuple, of the quotation that this one stands in.
    """

    spans: tuple[Span, ...]
    closed: bool
    parent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Paragraphs and quotations in text order (an outer quotation before those in it), and what was odd."""

    paragraphs: tuple[Paragraph, ...]
    quotations: tuple[Quotation, ...]
    notices: tuple[Notice, ...] = ()
