"""The command line, run in this process with the session's parser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.commands import parts
from service.parse.article_parser import ArticleParser
from service.settings import SETTINGS

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``quoth`` with default settings in an empty directory; keywords are those of CliRunner.invoke."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str | Path, **keywords: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **keywords)  # type: ignore[arg-type]

    return invoke


@pytest.fixture
def run_with_models(run: Run, parser: ArticleParser, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, with the parser that the tests have loaded already instead of one more."""
    monkeypatch.setattr(parts, "parser", lambda _chosen: parser)
    return run
