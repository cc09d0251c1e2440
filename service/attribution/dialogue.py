"""Quoted speech to its cue by where the marks stand: *"X," said Lee*, *Lee said: "X"*, *"X," said Lee, "Y"*, *"X."*

A parser trained on plain sentences is least sure around quotation marks, so quoted utterances are paired with their
cues by text order first; the tree only names the cue's subject. Quotations that are part of a longer clause
(*called it "a farce"*) are left to ``complements``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from service.attribution.cues import CueCandidate, CueKind
from service.attribution.extents import is_punctuation
from service.attribution.gaps import MARKS, SENTENCE_ENDS, Gap, Part, Surroundings, gaps_around
from service.attribution.lexicon import Frame, VerbClass, load_verb_classes, word_list
from service.attribution.sources import can_speak, phrase_beside, source_of_verb
from service.attribution.utterance import Utterance
from service.model import Span
from service.parse.tree import Parse, Word
from service.text.layout import Layout, Paragraph, ParagraphKind

# *"…," as the union said its members had warned*: a clause of its own, not the quotation's cue
_SUBORDINATORS = frozenset({"as", "while", "after", "when", "although", "though", "because", "and", "but", "whereas"})
# The longest noun phrase, in words, that may stand between a quotation and its cue verb: *"…," the … spokesperson said*
_REACH = 22


class DialogueReader:
    """Pairs the quotations of one article with cues. ``candidates`` are keyed by their head's start offset."""

    def __init__(self, text: str, layout: Layout, parse: Parse, candidates: Mapping[int, CueCandidate]) -> None:
        self._text = text
        self._layout = layout
        self._parse = parse
        self._candidates = candidates
        self._around = Surroundings(text, layout, parse)

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
            utterance = self._cue_before(part, before, after, None, used) or self._cue_after(
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
                    spans=(*last.spans, *self._spans_of(part)),
                    quotations=(*last.quotations, part.quotation),
                    pattern="interrupted-quotation",
                )
                continue
            utterance = (
                self._cue_before(part, before, after, paragraph, used)
                or self._cue_after(part, before, after, used, first=i == 0)
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
            source = self._source(candidate)
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

    def _spans_of(self, part: Part) -> tuple[Span, ...]:
        spans = self._layout.quotations[part.quotation].spans
        return tuple(part.span if s.start == part.span.start else s for s in spans)

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

    # --- cue after --------------------------------------------------------------------------------------------------

    def _cue_after(self, part: Part, before: Gap, after: Gap, used: set[int], *, first: bool) -> Utterance | None:
        """*"X," said Lee*; with unmarked words of the same clause before the mark: *It was "X", said Lee*."""
        if after.end <= after.start or not self._leads_on(part, after):
            return None
        fragment = self._around.first_fragment(after)
        words = [w for w in self._parse.words_in(fragment) if not is_punctuation(w)] if fragment else []
        candidate = self._leading_cue(words, used)
        if candidate is None:
            return None
        source = self._source(candidate)
        outside = source is not None and source.span.start >= part.span.end
        if not outside and candidate.kind is not CueKind.ACCORDING:
            source = phrase_beside([w for w in words if w in candidate.sentence.words], candidate.head) or source
        if source is None or self._reports_for_itself(candidate, part):
            return None
        lead = self._clause_before(before, first=first)
        spans = self._spans_of(part)
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

    # --- cue before -------------------------------------------------------------------------------------------------

    def _cue_before(
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
            spans=self._spans_of(part),
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
        source = self._source(candidate)
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
        return not rest[0].isalnum() or rest.split()[0].lower() in {
            "and",
            "but",
            "as",
            "while",
            "when",
            "in",
            "on",
            "at",
            "before",
            "after",
            "during",
        }

    def _before(self, part: Part, candidate: CueCandidate, pattern: str) -> Utterance:
        return Utterance(
            spans=self._spans_of(part),
            quotations=(part.quotation,),
            pattern=pattern,
            candidate=candidate,
            sentence=candidate.sentence,
            source=self._source(candidate),
        )

    def _source(self, candidate: CueCandidate) -> Word | None:
        source = source_of_verb(candidate.sentence, candidate.head)
        if candidate.kind is CueKind.ACCORDING:
            head = candidate.sentence.head(candidate.head)
            following = candidate.sentence.children(candidate.head, "obl", "nmod", "obj")
            source = head if candidate.head.relation == "case" else next(iter(following), None)
        return source if source is not None and can_speak(source) else None

    # --- alone ------------------------------------------------------------------------------------------------------

    def _alone(self, part: Part, before: Gap, after: Gap) -> Utterance | None:
        """A quotation that is a sentence by itself; quoted words within a sentence are none."""
        inner = self._text[part.span.start : part.span.end].strip(MARKS)
        head = self._around.of(before).rstrip()
        tail = self._around.of(after).lstrip()
        starts_sentence = not head or head[-1] in ".!?…:" or self._ends_in_quotation(before)
        finished = self._around.inner_end(part.span) in ".!?…" or len(self._spans_of(part)) > 1
        ends_sentence = not tail or (finished and not tail[0].islower())
        long_enough = len(inner.split()) >= (2 if finished else 5)
        if not (starts_sentence and ends_sentence and long_enough and (inner[:1].isupper() or not inner[:1].isalpha())):
            return None
        return Utterance(spans=self._spans_of(part), quotations=(part.quotation,), pattern="quotation-alone")

    def _ends_in_quotation(self, gap: Gap) -> bool:
        return gap.end > gap.start and not self._around.of(gap).strip() and gap.start > 0

    def _is_title(self, span: Span) -> bool:
        """*On "Meet the Press," Lee said*: a few words, nearly all with capitals, name a work, not what was said."""
        words = [w for w in self._text[span.start : span.end].split() if any(c.isalpha() for c in w)]
        capitals = sum(next(c for c in w if c.isalpha()).isupper() or len(w) <= 3 for w in words)
        return len(words) <= 6 and capitals == len(words)


def _modifies_noun(candidate: CueCandidate) -> bool:
    """Whether the cue stands in a relative clause or the like."""
    return any(w.relation == "acl" for w in (candidate.head, *candidate.sentence.ancestors(candidate.head)))
