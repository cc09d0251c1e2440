"""Cursors: where a page ended, written so that nobody is tempted to read it.

A cursor holds the sort key of the page's last item, and a digest of the list and its filters: it is good for the
same list with the same filters only. Rows that come or go between two pages are neither repeated nor skipped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math

from service.errors import BadCursor

Key = tuple[int | str | float, ...]


def write_cursor(key: Key, *, of: str) -> str:
    """The cursor after the item with this sort key, in the list that ``of`` describes with its filters."""
    payload = json.dumps([_digest(of), *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")


def read_cursor(cursor: str, *, of: str, like: tuple[type[int] | type[str] | type[float], ...]) -> Key:
    """The sort key that ``write_cursor`` was given; ``like`` are the types of its parts.

    Raises BadCursor for garbage and for a cursor of another list or of other filters.
    """
    try:
        # validate: b64decode alone skips what is not in its alphabet
        payload = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(payload.decode())
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(parts, list) or len(parts) != 1 + len(like) or parts[0] != _digest(of):
        raise BadCursor(cursor)
    key = parts[1:]
    if not all(type(part) is wanted and _fits(part) for part, wanted in zip(key, like, strict=True)):
        raise BadCursor(cursor)
    return tuple(key)


def _fits(part: int | str | float) -> bool:
    """Whether a database can take the value: 64 bits, a finite number, and neither NUL nor half a surrogate pair."""
    if isinstance(part, int):
        return -(2**63) <= part < 2**63
    if isinstance(part, float):
        return math.isfinite(part)
    return not any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in part)


def _digest(of: str) -> str:
    return hashlib.sha256(of.encode("utf-8", "surrogatepass")).hexdigest()[:12]
