"""The word lists: every file has a head comment, and every line as many columns as it should."""

from __future__ import annotations

from pathlib import Path

import pytest

import service.speakers
from service.speakers import lexicon_files as lexicon

FOLDER = Path(service.speakers.__file__).parent / "lexicon"
COLUMNS = {
    "first_names.tsv": 3, "first_names_more.tsv": 3, "roles.tsv": 3, "titles.tsv": 2, "organisations.tsv": 3,
    "groups.tsv": 2, "documents.tsv": 2, "metonyms.tsv": 2, "fixed_roles.tsv": 2, "same_roles.tsv": 2,
    "title_roles.tsv": 2, "people_of_bodies.tsv": 2, "short_first_names.tsv": 2,
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda p: p.name)
def test_each_list_says_what_it_is_and_is_even(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")
    wanted = COLUMNS.get(path.name, 1)
    assert {len(row) for row in lexicon.rows(path.name)} == {wanted}


def test_genders_are_f_m_or_unknown() -> None:
    assert set(lexicon.column("roles.tsv", 1).values()) <= {"f", "m", ""}
    assert set(lexicon.column("titles.tsv", 1).values()) <= {"f", "m", ""}


def test_shares_are_shares() -> None:
    assert all(0.0 <= float(row[1]) <= 1.0 for row in lexicon.rows("first_names.tsv"))
