"""Quoted speech with its cue, as ``dialogue`` pairs them."""

from __future__ import annotations

from dataclasses import dataclass

from service.attribution.cues import CueCandidate, CueKind
from service.attribution.sources import can_speak, source_of_verb
from service.model import Span
from service.parse.tree import Sentence, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """Quoted speech with its cue.

    ``spans`` is the content (with the unmarked words of its clause, if any); ``quotations`` are the indices, in the
    layout, of the quotations it takes up. ``candidate`` is None for a quotation that stands alone, or whose cue is a
    mere colon, whose ``source`` is then the name before it.
    """

    spans: tuple[Span, ...]
    quotations: tuple[int, ...]
    pattern: str
    candidate: CueCandidate | None = None
    sentence: Sentence | None = None
    source: Word | None = None
    cue_span: Span | None = None


def source_of_cue(candidate: CueCandidate) -> Word | None:
    """The head of the cue's source, None where its clause names none that can speak."""
    source = source_of_verb(candidate.sentence, candidate.head)
    if candidate.kind is CueKind.ACCORDING:
        head = candidate.sentence.head(candidate.head)
        following = candidate.sentence.children(candidate.head, "obl", "nmod", "obj")
        source = head if candidate.head.relation == "case" else next(iter(following), None)
    return source if source is not None and can_speak(source) else None
