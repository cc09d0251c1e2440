"""What the encoder is given, and lemmas as rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.parse.encoding import case_class, windows
from service.parse.lemma_rules import apply, rule

WORDS = st.text(st.characters(categories=("Lu", "Ll", "Nd", "Pd")), min_size=1, max_size=12)


@given(WORDS, WORDS)
def test_a_rule_makes_the_lemma_that_it_was_read_from(form: str, lemma: str) -> None:
    assert apply(rule(form, lemma), form) == lemma


@pytest.mark.parametrize(
    ("form", "lemma", "other", "expected"),
    [
        ("denies", "deny", "studies", "study"),
        ("Said", "say", "Laid", "lay"),
        ("went", "go", "Went", "go"),
        ("Wexcombe", "Wexcombe", "Quill", "Quill"),
        ("claims", "claim", "Mayors", "mayor"),
    ],
)
def test_a_rule_serves_other_words(form: str, lemma: str, other: str, expected: str) -> None:
    assert apply(rule(form, lemma), other) == expected


def test_a_rule_that_would_leave_nothing_leaves_the_form() -> None:
    assert apply("l;4;", "ran") == "ran"


@given(st.lists(st.integers(1, 400), max_size=40), st.integers(50, 400))
def test_windows_hold_every_sentence_once_in_order(sizes: list[int], limit: int) -> None:
    found = list(windows(sizes, limit))
    assert [i for first, end in found for i in range(first, end)] == list(range(len(sizes)))
    assert all(end - first == 1 or sum(sizes[first:end]) <= limit for first, end in found)


@pytest.mark.parametrize(
    ("form", "expected"),
    [("the", 0), ("Ada", 1), ("A", 1), ("NATO", 2), ("iPhone", 3), ("U.S.", 2), ("42", 4), ("”", 4)],
)
def test_case(form: str, expected: int) -> None:
    assert case_class(form) == expected
