"""The text as trees and as HTML: whatever the quotes are, the text that a browser makes of it is the article's."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model import (
    Act,
    Article,
    Attribution,
    Cue,
    Extraction,
    Mention,
    MentionForm,
    ModelInfo,
    Polarity,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
)
from service.web.marking import Leaf, Node, Passage, Role, draw, leaves, marked
from service.web.reading import reading_of

MODEL = ModelInfo(name="test", version="1", stanza="1")


def spans_of(text: str, *marks: str) -> tuple[Span, ...]:
    return tuple(Span(text.index(mark), text.index(mark) + len(mark)) for mark in marks)


@pytest.mark.parametrize(
    ("text", "passages", "drawn"),
    [
        ("nothing here", [], "nothing here"),
        ("a b c", [["b"]], "a [1:b] c"),
        # one in another, at its start, at its end, and all of it
        ("she said he said no", [["she said he said no"], ["no"]], "[1:she said he said [2:no]]"),
        ("no he said", [["no he said"], ["no"]], "[1:[2:no] he said]"),
        ("no", [["no"], ["no"]], "[1:[2:no]]"),
        # two spans of one quote, and one that lies across another
        ("yes she said no", [["yes", "no"]], "[1:yes] she said [1:no]"),
        ("abcdef", [["abcd"], ["cdef"]], "[1:ab[2:cd]][2:ef]"),
        # side by side
        ("abcd", [["ab"], ["cd"]], "[1:ab][2:cd]"),
    ],
)
def test_trees(text: str, passages: list[list[str]], drawn: str) -> None:
    found = marked(
        Span(0, len(text)),
        [Passage(number=number, spans=spans_of(text, *marks)) for number, marks in enumerate(passages, start=1)],
    )
    assert draw(text, found) == drawn


def test_where_a_quote_starts_and_ends() -> None:
    passage = Passage(number=1, spans=(Span(2, 5), Span(7, 9)))
    nodes = [part for part in marked(Span(0, 10), [passage]) if isinstance(part, Node)]
    assert [(node.first, node.last) for node in nodes] == [(True, False), (False, True)]


def test_words_with_several_roles() -> None:
    passages = [
        Passage(number=1, spans=(Span(0, 3),), roles=((Role.CUE, Span(4, 8)), (Role.MENTION, Span(9, 12)))),
        Passage(number=2, spans=(Span(13, 15),), roles=((Role.CUE, Span(4, 8)),)),
    ]
    roles = [part.roles for part in marked(Span(0, 15), passages) if isinstance(part, Leaf) and part.roles]
    assert roles == [((Role.CUE, 1), (Role.CUE, 2)), ((Role.MENTION, 1),)]


def spans_within(length: int) -> st.SearchStrategy[Span]:
    ends = st.tuples(st.integers(0, length), st.integers(0, length)).filter(lambda pair: pair[0] != pair[1])
    return ends.map(lambda pair: Span(min(pair), max(pair)))


@st.composite
def articles(draw_: st.DrawFn) -> tuple[str, list[Quote]]:
    """A text of signs that are hard for HTML, and quotes anywhere in it."""
    signs = st.sampled_from(["\n", "\n\n", "\r\n", "\r", " ", "<b>", "&amp;", '"', "'", "]]>", "<!--", "👍", "ß", "é"])
    text = "".join(draw_(st.lists(signs | st.text("abc. ", min_size=1, max_size=8), min_size=1, max_size=30)))
    anywhere = spans_within(len(text))
    quotes = []
    for number in range(draw_(st.integers(0, 6))):
        spans = sorted(draw_(st.lists(anywhere, min_size=1, max_size=3)))
        apart = [span for at, span in enumerate(spans) if all(other.end <= span.start for other in spans[:at])]
        attribution = Attribution(
            spans=tuple(apart), type=QuoteType.DIRECT, polarity=Polarity.ASSERTED, act=Act.SPEECH, pattern="p",
            paragraph=0, sentence=0, cue=Cue(lemma="say", spans=(draw_(anywhere),)),
            mention=Mention(span=draw_(anywhere), form=MentionForm.NAME), when=draw_(st.none() | anywhere),
        )  # fmt: skip
        speaker = Speaker(name=f"Speaker <{number}>", kind=SpeakerKind.PERSON)
        quotes.append(
            Quote(
                id=f"q-{number}", attribution=attribution, text=" … ".join(span.of(text) for span in apart),
                speaker=speaker, inside=None, confidence=0.5,
            )
        )  # fmt: skip
    return text, quotes


@given(articles())
def test_the_leaves_are_the_text(given_: tuple[str, list[Quote]]) -> None:
    text, quotes = given_
    passages = [Passage(number=number, spans=quote.attribution.spans) for number, quote in enumerate(quotes, start=1)]
    found = marked(Span(0, len(text)), passages)
    assert "".join(leaf.span.of(text) for leaf in leaves(found)) == text
    for passage in passages:
        inside = "".join(leaf.span.of(text) for leaf in _inside(found, passage.number))
        assert inside == "".join(span.of(text) for span in passage.spans)


class _Text(HTMLParser):
    """The text of a page, as HTML's rules for line ends have it, and what was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


@given(articles())
def test_the_page_has_the_text_and_nothing_that_the_text_says(given_: tuple[str, list[Quote]]) -> None:
    text, quotes = given_
    speakers = tuple({quote.speaker.id: quote.speaker for quote in quotes if quote.speaker}.values())
    extraction = Extraction(
        article=Article(text=text), paragraphs=1, quotes=tuple(quotes), speakers=speakers, model=MODEL
    )
    page = _Text()
    page.feed(str(reading_of(extraction).text).replace("\r\n", "\n").replace("\r", "\n"))
    page.close()
    assert page.text == text
    assert page.tags <= {"p", "h1", "h2", "mark", "span", "a"}
    # a link leads to one place
    assert len(page.ids) == len(set(page.ids))


def _inside(parts: tuple[Node | Leaf, ...], number: int) -> list[Leaf]:
    found: list[Leaf] = []
    for part in parts:
        if isinstance(part, Node):
            found += leaves([part]) if part.number == number else _inside(part.parts, number)
    return found
