"""Style sheets, scripts and pictures: served under an address that changes with their content, and kept for a year.

All files share one digest, so that a module finds the ones that it imports beside it (``import … from "./api.js"``).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, send_from_directory, url_for

from service.web.blueprint import blueprint

FOLDER = Path(__file__).parent / "static"
_YEAR = "public, max-age=31536000, immutable"
_DIGITS = 12


@cache
def release() -> str:
    """A digest of all files; of those that were there when the process first asked."""
    found = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        found.update(str(path.relative_to(FOLDER)).encode() + b"\x00" + path.read_bytes() + b"\x00")
    return found.hexdigest()[:_DIGITS]


def address(name: str) -> str:
    """Where a page finds a file, such as ``desk.css``."""
    return url_for("desk.static_file", digest=release(), name=name)


@blueprint.get("/desk/static/<digest>/<path:name>", endpoint="static_file")
def static_file(digest: str, name: str) -> Response:
    """Send one file; for good only where the address names this release's."""
    response = send_from_directory(FOLDER, name)
    response.headers["Cache-Control"] = _YEAR if digest == release() else "no-cache"
    return response
