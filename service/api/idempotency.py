"""``Idempotency-Key``: a request that may have got lost can be sent again without being carried out twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from flask import request

from service.access import StoredAnswer
from service.api.access import caller
from service.api.errors import Refusal
from service.api.present import Answer
from service.api.services import services
from service.model import ArticleHead

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


def once(
    carry_out: Callable[[], tuple[ArticleHead, int]], show: Callable[[ArticleHead, int, dict[str, str]], Answer]
) -> Answer:
    """The answer to the request at hand, which ``carry_out`` makes: an article's head and the status.

    Where the request has an idempotency key that was answered before, it is not carried out again. Raises InProgress,
    KeyReused and Refusal, and NotFound where what was made then is gone by now.
    """
    key = request.headers.get(HEADER)
    if key is None:
        head, status = carry_out()
        return show(head, status, {})
    if not _KEY.fullmatch(key):
        raise Refusal(
            "invalid-values",
            f"got {HEADER} {key[:60]!r}; 1 to 255 printable ASCII characters are allowed, such as a UUID",
        )
    store, owner = services().store, key_.id if (key_ := caller()) else ""
    before = store.begin_request(key, owner=owner, fingerprint=_fingerprint())
    if before is not None:
        return show(store.article(before.reference or ""), before.status, {REPLAYED: "true"})
    answer: StoredAnswer | None = None
    try:
        head, status = carry_out()
        answer = StoredAnswer(status=status, reference=head.id)
    finally:
        # one that failed may come again
        store.end_request(key, owner=owner, answer=answer)
    return show(head, status, {})


def _fingerprint() -> str:
    """A digest of all that the request asks for."""
    asked = "\x00".join([request.method, request.full_path, request.headers.get("Content-Type", "")])
    return hashlib.sha256(asked.encode() + b"\x00" + request.get_data()).hexdigest()
