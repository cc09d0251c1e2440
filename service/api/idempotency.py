"""``Idempotency-Key``: a request that may have got lost can be sent again without being carried out twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Protocol, TypeVar

from flask import request

from service.access import StoredAnswer
from service.api.access import caller
from service.api.errors import Refusal
from service.api.present import Answer
from service.api.services import services

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "1 to 255 printable characters, such as a UUID. The same request again with the same key, within "
    "24 hours, gets the first answer and changes nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "required": False,
}


class Made(Protocol):
    """What a request makes: it is found again by its id."""

    @property
    def id(self) -> str:
        """What names it."""


T = TypeVar("T", bound=Made)


def once(
    carry_out: Callable[[], tuple[T, int]],
    show: Callable[[T, int, dict[str, str]], Answer],
    *,
    find: Callable[[str], T],
    body: bytes | None = None,
) -> Answer:
    """The answer to the request at hand, which ``carry_out`` makes: what was made (an article's head) and the status.

    Where the request has an idempotency key that was answered before, it is not carried out again: ``find`` has what
    was made then. ``body``: a digest of the body, of one that was not read whole. Raises InProgress, KeyReused and
    Refusal, and NotFound where what was made then is gone by now.
    """
    key = request.headers.get(HEADER)
    if key is None:
        made, status = carry_out()
        return show(made, status, {})
    if not _KEY.fullmatch(key):
        raise Refusal(
            "invalid-values",
            f"got {HEADER} {key[:60]!r}; 1 to 255 printable ASCII characters are allowed, such as a UUID",
        )
    store, owner = services().store, key_.id if (key_ := caller()) else ""
    before = store.begin_request(key, owner=owner, fingerprint=_fingerprint(body))
    if before is not None:
        return show(find(before.reference or ""), before.status, {REPLAYED: "true"})
    answer: StoredAnswer | None = None
    try:
        made, status = carry_out()
        answer = StoredAnswer(status=status, reference=made.id)
    finally:
        # one that failed may come again
        store.end_request(key, owner=owner, answer=answer)
    return show(made, status, {})


def _fingerprint(body: bytes | None) -> str:
    """A digest of all that the request asks for."""
    asked = "\x00".join([request.method, request.full_path, request.headers.get("Content-Type", "")])
    return hashlib.sha256(asked.encode() + b"\x00" + (request.get_data() if body is None else body)).hexdigest()
