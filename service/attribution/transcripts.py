"""Turns of a transcript without marks of their own: *Q: Were you afraid? / A: Only of the telephone.*, *MS LEE: I was.*

A colon after a name is not enough (*Listen: the mayor on Checkpoint*): there must be turns of two labels, close to each
other, in paragraphs of their own or one behind the other (*Q: Were you afraid? A: Only of the telephone.*). What *Q*
asks is no quote, since nobody is named who asks it; what a name asks is (annotation rule 9).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.attribution.headings import HeadingQuote
from service.model import MentionForm, Span
from service.parse.tree import Parse
from service.text.layout import Layout, ParagraphKind

PATTERN = "transcript-turn"
_LABEL = re.compile(r"(?P<label>[^\W\d_][\w.’' -]{0,58}?)(?P<cue>:)\s+(?=\S)")
# a further turn of the same paragraph: a letter, or a name in capitals, behind the end of a sentence
_LABEL_BEHIND = re.compile(
    r"(?<=[.?!…\"”’)\]])\s+(?P<label>Q|A|Question|Answer|Interviewer|[A-Z][A-Z.’'-]+(?: [A-Z][A-Z.’'-]+){0,3})"
    r"(?P<cue>:)\s+(?=\S)"
)
_ASKING = frozenset({"q", "question", "interviewer"})
_ANSWERING = frozenset({"a", "answer"})
_NAME_WORD = re.compile(r"^(?:[^\W\d_a-z][\w.’'-]*|of|de|van|von|der|la)$")
_MARKS = "\"'“‘«„"
# a transcript that is quoted as a whole opens each paragraph with a mark
_OPENING_MARK = re.compile(r"[\"“«„]\s*(?=\S)")
# what the outlet puts in brackets before or among the words
_ASIDE = re.compile(r"[\[(][^\])]*[\])]\s*")
_LONGEST_NAME = 5
# paragraphs from one turn to the next
_NEAR = 3


@dataclass(frozen=True, slots=True)
class _Turn:
    paragraph: int
    label: Span
    cue: Span
    said: Span
    key: str
    marked: bool

    @property
    def asks(self) -> bool:
        return self.key in _ASKING

    @property
    def answers(self) -> bool:
        return self.key in _ANSWERING


def read_transcript(text: str, layout: Layout, parse: Parse) -> list[HeadingQuote]:
    """A quote for each turn, and for each further paragraph of it that has turns after it, in text order."""
    turns = _kept(_turns(text, layout, parse))
    found: list[HeadingQuote] = []
    for number, turn in enumerate(turns):
        after = turns[number + 1] if number + 1 < len(turns) else None
        if turn.asks:
            continue
        name = None if turn.answers else turn.label
        found.append(HeadingQuote(span=turn.said, name=name, form=MentionForm.NAME, cue=turn.cue, pattern=PATTERN))
        last = turn.paragraph if after is None or after.paragraph - turn.paragraph > _NEAR else after.paragraph - 1
        for paragraph in layout.paragraphs[turn.paragraph + 1 : last + 1]:
            said = _said(text, _past_mark(text, paragraph.body, turn.marked)) if paragraph.body is not None else None
            if said is not None:
                found.append(
                    HeadingQuote(span=said, name=None, form=MentionForm.NAME, cue=None, pattern="transcript-goes-on")
                )
    return found


def _turns(text: str, layout: Layout, parse: Parse) -> list[_Turn]:
    found = []
    for index, paragraph in enumerate(layout.paragraphs):
        body = paragraph.body
        # a headline is no turn: Lee: It is over
        if body is None or (index == 0 and paragraph.kind is ParagraphKind.HEADING):
            continue
        opened = _past_mark(text, body, True)
        marked = opened.start > body.start
        labels = _labels(text, opened, parse)
        end = _before_closing(text, body) if marked else body.end
        for label, following in zip(labels, (*labels[1:], None), strict=False):
            last = end if following is None else following.start()
            said = _said(text, Span(label.end(), last)) if label.end() < last else None
            if said is not None:
                key = _key_of(label)
                found.append(_Turn(index, Span(*label.span("label")), Span(*label.span("cue")), said, key, marked))
    return found


def _labels(text: str, body: Span, parse: Parse) -> list[re.Match[str]]:
    """The label that opens a paragraph, and the letters, or capitals behind capitals, that open a sentence in it."""
    found = []
    opening = _LABEL.match(text, body.start, body.end)
    if opening is not None and (_is_letter(opening) or _is_name(Span(*opening.span("label")), text, parse)):
        found.append(opening)
    capitals = bool(found) and found[0]["label"].isupper()
    for label in _LABEL_BEHIND.finditer(text, found[0].end() if found else body.start, body.end):
        named = capitals and _is_name(Span(*label.span("label")), text, parse)
        if _is_letter(label) or named:
            found.append(label)
    return found


def _key_of(label: re.Match[str]) -> str:
    return label["label"].strip(" .").casefold()


def _is_letter(label: re.Match[str]) -> bool:
    return _key_of(label) in _ASKING | _ANSWERING


def _past_mark(text: str, body: Span, marked: bool) -> Span:
    """The paragraph behind the mark that opens it, if it does and is ``marked``."""
    mark = _OPENING_MARK.match(text, body.start, body.end) if marked else None
    return body if mark is None or mark.end() >= body.end else Span(mark.end(), body.end)


def _before_closing(text: str, body: Span) -> int:
    """The end of the paragraph's words before a mark that closes it."""
    return body.start + len(body.of(text).rstrip('"”»\u00a0 '))


def _is_name(label: Span, text: str, parse: Parse) -> bool:
    words = label.of(text).split()
    return len(words) <= _LONGEST_NAME and all(map(_NAME_WORD.match, words)) and _names_somebody(label, parse)


def _names_somebody(label: Span, parse: Parse) -> bool:
    return any(word.upos == "PROPN" for word in parse.words_in(label))


def _said(text: str, span: Span) -> Span | None:
    """The words without an aside before them and the last full stop (annotation rule 18); None: marks open them."""
    start, end = span.start, span.end
    while aside := _ASIDE.match(text, start, end):
        start = aside.end()
    said = text[start:end].rstrip()
    said = said.removesuffix(".") if not said.endswith("..") else said
    return Span(start, start + len(said)) if said and said[0] not in _MARKS else None


def _kept(turns: Sequence[_Turn]) -> list[_Turn]:
    """The turns that have one of another label near them, and whose label comes again or asks or answers."""
    often = Counter(turn.key for turn in turns)
    kept = []
    for number, turn in enumerate(turns):
        # those near it are next to it, in its paragraph or in the paragraphs around
        others = [
            t
            for t in turns[max(number - _NEAR, 0) : number + _NEAR + 1]
            if t.key != turn.key and t.marked == turn.marked and abs(t.paragraph - turn.paragraph) <= _NEAR
        ]
        said_again = turn.asks or turn.answers or often[turn.key] > 1
        if others and (said_again or any(often[t.key] > 1 for t in others)):
            kept.append(turn)
    return kept
