"""The body of a request to an article: JSON, plain text or a web page; strict about everything."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from flask import request
from marshmallow import Schema
from werkzeug.exceptions import RequestEntityTooLarge

from service.api.errors import Fault, Refusal
from service.api.json_text import loaded
from service.api.main_text import NOTICE, main_text
from service.api.schemas_in import ArticleIn
from service.errors import NotText
from service.model import Article, Notice

MEDIA_TYPES = ("application/json", "text/plain", "text/html")
ABOUT = ("id", "title", "url", "outlet", "published_at", "language")

# Python knows encodings that are none of text (base64, zip) or that nobody sends; these are written in the wild
_ENCODINGS = re.compile(
    r"utf-?(8|16|32)([-_][a-z]+)?|ascii|iso8859-\d+|cp125\d|mac-roman|koi8-[ru]|gb18030|big5|euc_.*|shift_jis"
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_WITHIN_BYTES = 2048
_ARTICLE_HINT = "one JSON object with the member 'text', or the bare text as text/plain"
# a news page has some thousands; the time to find the main text grows with them, to seconds at this many
MOST_TAGS = 50_000


def read_article(query: Mapping[str, Any], *, id: str | None = None) -> tuple[Article, tuple[Notice, ...]]:
    """The article of the request at hand, and what is to be said about how it was read.

    ``query`` may hold what ABOUT lists, for bodies that have no place for it; ``id`` is the one in the path. Raises
    Refusal and NotText.
    """
    _uncompressed()
    about = {name: query[name] for name in ABOUT if query.get(name) is not None}
    media_type = request.mimetype
    if media_type == "application/json":
        _nothing_beside_json(about)
        return _article(_loaded(ArticleIn(), what="article", hint=_ARTICLE_HINT), id), ()
    if media_type == "text/plain":
        return _article({"text": _decoded(_body())} | about, id), ()
    if media_type == "text/html":
        page = main_text(_within_tags(_decoded_page(_body())))
        return _article({"text": page.text, "title": page.title} | about, id), (NOTICE,)
    return _unsupported()


def json_object(schema: Schema, *, what: str) -> dict[str, Any]:
    """The body of a request that is JSON and nothing else, through the schema. Raises Refusal and NotText."""
    _uncompressed()
    if request.mimetype != "application/json":
        got = f"got {request.mimetype[:100]!r}" if request.mimetype else "got no Content-Type"
        _unsupported(f"{got}; allowed is application/json", allowed="application/json")
    return _loaded(schema, what=what, hint=f"one JSON object, the {what}")


def _article(values: Mapping[str, Any], path_id: str | None) -> Article:
    known = {name: value for name, value in values.items() if value is not None}
    if path_id is not None and known.get("id", path_id) != path_id:
        detail = f"got {known['id']!r}, the path says {path_id!r}; leave the id out of the body"
        raise Refusal("invalid-values", f"the ids differ: {detail}", faults=[Fault(pointer="/id", detail=detail)])
    return Article(**(known | ({"id": path_id} if path_id is not None else {})))


def _body() -> bytes:
    """The bytes of the body. Raises RequestEntityTooLarge over the limit.

    Of a body without a declared length (chunked), werkzeug's read silently stops at the limit; one that fills it to
    the last byte is therefore taken as longer.
    """
    data = request.get_data(cache=False)
    if request.content_length is None and len(data) >= (request.max_content_length or len(data) + 1):
        raise RequestEntityTooLarge
    return data


def _loaded(schema: Schema, *, what: str, hint: str) -> dict[str, Any]:
    """The body as JSON through the schema; ``what`` it should be and the ``hint`` on how are for messages."""
    if (charset := request.mimetype_params.get("charset", "utf-8").lower()) not in ("utf-8", "utf8"):
        _unsupported(f"got JSON in {charset!r}; JSON is sent in UTF-8")
    return loaded(_strictly(_body(), "utf-8"), schema, what=what, hint=hint)


def _nothing_beside_json(about: Mapping[str, Any]) -> None:
    detail = "this belongs into the body when the body is JSON; as a parameter it goes with text/plain and text/html"
    if about:
        faults = [Fault(pointer=f"/{name}", place="query", detail=detail) for name in about]
        raise Refusal("invalid-values", f"{', '.join(about)}: {detail}", faults=faults)


def _decoded(data: bytes) -> str:
    charset = request.mimetype_params.get("charset")
    return _strictly(data, _encoding(charset) if charset else "utf-8")


def _decoded_page(data: bytes) -> str:
    """HTML by the header's charset, a byte order mark, its own meta element, or else as UTF-8."""
    if request.mimetype_params.get("charset"):
        return _decoded(data)
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(data, "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-16")
    meta = _META_CHARSET.search(data[:_META_WITHIN_BYTES])
    return _strictly(data, _encoding(meta[1].decode("ascii")) if meta else "utf-8")


def _within_tags(html: str) -> str:
    if (tags := html.count("<")) > MOST_TAGS:
        raise Refusal(
            "body-too-large",
            f"the page is too large: got {tags:,} tags, at most {MOST_TAGS:,} are allowed; send the article's text as "
            "text/plain instead",
        )
    return html


def _encoding(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = ""
    if not _ENCODINGS.fullmatch(name):
        _unsupported(f"got the charset {charset[:60]!r}, which is not known; send UTF-8")
    return name


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        bad = data[error.start : error.start + 1].hex()
        raise NotText(
            f"the body is not text in {encoding}: got the byte 0x{bad} at offset {error.start} ({error.reason}); send "
            "UTF-8, or name the encoding in the header: Content-Type: text/plain; charset=…"
        ) from None


def _uncompressed() -> None:
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding != "identity":
        _unsupported(f"got a body in Content-Encoding {coding[:60]!r}; send it uncompressed", accept_encoding=True)


def _unsupported(
    detail: str | None = None, *, accept_encoding: bool = False, allowed: str = ", ".join(MEDIA_TYPES)
) -> NoReturn:
    got = f"got {request.mimetype[:100]!r}" if request.mimetype else "got no Content-Type"
    raise Refusal(
        "unsupported-media-type",
        detail or f"{got}; allowed are {allowed}; with curl: -H 'Content-Type: text/plain' --data-binary @article.txt",
        headers={"Accept-Encoding": "identity"} if accept_encoding else {"Accept": allowed},
    )
