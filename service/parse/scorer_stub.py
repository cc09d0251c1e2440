"""Lets Stanza be imported where ``udtools``, its scorer of treebanks, is not installed.

``stanza.models.common.utils`` imports ``udtools`` when it is loaded, and calls it only to score a model in training.
``udtools`` and the ``udapi`` below it are GPL, which Quoth does not ship, so the lock file leaves both out.

Call ``stand_in`` before the first ``import stanza``.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any, NoReturn


def stand_in() -> None:
    """Make ``import udtools`` succeed where it is not installed; scoring then raises ModuleNotFoundError."""
    if "udtools" in sys.modules or importlib.util.find_spec("udtools") is not None:
        return
    package, scorer = ModuleType("udtools"), ModuleType("udtools.udeval")
    scorer.UDError = type("UDError", (Exception,), {})  # type: ignore[attr-defined]
    for name in ("load_conllu", "load_conllu_file", "evaluate", "build_evaluation_table"):
        setattr(scorer, name, _missing)
    package.udeval = scorer  # type: ignore[attr-defined]
    sys.modules |= {"udtools": package, "udtools.udeval": scorer}


def _missing(*_arguments: Any, **_keywords: Any) -> NoReturn:
    raise ModuleNotFoundError("scoring a treebank needs the package udtools, which Quoth does not install: add it")
