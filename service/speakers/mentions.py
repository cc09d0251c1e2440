"""What the words of a mention are: a name, a pronoun, a noun phrase, or several people at once.

In *Rogue Labour MP Dr Ravi Menon* it is the name that counts; in *a spokesperson for Ravi Menon* it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.model import MentionForm, Span
from service.parse.tree import Parse, Sentence, Word
from service.speakers import lexicon_files as lexicon
from service.speakers.antecedents import THIRD_PERSON
from service.speakers.names import NameIndex
from service.speakers.phrases import NounPhrase, head_of, is_plural, phrase_at, singular
from service.speakers.spelling import plain

FIRST_SINGULAR = {"i", "me", "my", "mine", "myself"}
FIRST_PLURAL = {"we", "us", "our", "ours", "ourselves"}
SECOND = {"you", "your", "yours"}
_OF_SEVERAL = {"one", "another", "other", "others", "some", "many", "several", "both", "few", "most"}
RELATIVE = {"who", "which", "that", "whom", "whose"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a mention is. ``head`` carries it; ``name`` is the index of a name, ``phrase`` a noun phrase.

    ``several`` says that it joins people by *and*.
    """

    form: MentionForm
    span: Span
    sentence: Sentence
    head: Word
    name: int | None = None
    phrase: NounPhrase | None = None
    several: bool = False


def read_mention(parse: Parse, index: NameIndex, span: Span) -> Reading | None:
    """Read the mention at ``span``; None where no word of the parse lies in it."""
    words = parse.words_in(span)
    sentence = parse.sentence_at(words[0].span.start) if words else None
    if sentence is None:
        return None
    words = tuple(w for w in words if sentence.span.covers(w.span))
    if len(words) == 1 and _is_pronoun(words[0]):
        return Reading(form=MentionForm.PRONOUN, span=span, sentence=sentence, head=words[0])
    head = head_of(sentence, span) or words[0]
    several = _is_coordinated(sentence, words, head, index)
    number = index.at(sentence, head)
    if number is not None:
        return Reading(form=MentionForm.NAME, span=span, sentence=sentence, head=head, name=number, several=several)
    phrase = phrase_at(sentence, head, within=span)
    return Reading(form=MentionForm.NOMINAL, span=span, sentence=sentence, head=head, phrase=phrase, several=several)


def _is_pronoun(word: Word) -> bool:
    form = plain(word.form)
    if form in _OF_SEVERAL:
        # One said … The other said …: somebody of those spoken of, who has no other name
        return False
    return form in THIRD_PERSON | FIRST_SINGULAR | FIRST_PLURAL | SECOND | RELATIVE or word.upos == "PRON"


def _is_coordinated(sentence: Sentence, words: Sequence[Word], head: Word, index: NameIndex) -> bool:
    """*Okafor and Nair*, *the mayor and her deputy*: both sides of *and* are nominals of their own."""
    for word in words:
        if plain(word.form) not in {"and", "&"} or word.index > head.index:
            continue
        number = index.at(sentence, word)
        if number is not None:
            continue
        left, right = (
            words[word.index - words[0].index - 1],
            words[min(word.index - words[0].index + 1, len(words) - 1)],
        )
        both_names = index.at(sentence, left) is not None and index.at(sentence, right) is not None
        new_phrase = right.upos in {"DET", "NUM"} or "Poss=Yes" in right.feats
        if both_names or new_phrase or (head.relation == "conj" and left.index == head.head):
            return True
    return False


def relative_head(sentence: Sentence, word: Word) -> Word | None:
    """The noun that the relative clause of *who* or *which* modifies: by the tree, else the noun before it.

    *who* does not modify a thing: of *a statement from Brandvik, who said* it is the noun right before it.
    """
    who = plain(word.form) in {"who", "whom"}
    before = [w for w in sentence.words[: word.index] if w.upos in {"NOUN", "PROPN"} and not (who and _is_thing(w))]
    nearest = before[-1] if before else None
    for above in (word, *sentence.ancestors(word)):
        if above.deprel.startswith("acl") and 0 <= above.head < word.index:
            found = sentence.words[above.head]
            return nearest if who and _is_thing(found) else found
    return nearest


def _is_thing(word: Word) -> bool:
    return word.upos == "NOUN" and not lexicon.is_role(singular(word)) and not is_plural(word)
