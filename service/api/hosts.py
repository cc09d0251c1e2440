"""Under which names the service may be called, so that no page of another site can pass for one of ours.

A site whose name is first its own server's and then 127.0.0.1 (DNS rebinding) has scripts that the browser takes for
ours: ``Origin`` and ``Sec-Fetch-Site`` say so. What it cannot change is the name itself, which the browser sends as
``Host``. An address instead of a name is nobody's to change.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from flask import Flask, g, request

from service.api.errors import Refusal

_OURS = "localhost"


def register(app: Flask, *, allowed: Collection[str] | None) -> None:
    """Refuse calls under other names; what needs no key is for everybody. To come after ``access.register``.

    ``allowed``: names besides addresses, ``localhost`` and what ends in ``.localhost``; None, or ``*`` among them: any.
    """
    if allowed is None or "*" in allowed:
        return
    names = {name.lower() for name in allowed}

    @app.before_request
    def refuse_other_names() -> None:
        if g.access is not None and not is_allowed(request.host, names):
            raise Refusal(
                "cross-origin",
                f"the service was called as {request.host[:100]!r}, which it does not know; its operator can name that "
                "host in QUOTH_ALLOWED_HOSTS",
            )


def is_allowed(host: str, names: Collection[str]) -> bool:
    """Whether ``host``, as in the header, with or without a port, is an address, localhost or one of the names.

    >>> [is_allowed(host, {"quoth.example"}) for host in ("127.0.0.1:8000", "[::1]", "localhost.", "quoth.example:80")]
    [True, True, True, True]
    >>> [is_allowed(host, ()) for host in ("rebound.example", "127.0.0.1.rebound.example", "localhost.example", "")]
    [False, False, False, False]
    """
    name = host.lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0].removesuffix(".")
    if name in names or name == _OURS or name.endswith(f".{_OURS}"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
