"""From a cue to its content by the parse: clauses, infinitives, objects, prepositional contents.

Each reading is a rule of its own: a pure function from a cue candidate to a ``Reading`` or None; ``read_complement``
tries them in the order of their reliability. The relations are those of Universal Dependencies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.attribution.cues import CueCandidate, CueKind, preposition_of
from service.attribution.extents import is_punctuation
from service.attribution.lexicon import Frame, Lexicon
from service.attribution.sources import can_speak, is_passive, source_of_noun, source_of_verb
from service.model import Polarity
from service.parse.tree import Sentence, Word

# What a pronoun alone cannot be: a content (annotation rule 13)
_EMPTY = frozenset(
    {
        "it",
        "this",
        "that",
        "these",
        "those",
        "so",
        "what",
        "which",
        "them",
        "him",
        "her",
        "one",
        "something",
        "anything",
        "nothing",
        "more",
        "much",
        "yes",
        "no",
        "who",
        "whom",
        "me",
        "us",
        "you",
    }
)
_INDEFINITE = frozenset({"something", "anything", "nothing", "everything", "what", "whatever"})
# a clause after the content that these introduce is more often the reporter's than the source's
_REPORTERS_CONJUNCTIONS = frozenset({"as", "while", "when", "after", "before", "during", "amid", "following", "ahead"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A cue with the words of its content and the head of its source, all in one sentence.

    ``cue_words`` are the cue's words with the preposition that the frame adds. ``source`` None: the clause names none.
    """

    candidate: CueCandidate
    pattern: str
    content: tuple[Word, ...]
    cue_words: tuple[Word, ...]
    source: Word | None
    polarity: Polarity


def read_complement(candidate: CueCandidate, lexicon: Lexicon) -> Reading | None:
    """The content that the parse gives a cue, None where it gives none."""
    if candidate.kind is CueKind.ACCORDING:
        return _according(candidate)
    if candidate.kind in {CueKind.NOUN, CueKind.LIGHT}:
        return _noun_content(candidate)
    if _is_hypothetical(candidate) or _is_question_to_source(candidate):
        return None
    source = source_of_verb(candidate.sentence, candidate.head)
    if source is not None and not can_speak(source):
        source = None
    if candidate.entry.documents and not _is_document(candidate.sentence, source, lexicon):
        return None
    for rule in (_clause, _host_clause, _as_clause, _preposition, _predicative, _infinitive, _object):
        reading = rule(candidate, source)
        if reading is not None:
            return reading
    return None


def _is_hypothetical(candidate: CueCandidate) -> bool:
    """*grounds to claim*, *wanted to deny*: an infinitive reports nothing said, unless it says how or what for."""
    sentence, verb = candidate.sentence, candidate.head
    if verb.xpos != "VB" or candidate.words[0] is not verb:
        return False
    to = any(m.lemma == "to" for m in sentence.children(verb, "mark"))
    return to and verb.relation in {"acl", "xcomp", "csubj", "ccomp"}


def _is_question_to_source(candidate: CueCandidate) -> bool:
    """*Asked if he had apologised, he said …*: part of neither content nor cue (annotation rule 9)."""
    sentence, verb = candidate.sentence, candidate.head
    if candidate.entry.lemma not in {"ask", "press", "question", "query", "quiz", "challenge"}:
        return False
    opens = all(is_punctuation(w) or w.upos in {"CCONJ", "SCONJ", "ADV"} for w in sentence.words[: verb.index])
    return opens and verb.xpos in {"VBN", "VBD"}


def _is_document(sentence: Sentence, source: Word | None, lexicon: Lexicon) -> bool:
    if source is None:
        return False
    if source.lemma.lower() in lexicon.document_nouns:
        return True
    return source.upos == "PROPN" and any(w.lemma.lower() in lexicon.document_nouns for w in sentence.subtree(source))


def _reading(
    candidate: CueCandidate,
    pattern: str,
    content: Iterable[Word],
    source: Word | None,
    cue_words: Iterable[Word] = (),
) -> Reading | None:
    cues = tuple(sorted({*candidate.words, *cue_words}, key=lambda w: w.index))
    cue_indices = {w.index for w in cues}
    words = tuple(w for w in content if w.index not in cue_indices)
    if _is_empty(words):
        return None
    return Reading(
        candidate=candidate,
        pattern=pattern,
        content=words,
        cue_words=cues,
        source=source,
        polarity=candidate.polarity,
    )


def _is_empty(words: Iterable[Word]) -> bool:
    said = [w for w in words if not is_punctuation(w)]
    if not said or (len(said) == 1 and (said[0].form.lower() in _EMPTY or said[0].upos in {"PRON", "DET"})):
        return True
    # *accused of something that isn't true*: the pronoun says no more with its relative clause than without
    return said[0].form.lower() in _INDEFINITE and said[0].head not in {w.index for w in said}


# --- clauses ---------------------------------------------------------------------------------------------------------


def _clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*said (that) X*; also *X, said Lee* where the parser makes X the complement of the cue."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.CLAUSE not in candidate.entry.frames:
        return None
    complement = _finite_complement(sentence, verb)
    if complement is None or complement is source:
        return None
    without = [w for w in (source,) if w is not None and w in sentence.subtree(complement)]
    content = set(sentence.subtree(complement, without=without))
    content -= set(_cue_conjuncts(sentence, complement))
    content |= set(_trailing(candidate, complement))
    return _reading(candidate, "clausal-complement", sorted(content, key=lambda w: w.index), source)


def _finite_complement(sentence: Sentence, verb: Word) -> Word | None:
    complements = [c for c in sentence.children(verb, "ccomp") if not _is_bare_infinitive(sentence, c)]
    if complements:
        return max(complements, key=lambda c: len(sentence.subtree(c)))
    # *He said: X.* and misread clauses: a clause after the cue that hangs on it beside a colon or *that*
    for child in sentence.children(verb, "parataxis", "advcl", "xcomp", "dep"):
        marked = any(m.lemma in {"that", "whether", "if"} for m in sentence.children(child, "mark"))
        finite = sentence.child(child, "nsubj", "expl", "nsubj:pass") is not None
        first = sentence.subtree(child)[0]
        colon = first.index > verb.index and any(w.form == ":" for w in sentence.words[verb.index : first.index + 1])
        if child.index > verb.index and ((marked and child.relation != "advcl") or (colon and finite)):
            return child
        if child.relation == "xcomp" and finite:
            return child
    # *said those who left had done so*: a subject with a relative clause misread as the object of a verb that has none
    for child in sentence.children(verb, "obj"):
        clause = sentence.child(child, "acl:relcl", "acl", "ccomp", "parataxis")
        if child.index > verb.index and clause is not None and clause.xpos in {"VBD", "VBZ", "VBP", "VBN"}:
            return child if verb.lemma in {"say", "add", "insist", "argue", "claim", "maintain"} else None
    return None


def _is_bare_infinitive(sentence: Sentence, word: Word) -> bool:
    """*to resign*; not *he was yet to resign*, where the infinitive heads a clause with a subject."""
    if word.xpos != "VB" or sentence.child(word, "nsubj", "nsubj:pass", "expl", "cop") is not None:
        return False
    return any(m.lemma == "to" for m in sentence.children(word, "mark"))


def _cue_conjuncts(sentence: Sentence, complement: Word) -> list[Word]:
    """Clauses coordinated inside the content that report for themselves: *said A, and added B*, *…, adding that B*."""
    taken: list[Word] = []
    for child in sentence.subtree(complement):
        if child is complement or child.upos != "VERB":
            continue
        participle = (
            child.relation in {"advcl", "conj"} and child.xpos == "VBG" and sentence.child(child, "mark") is None
        )
        if participle and child.lemma in _PARTICIPLE_CUES and _comma_before(sentence, child):
            taken.extend(sentence.subtree(child))
    return taken


_PARTICIPLE_CUES = frozenset(
    {
        "add",
        "say",
        "note",
        "claim",
        "warn",
        "argue",
        "insist",
        "explain",
        "declare",
        "tell",
        "call",
        "allege",
        "stress",
        "describe",
        "accuse",
        "urge",
        "write",
    }
)


def _comma_before(sentence: Sentence, word: Word) -> bool:
    first = sentence.subtree(word)[0]
    return (first.index > 0 and is_punctuation(sentence.words[max(first.index - 1, 0)])) or first.form == ","


def _trailing(candidate: CueCandidate, complement: Word) -> list[Word]:
    """What follows the content and was hung on the cue by the parser, but reads as part of what was said."""
    sentence, verb = candidate.sentence, candidate.head
    words: list[Word] = []
    if complement.index < verb.index or candidate.polarity is Polarity.DENIED:
        return words
    end = sentence.subtree(complement)[-1].index
    for child in sentence.children(verb, "advcl", "conj", "parataxis", "ccomp"):
        if child.index <= end or child is complement:
            continue
        subtree = sentence.subtree(child)
        if child.relation == "advcl":
            marks = {m.lemma.lower() for m in sentence.children(child, "mark")}
            if not marks or marks & _REPORTERS_CONJUNCTIONS:
                continue
        elif child.relation == "conj":
            # *said A and B*: B belongs to the content if it is a clause with a subject of its own after *that* or a comma
            own_subject = sentence.child(child, "nsubj", "nsubj:pass", "expl") is not None
            if not own_subject or child.lemma in _PARTICIPLE_CUES | {"say", "tell"}:
                continue
        elif child.relation == "parataxis" and sentence.child(child, "nsubj", "nsubj:pass", "expl") is None:
            continue
        words.extend(subtree)
        end = subtree[-1].index
    return words


def _host_clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*X, Lee said* and *X, Lee said, Y*: the cue hangs on the clause that it reports."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.CLAUSE not in candidate.entry.frames or source is None:
        return None
    host = sentence.head(verb)
    if host is None or verb.relation != "parataxis" or source not in sentence.subtree(verb) or verb.xpos == "VBG":
        return None
    if sentence.child(verb, "ccomp") is not None:
        return None
    aside = sentence.subtree(verb)
    content = [w for w in _whole_clause(sentence, host) if w not in aside]
    return _reading(candidate, "parenthetical-cue", content, source)


def _as_clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*as Lee put it, X*; *X, as Lee has said*."""
    sentence, verb = candidate.sentence, candidate.head
    host = sentence.head(verb)
    if Frame.CLAUSE not in candidate.entry.frames or host is None or verb.relation != "advcl" or source is None:
        return None
    if not any(m.lemma == "as" for m in sentence.children(verb, "mark", "advmod", "case")):
        return None
    if any(Frame.CLAUSE and c.relation == "ccomp" for c in sentence.children(verb)):
        return None
    if source not in sentence.subtree(verb):
        return None
    aside = sentence.subtree(verb)
    content = [w for w in _whole_clause(sentence, host) if w not in aside]
    return _reading(candidate, "as-clause", content, source)


def _whole_clause(sentence: Sentence, host: Word) -> tuple[Word, ...]:
    return sentence.subtree(host)


def _according(candidate: CueCandidate) -> Reading | None:
    """*X, according to Lee*."""
    sentence, according = candidate.sentence, candidate.head
    to = candidate.words[-1]
    # UD makes *according to* the case of the source; a parser may make it a verb with an oblique
    source = sentence.head(according) if according.relation in {"case", "mark", "advmod", "fixed"} else None
    if source is None or source.index < to.index:
        source = next((c for c in sentence.children(according, "obl", "nmod", "obj") if c.index > to.index), None)
    if source is None:
        return None
    top = source if according in sentence.subtree(source) else according
    host = sentence.head(top)
    if host is None:
        return None
    # the report covers the clause, not just the noun that the phrase was hung on
    while host.upos not in {"VERB", "AUX"} and host.relation in {
        "obl",
        "nmod",
        "obj",
        "nsubj",
        "appos",
        "compound",
        "conj",
    }:
        above = sentence.head(host)
        if above is None:
            break
        host = above
    clause = _clause_top(sentence, host)
    aside = set(sentence.subtree(top)) | {according, to}
    return _reading(candidate, "according-to", [w for w in sentence.subtree(clause) if w not in aside], source)


def _clause_top(sentence: Sentence, word: Word) -> Word:
    """The clause that ``word`` heads or is the last part of."""
    while word.relation in {"conj", "xcomp"} and (head := sentence.head(word)) is not None and head.upos == "VERB":
        if word.relation == "conj" and sentence.child(word, "nsubj", "nsubj:pass") is not None:
            break
        word = head
    return word


# --- nouns -----------------------------------------------------------------------------------------------------------


def _noun_content(candidate: CueCandidate) -> Reading | None:
    """*the claim that X*, *calls for X*, *his promise to X*, *repeated his call for X*."""
    sentence, noun = candidate.sentence, candidate.anchor
    own = source_of_noun(sentence, noun)
    if candidate.kind is CueKind.LIGHT:
        subject = source_of_verb(sentence, candidate.head)
        source = subject if subject is not None and can_speak(subject) and subject is not noun else own
    else:
        source = own
    if source is None and candidate.kind is CueKind.NOUN:
        return None
    for child in sentence.children(noun, "acl", "ccomp", "parataxis", "xcomp", "advcl"):
        if child.deprel == "acl:relcl" and not any(m.lemma == "that" for m in sentence.children(child, "mark")):
            continue
        marks = {m.lemma for m in sentence.children(child, "mark")}
        if child.index > noun.index and (
            ("that" in marks or child.relation == "ccomp") and Frame.CLAUSE in candidate.entry.frames
        ):
            return _reading(candidate, "noun-clause", sentence.subtree(child), source)
        if child.index > noun.index and "to" in marks and Frame.INFINITIVE in candidate.entry.frames:
            return _reading(candidate, "noun-infinitive", sentence.subtree(child), source)
    for child in sentence.children(noun, "nmod", "acl", "obl"):
        if child is source:
            continue
        for case in sentence.children(child, "case", "mark"):
            if case.index > noun.index and preposition_of(candidate.entry, case.form) is not None:
                content = [w for w in sentence.subtree(child) if w is not case]
                return _reading(candidate, "noun-preposition", content, source, _next_to(noun, case))
    return None


def _next_to(noun: Word, case: Word) -> tuple[Word, ...]:
    return (case,) if case.index == noun.index + 1 else ()


# --- objects and prepositions ----------------------------------------------------------------------------------------


def _preposition(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*accused X of Y*, *called for Y*, *described X as Y*: the content follows a preposition that the cue rules."""
    sentence, verb = candidate.sentence, candidate.head
    for child in sentence.children(verb, "obl", "advcl", "xcomp", "nmod", "ccomp"):
        if child.index < verb.index or child is source:
            continue
        for case in sentence.children(child, "case", "mark"):
            if case.index > child.index or preposition_of(candidate.entry, case.form) is None:
                continue
            content = [w for w in sentence.subtree(child) if w is not case]
            return _reading(candidate, f"preposition-{case.form.lower()}", content, source, (case,))
    # *accused X of Y* with *of Y* hung on X
    thing = sentence.child(verb, "obj", "nsubj:pass")
    for child in (
        sentence.children(thing, "nmod", "acl")
        if thing is not None and Frame.OBJECT not in candidate.entry.frames
        else ()
    ):
        for case in sentence.children(child, "case", "mark"):
            if child.index > verb.index and preposition_of(candidate.entry, case.form) is not None:
                content = [w for w in sentence.subtree(child) if w is not case]
                return _reading(candidate, f"preposition-{case.form.lower()}", content, source, (case,))
    return None


def _predicative(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*called X Y*: Y is the content."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.PREDICATIVE not in candidate.entry.frames or sentence.child(verb, "obj", "nsubj:pass") is None:
        return None
    for child in sentence.children(verb, "xcomp"):
        if child.index > verb.index and not _is_bare_infinitive(sentence, child):
            return _reading(candidate, "predicative", sentence.subtree(child), source)
    return None


def _infinitive(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*vowed to X*, *urged them to X*."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.INFINITIVE not in candidate.entry.frames:
        return None
    # *offered support to go*: with an object only verbs that tell somebody to do something rule an infinitive
    if sentence.child(verb, "obj") is not None and not candidate.entry.frames & {Frame.CLAUSE}:
        return None
    for child in sentence.children(verb, "xcomp", "advcl", "ccomp"):
        if child.index > verb.index and _is_bare_infinitive(sentence, child):
            return _reading(candidate, "infinitive", sentence.subtree(child), source)
    return None


def _object(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*denied the claims*, *X, which Lee denies*, *X was rejected by Lee*, *denied stealing it*."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.OBJECT not in candidate.entry.frames or source is None:
        return None
    if is_passive(sentence, verb):
        thing = sentence.child(verb, "nsubj:pass")
        if thing is None and verb.relation == "acl":
            thing = sentence.head(verb)
    else:
        thing = sentence.child(verb, "obj") or next(
            (c for c in sentence.children(verb, "xcomp", "ccomp", "advcl") if c.xpos == "VBG" and c.index > verb.index),
            None,
        )
    if thing is None or thing is source:
        return None
    if thing.lemma in {"which", "that"} and verb.deprel == "acl:relcl":
        return _relative_object(candidate, source)
    barred = [verb] if verb in sentence.subtree(thing) else []
    barred += [c for w in sentence.subtree(thing) for c in sentence.children(w, "acl:relcl") if _comma_before(sentence, c)]
    return _reading(candidate, "object", sentence.subtree(thing, without=barred), source)


def _relative_object(candidate: CueCandidate, source: Word) -> Reading | None:
    sentence, verb = candidate.sentence, candidate.head
    antecedent = sentence.head(verb)
    if antecedent is None:
        return None
    # *a culture of bullying in the party, which the party denies*: the whole phrase, not the noun nearest to *which*
    while antecedent.relation == "nmod" and (head := sentence.head(antecedent)) is not None and head.index < antecedent.index:
        antecedent = head
    case = sentence.children(antecedent, "case")
    return _reading(candidate, "relative-object", sentence.subtree(antecedent, without=[verb, *case]), source)
