"""The text shown to either side of a quote."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.context import context_of
from service.model import Span


# {…} is the quote; reach is 10
@pytest.mark.parametrize(
    ("marked", "before", "after"),
    [
        ("one two three {x} four five six", "two three ", " four five"),
        ("one two thre {x} four five-s", "two thre ", " four"),
        ("{x}", "", ""),
        ("short {x} end.", "short ", " end."),
        ("“{x}”, she ran", "“", "”, she ran"),
        ("abcdefghijklmnop{x}abcdefghijklmnop", "ghijklmnop", "abcdefghij"),  # no word ends within reach
        ("top\n\nnext {x}\n\nafter it", "top\n\nnext ", "\n\nafter it"),
        ("abcdefghijklm {x} nopqrstuvwxyz", " ", " "),
        ("one two {x}            far", "one two ", "          "),
        ("one {a} two {b} three", "one ", " three"),
    ],
)
def test_context(marked: str, before: str, after: str) -> None:
    text, spans = "", []
    for place, piece in enumerate(re.split("[{}]", marked)):
        if place % 2:
            spans.append(Span(len(text), len(text) + len(piece)))
        text += piece
    assert context_of(text, spans, reach=10) == (before, after)


@given(st.text(st.sampled_from("ab \n—é😀") | st.characters(), min_size=1, max_size=60), st.data())
def test_context_stands_in_the_text_at_the_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    before, after = context_of(text, [Span(start, end)], reach=12)
    assert text[:start].endswith(before)
    assert text[end:].startswith(after)
    assert len(before) <= 12
    assert len(after) <= 12
