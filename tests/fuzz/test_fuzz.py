"""What fuzzing found stays mended; and a little fuzzing with hypothesis, the same in every run."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import NAMES, Targets

CORPUS = Path(__file__).parent / "corpus"
INPUTS = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*"))
# some hang for ever without what mended them
LONGEST_SECONDS = 20

# fmt: off
PIECES = {
    "text": [
        *(b"said", b"told", b"denied", b"according to", b"She", b"I", b"Ada Brandt", b"the mayor"),
        *(b"\n\n", b"8:15am - "),
        *("“ ” ‘ ’ « » — …".encode().split()), b'"', b"'", b" ", b". ", b", ", b": ", b"Q: ", b"\xff", b"\x00",
    ],
    "html": [
        *(b"<p>", b"</p>", b"<article>", b"<h1>", b"<!--", b"-->", b"<![CDATA[", b"<script>"),
        *(b"<meta charset=", b"\xff"),
        *(b"&amp;", b"&#0;", b"&#xD800;", b"<a href='", b"<table><td>", b"Ada said \"no\". "),
        *(b"<br/>", b"\x00", b">", b"<"),
    ],
    "json": [
        *(b"{", b"}", b"[", b"]", b",", b":", b'"text": ', b'"quote": ', b'"spans": '),
        *(b'"start": ', b'"reason": ', b"null"),
        *(b'"Ada said no."', b'"\\ud83d"', b'"\\u0000"', b"1e999", b"-0", b"9" * 30, b"\n"),
        *(b"\xff", b"quote=", b"%00", b"&"),
    ],
}
# fmt: on


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Targets]:
    found = Targets(tmp_path_factory.mktemp("fuzz"))
    yield found
    found.close()


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"an input took more than {LONGEST_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", INPUTS)
def test_what_was_found_stays_mended(targets: Targets, name: str) -> None:
    target, _, _ = name.partition("/")
    targets.by_name[target]((CORPUS / name).read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_any_bytes_are_borne(targets: Targets, name: str) -> None:
    target: Callable[[bytes], None] = targets.by_name[name]
    some = st.binary(max_size=300) | st.lists(st.sampled_from(PIECES[name]), max_size=40).map(b"".join)

    @settings(max_examples=60, derandomize=True, database=None)
    @given(st.binary(max_size=64), some)
    def bear(head: bytes, data: bytes) -> None:
        target({"text": head.ljust(64, b"\x01"), "html": b"", "json": head[:2].ljust(2, b"\x00")}[name] + data)

    bear()
