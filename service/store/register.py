"""The store's methods for who is who across articles."""

from __future__ import annotations

from collections.abc import Sequence

from service.identities import SpeakerPage
from service.store import identity_changes, identity_pages
from service.store.engine import Database


class Register:
    """Speakers over all articles: their pages, and what people decide about them. A part of ``Store``."""

    _database: Database

    def speaker_page(self, id: str) -> SpeakerPage:
        """The page of a speaker; of the one who holds, where ``id`` was merged into another. Raises NotFound."""
        with self._database.reading() as connection:
            return identity_pages.page(connection, id)

    def merge_speakers(self, id: str, other: str, *, by: str, reason: str) -> SpeakerPage:
        """Take a person's word that ``other`` is ``id``: all that the other said is now ``id``'s. The page then.

        For ever: the other's id leads to ``id`` from now on, and what is read anew or imported again ends there too.
        Raises NotFound; BadCorrection where the two are one already, or without ``by`` or ``reason``.
        """
        with self._database.writing() as connection:
            id = identity_changes.merge(connection, id, other, by=by, reason=reason)
            return identity_pages.page(connection, id)

    def split_speaker(self, id: str, articles: Sequence[str], *, by: str, reason: str) -> SpeakerPage:
        """Take a person's word that the articles (ids) quote somebody else of the same name. The other's page.

        For ever, as ``merge_speakers``: neither side is joined with the other again unless a person does it. Raises
        NotFound; BadCorrection where an article does not quote ``id``, where none or all of the speaker's articles
        are named, or without ``by`` or ``reason``.
        """
        with self._database.writing() as connection:
            new = identity_changes.split(connection, id, articles, by=by, reason=reason)
            return identity_pages.page(connection, new)
