"""Cases that a person can read: ``{source} [cued] «content»`` drawn into the text.

A case file holds blocks that a blank line divides. A block is a title after ``==``, the article on one line (``¶`` is
a paragraph break) and a line ``->`` for each attribution in order: the article again, with the marks of that one, and
after ``|`` its type, ``denied``, the act if it is not speech, ``in N`` for the attribution (from 1) that reports it,
and ``to``, ``at`` and ``when`` for addressee, venue and time. A block without ``->`` reports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.attribution import attribute
from service.model import Act, Attribution, Polarity, Scope, Span
from service.parse.conllu import read_conllu
from service.text import read_layout

HERE = Path(__file__).parent
PARSES = HERE / "parses"
BREAK = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One block: ``expected`` are its ``->`` lines without the arrow."""

    title: str
    text: str
    scope: Scope
    expected: tuple[str, ...]

    @property
    def parse_file(self) -> Path:
        """Where its frozen parse stands."""
        return PARSES / (re.sub(r"\W+", "-", self.title.lower()).strip("-") + ".conllu")


def read_cases(path: Path) -> list[Case]:
    """The cases of a file; a title that ends in ``(all)`` is read with that scope."""
    cases = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
        if lines:
            title = lines[0].removeprefix("==").strip()
            cases.append(
                Case(
                    title=title,
                    text=lines[1].replace(" ¶ ", BREAK),
                    scope=Scope.ALL if title.endswith("(all)") else Scope.SPEECH,
                    expected=tuple(line.removeprefix("->").strip() for line in lines[2:]),
                )
            )
    return cases


def drawn(case: Case) -> list[str]:
    """What the attribution step finds in a case, drawn like its expectation."""
    parse = read_conllu(case.parse_file.read_text(encoding="utf-8"), case.text)
    found = attribute(case.text, read_layout(case.text), parse, scope=case.scope)
    return [draw(case.text, attribution) for attribution in found]


def draw(text: str, attribution: Attribution) -> str:
    """One attribution as a line."""
    marks: list[tuple[int, int, str]] = []
    for spans, (opening, closing) in (
        (attribution.spans, "«»"),
        (attribution.cue.spans if attribution.cue else (), "[]"),
        ([attribution.mention.span] if attribution.mention else (), "{}"),
    ):
        marks.extend(_brackets(spans, opening, closing))
    line = text
    for offset, _, mark in sorted(marks, reverse=True):
        line = line[:offset] + mark + line[offset:]
    return line.replace(BREAK, " ¶ ") + " | " + " ".join(_notes(text, attribution))


def _brackets(spans: Sequence[Span], opening: str, closing: str) -> list[tuple[int, int, str]]:
    # at one offset what closes comes before what opens
    return [(s.start, 1, opening) for s in spans] + [(s.end, 0, closing) for s in spans]


def _notes(text: str, attribution: Attribution) -> list[str]:
    notes = [attribution.type.value]
    if attribution.polarity is Polarity.DENIED:
        notes.append("denied")
    if attribution.act is not Act.SPEECH:
        notes.append(attribution.act.value)
    if attribution.inside is not None:
        notes.append(f"in {attribution.inside + 1}")
    for word, span in (("to", attribution.addressee), ("at", attribution.venue), ("when", attribution.when)):
        if span is not None:
            notes.append(f"{word}={span.of(text)}")
    return notes
