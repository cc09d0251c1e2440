"""Names out of GUM's entities.

GUM annotates whole noun phrases (*the president of the bank, who…*), named or not. A phrase counts as a name if one of
the words of its core (``minspan``) has a proper noun's tag; the name is the run of proper nouns around that word.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from training.pack.names import Name, NamedSentence, TreebankWord, lexicon_words, read_table, read_treebank

KIND_OF = {"person": "PER", "organization": "ORG", "place": "LOC"}
LINKS = {kind: frozenset(words.split()) for kind, words in read_table(Path(__file__).parent / "name_links.tsv")}
PROPER = ("NNP", "NNPS")
# (the entity's id, the rest of its description, a bracket if it ends on the same word) or (the id that ends here)
_BRACKET = re.compile(r"\((\d+)-([^()]+)(\))?|(\d+)\)")


def read_gum(path: Path) -> list[NamedSentence]:
    """Return the sentences of a GUM file with their names."""
    titles = lexicon_words("titles.tsv") | lexicon_words("roles.tsv")
    return [named(words, titles=titles) for _, words in read_treebank(path) if words]


def read_nameless(path: Path) -> list[NamedSentence]:
    """Return the sentences of a treebank that hold no proper noun and hence no name: examples of what is none.

    A sentence with a capitalised adjective is left out too: *Harborian* would be MISC.
    """
    return [
        NamedSentence(words=tuple(w.form for w in words), glued=tuple(w.glued for w in words), names=())
        for _, words in read_treebank(path)
        if len(words) > 1
        and not any(w.xpos in PROPER or (i and w.xpos == "JJ" and w.form[0].isupper()) for i, w in enumerate(words))
    ]


def named(words: Sequence[TreebankWord], *, titles: frozenset[str]) -> NamedSentence:
    """Return the sentence with the names that its entities hold, the longest first where they overlap."""
    candidates: list[Name] = []
    for first, end, kind, core in _entities(words):
        name = _name(words, first, end, kind, core)
        if name is not None and name.kind == "PER":
            name = _without_title(words, name, titles)
        elif name is not None and name.kind == "MISC" and words[name.first].form.lower().rstrip(".") in titles:
            name = None  # an office, not a name
        if name is not None:
            candidates.append(name)
    taken: set[int] = set()
    names: list[Name] = []
    for name in sorted(candidates, key=lambda n: n.first - n.end):
        if taken.isdisjoint(range(name.first, name.end)):
            taken.update(range(name.first, name.end))
            names.append(name)
    return NamedSentence(
        words=tuple(w.form for w in words),
        glued=tuple(w.glued for w in words),
        names=tuple(sorted(names, key=lambda n: n.first)),
    )


def _entities(words: Sequence[TreebankWord]) -> list[tuple[int, int, str, list[int]]]:
    """Return (first, end, GUM's type, indices of the core's words) of each entity inside the sentence."""
    found: list[tuple[int, int, str, list[int]]] = []
    running: list[tuple[str, str, int]] = []
    for i, word in enumerate(words):
        for bracket in _BRACKET.finditer(word.entity):
            identifier, description, closed, ending = bracket.groups()
            if identifier:
                running.append((identifier, description, i))
            if closed or ending:
                which = next(
                    (k for k in reversed(range(len(running))) if running[k][0] == (ending or identifier)), None
                )
                if which is not None:
                    _, description, first = running.pop(which)
                    fields = description.split("-")
                    core = [first + int(n) - 1 for n in re.findall(r"\d+", fields[4])] if len(fields) > 4 else [first]
                    found.append((first, i + 1, fields[0], [c for c in core if c <= i]))
    return found


def _name(words: Sequence[TreebankWord], first: int, end: int, gum_kind: str, core: Sequence[int]) -> Name | None:
    kind = KIND_OF.get(gum_kind, "MISC")
    proper = [c for c in core if words[c].xpos in PROPER and words[c].form[:1].isalnum()]
    if not proper or gum_kind == "time":
        return None
    if kind == "PER" and words[proper[0]].xpos == "NNPS":
        kind = "MISC"  # the members of a people or a party
    left = right = proper[0]
    links = LINKS[kind]
    while (before := _next_proper(words, left, -1, links)) is not None and before >= first:
        left = before
    while (after := _next_proper(words, right, 1, links)) is not None and after < end:
        right = after
    return Name(first=left, end=right + 1, kind=kind)


def _next_proper(words: Sequence[TreebankWord], start: int, step: int, links: frozenset[str]) -> int | None:
    """Return the nearest proper noun in that direction with nothing but up to two linking words between."""
    for distance in (1, 2, 3):
        i = start + step * distance
        if not 0 <= i < len(words):
            return None
        if words[i].xpos in PROPER:
            return i
        if words[i].form.lower() not in links:
            return None
    return None


def _without_title(words: Sequence[TreebankWord], name: Name, titles: frozenset[str]) -> Name | None:
    # US President Ada Lovelace: whatever stands before the last title goes with it
    last = max((i for i in range(name.first, name.end) if words[i].form.lower().rstrip(".") in titles), default=-1)
    first = max(name.first, last + 1)
    return None if first == name.end else Name(first=first, end=name.end, kind="PER")
