"""Where the engine errs, by class: ``python -m training.errors POLNEAR_DEV.jsonl [--write]``.

Every gold attribution that was not found with its source, and every prediction that is none, gets one class, told from
offsets and words alone. The table counts them; below stand the most telling ones, the surest of each class first, as
places (article, offsets of the content, words of the cue), for the articles' text is not ours to print. ``--write``
writes the page ``training/ERRORS.md``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.score import predict
from service.model import Scope
from service.scoring import Paired, Read, Row, article_name, pair, quotes_of, read_rows
from service.scoring_classes import cue_class

PAGE = Path(__file__).with_name("ERRORS.md")
SHOWN = 20
# contents that share this many words less than half are one attribution with another boundary
_LEAST_SHARED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """One error: its class, how sure the engine was (0 where it found nothing), and where it stands."""

    kind: str
    sureness: float
    article: str
    start: int
    end: int
    cue: str


def errors(gold: Sequence[Row], predicted: Sequence[Row]) -> Iterator[Error]:
    """All errors of the articles, in their order."""
    found = {article_name(row): quotes_of(row) for row in predicted}
    for row in gold:
        name, text = article_name(row), row["text"]
        quotes = found[name]
        paired = pair(text, quotes_of(row), quotes)
        confidence = [float(q["confidence"]) for q in quotes]
        hit = dict(paired.hits)
        for i, attribution in enumerate(paired.gold):
            if i in paired.unsure or (i in hit and (i, hit[i]) in paired.right):
                continue
            kind, sureness = _missed(attribution, i, paired, confidence, text)
            yield _error(kind, sureness, name, attribution, text)
        hit_by = {j for _, j in paired.hits} | paired.free
        for j, prediction in enumerate(paired.pred):
            if j not in hit_by and not _beside(prediction, paired.gold):
                yield _error(f"too many: {_cue(prediction, text)}", confidence[j], name, prediction, text)


def _missed(gold: Read, i: int, paired: Paired, confidence: Sequence[float], text: str) -> tuple[str, float]:
    """The class of a gold attribution that was not found with its source, and how sure the engine was of its own."""
    hit = dict(paired.hits)
    if i in hit:
        prediction = paired.pred[hit[i]]
        if not gold.tokens["source"]:
            kind = "source: one given where the article names none"
        elif not prediction.tokens["source"]:
            kind = "source: none given"
        else:
            kind = "source: another one given"
        return kind, confidence[hit[i]]
    near = [j for j, p in enumerate(paired.pred) if len(p.tokens["content"] & gold.tokens["content"]) >= _LEAST_SHARED]
    if near:
        best = max(near, key=lambda j: len(paired.pred[j].tokens["content"] & gold.tokens["content"]))
        wide = len(paired.pred[best].tokens["content"]) > len(gold.tokens["content"])
        split = len(gold.offsets["content"]) > 1
        kind = (
            "boundary: a part of a split quote" if split else "boundary: too wide" if wide else "boundary: too narrow"
        )
        return kind, confidence[best]
    return f"not found: {_cue(gold, text)}", 0.0


def _beside(prediction: Read, gold: Sequence[Read]) -> bool:
    """Whether the prediction is some gold attribution with another boundary, which is counted there."""
    return any(len(prediction.tokens["content"] & g.tokens["content"]) >= _LEAST_SHARED for g in gold)


_CUES = {
    "none": "no cue",
    "mark": "a mark as cue",
    "say": "a form of say or tell",
    "according to": "according to",
    "word": "another word as cue",
    "phrase": "a phrase as cue",
}


def _cue(attribution: Read, text: str) -> str:
    return _CUES[cue_class(_words(attribution, text))]


def _words(attribution: Read, text: str) -> list[str]:
    return [word.lower() for start, end in attribution.offsets["cue"] for word in text[start:end].split()]


def _shown(words: Sequence[str]) -> str:
    """The cue if it is a word or two; a longer one is a piece of the article, and only counted."""
    return " ".join(words) or "–" if len(words) <= 2 else f"({len(words)} words)"


def _error(kind: str, sureness: float, name: str, attribution: Read, text: str) -> Error:
    content = attribution.offsets["content"]
    return Error(
        kind=kind,
        sureness=sureness,
        article=name,
        start=min(start for start, _ in content),
        end=max(end for _, end in content),
        cue=_shown(_words(attribution, text)),
    )


def telling(found: Sequence[Error], count: int = SHOWN) -> list[Error]:
    """The most telling errors: class by class in turn, the frequent ones first, the surest of each first."""
    classes = [kind for kind, _ in Counter(e.kind for e in found).most_common()]
    by_class = [sorted((e for e in found if e.kind == kind), key=lambda e: -e.sureness) for kind in classes]
    chosen: list[Error] = []
    for rank in range(max(map(len, by_class), default=0)):
        chosen += [its[rank] for its in by_class if rank < len(its)]
    return chosen[:count]


def page(found: Sequence[Error], gold: int) -> str:
    """The page about them; ``gold`` is how many attributions there are."""
    counts = Counter(e.kind for e in found)
    lines = [
        "# What the engine still gets wrong",
        "",
        f"PolNeAR dev, scope `all`: {gold} attributions.",
        "Written by `python -m training.errors POLNEAR_DEV.jsonl --write`.",
        "",
        "| class | errors | of all attributions |",
        "|---|---|---|",
        *(f"| {kind} | {count} | {count / gold:.1%} |" for kind, count in counts.most_common()),
        "",
        f"The {SHOWN} most telling ones, class by class, where the engine was surest (0: it found nothing there).",
        "Offsets are code points of the content in the article.",
        "",
        "| class | article | content | cue | confidence |",
        "|---|---|---|---|---|",
        *(f"| {e.kind} | {e.article} | {e.start}–{e.end} | {e.cue} | {e.sureness:.2f} |" for e in telling(found)),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the page and, with ``--write``, write it."""
    ap = argparse.ArgumentParser(description="the engine's errors by class")
    ap.add_argument("gold", type=Path)
    ap.add_argument("--write", action="store_true")
    args = ap.parse_args()
    rows = read_rows(args.gold)
    found = page(list(errors(rows, predict(rows, Scope.ALL))), sum(len(quotes_of(row)) for row in rows))
    print(found)
    if args.write:
        PAGE.write_text(found, encoding="utf-8")


if __name__ == "__main__":
    main()
