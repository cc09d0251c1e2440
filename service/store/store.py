"""The store as the rest of the service sees it: model types in, model types out, never rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from service.access import Access, ApiKey, StoredAnswer
from service.model import (
    Article,
    ArticleFilter,
    ArticleHead,
    Extraction,
    ModelInfo,
    Notice,
    Page,
    QuoteFilter,
    QuoteOrder,
    SpeakerEntry,
    StoredQuote,
)
from service.review import Correction, QuoteState, Renewal
from service.store import (
    admitting,
    backups,
    checking,
    listing,
    reading,
    renewing,
    reviewing,
    schema,
    states,
    writing,
)
from service.store.backups import Progress, no_progress
from service.store.databases import open_database
from service.store.figures import Figures
from service.store.job_book import JobBook
from service.store.matching import Alike
from service.store.matching_index import Matcher, settle
from service.store.register import Register


class Store(Alike, Register, Figures, JobBook):
    """Articles with their quotes and speakers in one database, named by a URL.

    ``sqlite:///quoth.db`` is a file, ``postgresql://quoth@db.example/quoth`` a database of a server.

    Usable from many threads. A forked child opens connections of its own. Every method raises StoreUnavailable where
    the database is locked, full, read-only, gone or of another release (``upgrade`` brings it up to date).
    ``make_directory`` makes the folder of a database file that does not exist yet, instead of StoreUnavailable.
    ``busy_timeout_seconds``: the longest wait for other writers, or for a connection. ``answer_seconds``: the longest
    that a server may take over a statement, or be silent, before it counts as gone; None: any time, as for a backup.
    ``matcher`` is the judgement on which quotes are alike; without one, the index of that is left as it is, and what
    changed is caught up with by the next store that has one.
    Raises SettingsError for a URL that names no database that Quoth knows.
    """

    def __init__(
        self,
        url: str,
        *,
        make_directory: bool = False,
        busy_timeout_seconds: float = 5.0,
        answer_seconds: float | None = None,
        matcher: Matcher | None = None,
    ) -> None:
        self._database = open_database(
            url,
            make_directory=make_directory,
            busy_timeout_seconds=busy_timeout_seconds,
            answer_seconds=answer_seconds,
        )
        self._matcher = matcher
        if matcher is not None:
            self._database.before_commit = partial(settle, matcher=matcher)

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

    def problems(self) -> tuple[str, ...]:
        """What is not whole or does not agree with itself, a sentence each.

        Others may go on meanwhile; in SQLite their writes wait while the full text is compared with the texts.
        """
        return checking.problems(self._database, self._matcher)

    def size(self) -> tuple[int, int]:
        """How many articles and quotes are stored."""
        with self._database.reading() as connection:
            return checking.size(connection)

    def back_up(self, target: Path, *, progress: Progress = no_progress) -> int:
        """Write all that is stored to a new file, as it is at one moment; the file's size in bytes.

        ``.jsonl`` and ``.jsonl.gz`` are the portable form, which any database takes; any other name is a copy of a
        SQLite database. The file appears when it is whole. Raises BackupError.
        """
        return backups.back_up(self._database, target, progress=progress)

    def restore(self, source: Path, *, progress: Progress = no_progress) -> None:
        """Read a backup into this database, which is to be empty, or missing for a copy of SQLite; all or nothing.

        Raises BackupError.
        """
        backups.restore(self._database, source, progress=progress)

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

        Where the text is the same, this is as ``renew``: what a person has reviewed stays.

        Raises Conflict where another id already names the same text, outlet and URL; ValueError as ``save``.
        """
        return renewing.replace(self._database, extraction)

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

    def reviewed(self, id: str) -> tuple[Article, tuple[Notice, ...], tuple[StoredQuote, ...]]:
        """An article, the warnings about it, and its quotes in text order, rejected ones too.

        Raises NotFound.
        """
        with self._database.reading() as connection:
            article, warnings = reading.with_text(connection, id)
            return article, warnings, listing.article_quotes(connection, id, with_rejected=True)

    def articles(
        self, filter: ArticleFilter | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Page[ArticleHead]:
        """Stored articles for which the filter holds. Raises BadCursor.

        Last published first, those without a date at the end, those of one second as they were stored.
        """
        with self._database.reading() as connection:
            return listing.articles(connection, filter or ArticleFilter(), cursor=cursor, limit=limit)

    def quotes(
        self,
        filter: QuoteFilter,
        *,
        order: QuoteOrder = QuoteOrder.NEWEST,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[StoredQuote]:
        """The quotes for which all that the filter gives holds. Raises BadCursor.

        Articles as in ``articles``, then in text order; quotes of one confidence stand newest first.
        ``filter.text``: words that must all occur, ``"in quotes"`` as they stand. ``filter.speaker``: a speaker's id,
        or words that one of the speaker's names has. Case and accents do not count in either; ``outlet`` and ``cue``
        are compared exactly.
        """
        with self._database.reading() as connection:
            return listing.quotes(connection, filter, order=order, cursor=cursor, limit=limit)

    def article_quotes(self, id: str, *, with_rejected: bool = False) -> tuple[StoredQuote, ...]:
        """The quotes of one article in text order. Raises NotFound."""
        with self._database.reading() as connection:
            return listing.article_quotes(connection, id, with_rejected=with_rejected)

    def speakers(self, *, text: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[SpeakerEntry]:
        """Who is quoted, most quoted first, then by name. ``text``: as ``QuoteFilter.speaker``. Raises BadCursor."""
        with self._database.reading() as connection:
            return listing.speakers(connection, text=text, cursor=cursor, limit=limit)

    def speaker(self, id: str) -> SpeakerEntry:
        """Who has this id. Raises NotFound."""
        with self._database.reading() as connection:
            return listing.speaker(connection, id)

    def quote(self, id: str, *, article: str | None = None) -> StoredQuote:
        """One quote as it is now, rejected or not; its ``version`` is what ``correct`` wants.

        Two outlets that print one text have quotes of one id: ``article`` is the id of the article that is meant.
        Raises NotFound; Conflict, naming the articles, where several have the quote and none is given.
        """
        with self._database.reading() as connection:
            return states.quote(connection, id, article)

    def history(self, id: str, *, article: str | None = None) -> tuple[QuoteState, ...]:
        """Every state of a quote, oldest first, the last being the one that holds. Raises as ``quote``."""
        with self._database.reading() as connection:
            return states.history(connection, id, article)

    def correct(
        self, id: str, correction: Correction, *, version: int | None = None, article: str | None = None
    ) -> StoredQuote:
        """Take a person's word for a quote; it survives re-processing. The quote as it is then.

        ``version`` is the one that the person saw; Stale where the quote has another one by now, None: whichever.
        What says nothing new changes nothing. Raises as ``quote``; BadCorrection for spans outside the text or a
        correction that is empty; NotFound for a speaker's id that nobody has.
        """
        return reviewing.correct(self._database, id, correction, version=version, article=article)

    def gold(self, *, after: str | None = None) -> Iterator[tuple[ArticleHead, str, tuple[StoredQuote, ...]]]:
        """Each article in which a person reviewed a quote: its head, its text, and its quotes but the rejected ones.

        By their ids in order, from the one behind ``after`` on.
        """
        with self._database.reading() as connection:
            ids = states.reviewed_articles(connection, after=after)
        for id in ids:
            with self._database.reading() as connection:
                head = reading.find(connection, id)
                if head is not None:
                    text = reading.extraction(connection, id).article.text
                    found = listing.article_quotes(connection, id, with_rejected=False)
                    yield head, text, found

    def outdated(self, model: ModelInfo) -> int:
        """How many stored articles another model, or another version of it, has read."""
        with self._database.reading() as connection:
            return renewing.outdated(connection, model)

    def next_outdated(self, model: ModelInfo, *, after: str | None = None, limit: int = 16) -> tuple[Extraction, ...]:
        """Articles that another model has read, by their ids in order, from the one behind ``after`` on."""
        with self._database.reading() as connection:
            return renewing.next_outdated(connection, model, after=after, limit=limit)

    def renew(self, extraction: Extraction) -> Renewal:
        """Put a newer model's reading of a stored article in the place of the old one.

        Quotes that a person has reviewed stay as the person left them, and what the model now says of the same words
        is passed over. Quotes that are found again keep their ids. What changes gets a new version and a line in the
        history. Raises NotFound where the article is gone, Conflict where its text is another one by now.
        """
        return renewing.renew(self._database, extraction)

    def create_key(self, name: str, scopes: Collection[Access]) -> tuple[ApiKey, str]:
        """Make an API key; the secret is shown here and never again, the store keeps a digest of it."""
        return admitting.create_key(self._database, name, scopes)

    def keys(self) -> tuple[ApiKey, ...]:
        """All API keys, revoked ones too, oldest first."""
        with self._database.reading() as connection:
            return admitting.keys(connection)

    def has_keys(self) -> bool:
        """Whether a key was made and not revoked."""
        with self._database.reading() as connection:
            return admitting.has_keys(connection)

    def find_key(self, secret: str) -> ApiKey | None:
        """The key with this secret, and note that it was used; None where there is none or it was revoked."""
        return admitting.find_key(self._database, secret)

    def revoke_key(self, id: str) -> ApiKey:
        """Take a key back, for good. Raises NotFound; a second time changes nothing."""
        return admitting.revoke_key(self._database, id)

    def begin_request(self, key: str, *, owner: str, fingerprint: str) -> StoredAnswer | None:
        """Take note of a request with an idempotency key; None: it is new, and the caller is to answer it.

        ``owner`` is the id of the API key, or ``""``, whose idempotency keys are its own. ``fingerprint`` is a digest
        of what was asked. The answer of the first request where it was answered in the last 24 hours. Raises
        InProgress while it is not (for two minutes at most), KeyReused where the fingerprint is another.
        """
        return admitting.begin_request(self._database, key, owner=owner, fingerprint=fingerprint)

    def end_request(self, key: str, *, owner: str, answer: StoredAnswer | None) -> None:
        """Keep the answer of a request that ``begin_request`` let through; None: it failed and may come again."""
        admitting.end_request(self._database, key, owner=owner, answer=answer)
