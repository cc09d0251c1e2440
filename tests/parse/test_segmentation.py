"""Sentence ends after the tokenizer, drawn: ``·`` parts tokens that no blank parts, ``|`` is a sentence end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.parse.clitics import is_contraction
from service.parse.segmentation import Sentences, Token, cap, extent, repair


def undraw(drawing: str, multi: str = "") -> tuple[str, Sentences]:
    """The text and the tokens of a drawing; the token ``multi`` is a multi-word token."""
    text = re.sub(r"[·|]", "", drawing)
    sentences: Sentences = []
    at = 0
    for sentence in drawing.split("|"):
        sentences.append([])
        for token in re.split(r"[· ]", sentence):
            if token:
                start = text.index(token, at)
                at = start + len(token)
                sentences[-1].append(Token(start=start, end=at, multi=token == multi))
    return text, sentences


def draw(text: str, sentences: Sentences) -> str:
    """The reverse of ``undraw``."""
    drawing, at = "", 0
    for sentence in sentences:
        for token in sentence:
            blank = text[at : token.start]
            glue = "" if blank or not at or drawing.endswith("|") else "·"
            drawing += blank + glue + text[token.start : token.end]
            at = token.end
        drawing += "|"
    return drawing.removesuffix("|") + text[at:]


UNCHANGED = [
    "“·Why·?·” she asked·.| “·Because·,·” he said·.",
    "He left·.| She stayed·.",
    # an opening mark belongs to what follows
    "He left·.| ‘·No·,·’ she said·.",
    "He said no·.| '·Why·?·' she asked·.",
    # not an abbreviation of a title, or nothing that continues it
    "It is in the U.S.| Senators agree·.",
    "He met the Gov.| then left",
    # a month before a word, a title before a digit
    "It ended in Nov.| Then came rain·.",
    # lower case after a plain full stop: a web address, a name without capital
    "Read more·.| example.org has it·.",
    "Don't say the boys' '·no·'·.",
]


@pytest.mark.parametrize("drawing", UNCHANGED)
def test_right_sentence_ends_stay(drawing: str) -> None:
    text, sentences = undraw(drawing)
    assert draw(text, repair(text, sentences)) == drawing


@pytest.mark.parametrize(
    ("drawing", "mended"),
    [
        # closing marks go back to the sentence that they close
        ("She said ‘·no·.|·’| He left·.", "She said ‘·no·.·’| He left·."),
        ("She said ‘·“·no·.|·”·’ He left·.", "She said ‘·“·no·.·”·’| He left·."),
        ("(·He left·.|·) She stayed·.", "(·He left·.·)| She stayed·."),
        ("''·No·.|·'' He left·.", "''·No·.·''| He left·."),
        # a mark on its own opens what comes next, or ends what came before
        ("He left·.| “| We stay·.·”", "He left·.| “ We stay·.·”"),
        ("He left| …", "He left …"),
        # titles and months
        ("He met Gov.| Ann Lee·.", "He met Gov. Ann Lee·."),
        ("Sens.| Lee and Ray left·.", "Sens. Lee and Ray left·."),
        ("The vote of Nov.| 8 stands·.", "The vote of Nov. 8 stands·."),
        # a question asked inside a sentence
        ("“·Why·?·”| she asked·.", "“·Why·?·” she asked·."),
        ("'·Stop·!·'| he said·.", "'·Stop·!·' he said·."),
        # marks glued to words or punctuation come off
        ("‘·Stop it·!’ he said·.", "‘·Stop it·!·’ he said·."),
        ("«Pay» said Lee", "«·Pay·» said Lee"),
        ("''Pay,'' said Lee", "''·Pay,·'' said Lee"),
    ],
)
def test_wrong_sentence_ends_are_mended(drawing: str, mended: str) -> None:
    text, sentences = undraw(drawing)
    assert draw(text, repair(text, sentences)) == mended


def test_blanks_are_no_part_of_a_token() -> None:
    text = "the mayor\x00said"
    assert repair(text, [[Token(start=0, end=14)]]) == [
        [Token(start=0, end=3), Token(start=4, end=9), Token(start=10, end=14)]
    ]


def test_a_mark_taken_off_a_multi_word_token_is_none_itself() -> None:
    text, sentences = undraw("\"don't", multi="\"don't")
    assert repair(text, sentences) == [[Token(start=0, end=1), Token(start=1, end=6, multi=True)]]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["He", "Gov.", "Nov.", "8", "no", ".", "?", '"', "'", "’", "“", "''", "|", "·"])))
def test_repair_keeps_every_character_in_order(parts: list[str]) -> None:
    text, sentences = undraw(" ".join(parts).replace(" · ", "·").replace(" |", "|"))
    sentences = [s for s in sentences if s]
    before = [text[i] for s in sentences for t in s for i in range(t.start, t.end)]
    mended = repair(text, sentences)
    assert [text[i] for s in mended for t in s for i in range(t.start, t.end)] == before
    assert all(mended)


@pytest.mark.parametrize(
    ("drawing", "limit", "parts"),
    [
        ("a b c", 3, ["a b c"]),
        ("a b ; c d", 4, ["a b ;", "c d"]),
        ("a b , c d e", 5, ["a b ,", "c d e"]),
        # a semicolon is better than a later comma, a comma than a later dash
        ("a b ; c , d e", 5, ["a b ;", "c , d e"]),
        ("a b , c – d e", 5, ["a b ,", "c – d e"]),
        # a mark in the first half would leave a stump: the cut is hard
        ("a ; b c d e f g", 6, ["a ; b c d e", "f g"]),
        ("a b c d e", 2, ["a b", "c d", "e"]),
    ],
)
def test_an_endless_sentence_is_cut_at_the_best_place(drawing: str, limit: int, parts: list[str]) -> None:
    text, [sentence] = undraw(drawing)
    assert [extent(part).of(text) for part in cap(text, sentence, limit)] == parts


def test_single_marks_of_a_quotation_are_tokens_of_their_own() -> None:
    text = "It didn’t ‘lie’ to us"
    sentences = [[Token(start=0, end=2), Token(start=3, end=9, multi=True), Token(start=10, end=15)]]
    assert repair(text, sentences, marks={10, 14}) == [
        [
            Token(start=0, end=2),
            Token(start=3, end=9, multi=True),
            Token(start=10, end=11),
            Token(start=11, end=14),
            Token(start=14, end=15),
        ]
    ]


@pytest.mark.parametrize("token", ["don't", "don’t", "Quill's", "MPs'", "cannot", "Gonna", "DONT"])
def test_a_contraction_can_hold_several_words(token: str) -> None:
    assert is_contraction(token)


@pytest.mark.parametrize("token", ["Donna", "its", "Wanda", "horses", "your", "mayor"])
def test_a_plain_word_is_one(token: str) -> None:
    assert not is_contraction(token)
