"""All readings of one article put together: the attribution step.

Order: cue candidates by sentence, quoted utterances by their marks (``dialogue``), headings by their shape
(``headings``), the other cues by the parse (``complements``); then doubles are dropped, and nesting, type and the
time of a live-blog entry read off.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from service.attribution.agreement import Agreement
from service.attribution.circumstances import Circumstances
from service.attribution.credits import read_credits
from service.attribution.cues import CueKind, find_cues
from service.attribution.dialogue import DialogueReader
from service.attribution.drafts import ComplementReader, Draft, from_heading, from_utterance
from service.attribution.extents import join_spans, quoted_share
from service.attribution.headings import HeadingQuote, read_headings
from service.attribution.hearers import without_hearers
from service.attribution.letterheads import read_letterheads
from service.attribution.lexicon import load_lexicon
from service.attribution.span_index import SpanIndex
from service.attribution.support import SupportReader
from service.attribution.tagged import read_signals
from service.attribution.transcripts import read_transcript
from service.attribution.utterance import Utterance
from service.model import Act, Attribution, QuoteType, Scope, Span, Support
from service.parse.tree import Parse
from service.text.layout import Layout

_PERFORMERS = frozenset({"i", "we", "you", "let", "us"})


def attribute(text: str, layout: Layout, parse: Parse, *, scope: Scope = Scope.SPEECH) -> tuple[Attribution, ...]:
    """Find what the article reports to have been said, by which words, and which words name the source.

    Returns attributions in text order (of their content's first span, the enclosing one first). The step never
    fails on odd text: what cannot be read gives no attribution. With scope ``all``, which follows PolNeAR, a quoted
    sentence that goes on in the paragraph of its cue (*"A," she said. "B."*) is a further span of one attribution; with
    scope ``speech``, which follows Quoth's own annotation rule 4, it is an attribution of its own.
    """
    lexicon = load_lexicon(scope)
    candidates = [c for s in parse.sentences for c in find_cues(s, lexicon)]
    by_head = {c.head.span.start: c for c in candidates if c.kind is not CueKind.NOUN}
    utterances = DialogueReader(text, layout, parse, by_head).read()
    credited, turns = read_credits(text, layout, parse), read_transcript(text, layout, parse)
    sent = read_letterheads(text, layout, parse)
    senders = {index for index, _ in sent if index is not None}
    utterances = _without_shapes(utterances, credited, turns, senders)
    claimed = {q: u for u in utterances for q in u.quotations}
    lines = [quote for index, quote in credited.items() if index not in claimed]
    lines += [quote for index, quote in sent if index not in claimed]
    headings = [*read_headings(text, layout, parse, {*claimed, *credited, *senders}), *turns, *lines]
    drafts = [from_utterance(text, u, lexicon) for u in utterances] + [from_heading(text, h) for h in headings]
    settled = {u.candidate.head.span.start for u in utterances if u.candidate is not None}
    reader = ComplementReader(text=text, layout=layout, lexicon=lexicon, claimed=claimed, headings=headings)
    for candidate in candidates:
        if candidate.head.span.start not in settled or candidate.kind is CueKind.NOUN:
            draft = reader.read(candidate)
            if draft is not None:
                drafts.append(draft)
    if parse.signals is not None:
        agreement = Agreement(text, parse, lexicon, candidates, scope)
        drafts = agreement.settle(drafts, read_signals(parse.signals), parse.signals.parts)
        if scope is Scope.ALL:
            # the encoder learnt what is first hand, and what goes on, from articles of this scope
            return _Assembly(text, layout, parse).finish(drafts, join_continued=True, all_first_hand=True)
        drafts = without_hearers(parse, drafts)
    return _Assembly(text, layout, parse).finish(drafts, join_continued=scope is Scope.ALL)


def _without_shapes(
    utterances: Sequence[Utterance], credited: Container[int], turns: Sequence[HeadingQuote], senders: Container[int]
) -> list[Utterance]:
    """The utterances less those without a cue whose speaker a line of credit or a transcript's label gives.

    Before a sender's line's colon (*From the desk of Commissioner Brandt: "…"*) stands the sender, not a name alone.
    """
    said = SpanIndex((turn.span, i) for i, turn in enumerate(turns))
    return [
        u
        for u in utterances
        if not (
            (u.pattern in {"quotation-alone", "colon"} and any(q in senders for q in u.quotations))
            or (
                u.pattern == "quotation-alone"
                and (any(q in credited for q in u.quotations) or any(said.touching(s) for s in u.spans))
            )
        )
    ]


class _Assembly:
    """What is read off when all drafts are known."""

    def __init__(self, text: str, layout: Layout, parse: Parse) -> None:
        self._text = text
        self._layout = layout
        self._parse = parse
        self._marks = SpanIndex((span, i) for i, q in enumerate(layout.quotations) for span in q.spans)
        self._starts = [p.span.start for p in layout.paragraphs]
        self._stamps = _running_stamps(layout)
        self._strays = _strays(layout)

    def finish(
        self, drafts: Sequence[Draft], *, join_continued: bool, all_first_hand: bool = False
    ) -> tuple[Attribution, ...]:
        """Drop doubles and what is second hand, order by place, and read nesting, type and time."""
        cleaned = [_with_spans(d, self._with_stray(_cleaned(self._text, d.spans))) for d in drafts]
        single = _without_doubles([d for d in cleaned if d.spans])
        all_of_them = _index(single)
        firsthand = [d for i, d in enumerate(single) if all_first_hand or not self._is_secondhand(d, i, all_of_them)]
        if join_continued:
            firsthand = self._joined(firsthand)
        ordered = sorted(_sharing_circumstances(firsthand), key=lambda d: (d.spans[0].start, -d.spans[-1].end))
        index = _index(ordered)
        support = SupportReader(self._parse)
        return tuple(self._attribution(d, i, ordered, index, support.read(d)) for i, d in enumerate(ordered))

    def _attribution(
        self, draft: Draft, i: int, drafts: Sequence[Draft], index: SpanIndex, support: Support | None
    ) -> Attribution:
        start = draft.spans[0].start
        sentence = self._parse.sentence_at(start)
        paragraph = self._paragraph(start)
        outer = _outer(draft, i, drafts, index)
        return Attribution(
            spans=draft.spans,
            type=self._type(draft, drafts[outer] if outer is not None else None),
            polarity=draft.polarity,
            act=draft.act,
            pattern=draft.pattern,
            paragraph=paragraph,
            sentence=sentence.index if sentence is not None else 0,
            cue=draft.cue,
            mention=draft.mention,
            addressee=draft.circumstances.addressee,
            venue=draft.circumstances.venue,
            # the time of an entry is not that of what somebody in it reports
            when=draft.circumstances.when or (self._stamps[paragraph] if outer is None else None),
            inside=outer,
            support=support,
            evidence=draft.evidence,
        )

    def _joined(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Quotations that go on in their cue's paragraph, as further spans of the draft with the nearest cue before."""
        joined = sorted(drafts, key=lambda d: d.cue.spans[0].start if d.cue is not None else d.spans[0].start)
        kept: list[Draft] = []
        last: int | None = None  # index in ``kept`` of the last draft whose cue stands outside quotation marks
        for draft in joined:
            start = draft.spans[0].start
            if draft.cue is not None:
                if not self._marks.covering(draft.cue.spans[0]):
                    last = len(kept)
            elif draft.pattern == "quotation-alone" and last is not None and self._is_beside(kept[last], start):
                kept[last] = replace(kept[last], spans=(*kept[last].spans, *draft.spans), pattern="continued-quotation")
                continue
            kept.append(draft)
        return kept

    def _is_beside(self, cued: Draft, offset: int) -> bool:
        """Whether ``offset`` is behind the draft's content and in the paragraph of its cue."""
        same = cued.cue is not None and self._paragraph(cued.cue.spans[0].start) == self._paragraph(offset)
        return same and all(span.end <= offset for span in cued.spans)

    def _paragraph(self, offset: int) -> int:
        return max(bisect_right(self._starts, offset) - 1, 0)

    def _is_secondhand(self, draft: Draft, i: int, index: SpanIndex) -> bool:
        """Whether a nested reading is none of the article's reports.

        Thoughts and intentions are kept only where the article itself reports them of a source, not where somebody
        quoted does (*"I think …," Lee said*). Inside quotation marks *I say*, *I tell you* and *you know* do what they
        say and report nothing; *I said*, *we asked* do report.
        """
        if draft.cue is None:
            return False
        cue = draft.cue.spans[0]
        quoted = bool(self._marks.covering(cue))
        if draft.act in {Act.THOUGHT, Act.INTENTION}:
            return quoted or any(j != i for _, j in index.covering(cue))
        speaker = draft.mention.span.of(self._text).lower() if draft.mention is not None else ""
        return quoted and speaker in _PERFORMERS and not draft.past

    def _type(self, draft: Draft, outer: Draft | None) -> QuoteType:
        """By the marks of the content; inside somebody's quotation only marks within it count (annotation rule 22)."""
        marks = [part for span in draft.spans for part, _ in self._marks.touching(span)]
        marks += [span for span in {draft.spans[0], draft.spans[-1]} if self._is_half_marked(span)]
        if draft.cue is not None and not draft.by_layout:
            cue = draft.cue.spans[0]
            # marks around the cue say nothing of its content, but for one that opens the content and never closes
            marks = [m for m in marks if m.start == draft.spans[0].start or not m.covers(cue)]
        if outer is not None:
            marks = [m for m in marks if not all(m.covers(s) for s in outer.spans)]
        share = quoted_share(self._text, draft.spans, marks)
        if share == 1.0:
            return QuoteType.DIRECT
        return QuoteType.INDIRECT if share == 0.0 else QuoteType.MIXED

    def _with_stray(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """The spans with a mark without a partner that opens the first of them or closes the last.

        *"We waited, said Lee. "It never came," he added*; *We waited", said Lee*.
        """
        if not spans or not self._strays:
            return spans
        first, last = spans[0], spans[-1]
        opening = next((m for m in self._strays if 0 <= first.start - m.end <= 1), None)
        if opening is not None and not self._text[opening.end : first.start].strip():
            first = Span(opening.start, first.end)
            return (first, *spans[1:])
        closing = next((m for m in self._strays if 0 <= m.start - last.end <= 2), None)
        if closing is not None and not any(c.isalnum() for c in self._text[last.end : closing.start]):
            last = Span(last.start, closing.end)
            return (*spans[:-1], last)
        return spans

    def _is_half_marked(self, span: Span) -> bool:
        """Whether a mark without a partner opens or closes the span."""
        return any(m.start == span.start or m.end == span.end for m in self._strays)


def _with_spans(draft: Draft, spans: tuple[Span, ...]) -> Draft:
    return draft if spans == draft.spans else replace(draft, spans=spans)


def _index(drafts: Sequence[Draft]) -> SpanIndex:
    return SpanIndex((span, i) for i, d in enumerate(drafts) for span in d.spans)


def _sharing_circumstances(drafts: Sequence[Draft]) -> list[Draft]:
    """Addressee, venue and time hold for every cue of a source in the sentence that states them (annotation rule 25).

    Two cues have one source where they share its mention: *Lee told the council A and added B*.
    """
    known: dict[Span, Circumstances] = {}
    for draft in drafts:
        if draft.mention is not None:
            said, here = known.get(draft.mention.span, Circumstances()), draft.circumstances
            known[draft.mention.span] = _or_else(said, here)
    return [
        d
        if d.mention is None or d.circumstances == known[d.mention.span]
        else replace(d, circumstances=_or_else(d.circumstances, known[d.mention.span]))
        for d in drafts
    ]


def _or_else(first: Circumstances, second: Circumstances) -> Circumstances:
    return Circumstances(
        addressee=first.addressee or second.addressee,
        venue=first.venue or second.venue,
        when=first.when or second.when,
    )


def _without_doubles(drafts: Sequence[Draft]) -> list[Draft]:
    """One attribution per cue, and of a content without a cue only if no other takes it up."""
    index = _index(drafts)
    kept: list[Draft] = []
    cues: set[tuple[Span, ...]] = set()
    for i, draft in enumerate(drafts):
        if draft.cue is not None:
            if draft.cue.spans in cues:
                continue
            cues.add(draft.cue.spans)
        else:
            holders = [{j for _, j in index.covering(s) if j != i} for s in draft.spans]
            if any(drafts[j].spans != draft.spans for j in set.intersection(*holders)):
                continue
        kept.append(draft)
    return kept


def _outer(draft: Draft, i: int, drafts: Sequence[Draft], index: SpanIndex) -> int | None:
    """The smallest other content that holds both the content and the cue of the draft."""
    if draft.cue is None:
        return None
    around = {j for _, j in index.covering(draft.spans[0])} & {j for _, j in index.covering(draft.cue.spans[0])} - {i}
    if len(around) <= 1:
        return next(iter(around), None)
    return min(around, key=lambda j: sum(map(len, drafts[j].spans)))


def _cleaned(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Without white space at the ends, in order, joined where only white space or joining marks divide two."""
    stripped = []
    for span in spans:
        words = span.of(text)
        start = span.start + len(words) - len(words.lstrip())
        end = span.end - (len(words) - len(words.rstrip()))
        if start < end and any(c.isalnum() for c in text[start:end]):
            stripped.append(Span(start, end))
    return join_spans(text, stripped)


def _running_stamps(layout: Layout) -> list[Span | None]:
    """For each paragraph the time stamp of the live-blog entry it stands in, None outside a live blog."""
    stamps: list[Span | None] = []
    running: Span | None = None
    for paragraph in layout.paragraphs:
        running = paragraph.stamp or running
        stamps.append(running)
    return stamps or [None]


def _strays(layout: Layout) -> tuple[Span, ...]:
    """The quotation marks without a partner that no quotation was read from."""
    taken = {q.spans[-1].start for q in layout.quotations if not q.closed}
    unpaired = (n.span for n in layout.notices if n.code == "unpaired-quotation-mark" and n.span is not None)
    return tuple(span for span in unpaired if span.start not in taken)
