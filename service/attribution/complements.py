"""From a cue to its content by the parse: the rules of ``clauses`` and ``phrases`` in the order of their reliability.

The relations are those of Universal Dependencies.
"""

from __future__ import annotations

from service.attribution.clauses import according_to, as_clause, broken_clause, clause, host_clause, opens_with_question
from service.attribution.cues import CueCandidate, CueKind
from service.attribution.lexicon import Lexicon, VerbClass, load_verb_classes
from service.attribution.phrases import infinitive, noun_content, object_content, predicative, preposition
from service.attribution.readings import Reading
from service.attribution.sources import can_speak, source_of_verb
from service.parse.tree import Sentence, Word


def read_complement(candidate: CueCandidate, lexicon: Lexicon) -> Reading | None:
    """The content that the parse gives a cue, None where it gives none."""
    if candidate.kind is CueKind.ACCORDING:
        return according_to(candidate)
    if candidate.kind in {CueKind.NOUN, CueKind.LIGHT}:
        return noun_content(candidate)
    if _is_hypothetical(candidate) or puts_question(candidate.sentence, candidate.head):
        return None
    source = source_of_verb(candidate.sentence, candidate.head)
    if source is not None and not can_speak(source):
        source = None
    if candidate.entry.documents and not _is_document(candidate.sentence, source, lexicon):
        return None
    for rule in (clause, broken_clause, host_clause, as_clause, preposition, predicative, infinitive, object_content):
        reading = rule(candidate, source)
        if reading is not None:
            return reading
    return None


def _is_hypothetical(candidate: CueCandidate) -> bool:
    """*grounds to claim*, *wanted to deny*: an infinitive reports nothing said, unless it says how or what for."""
    sentence, verb = candidate.sentence, candidate.head
    if verb.xpos != "VB" or candidate.words[0] is not verb or sentence.child(verb, "aux") is not None:
        return False
    if not any(m.lemma == "to" for m in sentence.children(verb, "mark")):
        return verb.relation in {"conj", "xcomp"}
    head = sentence.head(verb)
    # *took the stage to say* reports; *there were grounds to claim* does not
    purpose = verb.relation == "advcl" and head is not None and head.upos == "VERB"
    return verb.relation in {"acl", "xcomp", "csubj", "ccomp", "conj", "advcl"} and not purpose


def puts_question(sentence: Sentence, verb: Word) -> bool:
    """*Asked if he had apologised, he said …*: part of neither content nor cue (annotation rule 9)."""
    questioning = load_verb_classes()[VerbClass.QUESTIONING]
    # *said Lee, asked whether he would sign*; *Lee, asked whether he would, said …*, tagged as a past tense
    aside = verb.relation in {"acl", "advcl"} and verb.lemma in questioning
    aside = aside and (verb.xpos == "VBN" or (verb.xpos == "VBD" and _between_commas(sentence, verb)))
    if any(c.lemma == "by" for o in sentence.children(verb, "obl") for c in sentence.children(o, "case")):
        # Asked by the judge why he had not called: somebody is named who asks
        return False
    # *when asked how she knew*
    marked = verb.lemma in questioning and verb.xpos in {"VBN", "VBD"} and _opens_with_conjunction(sentence, verb)
    if verb.lemma in questioning and sentence.child(verb, "nsubj:pass") is not None:
        # *She's asked who gave the order*: nobody is named who asks
        return sentence.child(verb, "ccomp") is not None
    return opens_with_question(sentence, verb) or (
        (aside or marked) and sentence.child(verb, "aux:pass", "aux") is None
    )


def _between_commas(sentence: Sentence, verb: Word) -> bool:
    """Whether the verb opens an aside behind the subject of another verb, with no subject of its own."""
    before = sentence.words[verb.index - 1] if verb.index else None
    return before is not None and before.form == "," and sentence.child(verb, "nsubj", "aux") is None


def _opens_with_conjunction(sentence: Sentence, verb: Word) -> bool:
    """Whether nothing but *when*, *if* or *after* stands between the main clause and the verb."""
    before = sentence.words[verb.index - 1] if verb.index else None
    return before is not None and before.lemma.lower() in {"when", "if", "after", "while", "once"}


def _is_document(sentence: Sentence, source: Word | None, lexicon: Lexicon) -> bool:
    if source is None:
        return False
    if source.lemma.lower() in lexicon.document_nouns:
        return True
    return source.upos == "PROPN" and any(w.lemma.lower() in lexicon.document_nouns for w in sentence.subtree(source))
