"""Words whose ends a rule knows: tables with negatives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.parse.segmentation import Token, extent, repair
from service.parse.token_rules import joins, split


@pytest.mark.parametrize(
    "pieces",
    [
        "www.wexcombe.example .",
        "https://wexcombe.example/a?b=1 , ",
        "http://wexcombe.example/minutes ) .",
        "quill@wexcombe.example >",
        "house ... is",
        "... and",
        "50 km",
        "3,5 m",
        "650 k",
        "8 pm",
        "£ 15",
        "1998 – 2004",
        "... ]",
        "[ ...",
        "< >",
        "******** NOTICE",
    ],
)
def test_a_token_is_cut_where_it_is_several(pieces: str) -> None:
    assert split("".join(pieces.split())) == tuple(pieces.split())


@pytest.mark.parametrize(
    "token",
    [
        "word",
        "...",
        "U.S.",
        "a.m.",
        "1990s",
        "3rd",
        "10MM",
        "A4",
        "covid-19",
        "1998-99",
        "24/7",
        ">>",
        "<<",
        "-",
        "'90s",
        "https://wexcombe.example/list_(towns)",
        "https://wexcombe.example/and-so-on...",
        "mara_quill@wexcombe.example",
        "p.m",
        "",
    ],
)
def test_another_token_stays_whole(token: str) -> None:
    assert split(token) == ((token,) if token else ())


@settings(deadline=None)
@given(st.text(st.sampled_from("aB1.,/:@wh[]<>*-–£' "), max_size=20))
def test_the_pieces_add_up_to_the_token(token: str) -> None:
    assert "".join(split(token)) == token


@pytest.mark.parametrize(
    ("tokens", "joined"),
    [
        (("non", "-", "members"), 3),
        (("Re", "-", "elected"), 3),
        (("anti-", "smoking"), 2),
        (("Sept", "."), 2),
        (("p.m", "."), 2),
        (("O'", "Brien"), 2),
        (("D’", "Souza"), 2),
        # a hyphen between two words, a prefix before a number, a full stop after a word
        (("well", "-", "known"), 0),
        (("mid", "-", "1990s"), 0),
        (("town", "."), 0),
        (("O'", "clock"), 0),
        (("non", "-"), 0),
    ],
)
def test_tokens_that_are_one(tokens: tuple[str, ...], joined: int) -> None:
    assert joins(*tokens) == joined


@pytest.mark.parametrize(
    ("text", "cuts", "wanted"),
    [
        ("On Sept. 4 they met.", ["On Sept . 4 they met ."], ["On Sept. 4 they met ."]),
        # the full stop of a sentence is one of its own
        ("They met in Sept.", ["They met in Sept ."], ["They met in Sept ."]),
        ("A non-member’s view", ["A non - member’s view"], ["A non-member’s view"]),
        # a blank between them parts them
        ("It said non - members", ["It said non - members"], ["It said non - members"]),
        # a sentence that trails off and goes on
        ("I had a dog... and a cat.", ["I had a dog ...", "and a cat ."], ["I had a dog ... and a cat ."]),
        (
            "They met officer Betty Shelby twice.",
            ["They met officer Betty", "Shelby twice ."],
            ["They met officer Betty Shelby twice ."],
        ),
        ("Thanks Betty See you.", ["Thanks Betty", "See you ."], ["Thanks Betty", "See you ."]),
        ("They met Betty. Shelby ran.", ["They met Betty .", "Shelby ran ."], ["They met Betty .", "Shelby ran ."]),
        ("I had a dog... She ran.", ["I had a dog ...", "She ran ."], ["I had a dog ...", "She ran ."]),
        ("See www.wexcombe.example. Then go.", ["See www.wexcombe.example.", "Then go ."], None),
    ],
)
def test_repair_applies_the_rules(text: str, cuts: list[str], wanted: list[str] | None) -> None:
    at, sentences = 0, list[list[Token]]()
    for cut in cuts:
        sentences.append([])
        for surface in cut.split():
            start = text.index(surface, at)
            at = start + len(surface)
            sentences[-1].append(Token(start=start, end=at))
    found = [" ".join(extent([token]).of(text) for token in sentence) for sentence in repair(text, sentences)]
    assert found == (wanted or ["See www.wexcombe.example .", "Then go ."])


def test_the_tokenizer_is_believed_only_of_what_can_be_several_words() -> None:
    text = "its mayor don't"
    tokens = [Token(start=0, end=3, multi=True), Token(start=4, end=9, multi=True), Token(start=10, end=15)]
    [judged] = repair(text, [tokens])
    assert [token.multi for token in judged] == [True, False, True]
    [judged] = repair(text, [[Token(start=0, end=3), *tokens[1:]]])
    assert [token.multi for token in judged] == [False, False, True]
