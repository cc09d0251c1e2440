"""Training paragraphs made unlike themselves: what news has and the treebanks have little of.

Each change has a share in ``[extra]`` of the settings, the chance that a paragraph is changed so when it is drawn.
Stanza has changes of its own, aimed at many languages; these are for English news. The labels follow the text.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.tokenizer.paragraphs import (
    ENDS,
    INSIDE,
    MULTI,
    SENTENCE,
    TOKEN,
    Paragraph,
    joined,
)

SHARES = ("join", "speech", "marks", "apostrophe", "bare", "bullet", "stamp", "glued", "apart", "lower")

_QUOTED = '"“”'
_PAIRS = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("''", "''"), ("«", "»"))
_WEIGHTS = (3, 4, 2, 4, 1, 1)
_APOSTROPHES = "'’"
_BULLETS = ("•", "-", "–", "*", "·", "►", "—")
_STAMPS = ("{h}:{m}am -", "{h}.{m}pm:", "{h}:{m} -", "{h}pm —", "{h}:{m} a.m. -", "{h}:{m}pm")
_CUES = ("said", "asked", "added", "replied", "told reporters", "says", "wrote", "argued", "shouted", "explained")
_SOURCES = ("he", "she", "they", "the minister", "Mara Quill", "Mr. Tarn", "a spokesman", "Dr Olsen", "the mayor", "I")
_LATER = ("", " on Monday", " in a statement", " at the hearing", " late last night", " of the plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The chance of each change, 0 to 1."""

    by_name: Mapping[str, float]

    def __post_init__(self) -> None:
        if set(self.by_name) != set(SHARES):
            raise ValueError(f"got shares of {sorted(self.by_name)}; write all of {sorted(SHARES)}")

    def hit(self, name: str) -> bool:
        """Draw whether the change ``name`` is to be made; uses the module ``random``."""
        return random.random() < self.by_name[name]  # noqa: S311  # augmentation, not secrets


def altered(paragraph: Paragraph, pool: Sequence[Paragraph], shares: Shares, limit: int) -> Paragraph:
    """The paragraph, changed or not; ``pool`` lends what is joined to it, ``limit`` is the longest result wanted."""
    whole = paragraph.starts and paragraph.ends
    if whole and shares.hit("speech"):
        paragraph = speech(paragraph) or paragraph
    if shares.hit("join"):
        other = random.choice(pool)  # noqa: S311
        if len(paragraph.text) + len(other.text) < limit:
            both = joined((paragraph, other))
            paragraph = Paragraph(text=both.text, labels=both.labels, starts=paragraph.starts, ends=other.ends)
    if shares.hit("marks"):
        paragraph = with_marks(paragraph, random.choices(_PAIRS, _WEIGHTS)[0])  # noqa: S311
    if shares.hit("apostrophe"):
        to = random.choice(_APOSTROPHES)  # noqa: S311
        text = re.sub(r"(?<=\w)['’](?=\w)", to, paragraph.text)
        paragraph = _like(paragraph, text, paragraph.labels)
    if paragraph.ends and shares.hit("bare"):
        paragraph = without_stop(paragraph)
    if paragraph.starts and shares.hit("bullet"):
        paragraph = _prefixed(paragraph, [random.choice(_BULLETS)])  # noqa: S311
    if paragraph.starts and shares.hit("stamp"):
        paragraph = _prefixed(paragraph, _stamp())
    if shares.hit("glued"):
        paragraph = glued(paragraph)
    if shares.hit("apart"):
        paragraph = apart(paragraph)
    if shares.hit("lower"):
        text = paragraph.text.lower()
        # a few characters are longer in lower case
        if len(text) == len(paragraph.text):
            paragraph = _like(paragraph, text, paragraph.labels)
    return paragraph


def speech(paragraph: Paragraph) -> Paragraph | None:
    """The paragraph's first sentence as reported speech, the rest as speech that goes on; None if it does not fit.

    *"Why is that?" she asked. "We will pay."* holds two sentences: neither the question mark nor the comma ends one.
    """
    sentences = [part for part in paragraph.split() if part.text.strip()]
    first = _trimmed(sentences[0])
    if any(c in _QUOTED for c in paragraph.text) or len(first.text) > 200 or first.text[-1] not in ".?!":
        return None
    if not re.match(r"[A-Z]", first.text) or len(first.text) < 4 or first.labels[-2] == INSIDE:
        return None
    source, cue = random.choice(_SOURCES), random.choice(_CUES)  # noqa: S311
    later = random.choice(_LATER)  # noqa: S311
    told = f"{source} {cue}{later}" if random.random() < 0.7 else f"{cue} {source}{later}"  # noqa: S311
    way = random.random()  # noqa: S311
    mark = ("“", "”")
    if way < 0.6:
        # "Why?" she asked. / "We will pay," she said.
        end = first.text[-1] if first.text[-1] in "?!" else ","
        text, labels = mark[0] + first.text[:-1] + end + mark[1], [TOKEN, *first.labels[:-1], TOKEN, TOKEN]
        after, marks = _plain(" " + told[0] + told[1:] + ".")
        text, labels = text + after, [*labels, *marks]
    elif way < 0.8:
        # She said: "We will pay."
        before, marks = _plain(told[0].upper() + told[1:] + random.choice((":", ",")) + " ", ended=False)  # noqa: S311
        text = before + mark[0] + first.text + mark[1]
        labels = [*marks, TOKEN, *first.labels[:-1], TOKEN, SENTENCE]
    else:
        # "We will pay." She did not say more: the mark ends the sentence
        text, labels = mark[0] + first.text + mark[1], [TOKEN, *first.labels[:-1], TOKEN, SENTENCE]
    rest = joined(sentences[1:]) if len(sentences) > 1 else None
    if rest is not None and random.random() < 0.5:  # noqa: S311
        more = _trimmed(rest)
        text = text + " " + mark[0] + more.text + mark[1]
        last = more.labels[-1]
        labels += [INSIDE, TOKEN, *more.labels[:-1], MULTI if last > SENTENCE else TOKEN, SENTENCE]
    elif rest is not None:
        more = _trimmed(rest)
        text, labels = text + " " + more.text, [*labels, INSIDE, *more.labels]
    made = Paragraph(text=text, labels=tuple(labels))
    return with_marks(made, random.choices(_PAIRS, _WEIGHTS)[0])  # noqa: S311


def with_marks(paragraph: Paragraph, pair: tuple[str, str]) -> Paragraph:
    """The paragraph with other quotation marks in place of its double ones.

    >>> one = Paragraph(text='"No."', labels=(1, 0, 1, 1, 2))
    >>> with_marks(one, ("''", "''")).labels
    (0, 1, 0, 1, 1, 0, 2)
    """
    text, labels = [], []
    for at, (character, label) in enumerate(zip(paragraph.text, paragraph.labels, strict=True)):
        alone = label != INSIDE and (at == 0 or paragraph.text[at - 1] == " " or paragraph.labels[at - 1] != INSIDE)
        if character not in _QUOTED or not alone:
            text.append(character)
            labels.append(label)
            continue
        opens = character == "“" or (character == '"' and (at == 0 or paragraph.text[at - 1] in " ([—–-"))
        mark = pair[0] if opens else pair[1]
        text.append(mark)
        labels += [INSIDE] * (len(mark) - 1) + [label]
    return _like(paragraph, "".join(text), labels)


def without_stop(paragraph: Paragraph) -> Paragraph:
    """The paragraph without its last full stop, as a heading or a line of a list."""
    if paragraph.text[-1:] not in (".", "!", "?") or len(paragraph.text) < 3 or paragraph.labels[-2] == INSIDE:
        return paragraph
    labels = list(paragraph.labels[:-1])
    labels[-1] += 1  # the end of a token becomes the end of a sentence
    if labels[-1] not in ENDS:
        return paragraph
    return _like(paragraph, paragraph.text[:-1], labels)


def glued(paragraph: Paragraph) -> Paragraph:
    """The paragraph with one space after a mark left out: *wait,what* and *done.Next*."""
    places = [
        at
        for at in range(1, len(paragraph.text) - 1)
        if paragraph.text[at] == " "
        and paragraph.text[at - 1] in ".,!?;:)…"
        and paragraph.labels[at - 1] != INSIDE
        and paragraph.text[at + 1].isalpha()
    ]
    if not places:
        return paragraph
    at = random.choice(places)  # noqa: S311
    labels = paragraph.labels[:at] + paragraph.labels[at + 1 :]
    return _like(paragraph, paragraph.text[:at] + paragraph.text[at + 1 :], labels)


def apart(paragraph: Paragraph) -> Paragraph:
    """The paragraph with a space put before one mark: *wait , what*."""
    places = [
        at
        for at in range(1, len(paragraph.text))
        if paragraph.text[at] in ".,!?;:" and paragraph.labels[at] != INSIDE and paragraph.labels[at - 1] == TOKEN
    ]
    if not places:
        return paragraph
    at = random.choice(places)  # noqa: S311
    labels = (*paragraph.labels[:at], INSIDE, *paragraph.labels[at:])
    return _like(paragraph, paragraph.text[:at] + " " + paragraph.text[at:], labels)


def _like(paragraph: Paragraph, text: str, labels: Sequence[int]) -> Paragraph:
    return Paragraph(text=text, labels=tuple(labels), starts=paragraph.starts, ends=paragraph.ends)


def _trimmed(paragraph: Paragraph) -> Paragraph:
    blank = len(paragraph.text) - len(paragraph.text.lstrip())
    return Paragraph(text=paragraph.text[blank:], labels=paragraph.labels[blank:])


def _plain(text: str, *, ended: bool = True) -> tuple[str, list[int]]:
    """A made-up text with its labels: words and final marks; the end of *Mr.* is none."""
    labels = [INSIDE] * len(text)
    for found in re.finditer(r"Mr\.|\w+|[^\w\s]", text):
        labels[found.end() - 1] = TOKEN
    if ended:
        labels[-1] = SENTENCE
    return text, labels


def _stamp() -> list[str]:
    pattern = random.choice(_STAMPS)  # noqa: S311
    clock = pattern.format(h=random.randint(1, 12), m=f"{random.randint(0, 59):02}")  # noqa: S311
    return re.findall(r"[\d:.]*\d|a\.m\.|[ap]m|\S", clock)


def _prefixed(paragraph: Paragraph, tokens: Sequence[str]) -> Paragraph:
    """The tokens, clock time joined as it is written, and then the paragraph."""
    labels: list[int] = []
    text = ""
    for number, part in enumerate(tokens):
        spaced = (part in "-—–" and number > 0) or part == "a.m."
        if spaced:
            text, labels = text + " ", [*labels, INSIDE]
        text, labels = text + part, [*labels, *[INSIDE] * (len(part) - 1), TOKEN]
    text, labels = text + " ", [*labels, INSIDE]
    rest = _trimmed(paragraph)
    return _like(paragraph, text + rest.text, [*labels, *rest.labels])
