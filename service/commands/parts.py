"""The parts that commands work with, made from the environment's settings when they are first needed."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from service.settings import Settings

if TYPE_CHECKING:
    from service.parse.article_parser import ArticleParser
    from service.pipeline import Pipeline
    from service.store import Store


def settings(**options: str | None) -> Settings:
    """What the environment asks for, with the ``QUOTH_*`` values in ``options`` in place of it where they are given.

    Raises SettingsError.
    """
    return Settings.from_env({**os.environ, **{name: value for name, value in options.items() if value is not None}})


def parser(chosen: Settings) -> ArticleParser:
    """The parser with its models, which takes seconds to load. Raises PackError."""
    one_thread()
    from service.parse.article_parser import ArticleParser  # noqa: PLC0415 - loads torch

    return ArticleParser(chosen.model_dir)


def pipeline(chosen: Settings) -> Pipeline:
    """All the steps; see ``parser``. Log lines as severe as the settings ask for go to standard error."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("service").setLevel(chosen.log_level.upper())
    loaded = parser(chosen)
    from service import collector  # noqa: PLC0415
    from service.names_file import read_names_file  # noqa: PLC0415
    from service.pipeline import Pipeline  # noqa: PLC0415 - loads the lexicons

    known = read_names_file(chosen.names_file) if chosen.names_file else None
    made = Pipeline(loaded, max_chars=chosen.max_article_chars, known=known)
    collector.settle()
    return made


def store(chosen: Settings, *, make_directory: bool = False, answer_seconds: float | None = None) -> Store:
    """The store that the settings name. ``answer_seconds``: see ``Store``. Raises StoreUnavailable, SettingsError."""
    from service.matching.matcher import Matcher  # noqa: PLC0415
    from service.store import Store  # noqa: PLC0415 - loads SQLAlchemy

    return Store(chosen.database_url, make_directory=make_directory, matcher=Matcher(), answer_seconds=answer_seconds)


def one_thread() -> None:
    """Have torch compute in one thread, unless the environment says otherwise; to be called before torch is imported.

    The models are small: more threads cost more than they bring, and several processes would fight for the cores.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
