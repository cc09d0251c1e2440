"""Multi-word tokens into words: tables with negatives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.parse.clitics import APOSTROPHES, is_contraction, split_words


@pytest.mark.parametrize(
    "words",
    [
        "ca n't",
        "Do n’t",
        "WO N'T",
        "Quill 's",
        "MPs '",
        "Cox ’",
        "they 're",
        "I `m",
        "we 'll",
        "you 've",
        "who 'd",
        "he 'd 've",
        "could n't 've",
        "can not",
        "Gon na",
        "du n no",
        "DO NT",
        "it 's",
        "2008 's",
        "Jean-Luc 's",
    ],
)
def test_a_contraction_falls_into_its_words(words: str) -> None:
    assert split_words(words.replace(" ", "")) == tuple(words.split())


@pytest.mark.parametrize(
    "token",
    [
        # an apostrophe that parts no clitic off
        "o'clock",
        "O'Brien",
        "ma'am",
        "'90s",
        "rock'n'roll",
        "goin'",
        "d'Artagnan",
        # a decade
        "1960's",
        "'80s",
        "80’s",
        # nothing before the clitic
        "'s",
        "n't",
        "'",
        # no apostrophe, not in the list
        "horses",
        "Donna",
        "want",
        "",
    ],
)
def test_anything_else_stays_one_word(token: str) -> None:
    assert split_words(token) == (token,)
    assert not is_contraction(token)


@pytest.mark.parametrize("words", ["it s", "You r", "let s", "he s", "I d"])
def test_what_is_more_often_another_word_can_be_split_but_is_no_sure_contraction(words: str) -> None:
    token = words.replace(" ", "")
    assert split_words(token) == tuple(words.split())
    assert not is_contraction(token)


@settings(deadline=None)
@given(st.text(st.sampled_from("aAnstdvelmrx" + APOSTROPHES), max_size=12))
def test_the_words_add_up_to_the_token(token: str) -> None:
    words = split_words(token)
    assert "".join(words) == token
    assert len(words) == 1 or all(words)
