"""The store's methods that count: the source audit, what a search can be narrowed by, one speaker over time."""

from __future__ import annotations

from service.audit import Audit, AuditFilter, Period
from service.facets import Facets, SpeakerArticle, SpeakerTexts, Timeline
from service.model import QuoteFilter
from service.store import auditing, facets, speaker_figures
from service.store.engine import Database


class Figures:
    """Counts over what is stored. A part of ``Store``."""

    _database: Database

    def audit(
        self, filter: AuditFilter | None = None, *, period: Period | None = Period.MONTH, limit: int = 50
    ) -> Audit:
        """Who is quoted how often, by outlet and time; ``limit`` is the number of speakers.

        ``period`` None: weeks, or the shortest longer one that makes few of them.
        """
        with self._database.reading() as connection:
            return auditing.audit(connection, filter or AuditFilter(), period=period, limit=limit)

    def facets(self, filter: QuoteFilter, *, limit: int = facets.COUNTED) -> Facets:
        """By whom, where, when and of which type the newest ``limit`` quotes are for which the filter holds."""
        with self._database.reading() as connection:
            return facets.facets(connection, filter, limit=limit)

    def speaker_timeline(self, id: str, *, period: Period | None = None) -> Timeline:
        """How often a speaker is quoted in each period; None: the shortest that makes few of them. Raises NotFound."""
        with self._database.reading() as connection:
            return speaker_figures.timeline(connection, id, period)

    def speaker_texts(self, id: str, *, limit: int = speaker_figures.TEXTS) -> SpeakerTexts:
        """The newest ``limit`` quotes of a speaker, and as many of everybody else. Raises NotFound."""
        with self._database.reading() as connection:
            return speaker_figures.texts(connection, id, limit=limit)

    def speaker_articles(self, id: str, *, limit: int = 200) -> tuple[SpeakerArticle, ...]:
        """The newest articles that quote a speaker, or give the speaker without a quote. Raises NotFound."""
        with self._database.reading() as connection:
            return speaker_figures.articles_of(connection, id, limit=limit)
