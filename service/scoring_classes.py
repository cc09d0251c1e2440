"""The score by class of quote: by type, and by the kind of words that report it.

A class is read off offsets and words alone, so that gold of any origin can be told apart in the same way, and
predictions like gold: recall is over the gold quotes of a class, precision over the predicted ones.

- type: ``direct`` where all words of the content stand in quotation marks, ``mixed`` where three or more do, else
  ``indirect``
- cue: ``none``; ``mark`` (a colon or a dash); ``say`` (a form of *say* or *tell*); ``according to``; ``word`` (any
  other single word); ``phrase`` (several)

>>> cue_class(["told"]), cue_class(["according", "to"]), cue_class([])
('say', 'according to', 'none')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from service.scoring import LEAST_QUOTED_WORDS, Paired, Read, Row, article_name, pair, quoted_tokens, quotes_of

_SAY = frozenset({"say", "says", "said", "saying", "tell", "tells", "told", "telling"})
TYPES = ("direct", "mixed", "indirect")
CUES = ("say", "word", "phrase", "according to", "mark", "none")

# class -> {"p", "r", "f1", "gold", "predicted"}
Figures = Mapping[str, Mapping[str, float]]


@dataclass(slots=True, kw_only=True)
class _Class:
    """Gold quotes of a class and how many were found; predicted ones of the class and how many are right."""

    gold: int = 0
    found: int = 0
    predicted: int = 0
    right: int = 0

    def figures(self) -> dict[str, float]:
        p = self.right / self.predicted if self.predicted else 0.0
        r = self.found / self.gold if self.gold else 0.0
        f1 = 200 * p * r / (p + r) if p + r else 0.0
        return {"p": 100 * p, "r": 100 * r, "f1": f1, "gold": self.gold, "predicted": self.predicted}


def score_by_class(gold_rows: Iterable[Row], pred_rows: Iterable[Row]) -> dict[str, Figures]:
    """``attributed`` of each class, by ``type`` and by ``cue``, percent. The rows are those of ``scoring.score``."""
    predictions = {article_name(row): quotes_of(row) for row in pred_rows}
    counts = {"type": {name: _Class() for name in TYPES}, "cue": {name: _Class() for name in CUES}}
    for row in gold_rows:
        text = row["text"]
        paired = pair(text, quotes_of(row), predictions[article_name(row)])
        quoted = quoted_tokens(text, paired.words)
        _add(counts["type"], paired, partial(_type, quoted=quoted))
        _add(counts["cue"], paired, partial(_cue, text=text))
    return {kind: {name: count.figures() for name, count in its.items()} for kind, its in counts.items()}


def format_classes(classes: Mapping[str, Figures]) -> str:
    """A line a class that there is."""
    lines = []
    for kind, its in classes.items():
        for name, figures in its.items():
            if figures["gold"] or figures["predicted"]:
                shown = "  ".join(f"{k} {figures[k]:5.1f}" for k in ("p", "r", "f1"))
                lines.append(f"{kind + '.' + name:18s} {shown}  gold {figures['gold']:.0f}")
    return "\n".join(lines)


def cue_class(words: Sequence[str]) -> str:
    """The class of a cue whose words these are, lower-cased; ``none`` stands for no cue."""
    if not words:
        return "none"
    if not any(c.isalpha() for word in words for c in word):
        return "mark"
    if len(words) > 1:
        return "according to" if words[0] == "according" else "phrase"
    return "say" if words[0] in _SAY else "according to" if words[0] == "according" else "word"


def _add(counts: Mapping[str, _Class], paired: Paired, classify: Callable[[Read], str]) -> None:
    right_gold, right_pred = {i for i, _ in paired.right}, {j for _, j in paired.right}
    for i, attribution in enumerate(paired.gold):
        if i not in paired.unsure:
            its = counts[classify(attribution)]
            its.gold, its.found = its.gold + 1, its.found + (i in right_gold)
    for j, attribution in enumerate(paired.pred):
        if j not in paired.free:
            its = counts[classify(attribution)]
            its.predicted, its.right = its.predicted + 1, its.right + (j in right_pred)


def _type(attribution: Read, quoted: frozenset[int]) -> str:
    content = attribution.tokens["content"]
    inside = len(content & quoted)
    if content and inside == len(content):
        return "direct"
    return "mixed" if inside >= LEAST_QUOTED_WORDS else "indirect"


def _cue(attribution: Read, text: str) -> str:
    spans = attribution.offsets["cue"]
    return cue_class([word.lower() for start, end in spans for word in text[start:end].split()])
