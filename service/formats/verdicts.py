"""Verifications and variants as the JSON objects of the contract, and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from service.formats.offsets import Unit, converter
from service.formats.table_csv import table
from service.formats.wire import Json, stored_quote_to_dict
from service.verdicts import Evidence, Flag, Piece, Variant, Verification

_EVIDENCE_COLUMNS = (
    "verdict", "credit", "similarity", "flags", "text", "left_out", "speaker", "article", "title", "outlet",
    "published_at", "url", "start", "end", "quote",
)  # fmt: skip
_VARIANT_COLUMNS = (
    "relation", "credit", "similarity", "flags", "text", "speaker", "type", "article", "title", "outlet",
    "published_at", "url", "quote",
)  # fmt: skip


def verification_to_dict(answer: Verification, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """The answer to a claim; ``offsets`` is named in it where it is not code points."""
    unit = Unit(offsets)
    claim, searched = answer.claim, answer.searched
    return {
        **({} if unit is Unit.CODE_POINT else {"offsets": unit.value}),
        "claim": {
            "quote": claim.quote,
            "speaker": claim.speaker,
            "from": claim.since.isoformat() if claim.since else None,
            "to": claim.until.isoformat() if claim.until else None,
        },
        "verdict": answer.verdict.value,
        "flags": _flags(answer.flags),
        "evidence": [evidence_to_dict(found, offsets=unit) for found in answer.evidence],
        "searched": {"quotes": searched.quotes, "articles": searched.articles, "texts": searched.texts},
        "notes": list(answer.notes),
    }


def evidence_to_dict(found: Evidence, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """One source of a verification."""
    source = found.source
    place = converter(source.lead + source.text, Unit(offsets))
    return {
        "verdict": found.verdict.value,
        "credit": found.credit.value if found.credit else None,
        "similarity": found.similarity,
        "flags": _flags(found.flags),
        "difference": difference_to_list(found.difference),
        "left_out": found.left_out or None,
        "source": {
            "article": {
                "id": source.article,
                "title": source.title,
                "url": source.url,
                "outlet": source.outlet,
                "published_at": source.published_at.isoformat() if source.published_at else None,
            },
            "start": place(source.span.start),
            "end": place(source.span.end),
            "text": source.text,
            "context": {"before": source.before, "after": source.after},
        },
        "quote": stored_quote_to_dict(source.quote, offsets=offsets) if source.quote else None,
    }


def variant_to_dict(variant: Variant, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """One variant of a quote."""
    return {
        "relation": variant.relation.value,
        "similarity": variant.similarity,
        "credit": variant.credit.value,
        "flags": _flags(variant.flags),
        "difference": difference_to_list(variant.difference),
        "quote": stored_quote_to_dict(variant.quote, offsets=offsets),
    }


def difference_to_list(pieces: Sequence[Piece]) -> list[Json]:
    """A difference piece by piece; ``before`` and ``after`` are null where there are no words."""
    return [{"change": p.kind.value, "before": p.before or None, "after": p.after or None} for p in pieces]


def verification_csv(answer: Verification) -> str:
    """The evidence, one source a row."""
    rows = []
    for found in answer.evidence:
        source, quote = found.source, found.source.quote
        rows.append([
            found.verdict.value, found.credit.value if found.credit else "", str(found.similarity),
            " ".join(_flags(found.flags)), source.text, found.left_out,
            quote.quote.speaker.name if quote and quote.quote.speaker else "", source.article, source.title or "",
            source.outlet or "", source.published_at.isoformat() if source.published_at else "", source.url or "",
            str(source.span.start), str(source.span.end), quote.quote.id if quote else "",
        ])  # fmt: skip
    return table(_EVIDENCE_COLUMNS, rows)


def variants_csv(variants: Sequence[Variant]) -> str:
    """The variants, one a row."""
    rows = []
    for variant in variants:
        quote, head = variant.quote.quote, variant.quote.article
        rows.append([
            variant.relation.value, variant.credit.value, str(variant.similarity), " ".join(_flags(variant.flags)),
            quote.text, quote.speaker.name if quote.speaker else "", quote.attribution.type.value, head.id,
            head.title or "", head.outlet or "", head.published_at.isoformat() if head.published_at else "",
            head.url or "", quote.id,
        ])  # fmt: skip
    return table(_VARIANT_COLUMNS, rows)


def _flags(flags: Sequence[Flag]) -> list[str]:
    return [flag.value for flag in flags]
