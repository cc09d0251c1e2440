"""A quote with what a citation of it needs: its article's text and what is known of the article.

The formats for other programs (JSON-LD, Web Annotation, brat, Citron) take these, so that an extraction that nobody
stored and a page of stored quotes look the same. Names are IRIs: an address where there is one, else a name that
follows from the content (RFC 6920 for texts, a version 5 UUID for quotes), so that the same input gives the same name.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote as percent_encoded

from service.model import Extraction, Quote, Speaker, StoredQuote


class About(Protocol):
    """What an article and the head of a stored one both say of themselves."""

    @property
    def id(self) -> str | None:
        """The caller's or the store's name for it."""

    @property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8."""

    @property
    def title(self) -> str | None:
        """Its headline."""

    @property
    def url(self) -> str | None:
        """Where it was published."""

    @property
    def outlet(self) -> str | None:
        """Who published it."""

    @property
    def published_at(self) -> datetime | None:
        """When it was published."""

    @property
    def language(self) -> str:
        """A BCP 47 tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One quote; its spans are offsets into ``text``, the whole text of ``article``."""

    quote: Quote
    text: str
    article: About


def cited(extraction: Extraction) -> tuple[Cited, ...]:
    """The quotes of one article, in text order."""
    article = extraction.article
    return tuple(Cited(quote=quote, text=article.text, article=article) for quote in extraction.quotes)


def cited_stored(quotes: Iterable[StoredQuote]) -> tuple[Cited, ...]:
    """Stored quotes, in the order given."""
    return tuple(Cited(quote=each.quote, text=each.article_text, article=each.article) for each in quotes)


def quote_iri(quote: Quote, base: str | None) -> str:
    """The address of a stored quote under ``base`` (such as ``https://quoth.example``), without ``base`` a URN."""
    if base is not None:
        return f"{base}/v1/quotes/{quote.id}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, quote.id)}"


def article_iri(article: About) -> str:
    """Where the article was published, else the name of its text.

    >>> from service.model import Article
    >>> article_iri(Article(text="It rained."))
    'ni:///sha-256;izi1WOTfXrOnD2Dt6piNRIVZ393tm3ygjZun9sWscag'
    """
    if article.url is not None:
        return article.url
    digest = base64.urlsafe_b64encode(bytes.fromhex(article.sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"


def speaker_iri(speaker: Speaker, base: str) -> str:
    """The address of a speaker of the store."""
    return f"{base}/v1/speakers/{percent_encoded(speaker.id)}"
