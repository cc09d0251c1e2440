"""A quote's history and the source audit as JSON objects, tables and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.audit import Audit, Tally
from service.formats.offsets import Unit
from service.formats.table_csv import table
from service.formats.terminal import NOBODY, WIDTH, rows_table
from service.formats.wire import Json, quote_to_dict, speaker_to_dict
from service.review import QuoteState

_AUDIT_COLUMNS = ("speaker", "speaker_id", "kind", "role", "quotes", "articles", "share")


def state_to_dict(state: QuoteState, text: str, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """One state of a quote of the article whose text is ``text``; ``quote`` is null where a model found it no more."""
    return {
        "version": state.version,
        "at": state.at.isoformat(),
        "by": state.by,
        "reason": state.reason,
        "model": state.model,
        "review": state.review.value if state.review else None,
        "quote": None if state.quote is None else quote_to_dict(state.quote, text, offsets=offsets),
    }


def audit_to_dict(audit: Audit, *, outlet_periods: bool = False) -> Json:
    """The figures of a source audit; ``outlet_periods``: those of each period for each of the first outlets, too."""
    return {
        "articles": audit.articles,
        "quotes": audit.quotes,
        "unattributed": audit.unattributed,
        "unnamed": audit.unnamed,
        "speakers": [
            speaker_to_dict(share.speaker)
            | {"quotes": share.quotes, "articles": share.articles, "share": round(share.share, 6)}
            for share in audit.speakers
        ],
        "outlets": [{"outlet": tally.outlet, **_counts(tally)} for tally in audit.by_outlet],
        "periods": [{"start": _start(tally), **_counts(tally)} for tally in audit.by_period],
        **(
            {
                "outlet_periods": [
                    {"outlet": tally.outlet, "start": _start(tally), **_counts(tally)}
                    for tally in audit.by_outlet_and_period
                ]
            }
            if outlet_periods
            else {}
        ),
    }


def audit_csv(audit: Audit) -> str:
    """Who is quoted how often, one speaker a row, most quoted first."""
    return table(
        _AUDIT_COLUMNS,
        (
            (
                share.speaker.name,
                share.speaker.id,
                share.speaker.kind.value,
                share.speaker.role or "",
                str(share.quotes),
                str(share.articles),
                f"{share.share:.4f}",
            )
            for share in audit.speakers
        ),
    )


def audit_table(audit: Audit, *, width: int = WIDTH) -> str:
    """The same for a terminal, under the totals."""
    heading = (
        f"{audit.quotes:,} quotes in {audit.articles:,} articles, {audit.unattributed:,} without a known speaker, "
        f"{audit.unnamed:,} of people without a name"
    )
    rows = [
        (share.speaker.name, share.speaker.role or NOBODY, str(share.quotes), str(share.articles), f"{share.share:.1%}")
        for share in audit.speakers
    ]
    columns = (("speaker", 3), ("role", 3), ("quotes", 0), ("articles", 0), ("share", 0))
    return rows_table(heading, columns, rows, width=width)


HISTORY_COLUMNS = ("version", "at", "by", "model", "review", "reason", "speaker", "type", "text")


def history_csv(states: Iterable[QuoteState]) -> str:
    """A quote's states, one a row, oldest first."""
    return table(HISTORY_COLUMNS, map(_history_row, states))


def history_table(states: Sequence[QuoteState], *, width: int = WIDTH) -> str:
    """The same for a terminal."""
    rows = [
        (version, at[:16].replace("T", " "), by or model, f"{review} {reason}".strip() or NOBODY, speaker, text)
        for version, at, by, model, review, reason, speaker, _, text in map(_history_row, states)
    ]
    columns = (("version", 0), ("at", 0), ("by", 2), ("said of it", 3), ("speaker", 2), ("words", 4))
    return rows_table(f"{len(rows)} state{'' if len(rows) == 1 else 's'}", columns, rows, width=width)


def _history_row(state: QuoteState) -> tuple[str, ...]:
    quote = state.quote
    return (
        str(state.version),
        state.at.isoformat(),
        state.by or "",
        state.model or "",
        state.review.value if state.review else "",
        state.reason or "",
        quote.speaker.name if quote and quote.speaker else "",
        quote.attribution.type.value if quote else "",
        quote.text if quote else "",
    )


def _start(tally: Tally) -> str | None:
    return tally.start.isoformat() if tally.start else None


def _counts(tally: Tally) -> Json:
    return {
        "articles": tally.articles,
        "quotes": tally.quotes,
        "unattributed": tally.unattributed,
        "unnamed": tally.unnamed,
    }
