"""The kinds of problem that the API answers with, and what can be done about each; ``/problems/…`` shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of problem: its name in ``type``, its status, its title, what one can do about it, a ``detail``."""

    slug: str
    status: int
    title: str
    help: str
    example: str

    @property
    def type(self) -> str:
        """The path of the page that explains it, a URI reference."""
        return f"/problems/{self.slug}"


KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(
            slug="bad-request",
            status=400,
            title="Bad request",
            help="The request is no valid HTTP; see `detail`.",
            example="the request line is no valid HTTP",
        ),
        Kind(
            slug="invalid-json",
            status=400,
            title="Invalid JSON",
            help="The body is declared as JSON and is not; `detail` says at which line and column.",
            example="the body is no valid JSON: Expecting ',' delimiter at line 1, column 24 (character 23); …",
        ),
        Kind(
            slug="not-text",
            status=400,
            title="Not text",
            help="The body holds bytes or characters that are no text. Send UTF-8, or name the encoding: "
            "`Content-Type: text/plain; charset=iso-8859-1`.",
            example="the body is not text in utf-8: got the byte 0xff at offset 17 (invalid start byte); …",
        ),
        Kind(
            slug="unauthorized",
            status=401,
            title="API key needed",
            help="Send a key that was made with `quoth keys create`: `Authorization: Bearer KEY`. A key that "
            "was revoked is not good any more.",
            example="no API key was sent; send one in the header: Authorization: Bearer KEY",
        ),
        Kind(
            slug="forbidden",
            status=403,
            title="Not allowed with this key",
            help="The key is good, but its scopes do not cover this call: `read` looks, `write` adds, "
            "changes and corrects too, `admin` does everything.",
            example="the key 'newsroom' has the scopes read, this call needs write",
        ),
        Kind(
            slug="cross-origin",
            status=403,
            title="Not from that site",
            help="A browser sent this for a page of another site. Its operator can allow the site: "
            "`QUOTH_CORS_ORIGINS`.",
            example="a script of 'https://elsewhere.example' may not call this service; …",
        ),
        Kind(
            slug="not-found",
            status=404,
            title="Not found",
            help="Nothing of that kind has this id or this path.",
            example="there is no article 'council-vote'; the list of what is stored shows the ids in use",
        ),
        Kind(
            slug="method-not-allowed",
            status=405,
            title="Method not allowed",
            help="The header `Allow` lists the methods of this path.",
            example="got PATCH, /v1/articles/council-vote allows DELETE, GET, HEAD, OPTIONS, PUT",
        ),
        Kind(
            slug="not-acceptable",
            status=406,
            title="Not acceptable",
            help="The header `Accept` names no media type that this call answers in; `?format=` overrides the header.",
            example="got Accept 'image/png', which allows none of application/json, text/plain; …",
        ),
        Kind(
            slug="conflict",
            status=409,
            title="Conflict",
            help="The id already names another article, or another id already names this article.",
            example="the id 'council-vote' already names another article; …",
        ),
        Kind(
            slug="in-progress",
            status=409,
            title="Still being answered",
            help="The first request with this `Idempotency-Key` is not answered yet. Send it again after "
            "`Retry-After` seconds.",
            example="the first request with this idempotency key is not answered yet; try again in a few seconds",
        ),
        Kind(
            slug="stale",
            status=412,
            title="Changed meanwhile",
            help="The `If-Match` of the request names another version than the quote has now. Read it again "
            "and correct what it says now.",
            example="the quote 'q-dc27926d1f8b811c' was changed meanwhile: got version 1, it now has version 2; …",
        ),
        Kind(
            slug="body-too-large",
            status=413,
            title="Body too large",
            help="The body has more bytes than the longest allowed article can take.",
            example="the body is too large: got 9,000,000 bytes, at most 2,465,536 bytes are allowed, …",
        ),
        Kind(
            slug="article-too-long",
            status=413,
            title="Article too long",
            help="The article has more characters than `QUOTH_MAX_ARTICLE_CHARS` allows.",
            example="the article is too long: got 200,001 characters, at most 200,000 are allowed; …",
        ),
        Kind(
            slug="unsupported-media-type",
            status=415,
            title="Unsupported media type",
            help="Send `application/json`, `text/plain` or `text/html`, uncompressed, and say so in `Content-Type`.",
            example="got 'image/png'; allowed are application/json, text/plain, text/html; …",
        ),
        Kind(
            slug="empty-article",
            status=422,
            title="Empty article",
            help="There is no character to read but white space, or no main text in the HTML page.",
            example="the article is empty: got no character but white space; send the article's text",
        ),
        Kind(
            slug="invalid-values",
            status=422,
            title="Invalid values",
            help="`errors` names each field or parameter that is missing, unknown or malformed, and what is allowed.",
            example="the query cannot be read: see 'errors'",
        ),
        Kind(
            slug="key-reused",
            status=422,
            title="Idempotency key used before",
            help="The `Idempotency-Key` came with another request before. A key is for one request and its "
            "repetitions.",
            example="the idempotency key came with another request before; take a new one",
        ),
        Kind(
            slug="if-match-needed",
            status=428,
            title="If-Match needed",
            help="A correction says which version it corrects, so that nobody's is lost: send the quote's "
            "`ETag` as `If-Match`.",
            example="no If-Match was sent; send the ETag of the quote that you read, or * for whichever it is now",
        ),
        Kind(
            slug="too-many-requests",
            status=429,
            title="Too many requests",
            help="The key has made more requests than `QUOTH_RATE_LIMIT_PER_MINUTE` allows. Send it again "
            "`Retry-After` seconds.",
            example="this key has made more than 600 requests in a minute; try again in a minute",
        ),
        Kind(
            slug="internal-error",
            status=500,
            title="Internal error",
            help="A fault of the service. Its log has the details under the request's id, which is in `instance`.",
            example="something went wrong on our side; the log has the details under the request id in 'instance'",
        ),
        Kind(
            slug="busy",
            status=503,
            title="Busy",
            help="More requests wait than the service takes in, or more articles for the models. Send it again after "
            "`Retry-After` seconds.",
            example="too many articles wait to be read; try again in a few seconds",
        ),
        Kind(
            slug="store-unavailable",
            status=503,
            title="Store unavailable",
            help="The database is locked, full, read-only, gone or not migrated (`quoth db upgrade`).",
            example="the database is locked; try again in a few seconds",
        ),
    )
}
