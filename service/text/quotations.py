"""Quotations by their marks: pairs within a paragraph, and those that run on from one paragraph into the next.

A quotation that is open at a paragraph's end runs on where the next paragraph opens with a mark of the same kind;
captions and drawn lines in between do not count. It ends where a paragraph closes it, or where the next one does not
open with a mark. A pair with nothing in it is no quotation.

>>> from service.text.paragraphs import read_paragraphs
>>> text = '"We waited.\\n"Then we left," she said.'
>>> found, notices = read_quotations(text, read_paragraphs(text))
>>> [[span.of(text) for span in quotation.spans] for quotation in found], notices
([['"We waited.', '"Then we left,"']], ())
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from service.model import Notice, Span
from service.text.layout import Paragraph, ParagraphKind, Quotation
from service.text.marks import Mark, find_marks
from service.text.pairing import Pairing, leading_groups, pair_marks
from service.text.styles import group
from service.text.whitespace import is_blank

# No article has as many marks as that (the longest that is accepted by default has 200,000 characters); what comes
# after them is not paired, so that a text made of marks takes no more than about a second.
MOST_MARKS = 20_000
# how many unpaired marks are reported one by one
MOST_NOTICES = 50

_SENTENCE_END = re.compile(r"[.!?…][\"'”’“‘»«)\]]{0,4}\s")


@dataclass(slots=True)
class _Draft:
    """A quotation in the making. ``opener`` is its last paragraph's opening mark."""

    spans: list[Span]
    opener: Mark
    group: str
    closed: bool = False


@dataclass(slots=True)
class _Findings:
    drafts: list[_Draft] = field(default_factory=list)
    strays: list[tuple[Mark, str]] = field(default_factory=list)
    overflow: Span | None = None


def read_quotations(text: str, paragraphs: Sequence[Paragraph]) -> tuple[tuple[Quotation, ...], tuple[Notice, ...]]:
    """Quotations in text order, an outer one before those in it, and notices about marks without a partner."""
    findings = _Findings()
    marked, findings.overflow = _marks_by_paragraph(text, paragraphs)
    running: list[_Draft] = []
    for position, (paragraph, marks) in enumerate(marked):
        body = paragraph.body
        if body is None:
            _leave_open(running, findings)
            running = []
            continue
        if not marks and not running:
            continue
        following = leading_groups(marked[position + 1][1]) if position + 1 < len(marked) else ()
        pairing = pair_marks(marks, _sentence_ends(text, body) if marks else (), following)
        running = _join(body, marks, pairing, running, findings)
    _leave_open(running, findings)
    drafts = [draft for draft in findings.drafts if _has_content(text, draft)]
    return _nested(drafts), _notices(text, findings)


def _marks_by_paragraph(
    text: str, paragraphs: Sequence[Paragraph]
) -> tuple[list[tuple[Paragraph, list[Mark]]], Span | None]:
    """The paragraphs that can break a quotation or hold one, with their marks; and what was not read, if anything."""
    marked: list[tuple[Paragraph, list[Mark]]] = []
    left = MOST_MARKS
    for paragraph in paragraphs:
        body = paragraph.body
        if body is None and paragraph.stamp is None:
            continue
        marks = list(islice(find_marks(text, body.start, body.end), left + 1)) if body else []
        if not marks and paragraph.kind is ParagraphKind.CAPTION:
            continue
        # an entry of its own is nobody's running on
        if paragraph.stamp is not None and body is not None:
            marked.append((_barrier(paragraph), []))
        marked.append((paragraph, marks[:left]))
        if len(marks) > left:
            return marked, Span(marks[left].start, paragraphs[-1].span.end)
        left -= len(marks)
    return marked, None


def _barrier(paragraph: Paragraph) -> Paragraph:
    return Paragraph(index=paragraph.index, span=paragraph.span, kind=paragraph.kind, body=None, stamp=paragraph.stamp)


def _sentence_ends(text: str, body: Span) -> list[int]:
    return [match.start() for match in _SENTENCE_END.finditer(text, body.start, body.end)]


def _join(
    body: Span, marks: Sequence[Mark], pairing: Pairing, running: Sequence[_Draft], findings: _Findings
) -> list[_Draft]:
    """Adds a paragraph's quotations to the findings, going on with those that run; returns those still running."""
    closing = dict(pairing.pairs)
    openers = sorted([*closing, *pairing.open])
    leading = [index for index in openers if marks[index].leads]
    going_on: dict[int, _Draft] = {}
    for draft, index in zip(running, leading, strict=False):
        if draft.group != _group_of(marks[index]):
            break
        going_on[index] = draft
    _leave_open(running[len(going_on) :], findings)
    still: list[_Draft] = []
    for index in openers:
        mark = marks[index]
        end = marks[closing[index]].end if index in closing else body.end
        if index in going_on:
            draft = going_on[index]
        else:
            draft = _Draft(spans=[], opener=mark, group=_group_of(mark))
            findings.drafts.append(draft)
        draft.spans.append(Span(mark.start, end))
        draft.opener = mark
        draft.closed = index in closing
        if not draft.closed:
            still.append(draft)
    findings.strays.extend((marks[index], "no quotation is read from it") for index in pairing.strays)
    return still


def _group_of(mark: Mark) -> str:
    return group(mark.opens[0][0])


def _leave_open(running: Sequence[_Draft], findings: _Findings) -> None:
    for draft in running:
        findings.strays.append((draft.opener, "the quotation is read as far as its paragraph's end"))


def _has_content(text: str, draft: _Draft) -> bool:
    """Whether anything but marks and blanks stands inside."""
    return any(
        not is_blank(character) and character not in "\"“”„‟″«»'‘’‚‛‹›`´′"
        for span in draft.spans
        for character in text[span.start : span.end]
    )


def _nested(drafts: Sequence[_Draft]) -> tuple[Quotation, ...]:
    ordered = sorted(drafts, key=lambda draft: (draft.spans[0].start, -draft.spans[0].end))
    parents = _parents([draft.spans for draft in ordered])
    return tuple(
        Quotation(spans=tuple(draft.spans), closed=draft.closed, parent=parent)
        for draft, parent in zip(ordered, parents, strict=True)
    )


def _parents(quotations: Sequence[Sequence[Span]]) -> list[int | None]:
    """For each quotation the innermost other one that one of its spans lies in."""
    pieces = sorted((span.start, -span.end, owner) for owner, spans in enumerate(quotations) for span in spans)
    parents: list[int | None] = [None] * len(quotations)
    stack: list[tuple[int, int]] = []
    for start, minus_end, owner in pieces:
        while stack and stack[-1][0] <= start:
            stack.pop()
        if stack and parents[owner] is None and stack[-1][1] != owner:
            parents[owner] = stack[-1][1]
        stack.append((-minus_end, owner))
    return parents


def _notices(text: str, findings: _Findings) -> tuple[Notice, ...]:
    strays = sorted(findings.strays, key=lambda stray: stray[0].start)
    notices = [_notice(text, mark, outcome) for mark, outcome in strays[:MOST_NOTICES]]
    if len(strays) > MOST_NOTICES:
        rest = strays[MOST_NOTICES:]
        notices.append(
            Notice(
                code="unpaired-quotation-mark",
                message=f"{len(rest):,} more quotation marks have no partner; the first of them stands here",
                span=Span(rest[0][0].start, rest[0][0].end),
            )
        )
    if findings.overflow is not None:
        notices.append(
            Notice(
                code="too-many-quotation-marks",
                message=f"the text has more than {MOST_MARKS:,} quotation marks; those from here on are not read",
                span=findings.overflow,
            )
        )
    return tuple(notices)


def _notice(text: str, mark: Mark, outcome: str) -> Notice:
    glyph = text[mark.start : min(mark.end, mark.start + 3)]
    return Notice(
        code="unpaired-quotation-mark",
        message=f"the quotation mark {glyph} has no partner in its paragraph; {outcome}",
        span=Span(mark.start, mark.end),
    )
