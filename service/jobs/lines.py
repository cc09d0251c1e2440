r"""Lines of JSON cut into parts for workers; nothing is looked into but whether a line is text.

>>> import io
>>> fault, part = parts_of(io.BytesIO(b'{"text": "Yes."}\n\n\xff\n{"text": "No."}'), longest_bytes=100)
>>> fault.line, fault.detail
(3, 'the line is not text in UTF-8: got the byte 0xff at offset 0; send UTF-8')
>>> part.lines
((1, '{"text": "Yes."}'), (4, '{"text": "No."}'))
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO

from service.bulk import LineFault, NewPart

#: A part's articles are read within a minute, and lost with it where a worker ends: few enough for both.
LINES_IN_PART = 32
CHARACTERS_IN_PART = 400_000


def parts_of(lines: IO[bytes], *, longest_bytes: int) -> Iterator[NewPart | LineFault]:
    """Parts of some lines each, and a fault for each line that is too long or no text; blank lines are passed over.

    Lines count from 1, blank ones too; they end in LF or CRLF.
    """
    waiting: list[tuple[int, str]] = []
    size = 0
    for number, line in _numbered(lines, longest_bytes):
        if isinstance(line, LineFault):
            yield line
            continue
        if waiting and (len(waiting) == LINES_IN_PART or size + len(line) > CHARACTERS_IN_PART):
            yield NewPart(lines=tuple(waiting))
            waiting, size = [], 0
        waiting.append((number, line))
        size += len(line)
    if waiting:
        yield NewPart(lines=tuple(waiting))


def _numbered(lines: IO[bytes], longest_bytes: int) -> Iterator[tuple[int, str | LineFault]]:
    number = 0
    # one more than is allowed, and the line's end
    while line := lines.readline(longest_bytes + 2):
        number += 1
        content = line.rstrip(b"\r\n")
        if len(content) > longest_bytes:
            _skip(lines, line)
            detail = f"the line is too long: at most {longest_bytes:,} bytes are allowed; split the article"
            yield number, LineFault(line=number, pointer="", detail=detail)
            continue
        if number == 1:
            content = content.removeprefix(codecs.BOM_UTF8)
        if content.strip():
            yield number, _decoded(number, content)


def _skip(lines: IO[bytes], start: bytes) -> None:
    """Read on to the end of the line."""
    while start and not start.endswith(b"\n"):
        start = lines.readline(65_536)


def _decoded(number: int, content: bytes) -> str | LineFault:
    if b"\x00" in content:
        place = content.index(b"\x00")
        detail = f"the line is no JSON: got a NUL byte at offset {place}, as binary files have"
        return LineFault(line=number, pointer="", detail=detail)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        bad = content[error.start : error.start + 1].hex()
        detail = f"the line is not text in UTF-8: got the byte 0x{bad} at offset {error.start}; send UTF-8"
        return LineFault(line=number, pointer="", detail=detail)
