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
from service.text.styles import GLYPHS, group
from service.text.whitespace import is_blank

# No article has as many marks as that (the longest that is accepted by default has 200,000 characters); what comes
# after them is not paired, so that a text made of marks takes no more than about a second.
MOST_MARKS = 12_000
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """Something odd about the mark at ``span``, with what was made of it."""

    span: Span
    code: str
    message: str


@dataclass(slots=True)
class _Findings:
    text: str
    drafts: list[_Draft] = field(default_factory=list)
    faults: list[_Fault] = field(default_factory=list)
    overflow: Span | None = None


def read_quotations(text: str, paragraphs: Sequence[Paragraph]) -> tuple[tuple[Quotation, ...], tuple[Notice, ...]]:
    """Quotations in text order, an outer one before those in it, and notices about marks without a partner."""
    findings = _Findings(text)
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
    return _nested(drafts), _notices(findings)


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
    going_on = _going_on(running, [index for index in openers if marks[index].leads], marks)
    _leave_open(running[len(going_on) :], findings)
    still: list[_Draft] = []
    for index in openers:
        mark = marks[index]
        if index in going_on:
            draft = going_on[index]
        else:
            draft = _Draft(spans=[], opener=mark, group=_group_of(mark))
            findings.drafts.append(draft)
        draft.opener = mark
        draft.closed = index in closing
        if draft.closed:
            closer = marks[closing[index]]
            draft.spans.append(Span(mark.start, closer.end))
            findings.faults.extend(_mismatch(findings.text, mark, closer))
        else:
            draft.spans.append(Span(mark.start, body.end))
            still.append(draft)
    nothing = "no quotation is read from it"
    findings.faults.extend(_unpaired(findings.text, marks[index], nothing) for index in pairing.strays)
    return still


def _going_on(running: Sequence[_Draft], leading: Sequence[int], marks: Sequence[Mark]) -> dict[int, _Draft]:
    """Which of the quotations that run, outermost first, the marks that lead the paragraph go on with, by mark."""
    found: dict[int, _Draft] = {}
    for draft, index in zip(running, leading, strict=False):
        if draft.group != _group_of(marks[index]):
            break
        found[index] = draft
    return found


def _group_of(mark: Mark) -> str:
    return group(mark.opens[0][0])


def _leave_open(running: Sequence[_Draft], findings: _Findings) -> None:
    for draft in running:
        outcome = "the quotation is read as far as its paragraph's end"
        findings.faults.append(_unpaired(findings.text, draft.opener, outcome))


def _unpaired(text: str, mark: Mark, outcome: str) -> _Fault:
    return _Fault(
        span=Span(mark.start, mark.end),
        code="unpaired-quotation-mark",
        message=f"the quotation mark {_glyph(text, mark)} has no partner in its paragraph; {outcome}",
    )


def _mismatch(text: str, opening: Mark, closing: Mark) -> list[_Fault]:
    """A fault where a single mark closes a double one, or the reverse."""
    if group(next(iter(closing.closes))) == _group_of(opening):
        return []
    message = f"the quotation mark {_glyph(text, closing)} is read as closing what {_glyph(text, opening)} opened"
    return [_Fault(span=Span(closing.start, closing.end), code="mismatched-quotation-marks", message=message)]


def _glyph(text: str, mark: Mark) -> str:
    # a run of a thousand marks is shown by its first three
    return text[mark.start : min(mark.end, mark.start + 3)]


def _has_content(text: str, draft: _Draft) -> bool:
    """Whether anything but marks and blanks stands inside."""
    return any(
        not is_blank(character) and character not in GLYPHS
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


def _notices(findings: _Findings) -> tuple[Notice, ...]:
    faults = sorted(findings.faults, key=lambda fault: fault.span.start)
    notices = [Notice(code=f.code, message=f.message, span=f.span) for f in faults[:MOST_NOTICES]]
    if len(faults) > MOST_NOTICES:
        count = len(faults) - MOST_NOTICES
        message = f"{count:,} more quotation marks have no partner, or one of another kind; the first stands here"
        notices.append(Notice(code="unpaired-quotation-mark", message=message, span=faults[MOST_NOTICES].span))
    if findings.overflow is not None:
        message = f"the text has more than {MOST_MARKS:,} quotation marks; those from here on are not read"
        notices.append(Notice(code="too-many-quotation-marks", message=message, span=findings.overflow))
    return tuple(notices)
