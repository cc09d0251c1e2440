"""Coverage-guided fuzzing of one target: ``python -m tests.fuzz TARGET [SECONDS]`` (``make fuzz`` runs all of them).

It starts from the committed corpus and keeps what it finds under ``var/fuzz/TARGET``. An input that breaks something
is written there as ``crash-…`` or ``slow-unit-…``: mend the fault, and add the input to ``tests/fuzz/corpus/TARGET``,
from which the tests replay it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["service"]):
    from tests.fuzz.targets import MAX_CHARS, NAMES, Targets

CORPUS = Path(__file__).parent / "corpus"
KEPT = Path("var/fuzz")
_SLOWEST_SECONDS = 20


def main() -> None:
    """Fuzz until the time is up or an input breaks something."""
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.exit(f"usage: python -m tests.fuzz {'|'.join(NAMES)} [SECONDS]")
    target, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 480
    kept = KEPT / target
    kept.mkdir(parents=True, exist_ok=True)
    targets = Targets(Path(tempfile.mkdtemp(prefix="quoth-fuzz-")))
    options = [
        f"-max_total_time={seconds}",
        f"-artifact_prefix={kept}/",
        f"-timeout={_SLOWEST_SECONDS}",
        f"-max_len={MAX_CHARS}",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
        f"-dict={Path(__file__).parent / 'words.dict'}",
    ]
    atheris.Setup([sys.argv[0], *options, str(kept), str(CORPUS / target)], targets.by_name[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
