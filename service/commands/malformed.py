"""What is no HTTP: refused as every other request is, and logged without what it holds: that may be a key or a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Response
from gunicorn.http import errors as http  # type: ignore[import-untyped]

from service.api.errors import problem
from service.api.headers import SECURITY
from service.api.kinds import KINDS
from service.api.request_ids import HEADER

_OTHERWISE = (HTTPStatus.BAD_REQUEST, "the request is no valid HTTP: its first line or a header cannot be read")
_CHUNKS = "the body is cut into chunks otherwise than HTTP/1.1 does"
_FAULTS: tuple[tuple[tuple[type[Exception], ...], HTTPStatus, str], ...] = (
    (
        (http.LimitRequestLine,),
        HTTPStatus.REQUEST_URI_TOO_LONG,
        "the address is too long: at most 8,190 bytes are allowed with the method; send a text in the body, by POST",
    ),
    (
        (http.LimitRequestHeaders,),
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "the headers are too large: at most 100 of 8,190 bytes each are allowed",
    ),
    (
        (http.UnsupportedTransferCoding,),
        HTTPStatus.NOT_IMPLEMENTED,
        "the body's Transfer-Encoding is not known; allowed is chunked",
    ),
    ((http.ExpectationFailed,), HTTPStatus.EXPECTATION_FAILED, "the header Expect allows 100-continue alone"),
    (
        (http.InvalidChunkSize, http.ChunkMissingTerminator, http.InvalidChunkExtension),
        HTTPStatus.BAD_REQUEST,
        _CHUNKS,
    ),
)

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def refusal(error: Exception) -> Response | None:
    """The answer to a request that gunicorn cannot read; None where it is not the request that is wrong."""
    if isinstance(error, http.InvalidResponseHeader | http.InvalidResponseHeaderName):
        return None
    if not isinstance(error, http.ParseException):
        return None
    found = ((status, detail) for classes, status, detail in _FAULTS if isinstance(error, classes))
    status, detail = next(found, _OTHERWISE)
    return _whole(problem(replace(KINDS["bad-request"], status=status.value), detail))


def failure() -> Response:
    """The answer where something went wrong outside the application."""
    kind = KINDS["internal-error"]
    return _whole(problem(kind, kind.help))


def _whole(response: Response) -> Response:
    """With what every answer carries."""
    response.headers[HEADER] = response.get_json()["instance"]
    response.headers.update(SECURITY)
    response.headers["Connection"] = "close"
    return response


def written(response: Response) -> bytes:
    """The answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {response.status}", *(f"{name}: {value}" for name, value in response.headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + response.get_data()


def with_sound_bodies(application: Application) -> Application:
    """The application, told of a body that is no HTTP as of a client that went away: werkzeug refuses it then."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        return application(environ, start_response)

    return wrapped


class _Body:
    """gunicorn's body, whose errors are those of any other stream."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int | None = None) -> bytes:
        """Raises OSError where the chunks are wrong."""
        return self._asked(self._body.read, size)

    def readline(self, size: int | None = None) -> bytes:
        """Raises OSError where the chunks are wrong."""
        return self._asked(self._body.readline, size)

    def readlines(self, hint: int | None = None) -> list[bytes]:  # noqa: ARG002 - the signature is WSGI's
        """Raises OSError where the chunks are wrong."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _asked(self, read: Callable[[int | None], bytes], size: int | None) -> bytes:
        try:
            return read(size)
        except http.ParseException:
            raise OSError(_CHUNKS) from None
