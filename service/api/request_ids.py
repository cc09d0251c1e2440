"""The id of a request: the client's own ``X-Request-Id`` where it is fit to be logged, else a random one."""

from __future__ import annotations

import re
import uuid

from flask import g, has_request_context, request

HEADER = "X-Request-Id"
_FIT = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)


def request_id() -> str:
    """The same for all of one request."""
    if not has_request_context():
        return uuid.uuid4().hex
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _FIT.fullmatch(given) else uuid.uuid4().hex
    found: str = g.request_id
    return found
