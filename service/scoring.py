"""The shared score of predicted against gold attributions, as every figure of this project is obtained.

A gold row is one article: ``{"article": name, "text": str, "quotes": [...]}``, each quote
``{"content": [[start, end], ...], "source": [...], "cue": [...]}`` and, where it is known, ``"speaker"`` (the resolved
name) and ``"sure"`` (False: matched or not, it counts neither way). A predicted row is the same without the text, or
one extraction as ``quoth extract --format jsonl`` prints it. ``"attributions"`` stands for ``"quotes"`` in PolNeAR's
files. Offsets are half-open and count Unicode code points.

What is reported, in percent (Newell et al., LREC 2018, count tokens; the rest is this project's):

- ``tokens.*``: precision, recall and F1 over the word tokens that stand in any content, source or cue
- ``span.*``: each contiguous span by itself, its set of tokens equal (F1 as sequence taggers report it)
- ``overlap``: attributions matched one to one where the Jaccard index of their contents' tokens is 0.5 or more
- ``exact``: the same, the sets of tokens equal
- ``source``: of the matched, the share whose source is right: it shares a token with gold's, or both have none
- ``attributed``: overlap's F1 where a match counts only with the right source
- ``speaker``: the same with the right resolved name, over the articles whose gold gives names; absent if none does
- ``quoted.*``: overlap, source and attributed over contents that hold a quotation of three words or more

>>> gold = [{"article": "a", "text": "It rains, she said.",
...          "quotes": [{"content": [[0, 8]], "source": [[10, 13]], "cue": [[14, 18]]}]}]
>>> score(gold, gold).figures["attributed"]["f1"]
100.0
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import ScoreError

Row = Mapping[str, Any]
Offsets = list[tuple[int, int]]
Tokens = frozenset[int]
Pair = tuple[int, int]

ROLES = ("content", "source", "cue")
LEAST_OVERLAP = 0.5
LEAST_QUOTED_WORDS = 3
LEAST_SHARED_NAME = 0.6

_WORD = re.compile(r"\w+(?:[’'\-]\w+)*")
# a quotation by its double marks; one that is never closed ends with its paragraph
_QUOTED = re.compile(r"[“\"„«]([^”\"»“]{3,}?)(?:[”\"»]|\n\s*\n|$)")
_TITLES = frozenset(
    ("dr", "mr", "mrs", "ms", "miss", "sir", "dame", "prof", "professor", "rt", "hon", "the", "a", "an")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """``figures``: measure -> ``{"p", "r", "f1"}`` or ``{"accuracy"}``, percent, unrounded. ``errors``: a line each."""

    figures: Mapping[str, Mapping[str, float]]
    errors: tuple[str, ...] = ()

    def rounded(self) -> dict[str, dict[str, float]]:
        """The figures with two decimals, as they are printed in JSON."""
        return {k: {m: round(v, 2) for m, v in d.items()} for k, d in self.figures.items()}


@dataclass(slots=True, kw_only=True)
class _Count:
    """How many of how many; precision, recall and F1 follow."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, *, right: int, predicted: int, gold: int) -> None:
        self.right += right
        self.predicted += predicted
        self.gold += gold

    def prf(self) -> dict[str, float]:
        p = self.right / self.predicted if self.predicted else 0.0
        r = self.right / self.gold if self.gold else 0.0
        return {"p": 100 * p, "r": 100 * r, "f1": 200 * p * r / (p + r) if p + r else 0.0}

    def share(self) -> dict[str, float]:
        """Right of the gold ones."""
        return {"accuracy": 100 * self.right / self.gold if self.gold else 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One attribution of either form: offsets and covered tokens by role, the name, and whether gold is sure."""

    offsets: Mapping[str, Offsets]
    tokens: Mapping[str, Tokens]
    name: str | None
    sure: bool


def read_rows(path: Path | str) -> list[dict[str, Any]]:
    """The JSON objects of a file, one a line. Raises ScoreError, naming file and line."""
    rows: list[dict[str, Any]] = []
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ScoreError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ScoreError(f"{path} is no UTF-8: bad byte at {error.start}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ScoreError(f"{path}, line {number}: no JSON: {error.msg}; one article a line is expected") from None
        if not isinstance(row, dict) or "article" not in row or not {"quotes", "attributions"} & row.keys():
            raise ScoreError(f'{path}, line {number}: an article needs "article" and "quotes" (or "attributions")')
        rows.append(row)
    return rows


def score(gold_rows: Iterable[Row], pred_rows: Iterable[Row], errors: int = 0) -> ScoreResult:
    """Score predictions against gold; at most ``errors`` lines on what is missed, spurious or wrongly attributed.

    Raises ScoreError where an article of gold has no prediction or no text.
    """
    predictions = {article_name(row): quotes_of(row) for row in pred_rows}
    tally = _Tally(errors_wanted=errors)
    for row in gold_rows:
        name = article_name(row)
        if name not in predictions:
            raise ScoreError(f"there is no prediction for article {name!r}; every article of the gold file needs one")
        if "text" not in row:
            raise ScoreError(f'gold article {name!r} has no "text"; is the order GOLD PRED?')
        tally.add_article(name, row["text"], quotes_of(row), predictions[name])
    return tally.result()


def format_table(result: ScoreResult, further: str = "") -> str:
    """One measure a line, percent with one decimal, then ``further`` lines and the errors asked for."""
    lines = [
        f"{measure:18s} " + "  ".join(f"{k} {v:5.1f}" for k, v in figures.items())
        for measure, figures in result.figures.items()
    ]
    return "\n".join([*lines, *([further] if further else []), *result.errors])


def article_name(row: Row) -> str:
    """The article's name, in either form of a row."""
    article = row["article"]
    return str(article["id"] if isinstance(article, Mapping) else article)


def same_speaker(gold: str | None, predicted: str | None) -> bool:
    """Whether two names are one: the same plain words without titles, or at least 0.6 of them shared."""
    g, p = _name_words(gold), _name_words(predicted)
    if not g or not p:
        return not g and not p
    return g == p or (len(g & p) / len(g | p)) >= LEAST_SHARED_NAME


def matched_contents(text: str, gold: Sequence[Offsets], predicted: Sequence[Offsets]) -> dict[int, int]:
    """Which gold content each predicted one is, as the score pairs them: predicted index to gold index.

    A content is its spans' code-point offsets; what matches no gold content is left out.

    >>> matched_contents("We will pay in the spring.", [[(0, 11)]], [[(12, 25)], [(3, 11)]])
    {1: 0}
    """
    words = [m.span() for m in _WORD.finditer(text)]
    return {j: i for i, j in _match([_covered(words, g) for g in gold], [_covered(words, p) for p in predicted])}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One article's gold and predicted attributions, and which is which.

    ``hits`` are pairs (gold index, predicted index) whose contents match, ``right`` those that have the right source.
    ``unsure`` gold and the predictions that match it (``free``) count neither way and are in no pair.
    """

    words: Offsets
    gold: Sequence[Read]
    pred: Sequence[Read]
    hits: list[Pair]
    right: set[Pair]
    unsure: set[int]
    free: set[int]


def pair(text: str, gold_quotes: Sequence[Row], pred_quotes: Sequence[Row]) -> Paired:
    """Read and match one article's quotes, in either form."""
    words = [m.span() for m in _WORD.finditer(text)]
    gold = [_read(q, words) for q in gold_quotes]
    pred = [_read(q, words) for q in pred_quotes]
    matched = _match([a.tokens["content"] for a in gold], [a.tokens["content"] for a in pred])
    unsure = {i for i, a in enumerate(gold) if not a.sure}
    hits = [(i, j) for i, j in matched if i not in unsure]
    return Paired(
        words=words,
        gold=gold,
        pred=pred,
        hits=hits,
        right={(i, j) for i, j in hits if _same_source(gold[i], pred[j])},
        unsure=unsure,
        free={j for i, j in matched if i in unsure},
    )


class _Tally:
    """Counts over the articles seen so far."""

    def __init__(self, *, errors_wanted: int) -> None:
        self.tokens = {role: _Count() for role in ROLES}
        self.spans = {role: _Count() for role in ROLES}
        self.overlap, self.exact, self.attributed, self.speaker = _Count(), _Count(), _Count(), _Count()
        self.source, self.quoted_source = _Count(), _Count()
        self.quoted_overlap, self.quoted_attributed = _Count(), _Count()
        self.errors_wanted = errors_wanted
        self.errors: list[str] = []

    def add_article(self, name: str, text: str, gold_quotes: Sequence[Row], pred_quotes: Sequence[Row]) -> None:
        paired = pair(text, gold_quotes, pred_quotes)
        words, gold, pred = paired.words, paired.gold, paired.pred
        hits, right, unsure, free = paired.hits, paired.right, paired.unsure, paired.free
        self._add_roles(words, gold, pred)
        counted = {"predicted": len(pred) - len(free), "gold": len(gold) - len(unsure)}
        self.overlap.add(right=len(hits), **counted)
        self.exact.add(right=sum(gold[i].tokens["content"] == pred[j].tokens["content"] for i, j in hits), **counted)
        self.attributed.add(right=len(right), **counted)
        self.source.add(right=len(right), predicted=0, gold=len(hits))
        if any("speaker" in q for q in gold_quotes):
            self.speaker.add(right=sum(same_speaker(gold[i].name, pred[j].name) for i, j in hits), **counted)
        self._add_quoted(quoted_tokens(text, words), gold, pred, hits=hits, right=right, unsure=unsure, free=free)
        if len(self.errors) < self.errors_wanted:
            self.errors += _error_lines(name, text, gold, pred, hits=hits, right=right, unsure=unsure, free=free)

    def result(self) -> ScoreResult:
        figures = {f"tokens.{role}": self.tokens[role].prf() for role in ROLES}
        figures |= {f"span.{role}": self.spans[role].prf() for role in ROLES}
        figures["overlap"] = self.overlap.prf()
        figures["exact"] = self.exact.prf()
        figures["source"] = self.source.share()
        figures["attributed"] = self.attributed.prf()
        if self.speaker.gold:
            figures["speaker"] = self.speaker.prf()
        figures["quoted.overlap"] = self.quoted_overlap.prf()
        figures["quoted.source"] = self.quoted_source.share()
        figures["quoted.attributed"] = self.quoted_attributed.prf()
        return ScoreResult(figures=figures, errors=tuple(self.errors[: self.errors_wanted]))

    def _add_roles(self, words: Offsets, gold: Sequence[Read], pred: Sequence[Read]) -> None:
        for role in ROLES:
            g: Tokens = frozenset().union(*(a.tokens[role] for a in gold))
            p: Tokens = frozenset().union(*(a.tokens[role] for a in pred))
            self.tokens[role].add(right=len(g & p), predicted=len(p), gold=len(g))
            gs, ps = _span_sets(words, gold, role), _span_sets(words, pred, role)
            self.spans[role].add(right=len(gs & ps), predicted=len(ps), gold=len(gs))

    def _add_quoted(
        self,
        quoted: Tokens,
        gold: Sequence[Read],
        pred: Sequence[Read],
        *,
        hits: list[Pair],
        right: set[Pair],
        unsure: set[int],
        free: set[int],
    ) -> None:
        def holds_quotation(a: Read) -> bool:
            return len(a.tokens["content"] & quoted) >= LEAST_QUOTED_WORDS

        in_gold = {i for i, a in enumerate(gold) if holds_quotation(a) and i not in unsure}
        in_pred = {j for j, a in enumerate(pred) if holds_quotation(a) and j not in free}
        quoted_hits = [(i, j) for i, j in hits if i in in_gold]
        in_pred |= {j for _, j in quoted_hits}
        quoted_right = sum(hit in right for hit in quoted_hits)
        self.quoted_overlap.add(right=len(quoted_hits), predicted=len(in_pred), gold=len(in_gold))
        self.quoted_attributed.add(right=quoted_right, predicted=len(in_pred), gold=len(in_gold))
        self.quoted_source.add(right=quoted_right, predicted=0, gold=len(quoted_hits))


def quotes_of(row: Row) -> Sequence[Row]:
    """The quotes of a row, in either form."""
    quotes: Sequence[Row] = row["quotes"] if "quotes" in row else row["attributions"]
    return quotes


def _pairs(spans: Iterable[Any] | None) -> Offsets:
    return [(s["start"], s["end"]) if isinstance(s, Mapping) else (s[0], s[1]) for s in spans or ()]


def _read(quote: Row, words: Offsets) -> Read:
    """An attribution of the gold form, or of the wire form of an extraction."""
    named = quote.get("speaker") or {}
    speaker: Mapping[str, Any] = {"name": named} if isinstance(named, str) else named
    if "content" in quote:
        offsets = {role: _pairs(quote.get(role)) for role in ROLES}
    else:
        mention = speaker.get("mention") or quote.get("mention")
        cue = quote.get("cue") or []
        offsets = {
            "content": _pairs(quote["spans"]),
            "source": _pairs([mention] if mention else []),
            "cue": _pairs(cue.get("spans", [cue]) if isinstance(cue, Mapping) else cue),
        }
    tokens = {role: _covered(words, offsets[role]) for role in ROLES}
    return Read(offsets=offsets, tokens=tokens, name=speaker.get("name"), sure=quote.get("sure", True))


def _covered(words: Offsets, spans: Offsets) -> Tokens:
    """Indices of the words that lie in any of the spans with more than half of their characters."""
    return frozenset(
        i for i, (a, b) in enumerate(words) for start, end in spans if min(b, end) - max(a, start) > (b - a) / 2
    )


def quoted_tokens(text: str, words: Offsets) -> Tokens:
    """Words in quotations of three words or more."""
    inner = (_covered(words, [m.span(1)]) for m in _QUOTED.finditer(text))
    return frozenset().union(*(tokens for tokens in inner if len(tokens) >= LEAST_QUOTED_WORDS))


def _span_sets(words: Offsets, attributions: Sequence[Read], role: str) -> set[Tokens]:
    """The distinct contiguous spans of one role in an article."""
    return {tokens for a in attributions for span in a.offsets[role] if (tokens := _covered(words, [span]))}


def _match(gold: Sequence[Tokens], pred: Sequence[Tokens]) -> list[Pair]:
    """One-to-one pairs (gold index, predicted index), greedily by falling Jaccard index of 0.5 or more."""
    candidates: list[tuple[float, int, int]] = []
    for i, g in enumerate(gold):
        for j, p in enumerate(pred):
            if (shared := len(g & p)) and (jaccard := shared / len(g | p)) >= LEAST_OVERLAP:
                candidates.append((-jaccard, i, j))
    used_gold: set[int] = set()
    used_pred: set[int] = set()
    pairs: list[Pair] = []
    for _, i, j in sorted(candidates):
        if i not in used_gold and j not in used_pred:
            used_gold.add(i)
            used_pred.add(j)
            pairs.append((i, j))
    return pairs


def _same_source(gold: Read, pred: Read) -> bool:
    g, p = gold.tokens["source"], pred.tokens["source"]
    return bool(g & p) or (not g and not p)


def _name_words(name: str | None) -> set[str]:
    """*Dr Ravi Menon* -> {ravi, menon}: plain lower-case words without titles and articles."""
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    return {word for word in re.findall(r"[a-z0-9]+", plain) if word not in _TITLES}


def _error_lines(
    name: str,
    text: str,
    gold: Sequence[Read],
    pred: Sequence[Read],
    *,
    hits: list[Pair],
    right: set[Pair],
    unsure: set[int],
    free: set[int],
) -> list[str]:
    """What an article's prediction got wrong: missed, spurious, then wrong sources, each ``[source] cue: content``."""

    def say(offsets: Offsets) -> str:
        return " … ".join(" ".join(text[start:end].split()) for start, end in offsets)

    def whole(a: Read) -> str:
        return f"[{say(a.offsets['source'])}] {say(a.offsets['cue'])}: {say(a.offsets['content'])}"

    hit_gold, hit_pred = {i for i, _ in hits} | unsure, {j for _, j in hits} | free
    lines = [f"{name}: missed   {whole(a)}" for i, a in enumerate(gold) if i not in hit_gold]
    lines += [f"{name}: spurious {whole(a)}" for j, a in enumerate(pred) if j not in hit_pred]
    for i, j in hits:
        if (i, j) not in right:
            asked, got = say(gold[i].offsets["source"]), say(pred[j].offsets["source"])
            lines.append(f"{name}: source   [{got}] for [{asked}]: {say(gold[i].offsets['content'])}")
    return lines
