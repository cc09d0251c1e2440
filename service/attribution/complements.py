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
from service.attribution.sources import MAKING, can_speak, is_passive, source_of_noun, source_of_verb
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
    for rule in (_clause, _broken_clause, _host_clause, _as_clause, _preposition, _predicative, _infinitive, _object):
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


def _is_question_to_source(candidate: CueCandidate) -> bool:
    """*Asked if he had apologised, he said …*: part of neither content nor cue (annotation rule 9)."""
    sentence, verb = candidate.sentence, candidate.head
    return _opens_with_question(sentence, verb)


_QUESTIONING = frozenset({"ask", "press", "question", "query", "quiz", "challenge"})


def _opens_with_question(sentence: Sentence, verb: Word) -> bool:
    """Whether the verb is the *Asked* of *Asked if …, he said …*: a participle at the head of the sentence."""
    if verb.lemma not in _QUESTIONING or verb.xpos not in {"VBN", "VBD"}:
        return False
    return all(is_punctuation(w) or w.upos in {"CCONJ", "SCONJ", "ADV"} for w in sentence.words[: verb.index])


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
    complements = [
        c
        for c in sentence.children(verb, "ccomp")
        if not _is_bare_infinitive(sentence, c) and not _opens_with_question(sentence, c)
    ]
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
    # *said in a statement that X*, *told the Herald that X*: the clause hung on the noun between
    for noun in sentence.children(verb, "obl", "obj", "iobj", "nmod"):
        for clause in sentence.children(noun, "acl", "ccomp", "advcl") if noun.index > verb.index else ():
            opens = next(iter(sentence.subtree(clause)))
            own_subject = next((c for c in sentence.children(clause, "nsubj", "expl") if c.lemma != "that"), None)
            if opens.lemma == "that" and own_subject is not None and clause.index > noun.index:
                return clause
    # *said those who left had done so*: a subject with a relative clause misread as the object of a verb that has none
    for child in sentence.children(verb, "obj"):
        own = sentence.child(child, "acl:relcl", "acl", "ccomp", "parataxis")
        if child.index > verb.index and own is not None and own.xpos in {"VBD", "VBZ", "VBP", "VBN"}:
            return child if verb.lemma in {"say", "add", "insist", "argue", "claim", "maintain"} else None
    return None


def _broken_clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*suggested his best role is as a convert*: a clause whose subject was misread as the cue's object.

    The sign is a finite verb between the object and the next comma; the content runs to the end of the sentence or to
    a participle or conjunction that goes on about the cue's own clause.
    """
    sentence, verb = candidate.sentence, candidate.head
    if Frame.CLAUSE not in candidate.entry.frames or source is None or source.index > verb.index:
        return None
    if verb.xpos not in {"VBD", "VBZ", "VBP"} and sentence.child(verb, "aux") is None:
        return None
    thing = sentence.child(verb, "obj", "xcomp", "obl")
    if thing is None or thing.index < verb.index or sentence.subtree(thing)[0].index != verb.index + 1:
        return None
    end = next(
        (w.index for w in sentence.words[verb.index + 1 :] if w.form in {",", ";", ":", "–", "—"}), len(sentence.words)
    )
    inside = set(sentence.subtree(thing))
    finite = [
        w
        for w in sentence.words[thing.index + 1 : end]
        if w.xpos in {"VBD", "VBZ", "VBP", "MD"} and w not in inside and w.head != verb.index
    ]
    subordinate = {
        "when",
        "while",
        "after",
        "before",
        "as",
        "because",
        "if",
        "who",
        "which",
        "that",
        "and",
        "but",
        "or",
        "where",
    }
    between = {w.form.lower() for w in sentence.words[thing.index + 1 : finite[0].index]} if finite else set()
    if not finite or between & subordinate:
        return None
    return _reading(candidate, "broken-clause", sentence.words[verb.index + 1 : end], source)


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


# verbs that, coordinated with a content, more often begin a report of their own than continue the content
_NEW_REPORTS = frozenset(
    {
        "accuse",
        "add",
        "call",
        "repeat",
        "reiterate",
        "urge",
        "warn",
        "deny",
        "reject",
        "insist",
        "stress",
        "refuse",
        "decline",
        "say",
        "argue",
        "claim",
        "criticize",
        "criticise",
        "dismiss",
    }
)


def _reports_anew(sentence: Sentence, verb: Word) -> bool:
    """*said A, and Okafor accused B*, *said A and repeated his call*: a name of its own as subject, or none at all."""
    if any(m.lemma == "that" for m in sentence.children(verb, "mark")) or verb.xpos not in {"VBD", "VBZ", "VBP"}:
        return False
    subject = sentence.child(verb, "nsubj")
    return (
        subject.upos in {"PROPN", "NOUN"}
        if subject is not None
        else verb.lemma not in {"say", "call", "claim", "argue"}
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
            if not _continues_content(sentence, child):
                continue
        elif child.relation == "parataxis" and sentence.child(child, "nsubj", "nsubj:pass", "expl") is None:
            continue
        words.extend(subtree)
        end = subtree[-1].index
    return [*words, *_further_that_clause(sentence, end)]


def _further_that_clause(sentence: Sentence, end: int) -> tuple[Word, ...]:
    """*…, and that B* right behind a content, wherever the parser hung it."""
    behind = [w for w in sentence.words[end + 1 : end + 4] if w.form != ","]
    if len(behind) < 2 or behind[0].upos != "CCONJ" or behind[1].lemma != "that" or behind[1].relation != "mark":
        return ()
    clause = sentence.head(behind[1])
    return (behind[0], *sentence.subtree(clause)) if clause is not None and clause.index > behind[1].index else ()


def _continues_content(sentence: Sentence, conjunct: Word) -> bool:
    """*said A and that B*, *said A but had been told B*, *said A and the town B*: B, hung on the cue, is said too.

    Signs are *that*, a shifted tense, or a subject of its own; a cue beside the cue begins a report of its own.
    """
    if any(m.lemma == "that" for m in sentence.children(conjunct, "mark")):
        return True
    if any(a.form.lower() in _SHIFTED for a in sentence.children(conjunct, "aux", "aux:pass", "cop")):
        return True
    own_subject = sentence.child(conjunct, "nsubj", "nsubj:pass", "expl") is not None
    return own_subject and conjunct.lemma not in _PARTICIPLE_CUES


_SHIFTED = frozenset({"had", "would", "could", "should", "might", "’d", "'d"})


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
    phrase = set(sentence.subtree(source)) | {according, to}
    opens = all(is_punctuation(w) or w.upos in {"CCONJ", "ADV"} for w in sentence.words[: according.index])
    if opens:
        # *According to Lee, X*: all that follows the comma behind the source
        comma = next((w for w in sentence.words[source.index :] if w.form == ","), None)
        return _reading(candidate, "according-to", sentence.words[comma.index + 1 :] if comma else (), source)
    before = sentence.words[: according.index]
    content = _reported_clause(sentence, according, source) if before[-1].form != "," else before
    if content and content[0].upos == "CCONJ":
        content = content[1:]
    return _reading(candidate, "according-to", [w for w in content if w not in phrase], source)


def _reported_clause(sentence: Sentence, according: Word, source: Word) -> tuple[Word, ...]:
    """The clause before an *according to* that no comma sets off; a report covers more than the noun next to it."""
    top = source if according in sentence.subtree(source) else according
    host = sentence.head(top)
    while host is not None and host.upos not in {"VERB", "AUX"} and sentence.child(host, "cop") is None:
        host = sentence.head(host)
    if host is None:
        return sentence.words[: according.index]
    return tuple(w for w in sentence.subtree(host) if w.index < according.index)


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
    clauses = list(sentence.children(noun, "acl", "ccomp", "parataxis", "xcomp", "advcl"))
    # *claims by its own doctors that X*: the clause hung on the doctors
    owners = [
        *sentence.children(noun, "nmod"),
        *(c for c in sentence.children(candidate.head, "obl") if c.index > noun.index),
    ]
    clauses += [
        c for owner in owners for c in sentence.children(owner, "acl") if sentence.subtree(c)[0].lemma == "that"
    ]
    for child in clauses:
        if child.lemma in MAKING and child.relation == "acl":
            continue
        marks = {m.lemma for m in sentence.children(child, "mark")}
        # *the suggestion (that) the town would pay*: without *that*, a clause with a subject right behind the noun
        bare = (
            child.relation == "acl"
            and sentence.subtree(child)[0].index == noun.index + 1
            and _is_clause(sentence, child)
        )
        clause = "that" in marks or child.relation == "ccomp" or bare
        if child.index > noun.index and clause and Frame.CLAUSE in candidate.entry.frames:
            return _reading(candidate, "noun-clause", sentence.subtree(child), source)
        if child.index > noun.index and "to" in marks and Frame.INFINITIVE in candidate.entry.frames:
            return _reading(candidate, "noun-infinitive", sentence.subtree(child), source)
    phrases = list(sentence.children(noun, "nmod", "acl", "obl"))
    if candidate.kind is CueKind.LIGHT:
        # *repeated his call for X* with *for X* hung on the verb
        phrases += [c for c in sentence.children(candidate.head, "obl") if c.index > noun.index]
    for child in phrases:
        if child is source:
            continue
        for case in sentence.children(child, "case", "mark"):
            if child in sentence.children(candidate.head, "obl") and case.index != noun.index + 1:
                continue
            if case.index > noun.index and preposition_of(candidate.entry, case.form) is not None:
                content = [w for w in sentence.subtree(child) if w is not case]
                return _reading(candidate, "noun-preposition", content, source, _next_to(noun, case))
    return None


def _is_clause(sentence: Sentence, word: Word) -> bool:
    """A finite clause with a subject that is no relative pronoun."""
    subject = sentence.child(word, "nsubj", "nsubj:pass", "expl")
    finite = word.xpos in {"VBD", "VBZ", "VBP"} or sentence.child(word, "aux", "cop") is not None
    return subject is not None and subject.lemma.lower() not in {"who", "which", "that", "what"} and finite


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
            content = [w for w in _without_reporters_clauses(sentence, child) if w is not case]
            content += _modifiers_behind(sentence, verb, content[-1].index) if content else []
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
            return _reading(candidate, "infinitive", _without_reporters_clauses(sentence, child), source)
    return None


def _without_reporters_clauses(sentence: Sentence, head: Word) -> tuple[Word, ...]:
    """A phrase without a clause of time behind it, which is the reporter's: *accused X of Y after the ship sank*."""
    barred = [
        child
        for child in sentence.children(head, "advcl")
        if child.index > head.index
        and any(m.lemma.lower() in _REPORTERS_CONJUNCTIONS for m in sentence.children(child, "mark"))
    ]
    return sentence.subtree(head, without=barred)


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
            (
                c
                for c in sentence.children(verb, "xcomp", "ccomp", "advcl")
                if c.index > verb.index and "VBG" in {c.xpos, *(a.xpos for a in sentence.children(c, "cop", "aux"))}
            ),
            None,
        )
    if thing is None or thing is source:
        return None
    if thing.lemma in {"which", "that"} and verb.deprel == "acl:relcl":
        return _relative_object(candidate, source)
    barred = [verb] if verb in sentence.subtree(thing) else []
    barred += [
        c for w in sentence.subtree(thing) for c in sentence.children(w, "acl:relcl") if _comma_before(sentence, c)
    ]
    phrase = sentence.subtree(thing, without=barred)
    if thing.index > verb.index:
        phrase = (*phrase, *_modifiers_behind(sentence, verb, phrase[-1].index))
    return _reading(candidate, "object", phrase, source)


def _modifiers_behind(sentence: Sentence, verb: Word, end: int) -> list[Word]:
    """Phrases right behind an object that the parser hung on the verb: *discussed his commitment to better care*.

    Whether they belong to the noun or to the verb is a coin's toss for a parser; next to the noun and without a comma
    they are read with it, unless they say when or where it was said.
    """
    words: list[Word] = []
    for child in sentence.children(verb, "obl", "advcl", "xcomp", "nmod", "acl"):
        subtree = sentence.subtree(child)
        if (
            subtree[0].index != end + 1
            or is_punctuation(subtree[0])
            or child.deprel in {"obl:tmod", "obl:unmarked", "obl:agent"}
        ):
            continue
        case = sentence.child(child, "case", "mark")
        if case is None or case.form.lower() not in _NOUN_PREPOSITIONS:
            continue
        if case.form.lower() == "as" and child.relation == "advcl":
            continue
        words.extend(subtree)
        end = subtree[-1].index
    return words


_NOUN_PREPOSITIONS = frozenset(
    {"about", "of", "to", "for", "over", "with", "against", "between", "toward", "towards", "as", "into"}
)


def _relative_object(candidate: CueCandidate, source: Word) -> Reading | None:
    sentence, verb = candidate.sentence, candidate.head
    antecedent = sentence.head(verb)
    if antecedent is None:
        return None
    # *a culture of bullying in the party, which the party denies*: the whole phrase, not the noun nearest to *which*
    while (
        antecedent.relation == "nmod"
        and (head := sentence.head(antecedent)) is not None
        and head.index < antecedent.index
    ):
        antecedent = head
    # … nor a noun that is the one who denies: then what is denied is the object beside it
    governor = sentence.head(antecedent)
    if antecedent.lemma == source.lemma and governor is not None and antecedent.relation == "obl":
        thing = sentence.child(governor, "obj")
        if thing is not None and thing.index < antecedent.index:
            phrase = (*sentence.subtree(thing), *sentence.subtree(antecedent, without=[verb]))
            return _reading(candidate, "relative-object", phrase, source)
    case = sentence.children(antecedent, "case")
    return _reading(candidate, "relative-object", sentence.subtree(antecedent, without=[verb, *case]), source)
