"""The cue before a quotation: *Lee said: "X"*, *Lee told reporters, "X"*, *said "X"*, *Lee: "X"*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.attribution.cues import CueCandidate, CueKind
from service.attribution.extents import is_punctuation
from service.attribution.gaps import SENTENCE_ENDS, Gap, Part, Surroundings
from service.attribution.lexicon import Frame, VerbClass, load_verb_classes, word_list
from service.attribution.sources import can_speak
from service.attribution.utterance import Utterance, source_of_cue
from service.model import Span
from service.parse.tree import Parse, Word
from service.text.layout import Paragraph

# what goes on behind a quotation without being a part of what was said
_GOES_ON = frozenset({"and", "but", "as", "while", "when", "in", "on", "at", "before", "after", "during"})


class CueAhead:
    """Finds the cue before a quotation. ``candidates`` are keyed by their head's start offset."""

    def __init__(self, text: str, parse: Parse, candidates: Mapping[int, CueCandidate], around: Surroundings) -> None:
        self._text = text
        self._parse = parse
        self._candidates = candidates
        self._around = around

    def read(
        self, part: Part, before: Gap, after: Gap, paragraph: Paragraph | None, used: set[int]
    ) -> Utterance | None:
        """*Lee said: "X"*, *Lee told reporters, "X"*, *said "X"*; a colon may end the paragraph before."""
        gap = before
        if not self._around.of(before).strip():
            opens = paragraph is not None and before.start == (paragraph.body or paragraph.span).start
            lead = self._around.colon_before(paragraph) if paragraph is not None and opens else None
            if lead is None:
                return None
            gap = lead
        fragment = self._around.last_fragment(gap)
        if fragment is None:
            return None
        tail = self._text[fragment.start : fragment.end].rstrip()
        words = [w for w in self._parse.words_in(fragment) if not is_punctuation(w)]
        if not words or tail[-1] in ".!?…;":
            return None
        if tail[-1] == ":":
            return self._colon(part, words, used)
        comma = tail[-1] in ",–—-"
        if not comma and words[-1].form.lower() in word_list("ties"):
            return None
        candidate = self._trailing_cue(words, used, comma=comma)
        if candidate is None or not self._closes_clause(part, after):
            return None
        if not comma and self._is_reported(candidate, fragment):
            return None
        return self._before(part, candidate, "cue-quotation")

    def _colon(self, part: Part, words: Sequence[Word], used: set[int]) -> Utterance | None:
        found = []
        for word in reversed(words):
            candidate = self._candidates.get(word.span.start)
            if candidate is None or candidate.head is not word or word.span.start in used:
                continue
            if candidate.entry.frames & {Frame.CLAUSE, Frame.QUOTE, Frame.AS} and candidate.kind is not CueKind.NOUN:
                found.append(candidate)
        # told customers who moan: "…" is told, not moaned
        main = next((c for c in found if not _modifies_noun(c)), found[0] if found else None)
        return self._before(part, main, "cue-colon-quotation") if main is not None else self._bare_colon(part, words)

    def _bare_colon(self, part: Part, words: Sequence[Word]) -> Utterance | None:
        """*Lee: "X"* and *Lee was blunt: "X"*: the name, or the subject of the verb, before a colon."""
        sentence = self._parse.sentence_at(words[0].span.start)
        if sentence is None or words[-1] not in sentence.words:
            return None
        inside = [w for w in words if w in sentence.words]
        verbs = [w for w in inside if w.upos in {"VERB", "AUX"}]
        if verbs:
            root = sentence.root
            source = sentence.child(root, "nsubj") if root in inside else None
        else:
            source = next((w for w in inside if w.head == -1 or sentence.words[w.head] not in inside), None)
        if source is None or not (source.upos in {"PROPN", "PRON"} or not verbs) or not can_speak(source):
            return None
        colon = self._text.rfind(":", 0, part.span.start)
        return Utterance(
            spans=self._around.spans_of(part),
            quotations=(part.quotation,),
            pattern="colon",
            sentence=sentence,
            source=source,
            cue_span=None if verbs else Span(colon, colon + 1),
        )

    def _trailing_cue(self, words: Sequence[Word], used: set[int], *, comma: bool) -> CueCandidate | None:
        """The cue nearest to the mark, if only its own subject, addressee or adjuncts stand between the two."""
        for i in range(len(words) - 1, -1, -1):
            word = words[i]
            candidate = self._candidates.get(word.span.start)
            if candidate is not None and candidate.head is word and word.span.start not in used:
                if candidate.kind is CueKind.ACCORDING or candidate.noun is candidate.head:
                    return None
                between = words[i + 1 :]
                if not comma and not self._belong_to_cue(candidate, between):
                    return None
                speaks = candidate.entry.frames & {Frame.CLAUSE, Frame.QUOTE}
                plain = not any(w.relation in {"ccomp", "mark"} and w.lemma != "to" for w in between)
                return candidate if speaks and plain and len(between) <= (12 if comma else 6) else None
            if word.upos in {"VERB", "AUX"} and word.xpos != "VBN" and word.deprel not in {"acl:relcl", "amod"}:
                return None
        return None

    def _belong_to_cue(self, candidate: CueCandidate, between: Sequence[Word]) -> bool:
        """Whether the words between cue and mark are the cue's subject, hearer or adjuncts.

        *told reporters "…"* and *said Lee on Friday "…"* are; *says the company "got this wrong"* is a clause.
        """
        sentence, head = candidate.sentence, candidate.head
        own = ["obl", "advmod", "compound:prt", "mark", "iobj"]
        if head.lemma.lower() in load_verb_classes()[VerbClass.HEARER]:
            own.append("obj")
        allowed = {w for child in sentence.children(head, *own) for w in sentence.subtree(child)} | set(candidate.words)
        source = source_of_cue(candidate)
        if source is not None and source.index > head.index and sentence.subtree(source)[0].index == head.index + 1:
            allowed |= set(sentence.subtree(source))
        return all(w in allowed for w in between)

    def _is_reported(self, candidate: CueCandidate, fragment: Span) -> bool:
        """*maintained they had messaged him "…"*: the nearer verb is part of what the farther one reports."""
        above = candidate.sentence.ancestors(candidate.head)
        return any(
            word.span.start in self._candidates and fragment.covers(word.span) and candidate.head.relation == "ccomp"
            for word in above
        )

    def _closes_clause(self, part: Part, after: Gap) -> bool:
        """Whether the quotation is all that was said: no more of a clause follows it."""
        rest = self._around.of(after).lstrip()
        if not rest or self._around.inner_end(part.span) in SENTENCE_ENDS:
            return True
        return not rest[0].isalnum() or rest.split(maxsplit=1)[0].lower() in _GOES_ON

    def _before(self, part: Part, candidate: CueCandidate, pattern: str) -> Utterance:
        return Utterance(
            spans=self._around.spans_of(part),
            quotations=(part.quotation,),
            pattern=pattern,
            candidate=candidate,
            sentence=candidate.sentence,
            source=source_of_cue(candidate),
        )


def _modifies_noun(candidate: CueCandidate) -> bool:
    """Whether the cue stands in a relative clause or the like."""
    return any(w.relation == "acl" for w in (candidate.head, *candidate.sentence.ancestors(candidate.head)))
