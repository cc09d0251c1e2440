"""Stanza's imports succeed without its scorer, in a process where nothing has imported it yet."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "udtools" else found(name, *rest)
import service.parse
from udtools import udeval
from udtools.udeval import UDError, build_evaluation_table
assert issubclass(UDError, Exception)
try:
    udeval.evaluate(None, None)
except ModuleNotFoundError as error:
    print(error)
"""


def test_scoring_says_that_it_needs_the_package() -> None:
    shown = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("scoring a treebank needs the package udtools")
