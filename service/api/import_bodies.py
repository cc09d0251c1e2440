"""The body of an import: lines of JSON, packed or not, taken whole before anything is done with them.

It may be far larger than memory has room for, and may come slowly, so it waits in a file that nobody else sees.
"""

from __future__ import annotations

import errno
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from flask import request

from service.api.errors import Refusal
from service.errors import StoreUnavailable

MEDIA_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
_CODINGS = ("identity", "gzip")
_PIECE = 65_536
_IN_MEMORY = 1_000_000
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """``lines`` is the unpacked body, at its start; ``digest`` is one of the body as it was sent."""

    lines: IO[bytes]
    digest: bytes


@contextmanager
def received(*, most_bytes: int) -> Iterator[Received]:
    """The body of the request at hand. Raises Refusal, and StoreUnavailable where there is no room for it."""
    _check_headers(most_bytes)
    # one more is let through, since werkzeug's stream would end at the limit as if the body did
    request.max_content_length = most_bytes + 1
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        size, blank = 0, True
        try:
            for piece in _unpacked(_pieces(digest)):
                size += len(piece)
                if size > most_bytes:
                    _too_large("more", most_bytes)
                blank = blank and not piece.strip()
                file.write(piece)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise StoreUnavailable("the import cannot be kept: the disk is full; make room") from error
        if blank:
            raise Refusal(
                "empty-article", "the import is empty: got no line that holds something; send an article a line"
            )
        file.seek(0)
        yield Received(lines=file, digest=digest.digest())


def _check_headers(most_bytes: int) -> None:
    got = f"got {request.mimetype[:100]!r}" if request.mimetype else "got no Content-Type"
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in MEDIA_TYPES or charset not in ("utf-8", "utf8"):
        raise Refusal(
            "unsupported-media-type",
            f"{got}; allowed is {MEDIA_TYPES[0]} in UTF-8, one JSON object a line; with curl: -H 'Content-Type: "
            f"{MEDIA_TYPES[0]}' --data-binary @articles.jsonl",
            headers={"Accept": ", ".join(MEDIA_TYPES)},
        )
    if (coding := _coding()) not in _CODINGS:
        raise Refusal(
            "unsupported-media-type",
            f"got a body in Content-Encoding {coding[:60]!r}; allowed is gzip, or none",
            headers={"Accept-Encoding": ", ".join(_CODINGS)},
        )
    if (request.content_length or 0) > most_bytes:
        _too_large(f"{request.content_length:,}", most_bytes)


def _too_large(got: str, most_bytes: int) -> None:
    raise Refusal(
        "body-too-large",
        f"the import is too large: got {got} bytes, at most {most_bytes:,} are allowed, unpacked; send it in several, "
        "or raise QUOTH_MAX_IMPORT_MEGABYTES",
    )


def _coding() -> str:
    return request.headers.get("Content-Encoding", "identity").lower()


def _pieces(digest: hashlib._Hash) -> Iterator[bytes]:
    while piece := request.stream.read(_PIECE):
        digest.update(piece)
        yield piece


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, of gzip unpacked a little at a time, so that a small body cannot fill the memory."""
    if _coding() == "identity":
        yield from pieces
        return
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    begun = False
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if unpacker.eof:
                    # several packed files, one behind the other
                    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
                begun = True
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    except zlib.error as error:
        raise Refusal("bad-request", f"the body is no valid gzip: {error}") from None
    if begun and not unpacker.eof:
        raise Refusal("bad-request", "the body is no valid gzip: it breaks off; send it again")
