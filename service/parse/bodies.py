"""Paragraph bodies on their way to the models, and the sentences that come of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.model import Notice, Span
from service.parse.model_text import DOUBLED_MARKS, for_models, pieces
from service.parse.segmentation import MAX_SENTENCE_TOKENS, Sentences, Token, cap, extent, repair
from service.text.layout import Layout, ParagraphKind

_SINGLE = "'‘’‚‹›"
_DOUBLED_SINGLES = frozenset({"''", "``"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One paragraph body: ``start`` is its offset in ``source``, the article; ``text`` what the models see of it.

    ``marks`` are the offsets, in the article, of its single quotation marks.
    """

    paragraph: int
    start: int
    text: str
    heading: bool
    source: str = field(repr=False)
    marks: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def span(self) -> Span:
        """Where it stands in the article."""
        return Span(self.start, self.start + len(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A sentence before the models: tokens of ``body``; ``first`` if the paragraph begins with it."""

    body: Body
    tokens: Sequence[Token]
    first: bool


def bodies(text: str, layout: Layout) -> Iterator[Body]:
    """The paragraph bodies of an article, in order."""
    marks = _single_marks(text, layout)
    for paragraph in layout.paragraphs:
        if paragraph.body is not None:
            yield Body(
                paragraph=paragraph.index,
                start=paragraph.body.start,
                heading=paragraph.kind is ParagraphKind.HEADING,
                source=text,
                text=for_models(paragraph.body.of(text)),
                marks=marks,
            )


def model_texts(found: Sequence[Body]) -> tuple[list[str], list[tuple[int, int]]]:
    """What the tokenizer takes, and for each text the number of its body and its offset in the article."""
    cuts = [(number, piece) for number, body in enumerate(found) for piece in pieces(body.text)]
    texts = [piece.of(found[number].text) for number, piece in cuts]
    return texts, [(number, found[number].start + piece.start) for number, piece in cuts]


def cut_bodies(
    found: Sequence[Body], tokenised: Sequence[Sentences], places: Sequence[tuple[int, int]]
) -> tuple[list[Cut], list[Notice]]:
    """The sentences of all bodies in order, repaired and none too long; ``tokenised`` is for ``model_texts``."""
    raw: list[Sentences] = [[] for _ in found]
    # hardly a paragraph has doubled marks
    doubled = [any(body.source.find(m, body.span.start, body.span.end) >= 0 for m in DOUBLED_MARKS) for body in found]
    for sentences, (number, start) in zip(tokenised, places, strict=True):
        raw[number] += [
            [_placed(token, found[number].source, start) for token in sentence]
            if doubled[number]
            else [Token(begin + start, end + start, multi) for begin, end, multi in sentence]
            for sentence in sentences
        ]
    cuts: list[Cut] = []
    notices: list[Notice] = []
    for body, its in zip(found, raw, strict=True):
        first = True
        for sentence in repair(body.source, its, body.marks):
            parts = cap(body.source, sentence)
            if len(parts) > 1:
                notices.append(_long_sentence(extent(sentence), len(sentence), len(parts)))
            for part in parts:
                cuts.append(Cut(body=body, tokens=part, first=first))
                first = False
    return cuts, notices


def _placed(token: Token, source: str, shift: int) -> Token:
    """The token with offsets into the article."""
    start, end = token.start + shift, token.end + shift
    # the models saw a doubled mark as a mark and a space
    if source[end - 1 : end + 1] in DOUBLED_MARKS:
        end += 1
    return Token(start=start, end=end, multi=token.multi)


def _single_marks(text: str, layout: Layout) -> frozenset[int]:
    """The offsets of the single quotation marks that open or close a quotation; apostrophes are none of them.

    A doubled apostrophe is one mark of two characters, and a word already.
    """
    ends = {offset for q in layout.quotations for span in q.spans for offset in (span.start, span.end - 1)}
    return frozenset(
        offset
        for offset in ends
        if text[offset] in _SINGLE
        and not {text[offset : offset + 2], text[max(offset - 1, 0) : offset + 1]} & _DOUBLED_SINGLES
    )


def mark_classes(text: str, layout: Layout) -> bytes:
    """For each character of the article 0 outside quotation marks, 1 inside double ones, 2 inside single ones.

    The marks count as inside; in a quotation within another, the inner one decides.
    """
    inside = bytearray(len(text) + 1)
    for quotation in layout.quotations:
        for span in quotation.spans:
            single = text[span.start] in _SINGLE and text[span.start : span.start + 2] not in _DOUBLED_SINGLES
            inside[span.start : span.end] = (b"\x02" if single else b"\x01") * (span.end - span.start)
    return bytes(inside)


def _long_sentence(span: Span, tokens: int, parts: int) -> Notice:
    return Notice(
        code="long-sentence-split",
        message=f"a sentence of {tokens:,} tokens was parsed in {parts} parts of at most {MAX_SENTENCE_TOKENS}; "
        "quotes that cross the cuts may be incomplete",
        span=span,
    )
