"""Marked fragments, found again in an article."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fragments import FragmentError, locate

TEXT = 'The mayor said no.\n\n"We will not pay [the bill]," said the mayor.\n\nThe mayor said no more.'


def pieces(fragment: str) -> dict[str, list[str]]:
    found = locate(fragment, TEXT)
    return {
        role: [TEXT[start:end] for start, end in spans]
        for role, spans in (("content", found.content), ("cue", found.cue), ("source", found.source))
        if spans
    }


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("<The mayor> [said] {no}.", {"content": ["no"], "cue": ["said"], "source": ["The mayor"]}),
        ("<The mayor> [said] {no} more", {"content": ["no"], "cue": ["said"], "source": ["The mayor"]}),
        ('{"We ~ bill\\],"} [said]', {"content": ['"We will not pay [the bill],"'], "cue": ["said"]}),
        ("{will} not {pay}", {"content": ["will", "pay"]}),
        ("{We ~ \\[the} bill", {"content": ["We will not pay [the"]}),
        ('no.   {"We   will}', {"content": ['"We will']}),
        ('pay \\[the bill\\]," ~ <the mayor>', {"source": ["the mayor"]}),
    ],
)
def test_a_fragment_is_found(fragment: str, expected: dict[str, list[str]]) -> None:
    assert pieces(fragment) == expected


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("{The mayor}", "several places"),
        ("<The mayor> [said] {yes}", "stops fitting at the word 'yes'"),
        ("{We will", "never closes"),
        ("{We <will> not}", "inside a mark"),
        ("We} will", "stray '}'"),
        ("We will [not>", "stray '>'"),
        ("pay [the bill]", "fits nowhere"),  # unescaped, the brackets are marks
    ],
)
def test_a_bad_fragment_says_what_is_wrong(fragment: str, says: str) -> None:
    with pytest.raises(FragmentError, match=re.escape(says)):
        locate(fragment, TEXT)


@given(st.text(min_size=1), st.data())
def test_any_stretch_of_any_text_is_found_or_is_ambiguous(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    literal = re.sub(r"([\\{}\[\]<>~])", r"\\\1", text[start:end])
    if text[start:end] != text[start:end].strip():
        return  # white space at the ends of a fragment is not its own
    if len(re.findall(f"(?=({re.escape(text[start:end])}))", text)) > 1:
        with pytest.raises(FragmentError, match="several places"):
            locate("{" + literal + "}", text)
    elif not re.search(r"\s", literal):
        assert locate("{" + literal + "}", text).content == ((start, end),)
