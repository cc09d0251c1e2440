"""How time grows with the length of texts that are made to be slow: no step may take more than linear time.

    python -m bench.blowup [--steps layout,html,…] [--texts 'letters;new names;…'] [--most CHARACTERS]

Each step reads each hostile text at growing lengths, up to a million characters; the time is that of the processor.
Trees come from a parser without models, with sentences as long as the real one lets them be: what the models do is
bounded by the sentence, and measured by ``make bench``. A series is good where ten times the text takes at most
``GROWTH`` times the time, by the two longest texts. The figures are kept in ``bench/blowup.json``, those of a part in
the place of what was known of it, and drawn in ``docs/plots/blowup.png``. The exit status is 1 where one is not good.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import plots
from bench.blowup_texts import PAGES, TEXTS, Make
from service.api.bodies import MOST_TAGS
from service.api.main_text import main_text
from service.attribution import attribute
from service.errors import EmptyArticle
from service.formats.table_csv import extraction_csv
from service.formats.wire import extraction_to_dict
from service.language import language_notice
from service.matching.comparing import compare
from service.matching.passages import passage_in_text
from service.matching.verification import MOST_CHARACTERS
from service.model import Article, Notice, Scope, Span
from service.parse.bodies import bodies, cut_bodies, model_texts
from service.parse.segmentation import MAX_SENTENCE_TOKENS, Token
from service.parse.tree import ROOT, Parse, Sentence, Word
from service.pipeline import Pipeline
from service.speakers import resolve
from service.text import read_layout
from service.text.layout import Layout

FIGURES = Path(__file__).with_suffix(".json")
PLOTS = Path(__file__).parents[1] / "docs" / "plots"
LENGTHS = (10_000, 31_623, 100_000, 316_228, 1_000_000)
# linear would be 10; n log n is 12 at these lengths, and memory that no longer fits the processor's cache costs some
GROWTH = 16.0
# what is quicker than this tells nothing about growth
LEAST_SECONDS = 0.1
# processor seconds, with what makes the step's input: no longer text is tried after one that takes so long
LAST_SECONDS = 15.0
# step -> text -> its series, the growth, and whether that is too much
Figures = dict[str, dict[str, dict[str, Any]]]
# characters and processor seconds
Series = list[tuple[int, float]]
_WORD = re.compile(r"\w+|[^\w\s]")
_VERBS = {"said": "say", "told": "tell", "denied": "deny"}
_PRONOUNS = {"she", "he", "it", "they", "I"}


class CappedParser:
    """Trees without models: sentences end as in the real parser at the latest, each verb governs what is around it."""

    name = "capped"
    version = "1"
    stanza_version = "none"

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        """One parse for each article."""
        return [(_parse(text, layout), ()) for text, layout in articles]


def _parse(text: str, layout: Layout) -> Parse:
    sentences: list[Sentence] = []
    for paragraph in layout.paragraphs:
        if paragraph.body is None:
            continue
        found = _WORD.finditer(text, paragraph.body.start, paragraph.body.end)
        for forms in _sentences([(m[0], Span(m.start(), m.end())) for m in found]):
            whole = Span(forms[0][1].start, forms[-1][1].end)
            words = _words(forms)
            sentences.append(Sentence(index=len(sentences), paragraph=paragraph.index, span=whole, words=words))
    return Parse(sentences=tuple(sentences))


def _sentences(forms: list[tuple[str, Span]]) -> list[list[tuple[str, Span]]]:
    made: list[list[tuple[str, Span]]] = [[]]
    for form in forms:
        if len(made[-1]) >= MAX_SENTENCE_TOKENS:
            made.append([])
        made[-1].append(form)
        if form[0] in ".!?":
            made.append([])
    return [sentence for sentence in made if sentence]


def _words(forms: Sequence[tuple[str, Span]]) -> tuple[Word, ...]:
    verbs = [place for place, (form, _) in enumerate(forms) if form in _VERBS]
    root = verbs[0] if verbs else 0
    words = []
    for place, (form, span) in enumerate(forms):
        governor = max((verb for verb in verbs[:1] if verb <= place), default=root)
        subject = place + 1 in verbs or place + 2 in verbs
        name, pronoun = form[:1].isupper(), form in _PRONOUNS
        tags = ("VERB", "VBD") if form in _VERBS else ("PRON", "PRP") if pronoun else ("PROPN", "NNP")
        if not (form in _VERBS or pronoun or name):
            tags = ("NOUN", "NN") if form[0].isalnum() else ("PUNCT", ".")
        head = ROOT if place == root else governor
        deprel = "root" if head == ROOT else "nsubj" if subject else "ccomp" if form in _VERBS else "obj"
        words.append(
            Word(
                index=place, span=span, form=form, lemma=_VERBS.get(form, form), upos=tags[0], xpos=tags[1], feats="",
                head=head, deprel=deprel,
            )
        )  # fmt: skip
    return tuple(words)


def _layout(text: str) -> Callable[[], object]:
    return lambda: read_layout(text)


def _cutting(text: str) -> Callable[[], object]:
    found = list(bodies(text, read_layout(text)))
    texts, places = model_texts(found)
    pieces = [_sentences([(m[0], Span(m.start(), m.end())) for m in _WORD.finditer(piece)]) for piece in texts]
    tokens = [[[Token(span.start, span.end) for _, span in s] for s in sentences] for sentences in pieces]
    return lambda: cut_bodies(found, tokens, places)


def _attribution(text: str) -> Callable[[], object]:
    layout = read_layout(text)
    parse = _parse(text, layout)
    return lambda: attribute(text, layout, parse, scope=Scope.ALL)


def _speakers(text: str) -> Callable[[], object]:
    layout = read_layout(text)
    parse = _parse(text, layout)
    found = attribute(text, layout, parse)
    return lambda: resolve(text, layout, parse, found)


def _forms(text: str) -> Callable[[], object]:
    found = Pipeline(CappedParser(), max_chars=len(text)).extract(Article(text=text))
    return lambda: (json.dumps(extraction_to_dict(found)), extraction_csv(found))


def _language(text: str) -> Callable[[], object]:
    return lambda: language_notice(text, declared="en")


def _matching(text: str) -> Callable[[], object]:
    claim, source = passage_in_text(text[: MOST_CHARACTERS - 1]), passage_in_text(text)
    # what a claim's words are changed to, so that no quicker way of comparing applies
    other = passage_in_text(text[1 : MOST_CHARACTERS - 1].replace("no", "yes"))
    return lambda: (passage_in_text(text), compare(claim, source), compare(other, source))


def _html(page: str) -> Callable[[], object]:
    # as the service does: pages of more tags are refused
    page = (
        page if page.count("<") <= MOST_TAGS else page[: page.rindex("<", 0, len(page) * MOST_TAGS // page.count("<"))]
    )

    def read() -> None:
        try:
            main_text(page)
        except EmptyArticle:
            return

    return read


STEPS: dict[str, Callable[[str], Callable[[], object]]] = {
    "layout": _layout,
    "sentences": _cutting,
    "attribution": _attribution,
    "speakers": _speakers,
    "forms": _forms,
    "language": _language,
    "matching": _matching,
    "html": _html,
}


def series(prepare: Callable[[str], Callable[[], object]], make: Callable[[int], str], most: int) -> Series:
    """Characters and processor seconds of each length, until one takes so long that a longer one is not tried."""
    found: Series = []
    for length in LENGTHS:
        if length > most:
            break
        begun = time.process_time()
        work = prepare(make(length))
        # what the collector does depends on all that is in memory, not on the step
        gc.collect()
        gc.disable()
        start = time.process_time()
        work()
        seconds = time.process_time() - start
        gc.enable()
        found.append((length, round(seconds, 4)))
        if time.process_time() - begun > LAST_SECONDS:
            break
    return found


def growth(found: Series) -> float:
    """By how much the time grows where the text is ten times as long, by the two longest; 0: too quick to tell."""
    if len(found) < 2 or found[-1][1] < LEAST_SECONDS:
        return 0.0
    (short, before), (long, after) = found[-2:]
    return float(10 ** (math.log(after / max(before, 0.01)) / math.log(long / short)))


def measured(step: str, name: str, most: int) -> dict[str, Any]:
    """A series and how it grows; one that seems to grow too much is measured once more."""
    make = _texts(step)[name]
    found = series(STEPS[step], make, most)
    if growth(found) > GROWTH:
        # what else the machine does only ever adds time
        again = dict(series(STEPS[step], make, most))
        found = [(length, min(seconds, again.get(length, seconds))) for length, seconds in found]
    grown = growth(found)
    print(f"{'!' if grown > GROWTH else ' '} {step:12} {name:24} x{grown:5.1f}  {found[-1]}", flush=True)
    return {"series": found, "growth": round(grown, 1), "bad": grown > GROWTH}


def _texts(step: str) -> Mapping[str, Make]:
    return PAGES if step == "html" else TEXTS


def _keep(figures: Figures) -> None:
    # in the order in which they are made, whatever was measured first
    ordered = {
        step: {name: figures[step][name] for name in _texts(step) if name in figures[step]}
        for step in STEPS
        if step in figures
    }
    FIGURES.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Measure, tell, keep each series as soon as it is known, and draw all that is known."""
    parser = argparse.ArgumentParser(prog="python -m bench.blowup")
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--texts", default="")
    parser.add_argument("--most", type=int, default=LENGTHS[-1])
    options = parser.parse_args(arguments)
    wanted = set(filter(None, options.texts.split(";")))
    known: Figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    bad = done = 0
    for step in options.steps.split(","):
        for name in _texts(step):
            if wanted and name not in wanted:
                continue
            found = measured(step, name, options.most)
            bad, done = bad + found["bad"], done + 1
            if options.most == LENGTHS[-1]:
                known.setdefault(step, {})[name] = found
                _keep(known)
    if known:
        plots.growth_by_length(PLOTS, known)
    print(f"{bad} of {done} series grow faster than the text")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
