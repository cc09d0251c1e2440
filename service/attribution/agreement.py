"""The constructions that the rules read and the attributions that the encoder tags, brought to one set of drafts.

Each knows what the other does not. The rules know quotation marks, layout and which words report speech; the encoder
has seen thousands of reports and knows cues that no list has and where a content ends. A draft and a tagged attribution
are one report if their cues overlap, or, without a cue, their contents. Then one decision is made for each report:

- both see it: it is kept; how a policy takes the boundaries of content, cue and mention from either is said there;
- only the rules see it: it is kept unless the encoder is sure that its words are nobody's content;
- only the encoder sees it: it is taken if the encoder is sure enough, and its words are in no other report.

The two scopes have policies of their own, since the encoder learnt from articles that count thoughts and intentions and
that annotate some things otherwise than Quoth does (training/encoder/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from service.attribution.circumstances import read_circumstances
from service.attribution.cues import CueCandidate
from service.attribution.drafts import Draft
from service.attribution.extents import is_punctuation, join_spans, trim
from service.attribution.lexicon import Lexicon
from service.attribution.sources import can_speak, mention_form
from service.attribution.tagged import Run, Tagged
from service.model import Act, Cue, Mention, Polarity, Scope, Span
from service.parse.signals import CONTENT, OUTSIDE, Floats
from service.parse.tree import Parse, Sentence, Word, cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one scope takes from the encoder.

    ``least``: the certainty from which a report that only the encoder sees is taken. ``veto``: the mean probability of
    content below which a report that only the rules see is dropped. ``bounds``, ``cues`` and ``mentions``: whether the
    encoder's are taken where both see the report.
    """

    least: float
    veto: float
    bounds: bool
    cues: bool
    mentions: bool
    unlisted: bool


POLICIES = {
    Scope.ALL: Policy(least=0.5, veto=0.3, bounds=True, cues=True, mentions=True, unlisted=True),
    Scope.SPEECH: Policy(least=0.8, veto=0.1, bounds=False, cues=False, mentions=False, unlisted=True),
}
# content that marks delimit is the rules' to delimit
_BY_MARKS = ("quotation", "heading", "colon")


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
        self._scope = scope
        self._words: list[tuple[Sentence, Word]] = [(s, w) for s in parse.sentences for w in s.words]
        self._starts = np.array([w.span.start for _, w in self._words])

    def settle(self, drafts: Sequence[Draft], tagged: Sequence[Tagged], parts: Floats) -> list[Draft]:
        """The drafts of all reports; ``parts`` are the signals' (words, 3, 3)."""
        inside = 1.0 - parts[:, CONTENT, OUTSIDE]
        seen = [self._spans(t.contents, that=True) for t in tagged]
        cues = [self._spans(t.cues) for t in tagged]
        partner = self._partners(drafts, seen, cues)
        settled: list[Draft] = []
        for i, draft in enumerate(drafts):
            k = partner.get(i)
            if k is not None and seen[k]:
                settled.append(self._agreed(draft, tagged[k], seen[k], cues[k]))
            elif self._mean(inside, draft.spans) >= self._policy.veto:
                settled.append(draft)
        taken = set(partner.values())
        for k, t in enumerate(tagged):
            if k in taken or t.certainty < self._policy.least or not seen[k]:
                continue
            if any(_overlap(seen[k], d.spans) > 0 for d in settled if d.cue is None or not self._holds(d, cues[k])):
                continue
            draft_or_none = self._new(t, seen[k], cues[k])
            if draft_or_none is not None:
                settled.append(draft_or_none)
        return settled

    def _holds(self, draft: Draft, cue: Sequence[Span]) -> bool:
        """Whether the draft's content holds the cue: a report within a report."""
        return bool(cue) and any(s.covers(cue[0]) for s in draft.spans)

    def _partners(
        self, drafts: Sequence[Draft], seen: Sequence[Sequence[Span]], cues: Sequence[Sequence[Span]]
    ) -> dict[int, int]:
        """The index of the tagged attribution that is the same report as a draft; each is one draft's at most."""
        pairs: list[tuple[float, int, int]] = []
        for i, draft in enumerate(drafts):
            for k, spans in enumerate(seen):
                shared = _overlap(draft.spans, spans)
                if not shared:
                    continue
                same_cue = draft.cue is not None and any(a.overlaps(b) for a in draft.cue.spans for b in cues[k])
                weight = shared / max(_length(draft.spans), _length(spans))
                if same_cue or weight >= 0.5:
                    pairs.append((weight + same_cue, i, k))
        found: dict[int, int] = {}
        for _, i, k in sorted(pairs, reverse=True):
            if i not in found and k not in found.values():
                found[i] = k
        return found

    def _agreed(self, draft: Draft, tagged: Tagged, spans: tuple[Span, ...], cue: tuple[Span, ...]) -> Draft:
        policy = self._policy
        if policy.bounds and not any(p in draft.pattern for p in _BY_MARKS):
            draft = replace(draft, spans=spans)
        if policy.cues and cue:
            lemma = draft.cue.lemma if draft.cue is not None else self._cue_lemma(tagged)
            draft = replace(draft, cue=Cue(lemma=lemma, spans=cue))
        if tagged.sources and (policy.mentions or draft.mention is None):
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
        elif self._scope is Scope.SPEECH and not self._policy.unlisted:
            return None
        mention = self._mention(tagged.sources, spans)
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
            sentence = words[0][0]
            mine = [w for w in kept if sentence.words[w.index] is w]
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

    def _spans(self, runs: Sequence[Run], *, that: bool = False) -> tuple[Span, ...]:
        """The runs as spans of text, without joining marks at their ends."""
        found = []
        for first, end in runs:
            words = [w for _, w in self._words[first:end]]
            kept = trim(words, that=that) if that else [w for w in words if not is_punctuation(w)] or words
            if kept:
                found.append(Span(kept[0].span.start, max(w.span.end for w in kept)))
        return join_spans(self._text, sorted(found)) if that else tuple(sorted(found))

    def _mean(self, inside: Floats, spans: Sequence[Span]) -> float:
        """The mean probability of content over the spans' words; 1 where there are none (a mark the parse left out)."""
        picked = [
            inside[np.searchsorted(self._starts, s.start) : np.searchsorted(self._starts, s.end)] for s in spans
        ]
        joined = np.concatenate(picked) if picked else np.zeros(0)
        return float(joined.mean()) if len(joined) else 1.0


def _overlap(a: Sequence[Span], b: Sequence[Span]) -> int:
    """How many characters two contents share."""
    return sum(max(0, min(x.end, y.end) - max(x.start, y.start)) for x in a for y in b)


def _length(spans: Sequence[Span]) -> int:
    return sum(map(len, spans))

