"""Quotes as W3C Web Annotations (https://www.w3.org/TR/annotation-model/), one an annotation, on a page of them.

Each span of a quote is a target, found twice: by its words with some text to either side (``TextQuoteSelector``, which
survives small changes of the page) and by its place (``TextPositionSelector``, in code points of the text as Quoth
read it, as the recommendation demands). The bodies say who speaks and tag what kind of quote it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from service.formats.cited import Cited, article_iri, quote_iri
from service.formats.wire import Json
from service.model import Polarity, Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# how much text stands to either side of a quote, in code points: enough to tell two places apart
REACH = 32


def annotation_page(quotes: Sequence[Cited], *, id: str | None = None, base: str | None = None) -> Json:
    """A page with the annotations, in the order given.

    ``id`` is the page's address, None where it has none; ``base``: the address of the service that keeps the quotes,
    such as ``https://quoth.example``, None where nobody does.
    """
    items = [_annotation(each, base) for each in quotes]
    name = id or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ' '.join(item['id'] for item in items))}"
    return {"@context": CONTEXT, "id": name, "type": "AnnotationPage", "items": items}


def _annotation(cited: Cited, base: str | None) -> Json:
    targets = [_target(cited, span) for span in cited.quote.attribution.spans]
    return {
        "id": quote_iri(cited.quote, base),
        "type": "Annotation",
        "motivation": "identifying",
        "body": [*_speaker(cited), *_tags(cited)],
        "target": targets if len(targets) > 1 else targets[0],
    }


def _target(cited: Cited, span: Span) -> Json:
    text = cited.text
    return {
        "source": article_iri(cited.article),
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": span.of(text),
                "prefix": text[max(span.start - REACH, 0) : span.start],
                "suffix": text[span.end : span.end + REACH],
            },
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
        ],
    }


def _speaker(cited: Cited) -> list[Json]:
    speaker = cited.quote.speaker
    if speaker is None:
        return []
    value = f"{speaker.name}, {speaker.role}" if speaker.role else speaker.name
    return [_body(value, "identifying") | {"language": cited.article.language}]


def _tags(cited: Cited) -> list[Json]:
    found = cited.quote.attribution
    tags = [found.type.value, found.act.value]
    # denied words are no statement of the speaker's: the one tag that must not be missed
    if found.polarity is Polarity.DENIED:
        tags.append(found.polarity.value)
    return [_body(tag, "tagging") for tag in tags]


def _body(value: str, purpose: str) -> Json:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}
