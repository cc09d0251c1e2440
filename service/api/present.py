"""What the client wants to see: JSON or another form; by ``?format=`` or by ``Accept``.

Each form is a name for ``?format=`` and a media type for ``Accept``. Two of them share ``application/ld+json`` with
schema.org's and have a ``profile`` beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from service.api.errors import Fault, Refusal
from service.formats.offsets import Unit
from service.formats.table_csv import BYTE_ORDER_MARK
from service.formats.wire import Json, json_line

MEDIA_TYPES: dict[str, str] = {
    "json": "application/json",
    "text": "text/plain",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "jsonld": "application/ld+json",
    "annotations": 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
    "claimreview": 'application/ld+json; profile="https://schema.org/ClaimReview"',
    "brat": "text/x-brat",
}
# names for ?format=, in the order in which they are offered, for lists, for quotes and for one article
TABLE = ("json", "text", "csv", "jsonl")
QUOTES = (*TABLE, "jsonld", "annotations", "claimreview")
EXTRACTION = (*QUOTES, "brat")
# their rules say what an offset counts
_CODE_POINTS_ONLY = ("annotations", "brat")

# what a view gives to flask-smorest: a response that is finished
Answer = Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Something in all the forms that it has; a form is made when it is wanted.

    ``json`` is the object for the schema, ``lines`` are the objects of JSON lines; ``text`` is handed the width of
    a table in columns. ``more`` are further forms by name, each a text or an object.
    """

    json: Callable[[], Json]
    lines: Callable[[], Iterable[Json]]
    text: Callable[[int], str]
    csv: Callable[[], str]
    more: Mapping[str, Callable[[], str | Json]]


def present(
    query: Mapping[str, Any], shown: Shown, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """The answer in the form that is wanted. Raises what ``wanted`` raises."""
    form = wanted(query, (*TABLE, *shown.more))
    more = {"Vary": "Accept", **(headers or {})}
    body = _body(form, query, shown)
    content_type = MEDIA_TYPES[form]
    if not content_type.startswith(("application/json", "application/ld+json")):
        content_type += "; charset=utf-8"
    return Response(body, status=status, headers=more, content_type=content_type)


def wanted(query: Mapping[str, Any], offered: Sequence[str]) -> str:
    """The one of ``offered`` (keys of MEDIA_TYPES) that ``?format=``, else ``Accept``, asks for.

    Raises Refusal (406) where ``Accept`` names nothing that is offered, and (422) for offsets that the form does not
    have. A call that reads or stores an article asks this first: what cannot be shown shall not be done.
    """
    form: str = query.get("format") or _accepted(offered)
    if form in _CODE_POINTS_ONLY and query.get("offsets") == Unit.UTF16.value:
        detail = f"got utf16; in the form {form!r} offsets are code points by its own rules: leave the parameter out"
        raise Refusal("invalid-values", detail, faults=[Fault(pointer="/offsets", place="query", detail=detail)])
    return form


def next_page(cursor: str | None) -> dict[str, str]:
    """The header that leads to the next page of the list at hand; none on the last page.

    The address is relative, so that it holds behind a proxy too.
    """
    if cursor is None:
        return {}
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    return {"Link": f'<{request.path}?{urlencode(kept | {"cursor": cursor})}>; rel="next"'}


def base() -> str:
    """The address of this service as the client wrote it, without a slash at its end."""
    return request.host_url.rstrip("/")


def _body(form: str, query: Mapping[str, Any], shown: Shown) -> str:
    # in forms that have a place for it
    unit = {"offsets": query["offsets"]} if query.get("offsets") == Unit.UTF16.value else {}
    if form == "json":
        # not through the schema, which copies value by value and takes longer than all else that an answer from the
        # cache needs; that every answer is what its schema says is tested
        return f"{json_line({**unit, **shown.json()})}\n"
    if form == "text":
        return shown.text(query["width"])
    if form == "csv":
        return BYTE_ORDER_MARK + shown.csv()
    if form == "jsonl":
        return "".join(f"{json_line({**unit, **line})}\n" for line in shown.lines())
    made = shown.more[form]()
    return made if isinstance(made, str) else f"{json_line(made)}\n"


def _accepted(offered: Sequence[str]) -> str:
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
