"""Verifications and variants for a person at a terminal: differences as ``git diff --word-diff`` shows them.

Without colour, what was dropped stands in ``[-…-]`` and what was added in ``{+…+}``; with colour, in red and green.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from service.formats.terminal import NOBODY, WIDTH, rendered, without_controls
from service.model import StoredQuote
from service.verdicts import Change, Credit, Evidence, Piece, Variant, Verdict, Verification

_SENTENCES = {
    Verdict.VERBATIM: "the words stand in a stored quotation",
    Verdict.ALTERED: "a stored quotation is like it, but some words are others",
    Verdict.PARTIAL: "true words, but words that qualify them were left out",
    Verdict.MISATTRIBUTED: "said, but credited to somebody else",
    Verdict.PARAPHRASED: "reported in other words, or in the outlet's words",
    Verdict.NOT_FOUND: "nothing stored says so",
}
_STYLES = {
    Verdict.VERBATIM: "bold green",
    Verdict.ALTERED: "bold red",
    Verdict.PARTIAL: "bold yellow",
    Verdict.MISATTRIBUTED: "bold red",
    Verdict.PARAPHRASED: "bold yellow",
    Verdict.NOT_FOUND: "bold",
}
_CREDITS = {Credit.SAME: "", Credit.OTHER: " (somebody else)", Credit.UNKNOWN: ""}


def verification_text(answer: Verification, *, width: int = WIDTH, colour: bool = False) -> str:
    """The verdict, each source with its difference, and how much was searched."""
    style = _STYLES[answer.verdict]
    lines = [Text(answer.verdict.value.upper(), style=style) + Text(f": {_SENTENCES[answer.verdict]}")]
    if answer.flags:
        lines.append(Text("changed: ", style="bold") + Text(", ".join(flag.value for flag in answer.flags)))
    for found in answer.evidence:
        lines += [Text(""), *_evidence(found)]
    lines += [Text(""), *(plain(f"note: {note}") for note in answer.notes), Text(_searched(answer))]
    return rendered(lines, width, colour=colour)


def variants_text(asked: StoredQuote, variants: Sequence[Variant], *, width: int = WIDTH, colour: bool = False) -> str:
    """A quote, then each of its variants with what is different there."""
    count = f"{len(variants)} variant{'' if len(variants) == 1 else 's'}"
    lines = [_said(asked), Text(count, style="bold")]
    for variant in variants:
        same = "" if variant.credit is not Credit.OTHER else " (credited to somebody else)"
        flags = f", changed: {', '.join(flag.value for flag in variant.flags)}" if variant.flags else ""
        lines += [
            Text(""),
            Text(variant.relation.value, style="bold") + Text(f" {variant.similarity:.0%}{flags}{same}"),
            Text("  ") + difference(variant.difference),
            Text("  ") + _where(variant.quote),
        ]
    return rendered(lines, width, colour=colour)


def difference(pieces: Sequence[Piece]) -> Text:
    """The pieces on end; the marks of what was dropped and added stand with or without colour."""
    parts = []
    for piece in pieces:
        if piece.kind is Change.KEPT:
            parts.append(plain(piece.after))
            continue
        changed = Text()
        if piece.before:
            changed += Text("[-", style="red") + _styled(piece.before, "red") + Text("-]", style="red")
        if piece.after:
            changed += Text("{+", style="green") + _styled(piece.after, "green") + Text("+}", style="green")
        parts.append(changed)
    return Text(" ").join(parts)


def _evidence(found: Evidence) -> list[Text]:
    source = found.source
    who = NOBODY
    if source.quote and source.quote.quote.speaker:
        who = source.quote.quote.speaker.name
    credit = _CREDITS[found.credit] if found.credit else ""
    head = Text(found.verdict.value, style="bold") + plain(f" {found.similarity:.0%} · {who}{credit}")
    lines = [head, Text("  ") + difference(found.difference)]
    if found.left_out:
        lines.append(Text("  left out: ", style="bold") + plain(found.left_out))
    if found.flags:
        lines.append(Text("  changed: ", style="bold") + Text(", ".join(flag.value for flag in found.flags)))
    context = plain(f"…{source.before}") + Text("»", style="bold") + plain(source.text)
    lines.append(Text("  ") + context + Text("«", style="bold") + plain(f"{source.after}…"))
    about = [source.outlet, _day(source.published_at), source.title or source.article, f"offset {source.span.start}"]
    lines.append(Text("  ") + plain(" · ".join(part for part in about if part)))
    return lines


def _searched(answer: Verification) -> str:
    searched = answer.searched
    where = ", and their texts" if searched.texts else ""
    dates = [f"from {_day(searched.since)}"] if searched.since else []
    dates += [f"to {_day(searched.until)}"] if searched.until else []
    return f"searched: {searched.quotes:,} quotes of {searched.articles:,} articles{where} {' '.join(dates)}".rstrip()


def _said(stored: StoredQuote) -> Text:
    who = stored.quote.speaker.name if stored.quote.speaker else NOBODY
    return Text(who, style="bold") + plain(f": {stored.quote.text}")


def _where(stored: StoredQuote) -> Text:
    head, quote = stored.article, stored.quote
    who = quote.speaker.name if quote.speaker else NOBODY
    about = [who, quote.attribution.type.value, head.outlet, _day(head.published_at), head.title or head.id]
    return plain(" · ".join(part for part in about if part))


def plain(text: str) -> Text:
    """Text without what a terminal would obey; a space at either end is kept as one."""
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return Text(before) + without_controls(text) + Text(after if text.strip() else "")


def _day(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d}" if moment else None


def _styled(text: str, style: str) -> Text:
    shown = plain(text)
    shown.stylize(style)
    return shown
