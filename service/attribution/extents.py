"""Words of a tree to spans of text: which characters a content or a mention takes up.

A content never ends in the comma that joins it to its cue, never starts with *that*, and takes in the quotation
marks of a quotation that it covers (annotation rules 3 and 18).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from service.model import Span
from service.parse.tree import Sentence, Word, cover

# Marks that join a content to its cue or end its sentence; question and exclamation marks belong to what was said.
_JOINTS = frozenset(",;:.-–—…")
_MARKS = frozenset("\"'“”‘’«»„‚‹›`″")


def is_punctuation(word: Word) -> bool:
    """Whether the word is a mark and no letter, digit or sign of its own."""
    return word.upos == "PUNCT" or not _says_something(word.form)


@lru_cache(maxsize=50_000)
def _says_something(form: str) -> bool:
    return any(c.isalnum() or c in "$£€%" for c in form)


def is_quotation_mark(word: Word) -> bool:
    """Whether the word is nothing but quotation marks, double or single."""
    return bool(word.form) and set(word.form) <= _MARKS


def runs(sentence: Sentence, words: Iterable[Word]) -> list[list[Word]]:
    """Group words into stretches that nothing but punctuation divides, in text order."""
    chosen = {w.index for w in words}
    if not chosen:
        return []
    grouped: list[list[Word]] = []
    gap = True
    for word in sentence.words[min(chosen) : max(chosen) + 1]:
        if word.index in chosen:
            if gap:
                grouped.append([])
            grouped[-1].append(word)
            gap = False
        elif not is_punctuation(word):
            gap = True
    return grouped


def trim(words: Sequence[Word], *, that: bool = True) -> list[Word]:
    """Drop joining punctuation from both ends and, with ``that``, a leading *that*; quotation marks go too.

    Marks come back with ``snap`` where the whole quotation is covered.
    """
    kept = list(words)
    while kept and is_punctuation(kept[-1]) and not set(kept[-1].form) & set("?!)]%"):
        kept.pop()
    while kept and _is_joint(kept, that=that):
        kept.pop(0)
    return kept


def _is_joint(words: Sequence[Word], *, that: bool) -> bool:
    """Whether the first word only joins the content to its cue."""
    first = words[0]
    if is_punctuation(first):
        return not set(first.form) & set("([$£€#")
    # *that* may also be the content's own subject or determiner: *said that is true*, *said that plan is dead*
    return (
        that and first.lemma == "that" and first.deprel not in {"det", "nsubj", "nsubj:pass", "root"} and len(words) > 1
    )


def content_spans(sentence: Sentence, words: Iterable[Word], *, least: int = 1) -> list[Span]:
    """The spans of a content: one for each run, trimmed; runs of fewer than ``least`` words fall away."""
    spans = []
    for run in runs(sentence, words):
        kept = trim(run)
        if len([w for w in kept if not is_punctuation(w)]) >= least:
            spans.append(cover(kept))
    return spans


def snap(text: str, span: Span, parts: Sequence[Span]) -> Span:
    """Take in the marks of a quotation that begins or ends where the span does; ``parts`` are quotations near it.

    Only a mark whose partner lies in the widened span too is taken in, so that a span never holds half a pair.
    """
    start, end = span.start, span.end
    for part in parts:
        opens = start - part.start in (1, 2) and not _letters(text, part.start, start)
        # the closing mark may stand behind the comma or stop that was trimmed off: “… lost,”
        closes = 0 < part.end - end <= 4 and not _letters(text, end, part.end)
        if (opens and part.end <= end) or (opens and closes):
            start = part.start
        if closes and part.start >= start:
            end = part.end
    return Span(start, end)


def _letters(text: str, start: int, end: int) -> bool:
    return any(c.isalnum() for c in text[start:end])


def join_spans(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans and join those that overlap or that nothing but white space and joining marks divides."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and (span.start <= joined[-1].end or _mere_joint(text[joined[-1].end : span.start])):
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _mere_joint(gap: str) -> bool:
    return "\n" not in gap and all(c.isspace() or c in _JOINTS or c in _MARKS for c in gap)


def quoted_share(text: str, spans: Iterable[Span], quotations: Iterable[Span]) -> float:
    """The share of the letters and digits of ``spans``, which are in order, that stand in ``quotations``, in 0..1."""
    marks = sorted(quotations)
    inside = total = passed = 0
    for span in spans:
        total += _count_letters(text, span.start, span.end)
        counted = span.start
        while passed < len(marks) and marks[passed].end <= span.start:
            passed += 1
        for at in range(passed, len(marks)):
            quotation = marks[at]
            if quotation.start >= span.end:
                break
            first, last = max(quotation.start, counted), min(quotation.end, span.end)
            if first < last:
                inside += _count_letters(text, first, last)
                counted = last
    return inside / total if total else 0.0


def _count_letters(text: str, start: int, end: int) -> int:
    """How many letters and digits stand between the two offsets."""
    return sum(map(str.isalnum, text[start:end]))
