"""The cue behind a quotation: *"X," said Lee*, *It was "X", said Lee*, *"X," according to Lee*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.attribution.cues import CueCandidate, CueKind
from service.attribution.extents import is_punctuation
from service.attribution.gaps import SENTENCE_ENDS, Gap, Part, Surroundings
from service.attribution.lexicon import CueEntry, Frame
from service.attribution.sources import can_speak, phrase_beside
from service.attribution.utterance import Utterance, source_of_cue
from service.model import Act, Polarity, Span
from service.parse.tree import Parse, Word

# *"…," as the union said its members had warned*: a clause of its own, not the quotation's cue
_SUBORDINATORS = frozenset({"as", "while", "after", "when", "although", "though", "because", "and", "but", "whereas"})
# The longest noun phrase, in words, that may stand between a quotation and its cue verb: *"…," the … spokesperson said*
_REACH = 22
# words of a quotation that a verb of no list can be the cue of, and words of that verb's subject
_LEAST_SPOKEN, _NEAR_VERB = 4, 6


class CueBehind:
    """Finds the cue behind a quotation. ``candidates`` are keyed by their head's start offset."""

    def __init__(self, text: str, parse: Parse, candidates: Mapping[int, CueCandidate], around: Surroundings) -> None:
        self._text = text
        self._parse = parse
        self._candidates = candidates
        self._around = around

    def read(self, part: Part, before: Gap, after: Gap, used: set[int], *, first: bool) -> Utterance | None:
        """*"X," said Lee*; with unmarked words of the same clause before the mark: *It was "X", said Lee*."""
        if after.end <= after.start or not self._leads_on(part, after):
            return None
        fragment = self._around.first_fragment(after)
        words = [w for w in self._parse.words_in(fragment) if not is_punctuation(w)] if fragment else []
        candidate = self._leading_cue(words, used) or self._unlisted_cue(part, before, words)
        if candidate is None:
            return None
        source = source_of_cue(candidate)
        outside = source is not None and source.span.start >= part.span.end
        if not outside and candidate.kind is not CueKind.ACCORDING:
            source = phrase_beside([w for w in words if w in candidate.sentence.words], candidate.head) or source
        if source is None or self._reports_for_itself(candidate, part):
            return None
        lead = self._clause_before(before, first=first)
        spans = self._around.spans_of(part)
        if self._is_title(spans[0]) and lead is not None:
            return None
        if lead is not None:
            spans = (Span(lead, spans[0].end), *spans[1:])
        return Utterance(
            spans=spans,
            quotations=(part.quotation,),
            pattern="quotation-cue" if lead is None else "mixed-clause-cue",
            candidate=candidate,
            sentence=candidate.sentence,
            source=source,
        )

    def _leads_on(self, part: Part, after: Gap) -> bool:
        """A comma, dash, question or exclamation mark at the closing mark: the sentence may go on with its cue."""
        inner = self._around.inner_end(part.span)
        outer = self._around.of(after).lstrip()[:1]
        return inner in frozenset(",?!-–—…") or outer in frozenset(",-–—")

    def _leading_cue(self, words: Sequence[Word], used: set[int]) -> CueCandidate | None:
        """The cue that opens the words after a quotation: nothing finite may stand before it but a relative clause."""
        for distance, word in enumerate(words):
            candidate = self._candidates.get(word.span.start)
            if candidate is not None and candidate.head is word and word.span.start not in used:
                if candidate.kind is CueKind.ACCORDING:
                    return candidate if distance <= 2 else None
                speaks = candidate.entry.frames & {Frame.CLAUSE, Frame.QUOTE}
                if speaks and word.deprel != "acl:relcl" and word.xpos != "VB":
                    return candidate
            finite = word.upos in {"VERB", "AUX"} and word.xpos in {"VBD", "VBZ", "VBP", "MD"}
            if finite and word.upos == "VERB" and word.deprel != "acl:relcl":
                return None
            if distance > _REACH:
                return None
        return None

    def _unlisted_cue(self, part: Part, before: Gap, words: Sequence[Word]) -> CueCandidate | None:
        """*"It is the best in town," crowed Ada Brandt.*: any verb, where only a cue can stand.

        The quotation is a sentence and closes with a comma; the words behind it are a verb and its subject, in either
        order, and no object.
        """
        spoken = self._text[part.span.start : part.span.end].split()
        if self._around.inner_end(part.span) != "," or len(spoken) < _LEAST_SPOKEN or not self._opens(before):
            return None
        verb = next((w for w in words[: _NEAR_VERB + 1] if w.upos == "VERB"), None)
        sentence = self._parse.sentence_at(verb.span.start) if verb is not None else None
        if verb is None or sentence is None or verb.xpos not in {"VBD", "VBZ", "VBP"}:
            return None
        at = words.index(verb)
        subject = words[:at] or words[1 : 1 + _NEAR_VERB]
        behind = words[at + 1] if at and at + 1 < len(words) else None
        named = bool(subject) and subject[0].upos in {"PROPN", "PRON", "DET", "NOUN", "ADJ"}
        if not named or any(w.upos in {"VERB", "AUX"} for w in words[:at]) or not can_speak(subject[-1]):
            return None
        # she held the door: what has an object is no cue
        if behind is not None and behind.upos not in {"ADV", "ADP", "SCONJ", "CCONJ"}:
            return None
        entry = CueEntry(
            lemma=verb.lemma.lower(), frames=frozenset({Frame.QUOTE}), act=Act.SPEECH, polarity=Polarity.ASSERTED
        )
        return CueCandidate(
            kind=CueKind.VERB, sentence=sentence, head=verb, entry=entry, words=(verb,), polarity=entry.polarity
        )

    def _opens(self, before: Gap) -> bool:
        """Whether the quotation begins a sentence."""
        head = self._around.of(before).rstrip()
        return not head or head[-1] in SENTENCE_ENDS

    def _reports_for_itself(self, candidate: CueCandidate, part: Part) -> bool:
        """*"Why?" Lee said he would go.*: a cue with a clause of its own behind it."""
        clause = candidate.sentence.subtree(candidate.head)
        opener = next((w for w in clause if w.span.start >= part.span.end and not is_punctuation(w)), candidate.head)
        subordinate = opener.form.lower() in _SUBORDINATORS
        if self._around.inner_end(part.span) not in SENTENCE_ENDS and not subordinate:
            return False
        behind = candidate.sentence.children(candidate.head, "ccomp", "parataxis", "xcomp")
        return any(candidate.sentence.subtree(c)[0].index > candidate.head.index for c in behind)

    def _clause_before(self, before: Gap, *, first: bool) -> int | None:
        """Where the clause that the quotation ends begins, if words of it stand unmarked before the mark."""
        gap = self._around.of(before)
        if not gap.strip() or gap.rstrip()[-1] in ":.!?…":
            return None
        start = self._around.last_sentence_start(before)
        if start is None:
            if not first:
                return None  # the words before belong to another quotation's cue
            start = before.start
        words = self._parse.words_in(Span(start, before.end)) if start < before.end else ()
        said = [w for w in words if not is_punctuation(w)]
        # a cue before the mark reports the words before the mark; what follows it is not one clause with the quotation
        cued = any(
            (c := self._candidates.get(w.span.start)) is not None
            and c.head is w
            and Frame.CLAUSE in c.entry.frames
            # … unless it is part of the subject: *Claims that they were warned were "under review"*
            and w.relation not in {"acl", "amod"}
            for w in said
        )
        return said[0].span.start if said and not cued else None

    def _is_title(self, span: Span) -> bool:
        """*On "Meet the Press," Lee said*: a few words, nearly all with capitals, name a work, not what was said."""
        words = [w for w in self._text[span.start : span.end].split() if any(c.isalpha() for c in w)]
        capitals = sum(next(c for c in w if c.isalpha()).isupper() or len(w) <= 3 for w in words)
        return len(words) <= 6 and capitals == len(words)
