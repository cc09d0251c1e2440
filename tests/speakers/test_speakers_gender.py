"""Gender by title, role noun and first name; silence where these do not tell."""

from __future__ import annotations

import pytest

from service.speakers import gender


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Maria", "f"), ("Jacinda", "f"), ("Priya", "f"), ("Aroha", "f"), ("Anne-Marie", "f"),
        ("Peter", "m"), ("Gaurav", "m"), ("Wiremu", "m"), ("Kieran", "m"),
        ("Robin", ""), ("Kim", ""), ("Zzyzx", ""), ("", ""),
    ],
)  # fmt: skip
def test_first_names(name: str, expected: str) -> None:
    assert gender.by_first_name(name) == expected


@pytest.mark.parametrize(
    ("titles", "expected"), [(["ms"], "f"), (["sir", "dr"], "m"), (["dr"], ""), (["mr", "mrs"], ""), ([], "")]
)
def test_titles(titles: list[str], expected: str) -> None:
    assert gender.by_titles(titles) == expected


@pytest.mark.parametrize(
    ("heads", "expected"),
    [(["spokeswoman"], "f"), (["mayor", "father"], "m"), (["mayor"], ""), (["mother", "son"], "")],
)
def test_role_nouns(heads: list[str], expected: str) -> None:
    assert gender.by_roles(heads) == expected
