"""``quoth export`` into a file, killed at moments by chance: the next call goes on, and no half of it appears."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.model import Review
from service.review import Correction
from service.store import Store
from tests.databases import Backend
from tests.faults.conftest import Commands
from tests.faults.killed_quoth import PAGE
from tests.store.examples import Said, said

ARTICLES = 57
#: Fewer than the lines of one export, and more than those of one page: each has to go on, and comes to its end.
LINES = 400
ROUNDS = 2


@pytest.fixture
def commands(backend: Backend, tmp_path: Path) -> Iterator[Commands]:
    """Beside a store with articles of which people have reviewed most."""
    with backend.database() as url:
        with Store(url) as store:
            for number in range(ARTICLES):
                day = datetime(2026, 1, 1 + number % 5, tzinfo=UTC)
                quotes = [Said(text=f"“We pay é {number} and {more}”") for more in range(number and 1 + number % 3)]
                store.save(said(*quotes, id=f"a{number}", title=f"No. {number}", published_at=day))
                for quote in store.article_quotes(f"a{number}")[: number % 4]:
                    store.correct(quote.quote.id, Correction(by="Ana", status=Review.CONFIRMED))
        with Commands.beside(url, tmp_path) as commands:
            yield commands


@pytest.mark.parametrize("form", ["jsonl", "articles", "csv", "gold"])
def test_an_export_that_is_killed_goes_on_and_ends_as_an_unbroken_one(
    commands: Commands, tmp_path: Path, form: str
) -> None:
    whole, folder, chance = tmp_path / "whole", tmp_path / "folder", random.Random(form)
    folder.mkdir()
    assert commands("export", "--format", form, "--output", whole) == 0
    content = whole.read_bytes()
    assert len(content) > 1000
    broken = folder / "out"
    marked = set[int]()
    killed = 0
    for _ in range(ROUNDS):
        while True:
            status = commands("export", "--format", form, "--output", broken, moment=chance.randint(1, LINES))
            # whole or not there
            assert not broken.exists() or broken.read_bytes() == content
            if broken.exists():
                break
            assert status == -9
            killed += 1
            note = folder / "out.part.json"
            marked.add(json.loads(note.read_text())["mark"]["items"] if note.exists() else 0)
        # killed between the file and the end, it may leave its note
        assert {path.name for path in folder.iterdir()} - {"out"} <= {"out.part.json"}
        for path in folder.iterdir():
            path.unlink()
    assert killed >= ROUNDS
    # some had come to a page's end, and not all to the same
    assert len(marked) > 1
    assert all(items % PAGE == 0 for items in marked)
