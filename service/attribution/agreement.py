"""The constructions that the rules read and the attributions that the encoder tags, brought to one set of drafts.

Each knows what the other does not. The rules know quotation marks, layout and which words report speech; the encoder
has seen thousands of reports and knows cues that no list has and where a content ends. A draft and a tagged attribution
are one report if their cues overlap, or, without a cue, their contents. Then one decision is made for each report:

- both see it: it is kept;
- only the rules see it: it is kept unless the encoder is sure that its words are nobody's content;
- only the encoder sees it: it is taken if the encoder is sure enough, and its words are in no other report.

The encoder learnt from PolNeAR, which counts thoughts and intentions, and takes *that* for a part of the content. So it
leads where that is what is asked for (scope ``all``); in scope ``speech``, which follows Quoth's own annotation, the
rules lead and the encoder adds. Measured both ways: training/encoder/README.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.attribution.circumstances import read_circumstances
from service.attribution.cues import CueCandidate
from service.attribution.drafts import Draft
from service.attribution.extents import is_punctuation, is_quotation_mark, join_spans, trim
from service.attribution.lexicon import Lexicon
from service.attribution.sources import can_speak, mention_form, mention_span, source_of_noun, source_of_verb
from service.attribution.span_index import SpanIndex
from service.attribution.support import mean, values_in
from service.attribution.tagged import Run, Tagged
from service.model import Act, Cue, Mention, Polarity, Scope, Span
from service.parse.signals import CONTENT, OUTSIDE, Floats
from service.parse.tree import Parse, Sentence, Word, cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one scope takes from the encoder.

    ``leads``: where both see a report, its boundaries, cue and mention are the encoder's; cues that no list has are
    taken, and what only the rules see gives way where it overlaps. Else the rules' stand, and the encoder adds reports
    whose cue is listed and whose source it sees. ``least``: the certainty from which a report that only the encoder
    sees is taken. ``veto``: the mean probability of content below which one that only the rules see is dropped.
    """

    leads: bool
    least: float
    veto: float


POLICIES = {
    Scope.ALL: Policy(leads=True, least=0.7, veto=0.5),
    Scope.SPEECH: Policy(leads=False, least=0.85, veto=0.0),
}


class Agreement:
    """The words of one article, numbered through, and what the encoder says of them."""

    def __init__(
        self,
        text: str,
        parse: Parse,
        lexicon: Lexicon,
        candidates: Sequence[CueCandidate],
        scope: Scope,
    ) -> None:
        self._text = text
        self._lexicon = lexicon
        self._candidates = {(c.sentence.index, w.index): c for c in candidates for w in c.words}
        self._policy = POLICIES[scope]
        self._words: list[tuple[Sentence, Word]] = [(s, w) for s in parse.sentences for w in s.words]
        self._starts = [w.span.start for _, w in self._words]

    def settle(self, drafts: Sequence[Draft], tagged: Sequence[Tagged], parts: Floats) -> list[Draft]:
        """The drafts of all reports; ``parts`` are the signals' (words, 3, 3)."""
        policy = self._policy
        inside = 1.0 - parts[:, CONTENT, OUTSIDE]
        sure = [t for t in tagged if t.certainty >= policy.least]
        seen = [self._spans(t.contents, that=not policy.leads) for t in sure]
        cues = [self._spans(t.cues) for t in sure]
        index = SpanIndex((span, k) for k, spans in enumerate(seen) for span in spans)
        partner = self._partners(drafts, seen, cues, index)
        taken = set(partner.values())
        settled: list[Draft] = []
        for i, draft in enumerate(drafts):
            k = partner.get(i)
            if draft.by_layout:
                settled.append(draft)
            elif k is not None:
                settled.append(self._agreed(draft, sure[k], seen[k], cues[k]))
            elif self._stands(draft, inside, seen, index):
                settled.append(draft)
        known = SpanIndex((span, i) for i, draft in enumerate(settled) for span in draft.spans)
        # what was taken of the encoder's, by its number
        added: dict[int, Draft] = {}
        for k, t in enumerate(sure):
            if k in taken or not seen[k]:
                continue
            beside = [settled[i] for i in _touching(known, seen[k])]
            beside += [added[j] for j in _touching(index, seen[k]) if j in added]
            if any(not self._holds(d, cues[k]) for d in beside):
                continue
            new = self._new(t, seen[k], cues[k])
            if new is not None:
                added[k] = new
        return [*settled, *added.values()]

    def _stands(self, draft: Draft, inside: Floats, seen: Sequence[Sequence[Span]], index: SpanIndex) -> bool:
        """Whether a report that only the rules see is kept."""
        enough = 0.3 * _length(draft.spans)
        if self._policy.leads and any(_overlap(draft.spans, seen[k]) > enough for k in _touching(index, draft.spans)):
            return False
        return self._mean(inside, draft.spans) >= self._policy.veto

    def _holds(self, draft: Draft, cue: Sequence[Span]) -> bool:
        """Whether the draft's content holds the cue: a report within a report."""
        return bool(cue) and any(s.covers(cue[0]) for s in draft.spans)

    def _partners(
        self,
        drafts: Sequence[Draft],
        seen: Sequence[Sequence[Span]],
        cues: Sequence[Sequence[Span]],
        index: SpanIndex,
    ) -> dict[int, int]:
        """The index of the tagged attribution that is the same report as a draft; each is one draft's at most."""
        pairs: list[tuple[float, int, int]] = []
        for i, draft in enumerate(drafts):
            for k in _touching(index, draft.spans):
                spans = seen[k]
                shared = _overlap(draft.spans, spans)
                same_cue = draft.cue is not None and any(a.overlaps(b) for a in draft.cue.spans for b in cues[k])
                weight = shared / max(_length(draft.spans), _length(spans))
                if same_cue or weight >= 0.5:
                    pairs.append((weight + same_cue, i, k))
        found: dict[int, int] = {}
        taken: set[int] = set()
        for _, i, k in sorted(pairs, reverse=True):
            if i not in found and k not in taken:
                found[i] = k
                taken.add(k)
        return found

    def _agreed(self, draft: Draft, tagged: Tagged, spans: tuple[Span, ...], cue: tuple[Span, ...]) -> Draft:
        policy = self._policy
        if policy.leads:
            draft = replace(draft, spans=spans)
        if policy.leads and cue:
            lemma = draft.cue.lemma if draft.cue is not None else self._cue_lemma(tagged)
            draft = replace(draft, cue=Cue(lemma=lemma, spans=cue))
        if tagged.sources and (policy.leads or (draft.mention is None and draft.cue is not None)):
            mention = self._mention(tagged.sources, draft.spans)
            if mention is not None:
                draft = replace(draft, mention=mention)
        return draft

    def _new(self, tagged: Tagged, spans: tuple[Span, ...], cue: tuple[Span, ...]) -> Draft | None:
        """The draft of a report that only the encoder sees."""
        candidate = self._candidate(tagged)
        act, polarity = Act.SPEECH, Polarity.ASSERTED
        if candidate is not None:
            act, polarity = candidate.entry.act, candidate.polarity
        elif not self._policy.leads:
            return None
        mention = self._mention(tagged.sources, spans) or self._parsed_mention(tagged, spans)
        if mention is None and not self._policy.leads:
            # agentless reports and questions put to the source are the rules' to tell apart (annotation rules 9, 11)
            return None
        evidence = "tagged: " + (" … ".join(s.of(self._text) for s in cue) or "no cue")
        draft = Draft(
            spans=spans,
            pattern="tagged" if cue else "tagged-alone",
            act=act,
            polarity=polarity,
            cue=Cue(lemma=self._cue_lemma(tagged), spans=cue) if cue else None,
            mention=mention,
            evidence=(evidence,),
        )
        if tagged.cues:
            sentence, head = self._words[self._head(tagged.cues[0])]
            draft = replace(draft, circumstances=read_circumstances(sentence, head, spans, self._lexicon))
        return draft

    def _candidate(self, tagged: Tagged) -> CueCandidate | None:
        for run in tagged.cues:
            for i in range(*run):
                sentence, word = self._words[i]
                found = self._candidates.get((sentence.index, word.index))
                if found is not None:
                    return found
        return None

    def _cue_lemma(self, tagged: Tagged) -> str:
        if not tagged.cues:
            return ""
        candidate = self._candidate(tagged)
        if candidate is not None:
            return candidate.entry.lemma
        return self._words[self._head(tagged.cues[0])][1].lemma.lower()

    def _head(self, run: Run) -> int:
        """The word of the run that governs the others: the first verb that hangs on a word outside, else any such."""
        first, end = run
        outer = [
            i
            for i in range(first, end)
            if not first <= i - self._words[i][1].index + self._words[i][1].head < end or self._words[i][1].head < 0
        ]
        return next((i for i in outer if self._words[i][1].upos == "VERB"), outer[0] if outer else first)

    def _mention(self, runs: Sequence[Run], spans: Sequence[Span]) -> Mention | None:
        for run in sorted(runs, key=lambda r: r[0] - r[1]):
            words = [self._words[i] for i in range(*run)]
            kept = trim([w for _, w in words], that=False)
            if not kept:
                continue
            # a run may go on into the next sentence; a mention does not
            sentence = words[0][0]
            own = {id(w) for s, w in words if s is sentence}
            mine = [w for w in kept if id(w) in own]
            if not mine:
                continue
            span = cover(mine)
            if any(span.overlaps(s) for s in spans):
                continue
            inner = {w.index for w in mine}
            head = next((w for w in mine if w.head not in inner and not is_punctuation(w)), mine[-1])
            if not can_speak(head):
                continue
            return Mention(span=span, form=mention_form(sentence, head))
        return None

    def _parsed_mention(self, tagged: Tagged, spans: Sequence[Span]) -> Mention | None:
        """The source that the tree gives the cue, where the encoder found none beside it.

        A word points at one cue; the second of *she said A and added B* has its source from the tree.
        """
        if not tagged.cues:
            return None
        sentence, head = self._words[self._head(tagged.cues[0])]
        if head.upos == "NOUN":
            source = source_of_noun(sentence, head)
        else:
            source = source_of_verb(sentence, head) if head.upos in {"VERB", "AUX"} else None
        if source is None or not can_speak(source):
            return None
        span = mention_span(sentence, source)
        if any(span.overlaps(s) for s in spans):
            return None
        return Mention(span=span, form=mention_form(sentence, source))

    def _spans(self, runs: Sequence[Run], *, that: bool = False) -> tuple[Span, ...]:
        """The runs as spans of text, without joining marks at their ends and, with ``that``, without a first *that*.

        Quotation marks at the ends belong to the span (annotation rule 3).
        """
        found = []
        for first, end in runs:
            words = [w for _, w in self._words[first:end]]
            kept = trim(words, that=that) or words
            start, stop = words.index(kept[0]), words.index(kept[-1]) + 1
            start -= int(start > 0 and is_quotation_mark(words[start - 1]))
            marks = [k for k in range(stop, len(words)) if is_quotation_mark(words[k])]
            stop = marks[0] + 1 if marks else stop
            found.append(Span(words[start].span.start, max(w.span.end for w in words[start:stop])))
        return join_spans(self._text, sorted(found))

    def _mean(self, inside: Floats, spans: Sequence[Span]) -> float:
        """The mean probability of content over the spans' words; 1 where there are none (a mark the parse left out)."""
        picked = values_in(inside, self._starts, spans)
        return mean(picked) if len(picked) else 1.0


def _touching(index: SpanIndex, spans: Sequence[Span]) -> set[int]:
    """The numbers of the contents that share a character with a content."""
    return {number for span in spans for _, number in index.touching(span)}


def _overlap(a: Sequence[Span], b: Sequence[Span]) -> int:
    """How many characters two contents share."""
    return sum(max(0, min(x.end, y.end) - max(x.start, y.start)) for x in a for y in b)


def _length(spans: Sequence[Span]) -> int:
    return sum(map(len, spans))
