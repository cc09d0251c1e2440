"""Texts that were found to take time with the square or the cube of their length, read whole: no worker hangs on one.

How time grows is measured by ``python -m bench.blowup``; here each text is so long that none of what was mended would
come to an end in time.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

# what each takes is some seconds; before it was mended, minutes to hours
PATIENCE_SECONDS = 60
CHARACTERS = 200_000
READ = "import sys; from bench import blowup; blowup.STEPS[sys.argv[1]](blowup.TEXTS[sys.argv[2]](int(sys.argv[3])))()"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        pytest.param("attribution", "a sender and spaces", id="sender"),
        pytest.param("attribution", "a credit and stops", id="credit"),
        pytest.param("attribution", "paragraphs in a quote", id="paragraphs"),
        pytest.param("speakers", "new mayors", id="mayors"),
        pytest.param("speakers", "new middle names", id="namesakes"),
    ],
)
def test_a_hostile_text_is_read_to_its_end(step: str, text: str) -> None:
    command = [sys.executable, "-c", READ, step, text, str(CHARACTERS)]
    subprocess.run(command, check=True, timeout=PATIENCE_SECONDS)
