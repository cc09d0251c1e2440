"""How a body is cut into parts."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.bulk import LineFault, NewPart
from service.jobs.lines import CHARACTERS_IN_PART, LINES_IN_PART, parts_of
from service.store.jobs import read, written

LONGEST = 100


def cut(body: bytes, longest: int = LONGEST) -> list[NewPart | LineFault]:
    return [*parts_of(io.BytesIO(body), longest_bytes=longest)]


@pytest.mark.parametrize(
    ("body", "lines", "faulty"),
    [
        (b"", [], []),
        (b"\n \r\n\t\n", [], []),
        (b"a", [(1, "a")], []),
        (b"a\nb\n", [(1, "a"), (2, "b")], []),
        (b"a\r\n\r\nb", [(1, "a"), (3, "b")], []),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb", [(1, "a"), (2, "\ufeffb")], []),
        ("a\u2028b\x0bc\nd".encode(), [(1, "a\u2028b\x0bc"), (2, "d")], []),
        (b"\xffa\nb", [(2, "b")], [1]),
        (b"a\nb\x00\nc", [(1, "a"), (3, "c")], [2]),
        (b"x" * 100 + b"\n" + b"y" * 101 + b"\nz", [(1, "x" * 100), (3, "z")], [2]),
        (b"x" * 100 + b"\r\nz", [(1, "x" * 100), (2, "z")], []),
        (b"x" * 500_000 + b"\nz", [(2, "z")], [1]),
        (b"x" * 500_000, [], [1]),
    ],
)
def test_lines(body: bytes, lines: list[tuple[int, str]], faulty: list[int]) -> None:
    found = cut(body)
    assert [line for item in found if isinstance(item, NewPart) for line in item.lines] == lines
    assert [item.line for item in found if isinstance(item, LineFault)] == faulty


def test_parts_are_of_bounded_size() -> None:
    many = cut(b"\n".join(b"x" for _ in range(3 * LINES_IN_PART + 1)))
    assert [len(part.lines) for part in many if isinstance(part, NewPart)] == [*[LINES_IN_PART] * 3, 1]
    size = CHARACTERS_IN_PART // 2
    long = cut(b"\n".join(b"x" * size for _ in range(5)), longest=10_000_000)
    assert [len(part.lines) for part in long if isinstance(part, NewPart)] == [2, 2, 1]


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line), max_size=80))
def test_every_line_that_holds_something_is_in_a_part_or_named(lines: list[bytes]) -> None:
    seen = list[int]()
    for item in cut(b"\n".join(lines)):
        seen += [item.line] if isinstance(item, LineFault) else [number for number, _ in item.lines]
    assert sorted(seen) == [n for n, line in enumerate(lines, 1) if line.removeprefix(b"\xef\xbb\xbf").strip()] or any(
        line.startswith(b"\xef\xbb\xbf") for line in lines
    )
    assert len(set(seen)) == len(seen)


@given(st.lists(st.tuples(st.integers(1, 10**9), st.text().filter(lambda line: "\n" not in line)), min_size=1))
def test_a_part_is_read_as_it_was_written(lines: list[tuple[int, str]]) -> None:
    assert read(written(lines)) == tuple(lines)
