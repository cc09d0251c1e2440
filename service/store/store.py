"""The store as the rest of the service sees it: model types in, model types out, never rows."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from service.model import Article, ArticleHead, Extraction, Page, QuoteFilter, SpeakerEntry, StoredQuote
from service.store import listing, reading, schema, writing
from service.store.engine import Database


class Store:
    """Articles with their quotes and speakers in one database, named by a URL such as ``sqlite:///quoth.db``.

    Usable from many threads. A forked child opens connections of its own. Every method raises StoreUnavailable where
    the database is locked, full, read-only, gone or of another release (``upgrade`` brings it up to date).
    ``make_directory`` makes the folder of a database file that does not exist yet, instead of StoreUnavailable.
    Raises SettingsError for a URL that names no database that Quoth knows.
    """

    def __init__(self, url: str, *, make_directory: bool = False, busy_timeout_seconds: float = 5.0) -> None:
        self._database = Database(url, make_directory=make_directory, busy_timeout_seconds=busy_timeout_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; the store may be used again and then opens new ones."""
        self._database.close()

    def upgrade(self) -> None:
        """Make the database, or migrate it to this release's schema, in one transaction."""
        schema.upgrade(self._database)

    def is_current(self) -> bool:
        """Whether the database has this release's schema; False where it does not exist yet."""
        return schema.is_current(self._database)

    def check(self) -> None:
        """Raise StoreUnavailable, saying what to do, where the schema is missing, older or newer than this release."""
        schema.check(self._database)

    def ping(self) -> None:
        """Raise StoreUnavailable where the database cannot be read."""
        with self._database.reading() as connection:
            reading.ping(connection)

    def find_same(self, article: Article) -> ArticleHead | None:
        """The stored article of the same text, outlet and URL, whatever its id; None where there is none."""
        with self._database.reading() as connection:
            return reading.same(connection, article)

    def save(self, extraction: Extraction) -> tuple[ArticleHead, bool]:
        """Store an article with its quotes; True where it is new.

        The same text, outlet and URL again is no new article: the head of the stored one and False, and nothing is
        changed. The id is the article's own, else a pure function of text, outlet and URL. Raises Conflict where the
        id already names another article; ValueError for what no pipeline gives: see ``records.record_of``.
        """
        return writing.save(self._database, extraction)

    def replace(self, extraction: Extraction) -> tuple[ArticleHead, bool]:
        """Store an article under its id in the place of what that id named before; True where it named nothing.

        Raises Conflict where another id already names the same text, outlet and URL; ValueError as ``save``.
        """
        return writing.replace(self._database, extraction)

    def delete(self, id: str) -> None:
        """Remove an article with its quotes, and the speakers that nobody else quotes. Raises NotFound."""
        writing.delete(self._database, id)

    def article(self, id: str) -> ArticleHead:
        """The head of a stored article. Raises NotFound."""
        with self._database.reading() as connection:
            return reading.article(connection, id)

    def extraction(self, id: str) -> Extraction:
        """What was saved, equal to it but for ``article.id``, which is the stored one. Raises NotFound."""
        with self._database.reading() as connection:
            return reading.extraction(connection, id)

    def articles(self, *, outlet: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[ArticleHead]:
        """Stored articles, last published first, those without a date at the end, then by id. Raises BadCursor."""
        with self._database.reading() as connection:
            return listing.articles(connection, outlet=outlet, cursor=cursor, limit=limit)

    def quotes(self, filter: QuoteFilter, *, cursor: str | None = None, limit: int = 50) -> Page[StoredQuote]:
        """The quotes for which all that the filter gives holds. Raises BadCursor.

        Last published first, those without a date at the end, then by the article's id, then in text order.
        ``filter.text``: words that must all occur, ``"in quotes"`` as they stand. ``filter.speaker``: a speaker's id,
        or words that one of the speaker's names has. Case and accents do not count in either; ``outlet`` and ``cue``
        are compared exactly.
        """
        with self._database.reading() as connection:
            return listing.quotes(connection, filter, cursor=cursor, limit=limit)

    def article_quotes(self, id: str) -> tuple[StoredQuote, ...]:
        """The quotes of one article in text order. Raises NotFound."""
        with self._database.reading() as connection:
            return listing.article_quotes(connection, id)

    def speakers(self, *, text: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[SpeakerEntry]:
        """Who is quoted, most quoted first, then by name. ``text``: as ``QuoteFilter.speaker``. Raises BadCursor."""
        with self._database.reading() as connection:
            return listing.speakers(connection, text=text, cursor=cursor, limit=limit)
