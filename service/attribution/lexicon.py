"""The cue lexicon: which words report speech, and in which construction their content stands.

The words are data (``lexicon/*.tsv``), each file with its own explanation at its head.

>>> verb = load_lexicon().verbs["deny"]
>>> verb.polarity.value, Frame.OBJECT in verb.frames
('denied', True)
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from service.model import Act, Polarity, Scope
from service.parse.tree import Word


class Frame(StrEnum):
    """Where a cue's content stands, in the terms of Universal Dependencies.

    ``clause``: a finite clause or quoted words (*said it would*); ``quote``: quoted words only (*shrugged*);
    ``infinitive``: *vowed to*; ``object``: the direct object (*denied the claim*); ``predicative``: *called X Y*.
    The rest are prepositions that introduce the content: *accused X of Y*.
    """

    CLAUSE = "clause"
    QUOTE = "quote"
    INFINITIVE = "infinitive"
    OBJECT = "object"
    PREDICATIVE = "predicative"
    AS = "as"
    OF = "of"
    FOR = "for"
    ABOUT = "about"
    AGAINST = "against"
    ON = "on"
    TO = "to"
    WITH = "with"
    FROM = "from"
    IN = "in"
    AT = "at"


class VerbClass(StrEnum):
    """What a verb does to the cues and contents around it; ``lexicon/verb_classes.tsv`` says so of each."""

    HEARER = "hearer"
    PARTICIPLE = "participle"
    QUESTIONING = "questioning"
    MAKING = "making"
    PHASE = "phase"
    REFUSAL = "refusal"


PREPOSITIONS = frozenset(Frame) - {Frame.CLAUSE, Frame.QUOTE, Frame.INFINITIVE, Frame.OBJECT, Frame.PREDICATIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class CueEntry:
    """One row of the lexicon.

    ``lemma`` may end in a particle or preposition that is part of the cue (*point out*).
    ``documents`` is True where only a document, study or poll says it so (*found*).
    """

    lemma: str
    frames: frozenset[Frame]
    act: Act
    polarity: Polarity
    documents: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All word lists of the attribution step, keyed by lemma in lower case; cues as one scope admits them."""

    verbs: dict[str, CueEntry]
    nouns: dict[str, CueEntry]
    light_verbs: dict[str, Polarity]
    document_nouns: frozenset[str]
    occasion_nouns: frozenset[str]
    audience_nouns: frozenset[str]
    time_nouns: frozenset[str]
    outlet_words: frozenset[str]
    written_occasions: frozenset[str]


def _rows(name: str) -> Iterator[list[str]]:
    source = files("service.attribution").joinpath("lexicon", name).read_text(encoding="utf-8")
    for line in source.splitlines():
        bare = line.split("#", 1)[0].rstrip()
        if bare:
            yield [cell.strip() for cell in bare.split("\t")]


def _entries(name: str, scope: Scope) -> dict[str, CueEntry]:
    """The entries that a scope admits; of a lemma with a row for each scope, one with the frames of both."""
    entries: dict[str, CueEntry] = {}
    for lemma, frames, act, polarity, row_scope, *rest in _rows(name):
        if Scope(row_scope) is Scope.ALL and scope is Scope.SPEECH:
            continue
        entry = CueEntry(
            lemma=lemma,
            frames=frozenset(map(Frame, frames.split(","))),
            act=Act(act),
            polarity=Polarity(polarity),
            documents="documents" in rest,
        )
        earlier = entries.get(lemma)
        if earlier is not None:
            # the row for people carries over: *the report suggests* needs no document if *Lee suggests* is a cue
            frames_of_both = earlier.frames | (entry.frames if entry.documents == earlier.documents else frozenset())
            entry = replace(earlier, frames=frames_of_both)
        entries[lemma] = entry
    return entries


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of ``lexicon/NAME.txt``, one a line."""
    return frozenset(row[0] for row in _rows(f"{name}.txt"))


@cache
def load_lexicon(scope: Scope = Scope.SPEECH) -> Lexicon:
    """The lexicon for a scope, read once per process."""
    return Lexicon(
        verbs=_entries("cue_verbs.tsv", scope),
        nouns=_entries("cue_nouns.tsv", scope),
        light_verbs={lemma: Polarity(polarity) for lemma, polarity in _rows("light_verbs.tsv")},
        document_nouns=word_list("document_nouns"),
        occasion_nouns=word_list("occasion_nouns"),
        audience_nouns=word_list("audience_nouns"),
        time_nouns=word_list("time_nouns"),
        outlet_words=word_list("outlet_words"),
        written_occasions=word_list("written_occasions"),
    )


@cache
def load_verb_classes() -> dict[VerbClass, frozenset[str]]:
    """The lemmas of each class, read once per process."""
    rows = [(VerbClass(name), lemma) for name, lemma in _rows("verb_classes.tsv")]
    return {name: frozenset(lemma for other, lemma in rows if other is name) for name in VerbClass}


def known_lemma(word: Word, known: Container[str]) -> str | None:
    """The lemma by which a word is in a word list: the parser's, else one that regular inflection allows.

    A parser's lemmatiser has not seen every verb: it may leave *reiterating* as it is, or make *denies* of *denie*.
    """
    lemma = word.lemma.lower()
    if lemma in known:
        return lemma
    for candidate in _regular_lemmas(word.form.lower()):
        if candidate in known:
            return candidate
    return None


# asked of nearly every verb and noun of an article
@lru_cache(maxsize=50_000)
def _regular_lemmas(form: str) -> tuple[str, ...]:
    return tuple(_lemmas_by_ending(form))


def _lemmas_by_ending(form: str) -> Iterator[str]:
    for ending, replacements in _ENDINGS:
        if form.endswith(ending) and len(form) > len(ending) + 2:
            stem = form[: -len(ending)]
            for replacement in replacements:
                yield stem + replacement
            if ending in {"ed", "ing"} and stem[-1] == stem[-2]:
                yield stem[:-1]


_ENDINGS = (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ied", ("y",)), ("ed", ("", "e")), ("ing", ("", "e")))
