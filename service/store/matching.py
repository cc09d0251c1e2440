"""The store's methods for finding what is alike: what ``service.matching`` asks it for, and the index behind that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from service.errors import StoreError
from service.model import ArticleHead, StoredQuote
from service.store import matching_index, matching_search
from service.store.engine import Database
from service.store.matching_index import Matcher
from service.verdicts import Candidate

# quotes in one transaction of a rebuild, so that others can write in between
BATCH = 500


class Alike:
    """Quotes that may be like a text, and the clusters of those that are one utterance. A part of ``Store``."""

    _database: Database
    _matcher: Matcher | None

    def snapshot(self) -> AbstractContextManager[None]:
        """All that this thread asks of the store within the block is of one state, and over one connection."""
        return self._database.snapshot()

    def candidates(
        self,
        terms: Mapping[int, float],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        speakers: Collection[str] | None = None,
        limit: int = 60,
    ) -> tuple[Candidate, ...]:
        """The quotes that share most with a text of these terms (hash: what it tells), best first.

        ``since`` and ``until``: publication times, both inclusive. ``speakers``: only their quotes (ids).
        """
        within = matching_search.range_of(since, until)
        with self._database.reading() as connection:
            if speakers is None:
                return tuple(matching_search.candidates(connection, terms, within=within, limit=limit))
            return tuple(matching_search.candidates_of(connection, speakers, terms, within=within, limit=limit))

    def candidates_with(
        self, phrase: str, *, since: datetime | None = None, until: datetime | None = None, limit: int = 20
    ) -> tuple[Candidate, ...]:
        """The newest quotes in which the words of the phrase stand side by side."""
        within = matching_search.range_of(since, until)
        with self._database.reading() as connection:
            return tuple(matching_search.with_phrase(connection, phrase, within=within, limit=limit))

    def texts_with(
        self,
        phrases: Mapping[str, Collection[int]],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> tuple[tuple[tuple[ArticleHead, str], ...], int | None]:
        """Articles, with their texts, in which one of the phrases stands; those of the first phrase first.

        ``phrases``: each with the terms of its content words. Where all of those are common, a phrase is looked for
        in the newest articles only; the number of those then, None where all were searched.
        """
        within = matching_search.range_of(since, until)
        with self._database.reading() as connection:
            found, whole = matching_search.texts_with(connection, phrases, within=within, limit=limit)
            return tuple(found), None if whole else matching_search.NEWEST_TEXTS

    def candidates_in(self, article: str) -> tuple[Candidate, ...]:
        """The quotes of an article in text order; none where there is no such article."""
        with self._database.reading() as connection:
            return tuple(matching_search.of_article(connection, article))

    def quotes_numbered(self, numbers: Sequence[int]) -> tuple[StoredQuote, ...]:
        """The quotes with these numbers, in their order; those that are gone are left out."""
        with self._database.reading() as connection:
            return tuple(matching_search.quotes_numbered(connection, numbers))

    def quotes_of(self, articles: Collection[str]) -> dict[str, tuple[StoredQuote, ...]]:
        """The quotes, without the rejected ones, of each of these articles, in text order."""
        with self._database.reading() as connection:
            return matching_search.quotes_of(connection, articles)

    def speaker_ids(self, name: str) -> tuple[str, ...]:
        """Whom a name may mean: speakers one of whose names has all its words, else its last word."""
        with self._database.reading() as connection:
            return tuple(matching_search.speakers_named(connection, name))

    def cluster_mates(self, article: str, id: str, *, limit: int = 200) -> tuple[Candidate, tuple[Candidate, ...]]:
        """A quote, and those that share an utterance with it, newest first. Raises NotFound."""
        with self._database.reading() as connection:
            asked = matching_search.one(connection, article, id)
            mates = matching_search.variants_of(connection, asked.number, limit=limit)
            return asked, tuple(matching_search.by_number(connection, mates))

    def stored_counts(self, since: datetime | None = None, until: datetime | None = None) -> tuple[int, int]:
        """How many articles and quotes are stored of these days (UTC); all where no bound is given."""
        with self._database.reading() as connection:
            return matching_search.stored(connection, since, until)

    def has_index(self) -> bool:
        """Whether the index was ever made; True where nothing is stored."""
        with self._database.reading() as connection:
            return matching_index.is_filed(connection)

    def rebuild_index(self, tell: Callable[[int, int], None] | None = None) -> int:
        """Make terms and clusters anew from the quotes; the number of quotes. ``tell`` hears (done, of).

        In many small transactions: others may read and write meanwhile, and find less until it is done. Raises
        StoreError where the store was opened without a matcher.
        """
        matcher = self._matcher
        if matcher is None:
            raise StoreError("the index cannot be made: this store was opened without a matcher")
        with self._database.writing() as connection:
            matching_index.empty(connection)
        _, total = self.stored_counts()
        done = 0
        for step in (matching_index.refile, matching_index.rejoin):
            last: int | None = -1
            while last is not None:
                with self._database.writing() as connection:
                    last = step(connection, last, matcher, limit=BATCH)
                done += BATCH
                if tell is not None:
                    tell(min(done, 2 * total), 2 * total)
        return total
