"""Quoted speech to its cue by where the marks stand: *"X," said Lee*, *Lee said: "X"*, *"X," said Lee, "Y"*, *"X."*

A parser trained on plain sentences is least sure around quotation marks, so quoted utterances are paired with their
cues by text order first; the tree only names the cue's subject. Quotations that are part of a longer clause
(*called it "a farce"*) are left to ``complements``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from service.attribution.cue_ahead import CueAhead
from service.attribution.cue_behind import CueBehind
from service.attribution.cues import CueCandidate
from service.attribution.extents import is_punctuation
from service.attribution.gaps import MARKS, SENTENCE_ENDS, Gap, Part, Surroundings, gaps_around
from service.attribution.lexicon import Frame
from service.attribution.utterance import Utterance, source_of_cue
from service.model import Span
from service.parse.tree import Parse
from service.text.layout import Layout, Paragraph, ParagraphKind


class DialogueReader:
    """Pairs the quotations of one article with cues. ``candidates`` are keyed by their head's start offset."""

    def __init__(self, text: str, layout: Layout, parse: Parse, candidates: Mapping[int, CueCandidate]) -> None:
        self._text = text
        self._layout = layout
        self._parse = parse
        self._candidates = candidates
        self._around = Surroundings(text, layout, parse)
        self._ahead = CueAhead(text, parse, candidates, self._around)
        self._behind = CueBehind(text, parse, candidates, self._around)

    def read(self) -> list[Utterance]:
        """All utterances of the article, in text order."""
        found: list[Utterance] = []
        for paragraph in self._layout.paragraphs:
            if paragraph.body is not None:
                found.extend(self._read_paragraph(paragraph, paragraph.body))
        return found + self._read_nested()

    # --- quotations in quotations -----------------------------------------------------------------------------------

    def _read_nested(self) -> list[Utterance]:
        """*"He looked at me and said, 'Not in my time.'"*: quoted speech with a cue inside somebody's quoted speech."""
        found: list[Utterance] = []
        for index, outer in enumerate(self._layout.quotations):
            for region in outer.spans:
                inner = self._around.nested_parts(index, region)
                if inner:
                    found.extend(self._read_region(inner, Span(region.start + 1, max(region.end, region.start + 2))))
        return found

    def _read_region(self, parts: Sequence[Part], region: Span) -> list[Utterance]:
        found: list[Utterance] = []
        used: set[int] = set()
        for (before, after), part in zip(gaps_around(parts, region), parts, strict=True):
            utterance = self._ahead.read(part, before, after, None, used) or self._behind.read(
                part, before, after, used, first=False
            )
            if utterance is not None:
                found.append(utterance)
                if utterance.candidate is not None:
                    used.add(utterance.candidate.head.span.start)
        return found

    # --- one paragraph ---------------------------------------------------------------------------------------------

    def _read_paragraph(self, paragraph: Paragraph, body: Span) -> list[Utterance]:
        parts = self._parts(body)
        found: list[Utterance] = []
        used: set[int] = set()  # start offsets of cue heads that have their quotation
        for i, (part, (before, after)) in enumerate(zip(parts, gaps_around(parts, body), strict=True)):
            if self._begun_earlier(part, body):
                continue
            last = found[-1] if found else None
            if last is not None and i > 0 and self._goes_on(last, parts[i - 1], before):
                found[-1] = replace(
                    last,
                    spans=(*last.spans, *self._around.spans_of(part)),
                    quotations=(*last.quotations, part.quotation),
                    pattern="interrupted-quotation",
                )
                continue
            utterance = (
                self._ahead.read(part, before, after, paragraph, used)
                or self._behind.read(part, before, after, used, first=i == 0)
                or (None if paragraph.kind is ParagraphKind.HEADING else self._alone(part, before, after))
            )
            if utterance is not None:
                found.append(utterance)
                if utterance.candidate is not None:
                    used.add(utterance.candidate.head.span.start)
        return found

    def _parts(self, body: Span) -> list[Part]:
        parts = []
        for part in self._around.parts(body):
            quotation = self._layout.quotations[part.quotation]
            open_end = not quotation.closed and part.span == quotation.spans[-1]
            cut = self._tail_cut(part.span) if open_end else None
            parts.append(part if cut is None else replace(part, span=cut))
        return parts

    def _tail_cut(self, span: Span) -> Span | None:
        """*'There was a bang, and then nothing, she said.*: where a mark that is never closed ought to have closed.

        The cue clause at the end of the paragraph, behind a comma, with a subject that is not the quotation's *I*.
        """
        words = [w for w in self._parse.words_in(span) if not is_punctuation(w)]
        for word in reversed(words[-8:]):
            candidate = self._candidates.get(word.span.start)
            if (
                candidate is None
                or candidate.head is not word
                or not candidate.entry.frames & {Frame.CLAUSE, Frame.QUOTE}
            ):
                continue
            source = source_of_cue(candidate)
            if source is None or source.form.lower() in {"i", "we", "you"} or source.span.start < span.start:
                return None
            start = min(source.span.start, word.span.start)
            head = self._text[span.start : start].rstrip()
            if head.endswith((",", "?", "!")) and len(words) > 6:
                return Span(span.start, span.start + len(head))
            return None
        return None

    def _begun_earlier(self, part: Part, body: Span) -> bool:
        """Whether the quotation runs on from an earlier paragraph, where it was read already."""
        return self._layout.quotations[part.quotation].spans[0].start < body.start

    # --- interrupted ------------------------------------------------------------------------------------------------

    def _goes_on(self, last: Utterance, previous: Part, between: Gap) -> bool:
        """*"X," she said, "Y."*: the cue stands after the first part and no sentence ends before the second."""
        if last.quotations[-1] != previous.quotation or last.candidate is None:
            return False
        head = last.candidate.head.span
        if not between.start <= head.start < between.end or last.pattern != "quotation-cue":
            return False
        tail = self._around.of(between).rstrip()
        return bool(tail) and tail[-1] not in SENTENCE_ENDS and self._around.last_sentence_start(between) is None

    # --- alone ------------------------------------------------------------------------------------------------------

    def _alone(self, part: Part, before: Gap, after: Gap) -> Utterance | None:
        """A quotation that is a sentence by itself; quoted words within a sentence are none."""
        inner = self._text[part.span.start : part.span.end].strip(MARKS)
        head = self._around.of(before).rstrip()
        tail = self._around.of(after).lstrip()
        starts_sentence = not head or head[-1] in ".!?…:" or self._ends_in_quotation(before)
        finished = self._around.inner_end(part.span) in ".!?…" or len(self._around.spans_of(part)) > 1
        ends_sentence = not tail or (finished and not tail[0].islower())
        long_enough = len(inner.split()) >= (2 if finished else 5)
        if not (starts_sentence and ends_sentence and long_enough and (inner[:1].isupper() or not inner[:1].isalpha())):
            return None
        return Utterance(spans=self._around.spans_of(part), quotations=(part.quotation,), pattern="quotation-alone")

    def _ends_in_quotation(self, gap: Gap) -> bool:
        return gap.end > gap.start and not self._around.of(gap).strip() and gap.start > 0
