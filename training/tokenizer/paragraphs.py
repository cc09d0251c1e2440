"""Paragraphs with a label for each character, from treebanks, as the tokenizer learns them.

>>> from training.tokenizer.paragraphs import Paragraph
>>> Paragraph(text="Stop! Can't.", labels=(0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 3, 2)).sentences()
['Stop!', "Can't."]
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# the labels of service.parse.tokenizer
INSIDE, TOKEN, SENTENCE, MULTI, MULTI_SENTENCE = range(5)
ENDS = (SENTENCE, MULTI_SENTENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A stretch of text, white space squeezed to single spaces, and a label for each of its characters.

    ``starts`` and ``ends`` say whether it begins and ends its paragraph in the treebank: long ones come in stretches.
    """

    text: str
    labels: tuple[int, ...]
    starts: bool = True
    ends: bool = True

    def __post_init__(self) -> None:
        if len(self.text) != len(self.labels):
            raise ValueError(f"got {len(self.labels)} labels for {len(self.text)} characters; give one for each")

    def sentences(self) -> list[str]:
        """The sentences without the space before them."""
        return [part.text.strip() for part in self.split()]

    def split(self) -> Iterator["Paragraph"]:
        """Each sentence, with the space before it."""
        start = 0
        for at, label in enumerate(self.labels, 1):
            if label in ENDS or at == len(self.labels):
                yield Paragraph(text=self.text[start:at], labels=self.labels[start:at])
                start = at


def read_paragraphs(conllu: str) -> list[Paragraph]:
    """The paragraphs of a treebank in order; sentences of one stand a space apart, as its raw text is scored."""
    found: list[Paragraph] = []
    parts: list[Paragraph] = []
    for block in conllu.split("\n\n"):
        if parts and re.search(r"(?m)^# new(?:doc|par)\b", block):
            found.append(joined(parts))
            parts = []
        sentence = _sentence(block)
        if sentence is not None:
            parts.append(sentence)
    return [*found, joined(parts)] if parts else found


def joined(parts: Iterable[Paragraph]) -> Paragraph:
    """The parts as one paragraph, a space between them where none is."""
    labels: list[int] = []
    text = ""
    for part in parts:
        if text and not part.text.startswith(" "):
            text, labels = text + " ", [*labels, INSIDE]
        text, labels = text + part.text, [*labels, *part.labels]
    return Paragraph(text=text, labels=tuple(labels))


def stretches(paragraph: Paragraph, limit: int) -> Iterator[Paragraph]:
    """The paragraph in runs of whole sentences of at most ``limit`` characters; longer sentences are left out.

    >>> long = Paragraph(text="Ab. Cd. Ef.", labels=(0, 1, 2, 0, 0, 1, 2, 0, 0, 1, 2))
    >>> [part.text for part in stretches(long, 7)]
    ['Ab. Cd.', ' Ef.']
    """
    labels: list[int] = []
    text, starts = "", True
    parts = list(paragraph.split())
    for part in parts:
        if text and len(text) + len(part.text) > limit:
            yield Paragraph(text=text, labels=tuple(labels), starts=starts, ends=False)
            text, labels, starts = "", [], False
        if len(part.text) <= limit:
            text, labels = text + part.text, [*labels, *part.labels]
    if text:
        yield Paragraph(text=text, labels=tuple(labels), starts=starts)


def alphabet(paragraphs: Iterable[Paragraph], *, at_least: int, always: str = "") -> dict[str, int]:
    """The number of each character that occurs often enough, from 2 on; 0 is padding and 1 any other character."""
    counts = Counter(character for paragraph in paragraphs for character in paragraph.text)
    kept = [c for c, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n >= at_least or c in always]
    kept += [c for c in always if c not in counts]
    return {character: number for number, character in enumerate(kept, 2)}


def _sentence(block: str) -> Paragraph | None:
    """One sentence of CoNLL-U; None if the block holds no words."""
    labels: list[int] = []
    text = ""
    inside_until = 0
    for row in block.splitlines():
        columns = row.split("\t")
        if len(columns) != 10 or "." in columns[0]:
            continue
        first, _, last = columns[0].partition("-")
        if last:
            inside_until = int(last)
        elif int(first) <= inside_until:
            continue
        text += columns[1]
        labels += [INSIDE] * (len(columns[1]) - 1) + [MULTI if last else TOKEN]
        if "SpaceAfter=No" not in columns[9]:
            text += " "
            labels.append(INSIDE)
    if not text:
        return None
    length = len(text.rstrip())
    labels = labels[:length]
    labels[-1] = MULTI_SENTENCE if labels[-1] == MULTI else SENTENCE
    return Paragraph(text=text[:length], labels=tuple(labels))
