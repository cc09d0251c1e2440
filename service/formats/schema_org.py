"""Quotes as JSON-LD in the vocabulary of schema.org: ``Quotation`` (https://schema.org/Quotation) for publishing, and
the stub of a ``ClaimReview`` (https://schema.org/ClaimReview) for a fact-checker to fill in.

The vocabulary lets a person or an organisation speak, and has no word for a denial. So what a group or an unknown
source said is credited in words (``creditText``), what a document says is based on that document, and what a source
*denies* is credited to nobody: ``disambiguatingDescription`` says who denies it.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.formats.cited import About, Cited, article_iri, quote_iri, speaker_iri
from service.formats.wire import Json
from service.model import Polarity, Speaker, SpeakerKind

CONTEXT = "https://schema.org"


def quotations(quotes: Iterable[Cited], *, base: str | None = None) -> Json:
    """A document of one ``Quotation`` a quote, in the order given.

    ``base``: the address of the service that keeps them, such as ``https://quoth.example``; None where nobody does.
    """
    return {"@context": CONTEXT, "@graph": [_quotation(each, base) for each in quotes]}


def claim_reviews(quotes: Iterable[Cited], *, base: str | None = None) -> Json:
    """A document of one ``ClaimReview`` a quote: what was claimed, by whom and where, without rating or reviewer.

    Who publishes it adds ``author``, ``url``, ``datePublished`` and ``reviewRating``. ``base``: as in ``quotations``.
    """
    return {"@context": CONTEXT, "@graph": [_claim_review(each, base) for each in quotes]}


def _quotation(cited: Cited, base: str | None) -> Json:
    quote, found = cited.quote, cited.quote.attribution
    return {
        "@type": "Quotation",
        "@id": quote_iri(quote, base),
        "identifier": quote.id,
        "text": quote.text,
        "inLanguage": cited.article.language,
        # the vocabulary has no property for either; "direct speech", "indirect writing"
        "genre": f"{found.type.value} {found.act.value}",
        **_credit(cited, base, as_="spokenByCharacter"),
        "isPartOf": _news_article(cited.article),
    }


def _claim_review(cited: Cited, base: str | None) -> Json:
    article = cited.article
    claim = {
        "@type": "Claim",
        "@id": f"{quote_iri(cited.quote, base)}#claim",
        "text": cited.quote.text,
        "inLanguage": article.language,
        **_credit(cited, base, as_="author"),
        **({"datePublished": article.published_at.isoformat()} if article.published_at else {}),
        "appearance": _news_article(article),
    }
    return {"@type": "ClaimReview", "claimReviewed": cited.quote.text, "itemReviewed": claim}


def _credit(cited: Cited, base: str | None, *, as_: str) -> Json:
    """Whose words they are; ``as_`` is the property for a person or an organisation."""
    speaker = cited.quote.speaker
    if cited.quote.attribution.polarity is Polarity.DENIED:
        return {"disambiguatingDescription": f"denied by {speaker.name}" if speaker else "denied"}
    if speaker is None:
        return {}
    if speaker.kind in (SpeakerKind.PERSON, SpeakerKind.ORGANISATION):
        return {as_: _agent(speaker, base)}
    if speaker.kind is SpeakerKind.DOCUMENT:
        return {"isBasedOn": {"@type": "CreativeWork", "name": speaker.name}}
    return {"creditText": speaker.name}


def _agent(speaker: Speaker, base: str | None) -> Json:
    person = speaker.kind is SpeakerKind.PERSON
    return {
        "@type": "Person" if person else "Organization",
        **({"@id": speaker_iri(speaker, base)} if base is not None else {}),
        "name": speaker.name,
        # the operator's names file may give an address for an id (https://www.wikidata.org/entity/Q42) or any other
        **({_known_by(speaker.reference): speaker.reference} if speaker.reference else {}),
        **({"alternateName": list(speaker.aliases)} if speaker.aliases else {}),
        **({"jobTitle" if person else "description": speaker.role} if speaker.role else {}),
    }


def _news_article(article: About) -> Json:
    return {
        "@type": "NewsArticle",
        "@id": article_iri(article),
        **({"url": article.url} if article.url else {}),
        **({"headline": article.title} if article.title else {}),
        **({"datePublished": article.published_at.isoformat()} if article.published_at else {}),
        "inLanguage": article.language,
        **({"publisher": {"@type": "Organization", "name": article.outlet}} if article.outlet else {}),
    }


def _known_by(reference: str) -> str:
    """The property for an id in a knowledge base: ``sameAs`` takes addresses only."""
    return "sameAs" if reference.startswith(("https://", "http://")) else "identifier"
