"""From a cue to the words that name its source, in the cue's own clause."""

from __future__ import annotations

from collections.abc import Sequence

from service.attribution.conjuncts import true_partner
from service.attribution.extents import is_punctuation, runs, trim
from service.attribution.lexicon import VerbClass, known_lemma, load_lexicon, load_verb_classes, word_list
from service.model import MentionForm, Span
from service.parse.tree import ROOT, Sentence, Word, cover

_PRONOUNS_THAT_SPEAK = frozenset(
    {"i", "we", "you", "he", "she", "they", "who", "it", "which", "that", "one", "whoever"}
)
# What hangs on a noun and is no part of the mention: relative clauses, appositives, asides (annotation rule 17).
_OUTSIDE = ("acl", "appos", "parataxis", "dep", "punct", "cc", "advcl", "ccomp", "discourse", "vocative")


def source_of_verb(sentence: Sentence, verb: Word, depth: int = 0) -> Word | None:
    """The head word of the NP that a verb's clause names as its source; None where it names none.

    A verb without a subject of its own (*saying*, *and added*) takes it from the clause that it hangs on;
    ``depth`` counts the clauses that were climbed to get here.
    """
    agent = _agent(sentence, verb)
    if agent is not None:
        return agent
    if is_passive(sentence, verb):
        return None
    subject = _nearest_subject(sentence, verb)
    if subject is not None and subject.deprel != "nsubj:pass":
        return subject
    if subject is None and (named := _named_first(sentence, verb)) is not None:
        return named
    if subject is None and (inverted := _inverted(sentence, verb)) is not None:
        return inverted
    return _controller(sentence, verb, depth)


def _nearest_subject(sentence: Sentence, verb: Word) -> Word | None:
    """The subject; of two that a parser gives a verb beside quoted words, the one next to the verb."""
    subjects = [w for w in sentence.children(verb, "nsubj") if not _is_time(w) and can_speak(w)]
    if verb.xpos == "VBG":
        # *claiming the mayor had lied*: behind a participle stands the subject of what it reports
        subjects = [w for w in subjects if w.index < verb.index]
    return min(reversed(subjects), key=lambda w: abs(w.index - verb.index), default=None)


def _named_first(sentence: Sentence, verb: Word) -> Word | None:
    """*Mum Ada Brandt, 29, whose son was there, called it …*: a name that a parser takes for the whole sentence.

    The verb then hangs beside it, or is joined with the verb of the relative clause.
    """
    root = sentence.root
    if root.upos not in {"PROPN", "NOUN"} or root.index > verb.index or verb.xpos not in {"VBD", "VBZ", "VBP"}:
        return None
    chain = [verb, *sentence.ancestors(verb)]
    between = chain[: chain.index(root)] if root in chain else []
    joined = bool(between) and all(w.relation in {"parataxis", "conj", "acl"} for w in between)
    before = sentence.words[verb.index - 1]
    # … or the further verb of two: and accused
    set_off = before.form in {",", "–", "—", "-"} or before.upos == "CCONJ"
    return root if joined and set_off and can_speak(root) else None


def _is_time(word: Word) -> bool:
    """*Lee said Friday*: a day beside the verb, which a parser may call its subject, says nothing."""
    return word.upos in {"NOUN", "PROPN"} and word.lemma.lower() in word_list("time_nouns")


def phrase_beside(words: Sequence[Word], verb: Word) -> Word | None:
    """The head of the noun phrase next to a cue between quotations, whatever the parse: *says the foreign minister*.

    ``words`` are those of the cue's clause; the phrase behind the verb is tried first.
    """
    behind = [w for w in words if w.index > verb.index]
    ahead = [w for w in words if w.index < verb.index]
    for side in (behind, ahead[::-1]):
        first = next((w for w in side if w.upos not in {"DET", "ADJ", "NUM", "ADV", "AUX"}), None)
        if first is None or first.upos not in {"PROPN", "PRON", "NOUN"} or _is_time(first):
            continue
        inside = {w.index: w for w in side}
        while first.relation in {"compound", "flat", "nmod", "amod"} and first.head in inside:
            # taken out, so that trees with a cycle come to an end
            first = inside.pop(first.head)
        return first if can_speak(first) else None
    return None


def is_passive(sentence: Sentence, verb: Word) -> bool:
    """Whether the verb stands in the passive (*was told*, *a letter written by*)."""
    if sentence.child(verb, "nsubj:pass", "aux:pass", "csubj:pass") is not None:
        return True
    return verb.xpos == "VBN" and verb.relation in {"acl", "advcl"} and not sentence.children(verb, "aux")


def _agent(sentence: Sentence, verb: Word) -> Word | None:
    if not is_passive(sentence, verb):
        return None
    for oblique in sentence.children(verb, "obl"):
        if any(case.lemma == "by" for case in sentence.children(oblique, "case")) and can_speak(oblique):
            return oblique
    # *was confirmed in a statement from Lee*, *in Lee's statement*
    for oblique in sentence.children(verb, "obl"):
        if any(case.lemma == "in" for case in sentence.children(oblique, "case")):
            for owner in sentence.children(oblique, "nmod", "nmod:poss"):
                cases = {case.lemma for case in sentence.children(owner, "case")}
                if (cases & {"from", "by"} or owner.deprel == "nmod:poss") and owner.upos in {"PROPN", "PRON", "NOUN"}:
                    return owner
    return None


def _inverted(sentence: Sentence, verb: Word) -> Word | None:
    """*said Lee*: a parser unsure of the inversion calls the subject an object or an oblique without a preposition."""
    if verb.xpos == "VBG":
        return None
    for child in sentence.children(verb, "obj", "obl", "xcomp", "ccomp", "appos", "flat", "dep"):
        near = verb.index < child.index <= verb.index + 12 and not _is_time(child)
        first = sentence.subtree(child)[0]
        direct = all(is_punctuation(w) is False for w in sentence.words[verb.index + 1 : first.index])
        # nothing may stand before the verb in its own clause but what it reports
        if near and direct and first.index == verb.index + 1 and child.upos in {"PROPN", "PRON", "NOUN"}:
            if child.upos == "NOUN" and not _names_a_speaker_after_verb(sentence, verb, first):
                continue
            if not sentence.children(child, "case"):
                return child
    return None


def _names_a_speaker_after_verb(sentence: Sentence, verb: Word, first: Word) -> bool:
    """Whether *said* opens its clause, so that the noun after it can be the subject and not what was said."""
    before = sentence.words[verb.index - 1] if verb.index else None
    return (before is None or is_punctuation(before)) and verb.upos == "VERB" and first.index == verb.index + 1


def _controller(sentence: Sentence, verb: Word, depth: int) -> Word | None:
    head = sentence.head(verb)
    if head is None or depth > 4:
        return None
    partner = true_partner(sentence, verb)
    if partner is not None:
        return source_of_verb(sentence, partner, depth + 1)
    if verb.relation in {"conj", "parataxis"} and head.upos in {"VERB", "AUX", "ADJ", "NOUN"} | {"PROPN"}:
        if head.upos in {"NOUN", "PROPN"} and sentence.child(head, "nsubj") is None:
            return (
                head if verb.relation == "conj" and head.relation == "nsubj" else _controller(sentence, head, depth + 1)
            )
        return _subject_in_clause(sentence, head, depth)
    if (
        verb.xpos == "VBG"
        and verb.relation in {"advcl", "acl", "xcomp", "conj", "parataxis"}
        and _after_comma(sentence, verb)
    ):
        return _subject_of_report(sentence, verb)
    if verb.relation in {"xcomp", "advcl", "ccomp"}:
        if verb.relation == "ccomp" and sentence.child(verb, "mark", "aux") is not None and verb.xpos != "VBG":
            return None
        # asked him to say: the one who is asked speaks
        controlled = sentence.child(head, "obj", "iobj") if verb.relation == "xcomp" else None
        if controlled is not None and controlled.index < verb.index and can_speak(controlled):
            return controlled
        return _subject_in_clause(sentence, head, depth)
    if verb.relation == "acl":
        return head if verb.deprel != "acl:relcl" or sentence.child(verb, "nsubj") is None else None
    if verb.relation in {"obl", "nmod"} or verb.xpos == "VBG":
        return _subject_in_clause(sentence, head, depth)
    return None


def _after_comma(sentence: Sentence, verb: Word) -> bool:
    first = sentence.subtree(verb)[0]
    before = sentence.words[first.index - 1] if first.index else None
    return is_punctuation(first) or (before is not None and is_punctuation(before))


def _subject_of_report(sentence: Sentence, verb: Word) -> Word | None:
    """*Lee said the caucus met, saying X*: a participle after a comma belongs to the clause that reports, not to the
    clause reported, even where the parser hangs it on the latter."""
    top = None
    for above in sentence.ancestors(verb):
        subject = sentence.child(above, "nsubj")
        # only what reports has the clause below it as its content: it left after the party quit, accusing …
        reports = top is None or known_lemma(above, load_lexicon().verbs) is not None
        if subject is not None and can_speak(subject) and above.upos in {"VERB", "AUX", "ADJ", "NOUN"} and reports:
            top = subject
        if above.deprel == "acl:relcl" and top is not None:
            return top
    return top


def _subject_in_clause(sentence: Sentence, head: Word, depth: int) -> Word | None:
    subject = _nearest_subject(sentence, head) or sentence.child(head, "nsubj")
    if subject is not None:
        return subject
    return _inverted(sentence, head) or _controller(sentence, head, depth + 1)


def source_of_noun(sentence: Sentence, noun: Word) -> Word | None:
    """Whose claim it is: *Lee's claim*, *the claim by Lee*, *allegations made by Lee*; None if the phrase says not."""
    possessor = sentence.child(noun, "nmod:poss")
    if possessor is not None:
        return possessor
    for modifier in sentence.children(noun, "nmod"):
        if any(case.lemma in {"by", "from"} for case in sentence.children(modifier, "case")):
            return modifier
    for clause in sentence.children(noun, "acl"):
        if clause.lemma in load_verb_classes()[VerbClass.MAKING]:
            found = source_of_verb(sentence, clause)
            if found is not None and found.index != noun.index:
                return found
    return None


def can_speak(word: Word) -> bool:
    """Whether a word can head a source at all: a name, a common noun, a pronoun for someone."""
    if word.upos == "PRON":
        return (
            word.form.lower() in _PRONOUNS_THAT_SPEAK
            or word.lemma.lower() in _PRONOUNS_THAT_SPEAK | {"someone"}
            or (word.xpos in {"NN", "WP", "PRP"} and word.form.lower() not in {"what", "this", "there"})
        )
    return word.upos in {"NOUN", "PROPN", "DET", "NUM", "ADJ", "X"}


def mention_words(sentence: Sentence, head: Word) -> list[Word]:
    """The words of the mention: the noun phrase with title and role, without relative clause or appositive.

    Of two coordinated sources both are named: *Lee and Okafor*.
    """
    barred: list[Word] = []
    for word in sentence.subtree(head):
        for child in sentence.children(word, *_OUTSIDE):
            if child.relation == "appos" and _joined_without_comma(sentence, word, child):
                continue
            if child.relation == "cc" and sentence.child(word, "conj") is None and child.index < word.index:
                continue
            if child.relation in {"cc", "punct"} and _within_coordination(sentence, word, child):
                continue
            barred.append(child)
    # a preposition before the phrase belongs to the cue (*according to*, *by*)
    barred += [w for w in sentence.children(head, "case", "mark") if w.index < head.index]
    barred += [w for w in sentence.children(head, "conj") if w.upos in {"VERB", "AUX"}]
    barred += _adjuncts_of_name(sentence, head)
    words = sentence.subtree(head, without=barred)
    stretch = next((run for run in runs(sentence, words) if head in run), [head])
    stretch += _rest_of_name(sentence, head, stretch[-1].index)
    return trim(_without_tail(stretch, head), that=False) or [head]


def _adjuncts_of_name(sentence: Sentence, head: Word) -> list[Word]:
    """*the council on Friday*, *Lee in an interview*: a time or an occasion behind a name belongs to the saying."""
    if head.upos != "PROPN":
        return []
    own = sentence.entity_at(head)
    return [
        child
        for child in sentence.children(head, "nmod", "obl")
        if child.index > head.index
        and (own is None or child.index >= own.end)
        and any(case.lemma in {"on", "in", "at", "during", "after"} for case in sentence.children(child, "case"))
    ]


def _rest_of_name(sentence: Sentence, head: Word, end: int) -> list[Word]:
    """*party leader | Ada Quill*, *Radio | Tarrow*: the name behind, hung beside the head instead of on it."""
    words: list[Word] = []
    while end + 1 < len(sentence.words):
        following = sentence.words[end + 1]
        beside = following.head == head.head and following.relation == head.relation
        if following.upos != "PROPN" or not beside or following.head == ROOT:
            break
        words.extend(w for w in sentence.subtree(following) if w.relation in {"flat", "compound"} or w is following)
        end = words[-1].index
    return words


def _joined_without_comma(sentence: Sentence, word: Word, child: Word) -> bool:
    first = sentence.subtree(child)[0]
    between = sentence.words[word.index + 1 : first.index + 1]
    return not any(is_punctuation(w) for w in between)


def _within_coordination(sentence: Sentence, word: Word, child: Word) -> bool:
    if child.relation == "cc":
        return word.relation == "conj" or sentence.child(word, "conj") is not None
    return any(c.index > child.index and c.relation == "conj" for c in sentence.children(word, "conj"))


_BREAKS = frozenset('([:;—–"“„«')


def _without_tail(words: Sequence[Word], head: Word) -> list[Word]:
    """Cut at the first comma after the head unless a coordination goes on behind it, and at any stronger mark."""
    kept: list[Word] = []
    coordinated = any(w.relation == "conj" and w.index > head.index for w in words)
    for word in words:
        if word.index > head.index and is_punctuation(word) and set(word.form) & _BREAKS:
            break
        if word.index > head.index and word.form == "," and not coordinated:
            break
        kept.append(word)
    return kept


def mention_form(sentence: Sentence, head: Word) -> MentionForm:
    """Pronoun, name or nominal, by the head of the phrase."""
    if head.upos == "PRON":
        return MentionForm.PRONOUN
    if head.upos == "PROPN" or sentence.entity_at(head) is not None:
        return MentionForm.NAME
    if any(w.upos == "PROPN" for w in sentence.children(head, "flat", "appos", "compound") if w.index > head.index):
        return MentionForm.NAME
    return MentionForm.NOMINAL


def mention_span(sentence: Sentence, head: Word) -> Span:
    """The span of the mention, without a possessive *'s*."""
    words = [
        w
        for w in mention_words(sentence, head)
        if not (w.deprel == "case" and w.form.lower() in {"'s", "’s", "'", "’"})
    ]
    return cover(words or [head])
