"""Stories with their attributions marked in the text, and who is behind each below.

In a story ``{1 She}`` is the mention of attribution 1, ``[1 said]`` its cue and ``«1 …»`` a span of its content; marks
may stand inside one another, and a content inside another's is ``inside`` it. After ``---`` stands, for each
attribution, ``number = speaker | kind | role`` (kind and role may be left out), or ``number = - | rival | rival`` where
nobody can be linked and the evidence has to name the rivals. The parse of the text without marks stands in a file of
the same name ending in ``.conllu``; ``python -m tests.speakers.freeze`` writes it anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.model import Act, Attribution, Cue, Mention, MentionForm, Polarity, QuoteType, Span
from service.parse.conllu import read_conllu
from service.parse.tree import Parse
from service.text import Layout, read_layout

STORIES = Path(__file__).parent / "stories"
_MARK = re.compile(r"([{\[«])(\d+) |([}\]»])")
_CLOSERS = {"{": "}", "[": "]", "«": "»"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Who is behind an attribution: ``speaker`` None for nobody, with the ``rivals`` that the evidence has to name."""

    speaker: str | None
    kind: str | None = None
    role: str | None = None
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story without its marks; ``marks`` gives for each number the spans of mention, cue and content."""

    name: str
    text: str
    marks: dict[int, dict[str, list[Span]]]
    expected: dict[int, Expected]

    @property
    def layout(self) -> Layout:
        return read_layout(self.text)

    @property
    def frozen(self) -> Parse:
        return read_conllu((STORIES / f"{self.name}.conllu").read_text(encoding="utf-8"), self.text)

    def attributions(self, parse: Parse) -> tuple[Attribution, ...]:
        """The attributions in the order of their numbers, placed in ``parse``."""
        return tuple(self._attribution(number, parse) for number in sorted(self.expected))

    def _attribution(self, number: int, parse: Parse) -> Attribution:
        marks = self.marks[number]
        content = marks["«"]
        sentence = parse.sentence_at(content[0].start)
        assert sentence is not None
        mention = marks["{"][0] if marks["{"] else None
        outer = [n for n, m in self.marks.items() if n != number and any(s.covers(content[0]) for s in m["«"])]
        return Attribution(
            spans=tuple(content),
            type=QuoteType.DIRECT if self._stands_in_marks(content[0]) else QuoteType.INDIRECT,
            polarity=Polarity.ASSERTED,
            act=Act.SPEECH,
            pattern="marked",
            paragraph=sentence.paragraph,
            sentence=sentence.index,
            cue=Cue(lemma=marks["["][0].of(self.text), spans=tuple(marks["["])) if marks["["] else None,
            mention=None if mention is None else Mention(span=mention, form=MentionForm.NAME),
            inside=sorted(self.expected).index(outer[0]) if outer else None,
        )

    def _stands_in_marks(self, content: Span) -> bool:
        return any(s.covers(content) for q in self.layout.quotations for s in q.spans)


@cache
def story(name: str) -> Story:
    """The story in ``stories/<name>.txt``."""
    marked, _, answers = (STORIES / f"{name}.txt").read_text(encoding="utf-8").partition("\n---\n")
    text, marks = _unmark(marked)
    expected = dict(_answer(line) for line in answers.splitlines() if line.strip())
    return Story(name=name, text=text, marks=marks, expected=expected)


def _unmark(marked: str) -> tuple[str, dict[int, dict[str, list[Span]]]]:
    text, last = "", 0
    marks: dict[int, dict[str, list[Span]]] = {}
    opened: list[tuple[str, int, int]] = []
    for found in _MARK.finditer(marked):
        text += marked[last : found.start()]
        last = found.end()
        if found[1]:
            opened.append((found[1], int(found[2]), len(text)))
            continue
        opener, number, start = opened.pop()
        assert _CLOSERS[opener] == found[3], f"marks cross before {marked[found.start() :][:20]!r}"
        marks.setdefault(number, {"{": [], "[": [], "«": []})[opener].append(Span(start, len(text)))
    assert not opened, f"marks left open: {opened}"
    return text + marked[last:], marks


def _answer(line: str) -> tuple[int, Expected]:
    number, _, rest = line.partition("=")
    first, *more = [part.strip() for part in rest.split("|")]
    if first == "-":
        return int(number), Expected(speaker=None, rivals=tuple(more))
    return int(number), Expected(speaker=first, kind=more[0] if more else None, role=more[1] if len(more) > 1 else None)


def names() -> list[str]:
    """The names of all stories."""
    return sorted(path.stem for path in STORIES.glob("*.txt"))
