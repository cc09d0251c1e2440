"""The score of the speakers step: who is behind each gold quote, by the form of its mention and by kind.

With gold quotes given, the step is handed gold's contents, cues and mentions, and every gold quote counts. End to end,
a gold quote that no predicted one matches is *missed*. A speaker is right where ``scoring.same_speaker`` holds
(nobody, where gold has nobody); *wrong* where somebody else is named, *silent* where nobody is and somebody should be.
Quotes that gold marks as unsure count neither way.

>>> she = Outcome(article="a", quote="q1", form="pronoun", kind="person", gold="Ann Lee", found="Bo Lee", missed=False)
>>> tally([she])[0]
Line(group='all', n=1, right=0, answered_right=0, wrong=1, silent=0, missed=0)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.model import Act, Attribution, Cue, Mention, MentionForm, Polarity, QuoteType, Span
from service.parse.tree import Parse
from service.scoring import Row, article_name, matched_contents, same_speaker
from service.speakers import resolve
from service.text import read_layout

_PRONOUNS = frozenset(
    ("i", "me", "my", "we", "us", "our", "you", "your", "he", "him", "his", "she", "her", "it", "its", "they", "them",
     "their", "who", "whom", "whose", "which", "that", "this", "these", "those")
)  # fmt: skip
FORMS = (*(form.value for form in MentionForm), "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One sure gold quote: its speaker, and who was found; None for nobody. ``missed``: no quote was found."""

    article: str
    quote: str
    form: str
    kind: str
    gold: str | None
    found: str | None
    missed: bool
    evidence: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """``right``, ``wrong``, ``silent`` or ``missed``."""
        if self.missed:
            return "missed"
        if same_speaker(self.gold, self.found):
            return "right"
        return "silent" if self.found is None else "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The counts of one group of outcomes; ``answered_right`` are those of the right ones that name somebody."""

    group: str
    n: int
    right: int
    answered_right: int
    wrong: int
    silent: int
    missed: int

    @property
    def accuracy(self) -> float:
        """Percent right of all."""
        return 100 * self.right / self.n if self.n else 0.0

    @property
    def wrong_among_answered(self) -> float:
        """Percent of those for whom somebody was named that are wrong."""
        answered = self.wrong + self.answered_right
        return 100 * self.wrong / answered if answered else 0.0


def with_gold_quotes(row: Row, parse: Parse) -> list[Outcome]:
    """Resolve a gold article's own quotes over the parse of its text."""
    text = row["text"]
    quotes: Sequence[Row] = row["quotes"]
    attributions = gold_attributions(row, parse)
    resolution = resolve(text, read_layout(text), parse, attributions)
    outcomes = []
    for quote, attribution, link in zip(quotes, attributions, resolution.links, strict=True):
        found = None if link.speaker is None else resolution.speakers[link.speaker].name
        outcomes.append(_outcome(row, quote, attribution.mention, found=found, evidence=link.evidence))
    return [outcome for outcome in outcomes if outcome is not None]


def end_to_end(row: Row, predicted: Mapping[str, Any], parse: Parse | None = None) -> list[Outcome]:
    """Compare with one extraction of the article as the wire format gives it."""
    contents = [[tuple(span) for span in quote["content"]] for quote in row["quotes"]]
    theirs = [[(s["start"], s["end"]) for s in quote["spans"]] for quote in predicted["quotes"]]
    matches = {gold: found for found, gold in matched_contents(row["text"], contents, theirs).items()}
    outcomes = []
    for place, quote in enumerate(row["quotes"]):
        mention = _mention(row["text"], quote, parse)
        hit = predicted["quotes"][matches[place]] if place in matches else None
        name = hit["speaker"]["name"] if hit and hit["speaker"] else None
        evidence = tuple(hit["evidence"]) if hit else ()
        outcomes.append(_outcome(row, quote, mention, found=name, missed=hit is None, evidence=evidence))
    return [outcome for outcome in outcomes if outcome is not None]


def tally(outcomes: Iterable[Outcome]) -> list[Line]:
    """The counts of all, then by form of mention, then by kind of speaker; groups without a quote are left out."""
    rows = list(outcomes)
    groups: list[tuple[str, list[Outcome]]] = [("all", rows)]
    groups += [(form, [o for o in rows if o.form == form]) for form in FORMS]
    groups += [(kind, [o for o in rows if o.kind == kind]) for kind in sorted({o.kind for o in rows})]
    return [_line(name, found) for name, found in groups if found]


def format_tally(lines: Sequence[Line]) -> str:
    """A table: a group a line, counts, then percent right and percent wrong among the answered."""
    counted = "".join(f"{name:>7s}" for name in ("n", "right", "wrong", "silent", "missed"))
    head = f"{'':14s}{counted}{'right %':>9s}{'wrong among answered %':>25s}"
    body = (
        f"{line.group:14s}{line.n:7d}{line.right:7d}{line.wrong:7d}{line.silent:7d}{line.missed:7d}"
        f"{line.accuracy:9.1f}{line.wrong_among_answered:25.1f}"
        for line in lines
    )
    return "\n".join((head, *body))


def format_error(outcome: Outcome) -> str:
    """One outcome that is not right, on one line, with the evidence that led there."""
    why = "; ".join(outcome.evidence)
    return (
        f"{outcome.verdict:7s} {outcome.article} {outcome.quote} [{outcome.form}, {outcome.kind}] "
        f"gold {outcome.gold or '-'} | found {outcome.found or '-'} | {why}"
    )


def gold_attributions(row: Row, parse: Parse) -> list[Attribution]:
    """A gold article's quotes as the attribution step would hand them on."""
    text, quotes = row["text"], row["quotes"]
    places = {quote["id"]: place for place, quote in enumerate(quotes)}
    return [_attribution(text, quote, parse, places) for quote in quotes]


def _attribution(text: str, quote: Row, parse: Parse, places: Mapping[str, int]) -> Attribution:
    spans = _spans(quote["content"])
    cue = _spans(quote["cue"])
    sentence = parse.sentence_at(spans[0].start)
    return Attribution(
        spans=spans,
        type=QuoteType(quote["type"]),
        polarity=Polarity(quote["polarity"]),
        act=Act(quote.get("act", Act.SPEECH)),
        pattern="gold",
        paragraph=sentence.paragraph if sentence else 0,
        sentence=sentence.index if sentence else 0,
        cue=Cue(lemma=cue[0].of(text).casefold(), spans=cue) if cue else None,
        mention=_mention(text, quote, parse),
        addressee=_near(text, quote.get("addressee"), spans, cue),
        inside=places.get(quote["inside"]) if quote.get("inside") else None,
    )


def _spans(pairs: Iterable[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in sorted((p[0], p[1]) for p in pairs))


def _mention(text: str, quote: Row, parse: Parse | None) -> Mention | None:
    if not quote["source"]:
        return None
    span = _spans(quote["source"])[0]
    words = span.of(text).split()
    if len(words) == 1 and words[0].casefold().strip(".,") in _PRONOUNS:
        return Mention(span=span, form=MentionForm.PRONOUN)
    return Mention(span=span, form=_form(words, span, parse))


def _form(words: Sequence[str], span: Span, parse: Parse | None) -> MentionForm:
    """A name where a proper noun heads the mention: the word that is governed from outside it."""
    if parse is None:
        return MentionForm.NAME if words[-1][:1].isupper() else MentionForm.NOMINAL
    inside = parse.words_in(span)
    sentence = parse.sentence_at(span.start)
    if sentence is None or not inside:
        return MentionForm.NOMINAL
    held = {word.index for word in inside}
    head = next((w for w in inside if w.head not in held), inside[-1])
    named = head.upos == "PROPN" or sentence.entity_at(head) is not None
    return MentionForm.NAME if named else MentionForm.NOMINAL


def _near(text: str, words: str | None, content: tuple[Span, ...], cue: tuple[Span, ...]) -> Span | None:
    """Where the addressee stands behind the cue; gold gives only its words."""
    if not words or not cue:
        return None
    start = text.find(words, cue[-1].end, cue[-1].end + 200)
    if start < 0:
        return None
    span = Span(start, start + len(words))
    return None if any(part.overlaps(span) for part in content) else span


def _outcome(
    row: Row,
    quote: Row,
    mention: Mention | None,
    *,
    found: str | None,
    evidence: tuple[str, ...],
    missed: bool = False,
) -> Outcome | None:
    if not quote.get("sure", True):
        return None
    return Outcome(
        article=article_name(row),
        quote=quote["id"],
        form=mention.form.value if mention else "none",
        kind=quote["speaker_kind"],
        gold=quote["speaker"],
        found=found,
        missed=missed,
        evidence=evidence,
    )


def _line(group: str, outcomes: Sequence[Outcome]) -> Line:
    verdicts = [outcome.verdict for outcome in outcomes]
    return Line(
        group=group,
        n=len(outcomes),
        right=verdicts.count("right"),
        wrong=verdicts.count("wrong"),
        silent=verdicts.count("silent"),
        missed=verdicts.count("missed"),
        answered_right=sum(o.verdict == "right" and o.found is not None for o in outcomes),
    )
