"""Third-person singular pronouns of GUM, linked to the right named entity: the accuracy of the speakers step.

    python -m training.speakers.gum en_gum-dev.conllu.xz en_gum-test.conllu.xz [--genres news,speech] [--errors]

The trees are gold, and so are the spans and kinds of named entities; they are read from the treebank's ``Entity``
annotation (https://gucorpling.org/gum/). Counted is each *he*, *she*, *it* in any case whose coreference chain holds a
mention with a proper noun at its head. The step is right where the referent that it finds is named by a mention of the
same chain. Attributions are found by the attribution step over the gold trees.
"""

from __future__ import annotations

import argparse
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from service.attribution import attribute
from service.model import Span
from service.parse.tree import ROOT, Entity, EntityKind, Parse, Sentence, Word, cover
from service.speakers.gender import PRONOUN_GENDER
from service.speakers.resolution import read_article
from service.speakers.state import State
from service.text import read_layout

GENRES = ("news", "interview", "speech")
KINDS = {"person": EntityKind.PERSON, "organization": EntityKind.ORGANISATION, "place": EntityKind.LOCATION}
NEUTER = frozenset(("it", "its", "itself"))
PRONOUNS = frozenset(PRONOUN_GENDER) | NEUTER
_BRACKET = re.compile(r"\(([^()]+)\)|\(([^()]+)|([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Mention:
    """One gold mention: ``chain`` is its entity's id, ``words`` the offsets at which its words start."""

    chain: str
    kind: str
    sentence: int
    first: int
    end: int


@dataclass(slots=True)
class Document:
    """A document of the treebank: the text put together from its words, gold trees and gold mentions."""

    name: str
    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """One counted pronoun: whether the right chain was found, and what was."""

    document: str
    pronoun: str
    gold: str
    found: str
    right: bool
    context: str
    evidence: tuple[str, ...]


def documents(path: Path, genres: Sequence[str]) -> Iterator[Document]:
    """The documents of some genres, in the order of the file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        blocks = "".join(lines).split("# newdoc id = ")[1:]
    for block in blocks:
        name, _, rest = block.partition("\n")
        if name.split("_")[1] in genres:
            yield _document(name.strip(), rest)


def _document(name: str, block: str) -> Document:
    found = Document(name)
    paragraph = -1
    still_open: list[tuple[str, str, int, int]] = []
    for chunk in block.split("\n\n"):
        lines = chunk.splitlines()
        if not any(line and not line.startswith("#") for line in lines):
            continue
        begins = paragraph < 0 or any(line == "# newpar" or line.startswith("# newpar =") for line in lines)
        paragraph += begins
        if found.text:
            found.text = found.text.rstrip() + ("\n\n" if begins else " ")
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        sentence = _sentence(found, rows, paragraph)
        _add_mentions(found, sentence, rows, still_open)
        found.sentences.append(sentence)
    found.sentences = [_with_entities(found, sentence) for sentence in found.sentences]
    return found


def _sentence(found: Document, rows: Sequence[Sequence[str]], paragraph: int) -> Sentence:
    words: list[Word] = []
    shared: tuple[int, Span] | None = None
    for row in rows:
        spaced = "" if "SpaceAfter=No" in row[9] else " "
        if "-" in row[0]:
            start = len(found.text)
            found.text += row[1]
            shared = (int(row[0].partition("-")[2]), Span(start, len(found.text)))
            found.text += spaced
            continue
        if "." in row[0]:
            continue
        if shared is not None and int(row[0]) <= shared[0]:
            span = _part(found.text, shared[1], row[1], words)
        else:
            start = len(found.text)
            found.text += row[1]
            span = Span(start, len(found.text))
            found.text += spaced
        head = int(row[6]) - 1
        words.append(
            Word(
                index=len(words), span=span, form=row[1], lemma=row[2], upos=row[3], xpos=row[4],
                feats="" if row[5] == "_" else row[5], head=head if head >= 0 else ROOT, deprel=row[7],
            )
        )  # fmt: skip
    return Sentence(index=len(found.sentences), paragraph=paragraph, span=cover(words), words=tuple(words))


def _part(text: str, token: Span, form: str, words: Sequence[Word]) -> Span:
    """The word's own part of its token, where it is written there."""
    start = max(token.start, words[-1].span.end if words and token.covers(words[-1].span) else token.start)
    return Span(start, start + len(form)) if text[start : token.end].startswith(form) else token


def _add_mentions(
    found: Document, sentence: Sentence, rows: Sequence[Sequence[str]], still_open: list[tuple[str, str, int, int]]
) -> None:
    index = -1
    for row in rows:
        if "-" in row[0] or "." in row[0]:
            continue
        index += 1
        values = (v.removeprefix("Entity=") for v in row[9].split("|") if v.startswith("Entity="))
        for single, opened, closed in _BRACKET.findall("".join(values)):
            if single or opened:
                chain, kind = (single or opened).split("-")[:2]
                still_open.append((chain, kind, sentence.index, index))
            if single or closed:
                wanted = single.split("-")[0] if single else closed
                at = max(i for i, m in enumerate(still_open) if m[0] == wanted)
                chain, kind, where, first = still_open.pop(at)
                if where == sentence.index:
                    found.mentions.append(Mention(chain, kind, where, first, index + 1))


def head_of(sentence: Sentence, mention: Mention) -> Word:
    """The word of the mention that is governed from outside it."""
    inside = sentence.words[mention.first : mention.end]
    return next((w for w in inside if not mention.first <= w.head < mention.end), inside[-1])


def _with_entities(found: Document, sentence: Sentence) -> Sentence:
    """Gold named entities as a recogniser gives them: the proper nouns about the head, no two overlapping."""
    entities: list[Entity] = []
    taken: set[int] = set()
    here = [m for m in found.mentions if m.sentence == sentence.index]
    for mention in sorted(here, key=lambda m: (m.end - m.first, m.first)):
        head = head_of(sentence, mention)
        if head.upos != "PROPN":
            continue
        first = end = head.index
        while first - 1 >= mention.first and _joins(sentence.words[first - 1]):
            first -= 1
        while end + 1 < mention.end and _joins(sentence.words[end + 1]):
            end += 1
        if taken & set(range(first, end + 1)):
            continue
        taken |= set(range(first, end + 1))
        kind = KINDS.get(mention.kind, EntityKind.OTHER)
        span = cover(sentence.words[first : end + 1])
        entities.append(Entity(kind=kind, first=first, end=end + 1, span=span))
    return Sentence(
        index=sentence.index, paragraph=sentence.paragraph, span=sentence.span, words=sentence.words,
        entities=tuple(sorted(entities, key=lambda e: e.first)),
    )  # fmt: skip


def _joins(word: Word) -> bool:
    return word.upos == "PROPN" or (word.form in {"-", "."} and word.deprel == "punct")


def answers(document: Document) -> Iterator[Answer]:
    """Each counted pronoun of the document, in text order."""
    parse = Parse(sentences=tuple(document.sentences))
    layout = read_layout(document.text)
    attributions = attribute(document.text, layout, parse)
    state = read_article(document.text, layout, parse, attributions)
    named: dict[str, str] = {}
    named_at: set[int] = set()
    chains: dict[int, str] = {}
    for mention in document.mentions:
        sentence = document.sentences[mention.sentence]
        head = head_of(sentence, mention)
        chains[head.span.start] = mention.chain
        if head.upos == "PROPN":
            named_at.add(head.span.start)
            words = sentence.words[mention.first : mention.end]
            named.setdefault(mention.chain, cover(words).of(document.text))
    meant = _chains_of_referents(state, chains, named_at)
    for mention in document.mentions:
        sentence = document.sentences[mention.sentence]
        word = sentence.words[mention.first]
        if mention.end - mention.first != 1 or word.form.casefold() not in PRONOUNS or mention.chain not in named:
            continue
        choice = state.choices.get(("pronoun", word.span.start))
        referent = None if choice is None else choice.referent
        yield Answer(
            document=document.name,
            pronoun=word.form.casefold(),
            gold=named[mention.chain],
            found="-" if referent is None else state.discourse.referent(referent).name,
            right=referent is not None and meant.get(referent) == mention.chain,
            context=document.text[max(word.span.start - 160, 0) : word.span.end + 40],
            evidence=choice.evidence if choice else (),
        )


def _chains_of_referents(state: State, chains: dict[int, str], named_at: set[int]) -> dict[int, str]:
    """The gold chain of each referent: the one of most of its names (*the Senator from Alaska* is one in GUM)."""
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for referent, places in state.discourse.cast.places().items():
        for name in places:
            for word in name.words:
                if word.span.start in chains:
                    votes[referent][chains[word.span.start]] += 1
    for (sort, offset), choice in state.choices.items():
        if sort == "nominal" and choice.referent is not None and offset in named_at:
            votes[choice.referent][chains[offset]] += 1
    return {referent: found.most_common(1)[0][0] for referent, found in votes.items()}


def table(found: Iterable[Answer]) -> str:
    """Accuracy by pronoun and by document."""
    rows = list(found)
    personal = [a for a in rows if a.pronoun not in NEUTER]
    groups = [("he and she", personal), ("it", [a for a in rows if a.pronoun in NEUTER]), ("all", rows)]
    groups += [(name, [a for a in rows if a.document == name]) for name in dict.fromkeys(a.document for a in rows)]
    lines = [f"{'':26s}{'n':>5s}{'right':>7s}{'silent':>8s}{'wrong':>7s}{'right %':>9s}"]
    for name, group in groups:
        right, silent = sum(a.right for a in group), sum(a.found == "-" for a in group)
        share = 100 * right / len(group) if group else 0.0
        lines.append(f"{name:26s}{len(group):5d}{right:7d}{silent:8d}{len(group) - right - silent:7d}{share:9.1f}")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    """Print the table, with ``--errors`` what was not right too."""
    parser = argparse.ArgumentParser(prog="python -m training.speakers.gum", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.conllu.xz")
    parser.add_argument("--genres", default=",".join(GENRES), help="genres, joined by commas")
    parser.add_argument("--errors", action="store_true", help="print what was not right")
    asked = parser.parse_args(argv)
    found = [a for path in asked.files for d in documents(path, asked.genres.split(",")) for a in answers(d)]
    print(table(found))
    for answer in found if asked.errors else ():
        if not answer.right:
            context = " ".join(answer.context.split())
            print(f"\n{answer.document} {answer.pronoun}: {answer.gold} | found {answer.found} | {answer.evidence}")
            print(f"   …{context}…")


if __name__ == "__main__":
    main()
