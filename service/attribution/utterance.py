"""Quoted speech with its cue, as ``dialogue`` pairs them."""

from __future__ import annotations

from dataclasses import dataclass

from service.attribution.cues import CueCandidate
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
