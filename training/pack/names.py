"""Sentences with names: the one form into which every source of named entities is brought.

Names carry PER, ORG, LOC or MISC in the manner of CoNLL 2003 and Universal NER: no title before a person's name, no
article before an organisation's, the longest of nested names. Words are Universal Dependencies' words.
"""

import json
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

KINDS = ("PER", "ORG", "LOC", "MISC")
LEXICON = Path(__file__).parents[2] / "service" / "speakers" / "lexicon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The words ``first`` to ``end`` (half-open, 0-based) of a sentence are a name of this kind."""

    first: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSentence:
    """A sentence with its names, in order and without overlap."""

    words: tuple[str, ...]
    glued: tuple[bool, ...]
    """Whether the word and the one before are one token, as in *Ada's*, *don't*."""
    names: tuple[Name, ...]

    def tags(self) -> list[str]:
        """Return a BIO tag for each word.

        >>> NamedSentence(words=("Ada", "left"), glued=(False, False), names=(Name(first=0, end=1, kind="PER"),)).tags()
        ['B-PER', 'O']
        """
        tags = ["O"] * len(self.words)
        for name in self.names:
            tags[name.first : name.end] = [f"B-{name.kind}"] + [f"I-{name.kind}"] * (name.end - name.first - 1)
        return tags

    def text(self, name: Name) -> str:
        """Return the words of the name with a space between."""
        return " ".join(self.words[name.first : name.end])


def tokens(sentence: NamedSentence) -> NamedSentence:
    """Return the sentence with glued words joined into one token, which is how Stanza's pipeline hands it to NER.

    >>> ada = Name(first=0, end=1, kind="PER")
    >>> tokens(NamedSentence(words=("Ada", "'s", "dog"), glued=(False, True, False), names=(ada,))).words
    ("Ada's", 'dog')
    """
    token_of: list[int] = []
    joined: list[str] = []
    for word, glued in zip(sentence.words, sentence.glued, strict=True):
        if glued and joined:
            joined[-1] += word
        else:
            joined.append(word)
        token_of.append(len(joined) - 1)
    names: list[Name] = []
    for name in sentence.names:
        first, end = token_of[name.first], token_of[name.end - 1] + 1
        if not names or first >= names[-1].end:
            names.append(Name(first=first, end=end, kind=name.kind))
    return NamedSentence(words=tuple(joined), glued=(False,) * len(joined), names=tuple(names))


def from_tags(words: Sequence[str], tags: Sequence[str], glued: Sequence[bool]) -> NamedSentence:
    """Return the sentence whose names the BIO or plain tags tell; a tag without prefix runs on while it is the same."""
    names: list[Name] = []
    first: int | None = None
    kinds = [tag.rpartition("-")[2] for tag in tags]
    for i in range(len(tags) + 1):
        if first is not None and (i == len(tags) or kinds[i] != kinds[first] or tags[i].startswith("B-")):
            names.append(Name(first=first, end=i, kind=kinds[first]))
            first = None
        if first is None and i < len(tags) and kinds[i] in KINDS:
            first = i
    return NamedSentence(words=tuple(words), glued=tuple(glued), names=tuple(names))


def read_uner(path: Path, treebank: Path) -> list[NamedSentence]:
    """Return the sentences of a Universal NER file (``.iob2.xz``) in the order of its treebank.

    The treebank also tells which words are one token.
    """
    rows_of = dict(_blocks(path))
    found: list[NamedSentence] = []
    for identifier, words in read_treebank(treebank):
        fields = [row.split("\t") for row in rows_of[identifier]]
        forms = [f[1] for f in fields]
        # Universal NER was made on an older release of the treebank, in which a few sentences had other words
        same = forms == [w.form for w in words]
        glued = [w.glued for w in words] if same else [False] * len(forms)
        found.append(from_tags(forms, [f[2] for f in fields], glued))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TreebankWord:
    """What is read of a word of a treebank; ``entity`` is the value of MISC's ``Entity``, or empty."""

    form: str
    xpos: str
    glued: bool
    entity: str


def read_treebank(path: Path) -> Iterator[tuple[str, list[TreebankWord]]]:
    """Yield the id and the words of each sentence of a ``.conllu`` or ``.conllu.xz`` file."""
    for identifier, rows in _blocks(path):
        words: list[TreebankWord] = []
        inside_until = 0
        for row in rows:
            f = row.split("\t")
            if "-" in f[0]:
                inside_until = int(f[0].partition("-")[2])
                first_inside = int(f[0].partition("-")[0])
            elif f[0].isdigit():
                number = int(f[0])
                misc = dict(pair.partition("=")[::2] for pair in f[9].split("|"))
                glued = number <= inside_until and number != first_inside
                words.append(TreebankWord(form=f[1], xpos=f[4], glued=glued, entity=misc.get("Entity", "")))
        yield identifier, words


def _blocks(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the sentence id and the rows of each block between blank lines."""
    identifier, rows = "", list[str]()
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# sent_id = "):
                identifier = line.removeprefix("# sent_id = ").strip()
            elif line.strip() and not line.startswith("#"):
                rows.append(line.rstrip("\n"))
            elif not line.strip() and rows:
                yield identifier, rows
                rows = []
    if rows:
        yield identifier, rows


def lexicon_words(name: str, **columns: str) -> frozenset[str]:
    """Return the first column of one of the service's lexicons, single words only, of rows with these values."""
    found: set[str] = set()
    header: list[str] = []
    for line in (LEXICON / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            header = line.removeprefix("#").strip().replace("<TAB>", "\t").split("\t")
            continue
        row = dict(zip([h.partition(":")[0] for h in header], line.split("\t"), strict=False))
        first = line.partition("\t")[0].strip()
        if first and " " not in first and all(row.get(k) == v for k, v in columns.items()):
            found.add(first)
    return frozenset(found)


def read_table(path: Path) -> list[tuple[str, str]]:
    """Return the rows of a file with two columns between a tab; lines that begin with # are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [(first, second) for first, _, second in pairs]


def write_sentences(sentences: Sequence[NamedSentence], path: Path) -> None:
    """Write one JSON object a line."""
    with path.open("w", encoding="utf-8") as lines:
        for s in sentences:
            row = {
                "words": s.words,
                "glued": [int(g) for g in s.glued],
                "names": [(n.first, n.end, n.kind) for n in s.names],
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_sentences(path: Path) -> list[NamedSentence]:
    """Return what `write_sentences` wrote."""
    found: list[NamedSentence] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        names = tuple(Name(first=f, end=e, kind=k) for f, e, k in row["names"])
        found.append(NamedSentence(words=tuple(row["words"]), glued=tuple(map(bool, row["glued"])), names=names))
    return found
