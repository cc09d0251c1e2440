"""Names out of the silver news sentences, which another tagger labelled, with its commonest faults mended.

The labels come from CoreNLP's four-class model. Mended are: titles counted as part of a person's name; one name under
several kinds (its commonest kind wins where it is clear); organisations taken for people because a person's name is in
them; names left out now and then; and words that Universal Dependencies splits at a hyphen.
"""

import json
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.pack.names import Name, NamedSentence, from_tags, lexicon_words, read_table

CLITIC = re.compile(r"(?:['’](?:s|S|m|re|ve|ll|d)|n['’]t)$")
HYPHEN = re.compile(r"(?<=[A-Za-z.])(-)(?=[A-Za-z])")
# A kind wins over a name's other kinds from this count and share of its mentions on.
CLEAR_COUNT, CLEAR_SHARE = 8, 0.6
# A word is a name wherever it stands if it is one in so many and such a share of its places.
ALWAYS_COUNT, ALWAYS_SHARE = 15, 0.85

FIXED_KINDS = dict(read_table(Path(__file__).parent / "silver_kinds.tsv"))


def read_silver(path: Path, articles: Path) -> dict[str, list[NamedSentence]]:
    """Return the mended sentences of each document; `articles` is the file that holds the articles' text."""
    texts = {row["article"]: row["text"] for row in _rows(articles)}
    by_document: defaultdict[str, list[NamedSentence]] = defaultdict(list)
    for row in _rows(path):
        document = row["doc"].removesuffix(".txt.xml")
        sentence = _sentence(row["toks"], texts[document])
        if sentence.words:
            by_document[document].append(sentence)
    return mend(by_document)


def _rows(path: Path) -> Iterable[Any]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _sentence(toks: Sequence[tuple[str, int, int, str]], text: str) -> NamedSentence:
    """Return the sentence with its words as they stand in the text and split as Universal Dependencies splits them."""
    words: list[str] = []
    glued: list[bool] = []
    tags: list[str] = []
    last_end = -1
    for _, start, end, tag in toks:
        surface = text[start:end]
        if not surface.strip() or " " in surface:
            continue
        # "anti-EU" is one name of the kind MISC to CoreNLP; as three words it is none
        pieces = HYPHEN.split(surface)
        kept = "O" if len(pieces) > 1 and tag == "MISC" and surface[0].islower() else tag
        words += pieces
        tags += [kept] * len(pieces)
        glued += [start == last_end and CLITIC.fullmatch(surface) is not None] + [False] * (len(pieces) - 1)
        last_end = end
    return from_tags(words, tags, glued)


def mend(by_document: Mapping[str, Sequence[NamedSentence]]) -> dict[str, list[NamedSentence]]:
    """Return the sentences with fewer faults in their names."""
    titles = lexicon_words("titles.tsv") | lexicon_words("roles.tsv")
    bodies = lexicon_words("organisations.tsv", named="yes")
    untitled = {d: [_without_titles(s, titles) for s in ss] for d, ss in by_document.items()}
    kinds = _clear_kinds(s for sentences in untitled.values() for s in sentences)
    mended = {d: [_with_kinds(s, kinds, bodies) for s in ss] for d, ss in untitled.items()}
    always = _always_names(s for sentences in mended.values() for s in sentences)
    return {d: [_completed(s, always) for s in ss] for d, ss in mended.items()}


def _without_titles(sentence: NamedSentence, titles: frozenset[str]) -> NamedSentence:
    names: list[Name] = []
    for name in sentence.names:
        first = name.first
        while name.kind == "PER" and first < name.end and sentence.words[first].lower().rstrip(".") in titles:
            first += 1
        if first < name.end:
            names.append(replace(name, first=first))
    return replace(sentence, names=tuple(names))


def _clear_kinds(sentences: Iterable[NamedSentence]) -> dict[str, str]:
    """Return the kind of each name that is mostly of one kind."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for name in sentence.names:
            counts[sentence.text(name)][name.kind] += 1
    found: dict[str, str] = {}
    for text, by_kind in counts.items():
        kind, count = by_kind.most_common(1)[0]
        if count >= CLEAR_COUNT and count / by_kind.total() >= CLEAR_SHARE:
            found[text] = kind
    found |= FIXED_KINDS
    # a family in the plural: the Brandts
    found |= {f"{text}s": "PER" for text, kind in found.items() if kind == "PER" and " " not in text}
    return found


def _with_kinds(sentence: NamedSentence, kinds: Mapping[str, str], bodies: frozenset[str]) -> NamedSentence:
    names = [replace(name, kind=kinds.get(sentence.text(name), name.kind)) for name in sentence.names]
    return replace(
        sentence,
        names=tuple(
            replace(name, kind="ORG")
            if name.end - name.first > 1 and sentence.words[name.end - 1].lower() in bodies
            else name
            for name in names
        ),
    )


def _always_names(sentences: Iterable[NamedSentence]) -> dict[str, str]:
    """Return the kind of each capitalised word that, standing alone, is nearly always a name of one kind."""
    named: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seen: Counter[str] = Counter()
    for sentence in sentences:
        inside = {i for name in sentence.names for i in range(name.first, name.end) if name.end - name.first > 1}
        alone = {name.first: name.kind for name in sentence.names if name.end - name.first == 1}
        for i, word in enumerate(sentence.words):
            if word[:1].isupper() and len(word) > 2 and i not in inside:
                seen[word] += 1
                if i in alone:
                    named[word][alone[i]] += 1
    found: dict[str, str] = {}
    for word, by_kind in named.items():
        kind, count = by_kind.most_common(1)[0]
        if count >= ALWAYS_COUNT and count / seen[word] >= ALWAYS_SHARE:
            found[word] = kind
    return found


def _completed(sentence: NamedSentence, always: Mapping[str, str]) -> NamedSentence:
    taken = {i for name in sentence.names for i in range(name.first, name.end)}
    more = [
        Name(first=i, end=i + 1, kind=always[word])
        for i, word in enumerate(sentence.words)
        if i not in taken and word in always
    ]
    return replace(sentence, names=tuple(sorted((*sentence.names, *more), key=lambda n: n.first)))
