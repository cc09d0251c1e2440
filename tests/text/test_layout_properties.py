"""What holds for the layout of any text whatever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.text import Layout, read_layout
from service.text.whitespace import is_blank

# any code points, lone surrogates included, or what a bad copy of an article might be made of
anything = st.text(st.characters(exclude_categories=()))
marks = ['"', "'", "“", "”", "‘", "’", "«", "»", "„", "‚", "‹", "›", "''", "``", "'90s", "The MPs'"]
layout = ["\n", "\n\n", "\u2029", "\r\n", "8:15am - ", "8:15am\n", "Photo: x", "- ", "1. ", "***"]
others = [
    " ",
    " ",
    "we",
    "said",
    "s",
    ". ",
    ", ",
    "—",
    "…",
    "(",
    ")",
    "12",
    "<a b=",
    ">",
    "\u200b",
    "\xa0",
    "e\u0301",
    "🙂",
]
pieces = st.sampled_from([*marks, *layout, *others, "\x00", "\ud83d"])
texts = anything | st.lists(pieces, max_size=60).map("".join)


@given(texts)
def test_paragraphs_are_ordered_and_cover_all_ink(text: str) -> None:
    paragraphs = read_layout(text).paragraphs
    assert [paragraph.index for paragraph in paragraphs] == list(range(len(paragraphs)))
    covered: set[int] = set()
    last = 0
    for paragraph in paragraphs:
        assert last <= paragraph.span.start
        assert paragraph.span.end <= len(text)
        assert not is_blank(text[paragraph.span.start])
        assert not is_blank(text[paragraph.span.end - 1])
        covered.update(range(paragraph.span.start, paragraph.span.end))
        last = paragraph.span.end
    assert {i for i, character in enumerate(text) if not is_blank(character)} <= covered


@given(texts)
def test_stamps_and_bodies_stand_in_their_paragraphs(text: str) -> None:
    for paragraph in read_layout(text).paragraphs:
        if paragraph.body is not None:
            assert paragraph.span.covers(paragraph.body)
            assert not is_blank(text[paragraph.body.start])
            assert not is_blank(text[paragraph.body.end - 1])
        if paragraph.stamp is not None:
            assert paragraph.span.covers(paragraph.stamp)
            assert paragraph.stamp.of(text)[-1] not in " -–—:|"
            assert paragraph.body is None or paragraph.stamp.end <= paragraph.body.start


@given(texts)
def test_quotations_stand_in_bodies_one_span_each(text: str) -> None:
    layout = read_layout(text)
    bodies = [paragraph.body for paragraph in layout.paragraphs if paragraph.body is not None]
    for quotation in layout.quotations:
        homes = [next(i for i, body in enumerate(bodies) if body.covers(span)) for span in quotation.spans]
        assert homes == sorted(set(homes))
        for span, home in zip(quotation.spans[:-1], homes, strict=False):
            assert span.end == bodies[home].end
        if not quotation.closed:
            assert quotation.spans[-1].end == bodies[homes[-1]].end


@given(texts)
def test_quotations_nest(text: str) -> None:
    layout = read_layout(text)
    spans = [(span, owner) for owner, quotation in enumerate(layout.quotations) for span in quotation.spans]
    for one, owner in spans:
        for other, another in spans:
            if owner != another and one.overlaps(other):
                assert one.covers(other) or other.covers(one)
    starts = [(quotation.spans[0].start, -quotation.spans[0].end) for quotation in layout.quotations]
    assert starts == sorted(starts)
    _assert_parents(layout)


def _assert_parents(layout: Layout) -> None:
    for index, quotation in enumerate(layout.quotations):
        if quotation.parent is not None:
            assert quotation.parent < index
            outer = layout.quotations[quotation.parent].spans
            assert all(any(around.covers(span) for around in outer) for span in quotation.spans)
        else:
            others = [span for i, q in enumerate(layout.quotations) if i != index for span in q.spans]
            assert not any(other.covers(quotation.spans[0]) for other in others)


@given(texts)
def test_notices_say_where(text: str) -> None:
    layout = read_layout(text)
    for notice in layout.notices:
        assert notice.span is not None
        assert notice.span.end <= len(text)
    # an open quotation is never passed over in silence
    assert len(layout.notices) >= min(1, sum(not quotation.closed for quotation in layout.quotations))


@given(texts)
def test_the_same_text_gives_the_same_layout(text: str) -> None:
    assert read_layout(text) == read_layout(text)
