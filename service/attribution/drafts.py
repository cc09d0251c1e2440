"""Readings turned into drafts of attributions, with the article's quotation marks taken into account.

A draft has its spans, cue, mention and circumstances; nesting and type are read off later, when all drafts are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.attribution.circumstances import Circumstances, read_circumstances
from service.attribution.complements import read_complement
from service.attribution.cues import CueCandidate, CueKind
from service.attribution.extents import content_spans, is_punctuation, join_spans, snap
from service.attribution.headings import BY_LAYOUT, HeadingQuote
from service.attribution.lexicon import Frame, Lexicon
from service.attribution.readings import Reading
from service.attribution.sources import can_speak, mention_form, mention_span, source_of_verb
from service.attribution.span_index import SpanIndex
from service.attribution.utterance import Utterance
from service.model import Act, Cue, Mention, Polarity, Span
from service.parse.tree import Sentence, Word
from service.text.layout import Layout, ParagraphKind

# words from a cue to its colon, to one that ends its paragraph, and words of what follows: more is an explanation
_TO_COLON, _TO_END = 4, 6
_LONGEST_AFTER_COLON = 40
# characters in which so many words stand, to the paragraph's end and after a colon
_REACH_TO_END, _REACH_AFTER_COLON = 500, 4_000
_MARK_LEMMAS = {":": "colon", "-": "dash", "–": "dash", "—": "dash", "―": "dash", "--": "dash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An attribution before nesting and indices are known.

    ``past``: its cue is in a past tense or is a noun. ``by_layout``: nothing but the layout shows that it is one.
    """

    spans: tuple[Span, ...]
    pattern: str
    polarity: Polarity = Polarity.ASSERTED
    act: Act = Act.SPEECH
    cue: Cue | None = None
    mention: Mention | None = None
    circumstances: Circumstances = field(default_factory=Circumstances)
    past: bool = True
    evidence: tuple[str, ...] = ()
    by_layout: bool = False


def from_utterance(text: str, utterance: Utterance, lexicon: Lexicon) -> Draft:
    """The draft of quoted speech."""
    candidate, sentence = utterance.candidate, utterance.sentence
    mention = _mention(sentence, utterance.source) if sentence is not None else None
    if candidate is None or sentence is None:
        cue = Cue(lemma="colon", spans=(utterance.cue_span,)) if utterance.cue_span is not None else None
        said_by = f": after {mention.span.of(text)}" if mention is not None else ""
        return Draft(
            spans=utterance.spans,
            pattern=utterance.pattern,
            cue=cue,
            mention=mention,
            evidence=(f"{utterance.pattern}{said_by}",),
        )
    circumstances = read_circumstances(sentence, candidate.head, utterance.spans, lexicon)
    act = candidate.entry.act if candidate.entry.act in {Act.SPEECH, Act.WRITING} else Act.SPEECH
    return Draft(
        spans=utterance.spans,
        pattern=utterance.pattern,
        act=_act(act, sentence, utterance.source, circumstances.venue, lexicon),
        cue=_cue(candidate, candidate.words),
        mention=mention,
        circumstances=circumstances,
        evidence=_evidence(text, candidate, utterance.pattern),
    )


def _act(act: Act, sentence: Sentence, source: Word | None, venue: Span | None, lexicon: Lexicon) -> Act:
    """Writing where a document speaks or the occasion is a written one (*said in a letter*), whatever the verb."""
    if act is not Act.SPEECH:
        return act
    if source is not None and source.lemma.lower() in lexicon.document_nouns:
        return Act.WRITING
    occasion = [w.lemma.lower() for w in sentence.words if venue is not None and venue.covers(w.span)]
    return Act.WRITING if set(occasion) & lexicon.written_occasions else act


def from_heading(text: str, heading: HeadingQuote) -> Draft:
    """The draft of a quote that was read off its shape."""
    cue = None
    if heading.cue is not None:
        words = " ".join(heading.cue.of(text).lower().split())
        cue = Cue(lemma=_MARK_LEMMAS.get(words, words), spans=(heading.cue,))
    beside = f": {heading.name.of(text)}" if heading.name is not None else ""
    return Draft(
        spans=(heading.span, *heading.further),
        pattern=heading.pattern,
        cue=cue,
        mention=Mention(span=heading.name, form=heading.form) if heading.name is not None else None,
        evidence=(f"{heading.pattern}{beside}",),
        by_layout=heading.pattern.startswith(BY_LAYOUT),
    )


def _cue(candidate: CueCandidate, words: Sequence[Word]) -> Cue:
    ordered = sorted(words, key=lambda w: w.index)
    spans: list[Span] = []
    previous = -2
    for word in ordered:
        if word.index == previous + 1 and spans:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, word.span.end))
        else:
            spans.append(word.span)
        previous = word.index
    return Cue(lemma=candidate.entry.lemma, spans=tuple(sorted(set(spans))))


def _mention(sentence: Sentence, source: Word | None) -> Mention | None:
    if source is None or not can_speak(source):
        return None
    return Mention(span=mention_span(sentence, source), form=mention_form(sentence, source))


def _evidence(text: str, candidate: CueCandidate, pattern: str) -> tuple[str, ...]:
    said = " ".join(w.form for w in candidate.words if w.span.of(text))
    return (f"{candidate.kind.value}: {said}", f"construction: {pattern}")


class ComplementReader:
    """Turns parse readings into drafts, in the light of the quotations that utterances already claim."""

    def __init__(
        self,
        *,
        text: str,
        layout: Layout,
        lexicon: Lexicon,
        claimed: Mapping[int, Utterance],
        headings: Sequence[HeadingQuote],
    ) -> None:
        self._text = text
        self._layout = layout
        self._lexicon = lexicon
        self._claimed = claimed
        shapes = (h for h in headings if not h.pattern.startswith(BY_LAYOUT))
        self._shapes = SpanIndex((h.span, i) for i, h in enumerate(shapes))
        self._marks = SpanIndex((span, i) for i, q in enumerate(layout.quotations) for span in q.spans)

    def read(self, candidate: CueCandidate) -> Draft | None:
        """The draft that the parse gives a cue, None where it gives none."""
        after_colon = self._after_colon(candidate)
        if after_colon is not None:
            return after_colon
        reading = read_complement(candidate, self._lexicon) or self._quoted_predicate(candidate)
        if reading is None:
            return self._next_paragraph(candidate)
        spans = content_spans(candidate.sentence, reading.content)
        spans = self._bounded(candidate, spans)
        # in a heading the shape says it all; a turn of a transcript or a credited quote can hold further reports
        if not spans or any(self._shapes.touching(s) for s in spans):
            return None
        return self._draft(reading, spans)

    def _draft(self, reading: Reading, spans: Sequence[Span]) -> Draft:
        candidate = reading.candidate
        joined = join_spans(self._text, spans)
        mention = _mention(candidate.sentence, reading.source)
        if mention is not None and any(s.overlaps(mention.span) for s in joined):
            joined = tuple(part for s in joined for part in _without(s, mention.span)) or joined
        circumstances = read_circumstances(candidate.sentence, candidate.head, joined, self._lexicon)
        return Draft(
            spans=joined,
            pattern=reading.pattern,
            polarity=reading.polarity,
            act=_act(candidate.entry.act, candidate.sentence, reading.source, circumstances.venue, self._lexicon),
            cue=_cue(candidate, reading.cue_words),
            mention=mention,
            circumstances=circumstances,
            past=candidate.head.xpos in {"VBD", "VBN"} or candidate.head.upos == "NOUN",
            evidence=_evidence(self._text, candidate, reading.pattern),
        )

    def _bounded(self, candidate: CueCandidate, spans: Sequence[Span]) -> list[Span]:
        """Keep a content inside the quotation its cue stands in, out of other cues' quotations, and whole at marks."""
        cue = candidate.head.span
        home = next((part for part, _ in self._marks.covering(cue)), None)
        if home is not None:
            return [self._whole(kept, cue) for span in spans if (kept := _clipped(span, home)) is not None]
        kept_spans: list[Span] = []
        for span in spans:
            parts = [span]
            for quoted, index in self._marks.touching(span):
                utterance = self._claimed.get(index)
                if utterance is not None and self._is_elsewhere(utterance, spans):
                    parts = [p for part in parts for p in _without(part, quoted)]
            kept_spans.extend(parts)
        return [self._whole(span, cue) for span in kept_spans]

    def _is_elsewhere(self, utterance: Utterance, spans: Sequence[Span]) -> bool:
        """Whether quoted speech is a report apart from the content, and not a part of what was said."""
        if utterance.candidate is not None:
            return not any(s.covers(utterance.candidate.head.span) for s in spans)
        if utterance.pattern != "quotation-alone":
            return False
        quoted = [s for i in utterance.quotations for s in self._layout.quotations[i].spans]
        return not any(s.covers(q) for s in spans for q in quoted)

    def _whole(self, span: Span, cue: Span) -> Span:
        """Widen a span that ends within a quotation to the quotation's end, and take in outer marks."""
        end = span.end
        for part, index in self._marks.touching(Span(span.start, span.end), reach=3):
            quotation = self._layout.quotations[index]
            if index in self._claimed or quotation.parent is not None or part.covers(cue) or part != quotation.spans[0]:
                continue
            # a span that begins at the first word inside the marks counts as beginning with them
            begins_inside = span.start <= part.start + 2 and part.start < end < part.end
            follows = 0 <= part.start - end <= 2 and not _has_stop(self._text[end : part.start])
            if begins_inside or (follows and part.start > cue.end):
                end = part.end
        widened = Span(span.start, end)
        return snap(self._text, widened, [part for part, _ in self._marks.touching(widened, reach=4)])

    def _quoted_predicate(self, candidate: CueCandidate) -> Reading | None:
        """*branded them "wicked"*, *described it as "a farce"*: what X is called stands in marks."""
        names = {Frame.PREDICATIVE, Frame.AS}
        if candidate.kind is not CueKind.VERB or not candidate.entry.frames & names:
            return None
        sentence, verb = candidate.sentence, candidate.head
        for quoted, index in self._marks.touching(sentence.span):
            if index in self._claimed or not (verb.span.end < quoted.start and sentence.span.covers(quoted)):
                continue
            between = [w for w in sentence.words if verb.span.end <= w.span.start and w.span.end <= quoted.start]
            plain = [w for w in between if not is_punctuation(w)]
            if not plain or len(plain) > 12 or any(w.upos in {"VERB", "AUX"} for w in plain):
                return None
            if Frame.PREDICATIVE not in candidate.entry.frames and plain[-1].lemma not in {"as", "a", "an"}:
                return None
            source = source_of_verb(sentence, verb)
            return Reading(
                candidate=candidate,
                pattern="quoted-predicate",
                content=tuple(w for w in sentence.words if quoted.covers(w.span)),
                cue_words=(*candidate.words, *(w for w in plain[-2:] if w.lemma == "as")),
                source=source if source is not None and can_speak(source) else None,
                polarity=candidate.polarity,
            )
        return None

    def _after_colon(self, candidate: CueCandidate) -> Draft | None:
        """*THE BUZZER SAYS: Show us the sums.*: a colon right behind the cue, and no marks to the paragraph's end."""
        if candidate.kind is not CueKind.VERB or not candidate.entry.frames & {Frame.CLAUSE, Frame.QUOTE}:
            return None
        sentence = candidate.sentence
        body = self._layout.paragraphs[sentence.paragraph].body
        behind = sentence.words[candidate.head.index + 1 :]
        colon = next((w for w in behind[:_TO_COLON] if w.form == ":"), None)
        if body is None or colon is None or body.end - colon.span.end > _REACH_AFTER_COLON:
            return None
        said = self._text[colon.span.end : body.end]
        start = colon.span.end + len(said) - len(said.lstrip())
        said = said.strip()
        if (
            not any(map(str.isalnum, said))
            or len(said.split()) > _LONGEST_AFTER_COLON
            or self._marks.touching(Span(start, body.end))
        ):
            return None
        source = source_of_verb(sentence, candidate.head)
        reading = Reading(
            candidate=candidate,
            pattern="colon-clause",
            content=(),
            cue_words=candidate.words,
            source=source if source is not None and can_speak(source) else None,
            polarity=candidate.polarity,
        )
        return self._draft(reading, [Span(start, start + len(said.removesuffix(".")))])

    def _next_paragraph(self, candidate: CueCandidate) -> Draft | None:
        """*Lee added:* and then a paragraph without marks."""
        if candidate.kind is CueKind.NOUN or Frame.CLAUSE not in candidate.entry.frames:
            return None
        sentence = candidate.sentence
        paragraphs = self._layout.paragraphs
        here = paragraphs[sentence.paragraph]
        if sentence.paragraph + 1 >= len(paragraphs) or here.body is None:
            return None
        start, end = candidate.head.span.end, here.body.end
        following = paragraphs[sentence.paragraph + 1]
        if self._text[end - 1] != ":" or end - start > _REACH_TO_END or following.kind is not ParagraphKind.BODY:
            return None
        if len(self._text[start:end].split()) > _TO_END:
            return None
        if following.body is None or self._marks.touching(following.body):
            return None
        source = source_of_verb(sentence, candidate.head)
        reading = Reading(
            candidate=candidate,
            pattern="colon-paragraph",
            content=(),
            cue_words=candidate.words,
            source=source,
            polarity=candidate.polarity,
        )
        return self._draft(reading, [following.body])


def _clipped(span: Span, home: Span) -> Span | None:
    """The part of a span inside a quotation's marks, None for none."""
    start, end = max(span.start, home.start + 1), min(span.end, home.end)
    return Span(start, end) if start < end else None


def _has_stop(gap: str) -> bool:
    return any(c in ".!?;:\n" for c in gap)


def _without(span: Span, hole: Span) -> list[Span]:
    if not span.overlaps(hole):
        return [span]
    parts = []
    if span.start < hole.start:
        parts.append(Span(span.start, hole.start))
    if hole.end < span.end:
        parts.append(Span(hole.end, span.end))
    return parts
