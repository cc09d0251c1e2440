"""What the client wants to see: JSON, a table for a terminal, CSV or lines; by ``?format=`` or by ``Accept``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from service.api.errors import Refusal
from service.formats.wire import Json, json_line

MEDIA_TYPES: dict[str, str] = {
    "json": "application/json",
    "text": "text/plain",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
}

# what a view gives to flask-smorest: an object for the schema, or a response that is finished
Answer = Response | tuple[Json, int, dict[str, str]]


def present(
    query: Mapping[str, Any],
    *,
    json: Callable[[], Json],
    text: Callable[[int], str],
    lines: Callable[[], Iterable[Json]],
    csv: Callable[[], str] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The answer in the form that is wanted; only that form is made.

    ``text`` is handed the width of a table in columns, ``lines`` gives the objects of JSON lines. Raises what
    ``wanted`` raises.
    """
    form = wanted(query, csv=csv is not None)
    more = {"Vary": "Accept", **(headers or {})}
    if form == "json":
        return json(), status, more
    if form == "text":
        body = text(query["width"])
    elif form == "csv" and csv is not None:
        body = csv()
    else:
        body = "".join(f"{json_line(line)}\n" for line in lines())
    return Response(body, status=status, headers=more, content_type=f"{MEDIA_TYPES[form]}; charset=utf-8")


def wanted(query: Mapping[str, Any], *, csv: bool) -> str:
    """The key of MEDIA_TYPES that ``?format=``, else ``Accept``, asks for; ``csv``: whether that is offered.

    Raises Refusal (406) where ``Accept`` names nothing that is offered. A call that reads or stores an article asks
    this first: what cannot be shown shall not be done.
    """
    form: str = query.get("format") or _accepted(["json", "text", *(["csv"] if csv else []), "jsonl"])
    return form


def next_page(cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page of the list at hand; none on the last page.

    The address is relative, so that it holds behind a proxy too.
    """
    if cursor is None:
        return {}
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    return {"Link": f'<{request.path}?{urlencode(kept | {"cursor": cursor})}>; rel="next"'}


def _accepted(offered: list[str]) -> str:
    if not request.accept_mimetypes:
        return offered[0]
    types = {MEDIA_TYPES[form]: form for form in offered}
    best = request.accept_mimetypes.best_match(list(types))
    if best is None:
        raise Refusal(
            "not-acceptable",
            f"got Accept {request.headers['Accept'][:100]!r}, which allows none of {', '.join(types)}; "
            f"ask for one of them, or for ?format={'|'.join(offered)}",
        )
    return types[best]
