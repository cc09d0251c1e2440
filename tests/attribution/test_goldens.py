"""What the attribution step reads from real parses, drawn into the text; see ``drawing`` for the form."""

import pytest

from tests.attribution.drawing import HERE, Case, drawn, read_cases

FILES = sorted(HERE.glob("*.txt"))


@pytest.mark.parametrize("case", [c for f in FILES for c in read_cases(f)], ids=lambda c: c.title)
def test_golden(case: Case) -> None:
    assert drawn(case) == list(case.expected)


def test_every_frozen_parse_belongs_to_a_case() -> None:
    wanted = {c.parse_file.name for f in FILES for c in read_cases(f)}
    assert {p.name for p in (HERE / "parses").glob("*.conllu")} == wanted
