"""All readings of one article put together: the attribution step.

Order: cue candidates by sentence, quoted utterances by their marks (``dialogue``), headings by their shape
(``headings``), the other cues by the parse (``complements``); then boundaries are set to whole quotations, doubles
dropped, and nesting, type and circumstances read off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from service.attribution.circumstances import Circumstances, read_circumstances
from service.attribution.complements import Reading, read_complement
from service.attribution.cues import CueCandidate, CueKind, find_cues
from service.attribution.dialogue import DialogueReader, Utterance
from service.attribution.extents import content_spans, is_punctuation, join_spans, quoted_share, snap
from service.attribution.headings import HeadingQuote, read_headings
from service.attribution.lexicon import Frame, Lexicon, load_lexicon
from service.attribution.sources import can_speak, mention_form, mention_span, source_of_verb
from service.model import Act, Attribution, Cue, Mention, MentionForm, Polarity, QuoteType, Scope, Span
from service.parse.tree import Parse, Sentence, Word
from service.text.layout import Layout, ParagraphKind

_COLON_LEMMAS = {":": "colon", "-": "dash", "–": "dash", "—": "dash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """An attribution before nesting and indices are known; ``past``: its cue is in a past tense or is a noun."""

    spans: tuple[Span, ...]
    pattern: str
    polarity: Polarity = Polarity.ASSERTED
    act: Act = Act.SPEECH
    cue: Cue | None = None
    mention: Mention | None = None
    circumstances: Circumstances = field(default_factory=Circumstances)
    past: bool = True
    evidence: tuple[str, ...] = ()


def attribute(text: str, layout: Layout, parse: Parse, *, scope: Scope = Scope.SPEECH) -> tuple[Attribution, ...]:
    """Find what the article reports to have been said, by which words, and which words name the source.

    Returns attributions in text order (of their content's first span, the enclosing one first). The step never
    fails on odd text: what cannot be read gives no attribution.
    """
    lexicon = load_lexicon(scope)
    candidates = [c for s in parse.sentences for c in find_cues(s, lexicon)]
    by_head = {c.head.span.start: c for c in candidates if c.kind is not CueKind.NOUN}
    utterances = DialogueReader(text, layout, parse, by_head).read()
    headings = read_headings(text, layout, parse, {q for u in utterances for q in u.quotations})
    drafts = [_from_utterance(text, u, lexicon) for u in utterances]
    drafts += [_from_heading(text, h) for h in headings]
    settled = {u.candidate.head.span.start for u in utterances if u.candidate is not None}
    claimed = {q: u for u in utterances for q in u.quotations}
    reader = _ComplementReader(text, layout, parse, lexicon, claimed, headings)
    for candidate in candidates:
        if candidate.head.span.start not in settled or candidate.kind is CueKind.NOUN:
            draft = reader.read(candidate)
            if draft is not None:
                drafts.append(draft)
    firsthand = [d for d in _without_doubles(drafts) if not _is_secondhand(text, layout, d, drafts)]
    return _finish(text, layout, parse, firsthand)


# --- from the readings -----------------------------------------------------------------------------------------------


def _from_utterance(text: str, utterance: Utterance, lexicon: Lexicon) -> _Draft:
    candidate, sentence = utterance.candidate, utterance.sentence
    mention = _mention(sentence, utterance.source) if sentence is not None else None
    if candidate is None or sentence is None:
        cue = Cue(lemma="colon", spans=(utterance.cue_span,)) if utterance.cue_span is not None else None
        said_by = f": after {mention.span.of(text)}" if mention is not None else ""
        return _Draft(
            spans=utterance.spans,
            pattern=utterance.pattern,
            cue=cue,
            mention=mention,
            evidence=(f"{utterance.pattern}{said_by}",),
        )
    return _Draft(
        spans=utterance.spans,
        pattern=utterance.pattern,
        act=candidate.entry.act if candidate.entry.act in {Act.SPEECH, Act.WRITING} else Act.SPEECH,
        cue=_cue(candidate, candidate.words),
        mention=mention,
        circumstances=read_circumstances(sentence, candidate.head, utterance.spans, lexicon),
        evidence=_evidence(text, candidate, utterance.pattern),
    )


def _from_heading(text: str, heading: HeadingQuote) -> _Draft:
    cue = None
    if heading.cue is not None:
        cue = Cue(lemma=_COLON_LEMMAS[heading.cue.of(text)], spans=(heading.cue,))
    beside = f": {heading.name.of(text)}" if heading.name is not None else ""
    return _Draft(
        spans=(heading.span,),
        pattern=heading.pattern,
        cue=cue,
        mention=Mention(span=heading.name, form=heading.form) if heading.name is not None else None,
        evidence=(f"{heading.pattern}{beside}",),
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


class _ComplementReader:
    """Turns parse readings into drafts, in the light of the quotations that utterances already claim."""

    def __init__(
        self,
        text: str,
        layout: Layout,
        parse: Parse,
        lexicon: Lexicon,
        claimed: dict[int, Utterance],
        headings: Iterable[HeadingQuote],
    ) -> None:
        self._text = text
        self._layout = layout
        self._parse = parse
        self._lexicon = lexicon
        self._claimed = claimed
        self._headings = [h.span for h in headings]

    def read(self, candidate: CueCandidate) -> _Draft | None:
        reading = read_complement(candidate, self._lexicon) or self._quoted_predicate(candidate)
        if reading is None:
            return self._next_paragraph(candidate)
        spans = content_spans(candidate.sentence, reading.content)
        spans = self._bounded(candidate, spans)
        if not spans or any(h.overlaps(s) for h in self._headings for s in spans):
            return None
        return self._draft(reading, spans)

    def _draft(self, reading: Reading, spans: Sequence[Span]) -> _Draft:
        candidate = reading.candidate
        joined = join_spans(self._text, spans)
        mention = _mention(candidate.sentence, reading.source)
        if mention is not None and any(s.overlaps(mention.span) for s in joined):
            joined = tuple(part for s in joined for part in _without(s, mention.span)) or joined
        return _Draft(
            spans=joined,
            pattern=reading.pattern,
            polarity=reading.polarity,
            act=candidate.entry.act,
            cue=_cue(candidate, reading.cue_words),
            mention=mention,
            circumstances=read_circumstances(candidate.sentence, candidate.head, joined, self._lexicon),
            past=candidate.head.xpos in {"VBD", "VBN"} or candidate.head.upos == "NOUN",
            evidence=_evidence(self._text, candidate, reading.pattern),
        )

    def _bounded(self, candidate: CueCandidate, spans: Sequence[Span]) -> list[Span]:
        """Keep a content inside the quotation its cue stands in, out of other cues' quotations, and whole at marks."""
        cue = candidate.head.span
        home = next((s for q in self._layout.quotations for s in q.spans if s.covers(cue)), None)
        kept: list[Span] = []
        for span in spans:
            if home is not None:
                start, end = max(span.start, home.start), min(span.end, home.end)
                if start < end:
                    kept.append(Span(start, end) if home.start < start else Span(start + 1, max(end, start + 2)))
                continue
            parts = [span]
            for index, utterance in self._claimed.items():
                quoted = self._layout.quotations[index].spans
                if (utterance.pattern == "quotation-alone" and not any(s.covers(q) for s in spans for q in quoted)) or (
                    utterance.candidate is not None and not any(s.covers(utterance.candidate.head.span) for s in spans)
                ):
                    parts = [p for part in parts for q in quoted[:1] for p in _without(part, q)]
            kept.extend(parts)
        return [self._whole(span, cue) for span in kept]

    def _whole(self, span: Span, cue: Span) -> Span:
        """Widen a span that ends within a quotation to the quotation's end, and take in outer marks."""
        end = span.end
        for index, quotation in enumerate(self._layout.quotations):
            if index in self._claimed or quotation.parent is not None:
                continue
            first, last = quotation.spans[0], quotation.spans[-1]
            if first.covers(cue) or last.covers(cue):
                continue
            # a span that begins at the first word inside the marks counts as beginning with them
            begins_inside = span.start <= first.start + 2 and first.start < end < first.end
            follows = 0 <= first.start - end <= 2 and not _has_stop(self._text[end : first.start])
            if begins_inside or (follows and first.start > cue.end):
                end = first.end
        return snap(self._text, Span(span.start, end), self._layout.quotations)

    def _quoted_predicate(self, candidate: CueCandidate) -> Reading | None:
        """*branded them "wicked"*, *described it as "a farce"*: what X is called stands in marks, whatever the parse."""
        names = {Frame.PREDICATIVE, Frame.AS}
        if candidate.kind is not CueKind.VERB or not candidate.entry.frames & names:
            return None
        sentence, verb = candidate.sentence, candidate.head
        for index, quotation in enumerate(self._layout.quotations):
            quoted = quotation.spans[0]
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

    def _next_paragraph(self, candidate: CueCandidate) -> _Draft | None:
        """*Lee added:* and then a paragraph without marks."""
        if candidate.kind is CueKind.NOUN or Frame.CLAUSE not in candidate.entry.frames:
            return None
        sentence = candidate.sentence
        paragraphs = self._layout.paragraphs
        here = paragraphs[sentence.paragraph]
        if sentence.paragraph + 1 >= len(paragraphs) or here.body is None:
            return None
        body = here.body.of(self._text).rstrip()
        rest = self._text[candidate.head.span.end : here.body.end]
        following = paragraphs[sentence.paragraph + 1]
        if not body.endswith(":") or len(rest.split()) > 6 or following.kind is not ParagraphKind.BODY:
            return None
        if following.body is None or any(
            following.body.overlaps(s) for q in self._layout.quotations for s in q.spans[:1]
        ):
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


# --- doubles, nesting, type ------------------------------------------------------------------------------------------


def _without_doubles(drafts: Sequence[_Draft]) -> list[_Draft]:
    """One attribution per cue, and of a content without a cue only if no other takes it up."""
    kept: list[_Draft] = []
    cues: set[tuple[Span, ...]] = set()
    for draft in drafts:
        if draft.cue is not None:
            if draft.cue.spans in cues:
                continue
            cues.add(draft.cue.spans)
        elif any(
            o.spans != draft.spans and all(any(t.covers(s) for t in o.spans) for s in draft.spans) for o in drafts
        ):
            continue
        kept.append(draft)
    return kept


_PERFORMERS = frozenset({"i", "we", "you", "let", "us"})


def _is_secondhand(text: str, layout: Layout, draft: _Draft, drafts: Sequence[_Draft]) -> bool:
    """Whether a nested reading is none of the article's reports.

    Thoughts and intentions are kept only where the article itself reports them of a source, not where somebody quoted
    does (*"I think …," Lee said*). Inside quotation marks *I say*, *I tell you* and *you know* do what they say and
    report nothing; *I said*, *we asked* do report.
    """
    if draft.cue is None:
        return False
    cue = draft.cue.spans[0]
    if draft.act in {Act.THOUGHT, Act.INTENTION}:
        return any(o is not draft and any(s.covers(cue) for s in o.spans) for o in drafts) or _is_quoted(layout, cue)
    speaker = draft.mention.span.of(text).lower() if draft.mention is not None else ""
    return speaker in _PERFORMERS and not draft.past and _is_quoted(layout, cue)


def _is_quoted(layout: Layout, span: Span) -> bool:
    return any(s.covers(span) for q in layout.quotations for s in q.spans)


def _finish(text: str, layout: Layout, parse: Parse, drafts: Sequence[_Draft]) -> tuple[Attribution, ...]:
    cleaned = [replace(d, spans=_cleaned(text, d.spans)) for d in drafts]
    ordered = sorted((d for d in cleaned if d.spans), key=lambda d: (d.spans[0].start, -d.spans[-1].end))
    found = []
    for i, draft in enumerate(ordered):
        start = draft.spans[0].start
        sentence = parse.sentence_at(start)
        outer = _outer(ordered, i)
        found.append(
            Attribution(
                spans=draft.spans,
                type=_type(text, layout, draft, ordered[outer] if outer is not None else None),
                polarity=draft.polarity,
                act=draft.act,
                pattern=draft.pattern,
                paragraph=_paragraph_at(layout, start),
                sentence=sentence.index if sentence is not None else 0,
                cue=draft.cue,
                mention=draft.mention,
                addressee=draft.circumstances.addressee,
                venue=draft.circumstances.venue,
                when=draft.circumstances.when or _stamp(layout, start),
                inside=outer,
                evidence=draft.evidence,
            )
        )
    return tuple(found)


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


def _outer(drafts: Sequence[_Draft], index: int) -> int | None:
    """The smallest other content that holds both the content and the cue of the draft."""
    draft = drafts[index]
    if draft.cue is None:
        return None
    best: tuple[int, int] | None = None
    for i, other in enumerate(drafts):
        if i == index:
            continue
        holds = all(any(o.covers(s) for o in other.spans) for s in (draft.spans[0], draft.cue.spans[0]))
        if holds:
            size = sum(map(len, other.spans))
            if best is None or size < best[0]:
                best = (size, i)
    return best[1] if best is not None else None


def _type(text: str, layout: Layout, draft: _Draft, outer: _Draft | None) -> QuoteType:
    """By the marks of the content; inside somebody's quotation only marks within it count (annotation rule 22)."""
    marked = [s for q in layout.quotations for s in q.spans]
    if draft.cue is not None:
        # marks around the cue say nothing of its content, but for one that opens the content and never closes
        marked = [m for m in marked if m.start == draft.spans[0].start or not m.covers(draft.cue.spans[0])]
    if outer is not None:
        marked = [m for m in marked if not all(m.covers(s) for s in outer.spans)]
    share = quoted_share(text, draft.spans, marked)
    if share == 1.0:
        return QuoteType.DIRECT
    return QuoteType.INDIRECT if share == 0.0 else QuoteType.MIXED


def _paragraph_at(layout: Layout, offset: int) -> int:
    return next((p.index for p in reversed(layout.paragraphs) if p.span.start <= offset), 0)


def _stamp(layout: Layout, offset: int) -> Span | None:
    """The time stamp of the live-blog entry that the offset stands in, None outside a live blog."""
    for paragraph in reversed(layout.paragraphs[: _paragraph_at(layout, offset) + 1]):
        if paragraph.stamp is not None:
            return paragraph.stamp
    return None
