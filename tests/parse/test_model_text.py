"""What the models see of a text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.parse.model_text import MAX_FORM, MAX_PIECE, MAX_RUN, for_models, model_form, pieces

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("plain text", "plain text"),
        ("a\nb\r\nc\u2028d\u00a0e", "a b  c d e"),
        ("a\x00b\x85c\x7fd", "a b c d"),
        ("a\ud800b", "a\ufffdb"),
        ("''Not now,'' she said", '" Not now,"  she said'),
        ("``Not now''", '" Not now" '),
        ("it's the boys'", "it's the boys'"),
        ("«Non», „nein‟", "“Non”, “nein“"),
        ("“yes” ‘yes’", "“yes” ‘yes’"),
    ],
)
def test_characters_that_the_models_do_not_know_become_such_that_they_do(body: str, seen: str) -> None:
    assert for_models(body) == seen


@given(ANY_TEXT)
def test_offsets_hold_in_what_the_models_see(body: str) -> None:
    seen = for_models(body)
    assert len(seen) == len(body)
    assert not set(seen) & set("\n\r\t\x00")
    seen.encode("utf-8")


@pytest.mark.parametrize(
    ("surface", "form"),
    [("word", "word"), ("co\u00adop", "coop"), ("\u200b", "_"), ("New  York", "New York"), ("x" * 99, "x" * MAX_FORM)],
)
def test_forms(surface: str, form: str) -> None:
    assert model_form(surface) == form


@given(ANY_TEXT)
def test_a_form_is_never_empty_or_long(surface: str) -> None:
    assert 1 <= len(model_form(surface)) <= MAX_FORM


def test_an_ordinary_body_is_one_piece() -> None:
    body = "The mayor spoke. " * 200
    assert [piece.of(body) for piece in pieces(body)] == [body]


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        # after the last sentence end that fits, with its closing mark
        ('"We go." ' * 1000, '."'),
        ("word " * 2000, "word"),
    ],
)
def test_a_long_body_is_cut_where_a_reader_would_pause(body: str, ends: str) -> None:
    found = list(pieces(body))
    assert len(found) > 1
    assert all(piece.of(body).rstrip().endswith(ends) for piece in found)


@pytest.mark.parametrize("body", ["x" * 50_000, "a@b." * 5000, "Ab. " * 9000 + "y" * 3000, " " * 9000 + "z"])
def test_pieces_cover_the_body_and_are_bounded(body: str) -> None:
    found = list(pieces(body))
    assert sum(len(piece.of(body).replace(" ", "")) for piece in found) == len(body.replace(" ", ""))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(len(piece) <= MAX_PIECE for piece in found)
    assert all(len(run) <= MAX_RUN for piece in found for run in piece.of(body).split())
