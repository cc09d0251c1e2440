"""How heavy the desk's pages are, and how soon a long article is painted.

``python -m bench.desk``: an invented article of 2,000 words with 120 quotes of 12 speakers, served by ``quoth serve``
from a store of its own and opened in Chromium. Prints bytes by page, and the times in milliseconds: the server's
answer, the first contentful paint, and until the scripts are done. ``first``: with an empty cache, in a new window
that the browser has finished opening; ``again``: by a link from the list, as somebody comes to it who was here before;
``opening``: as ``first``, but while the browser still loads some 200 scripts of its own for that window's address bar;
``floor``: as ``first``, a page of a few words, which is what the browser and the machine need by themselves.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.server import serving
from service.model import (
    Act,
    Article,
    Attribution,
    Cue,
    Extraction,
    Mention,
    MentionForm,
    ModelInfo,
    Polarity,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
    quote_id,
)
from service.store import Store

WORDS, QUOTES, SPEAKERS = 2000, 120, 12
MOST_PAGE_BYTES, MOST_PAINT_MS = 150_000, 300
PAGES = ("/desk", "/articles", "/articles/long", "/review")
FEW_WORDS = "/desk/sign-in"
# a browser is at rest that computed for less than this in each of some looks, one after another
_CALM_MS, _CALM_LOOKS, _LOOK_MS = 10, 3, 100
_LONGEST_REST_MS = 30_000
ID = "long"

_FIRST = ("Ada", "Tom", "Ines", "Jon", "Mara", "Piet", "Rosa", "Emil", "Vera", "Karl", "Nora", "Hugo")
_LAST = (
    "Brandt",
    "Ruud",
    "Okafor",
    "Lindqvist",
    "Vance",
    "Haas",
    "Moreau",
    "Tanaka",
    "Stokes",
    "Ferro",
    "Quist",
    "Dahl",
)
_SAID = ["the", "harbour", "wall", "has", "to", "be", "mended", "before", "the", "winter", "storms", "come"]
_FILLER = ["Work", "goes", "on"]


def invented() -> Extraction:
    """The article: in each paragraph one quote, direct and indirect in turn, and some words beside it."""
    speakers = [
        Speaker(name=f"{first} {last}", kind=SpeakerKind.PERSON, role="a member of the harbour board")
        for first, last in zip(_FIRST, _LAST, strict=True)
    ]
    pieces: list[str] = []
    found: list[tuple[Span, Span, Span, QuoteType, Speaker]] = []
    length = 0
    for number in range(QUOTES):
        speaker = speakers[number % SPEAKERS]
        words = " ".join(_SAID)
        direct = number % 2 == 0
        content = f"“{words.capitalize()},”" if direct else words
        lead = "" if direct else f"{speaker.name} said that "
        tail = f" {speaker.name} said. " if direct else ". "
        paragraph = f"{lead}{content}{tail}{' '.join(_FILLER[: 1 + number % 2])}.\n\n"
        start = length + len(lead)
        name = paragraph.index(speaker.name)
        cue = paragraph.index(" said") + 1
        found.append(
            (
                Span(start, start + len(content)),
                Span(length + cue, length + cue + 4),
                Span(length + name, length + name + len(speaker.name)),
                QuoteType.DIRECT if direct else QuoteType.INDIRECT,
                speaker,
            )
        )
        pieces.append(paragraph)
        length += len(paragraph)
    rest = WORDS - sum(len(piece.split()) for piece in pieces)
    text = "".join(pieces) + " ".join(_FILLER * (max(rest, 0) // len(_FILLER))) + "."
    article = Article(text=text, id=ID, title="The wall, at length", outlet="Ellery Courier")
    quotes = []
    for number, (span, cue_span, mention, type_, speaker) in enumerate(found):
        attribution = Attribution(
            spans=(span,), type=type_, polarity=Polarity.ASSERTED, act=Act.SPEECH, pattern="clausal-complement",
            paragraph=number, sentence=number, cue=Cue(lemma="say", spans=(cue_span,)),
            mention=Mention(span=mention, form=MentionForm.NAME),
        )  # fmt: skip
        evidence = ("cue-verb: said", f"name {speaker.name}")
        quotes.append(
            Quote(
                id=quote_id(article.sha256, attribution), attribution=attribution, text=span.of(text), speaker=speaker,
                inside=None, confidence=0.5 + (number % 50) / 100, evidence=evidence,
            )
        )  # fmt: skip
    model = ModelInfo(name="invented", version="1", stanza="-")
    return Extraction(article=article, paragraphs=QUOTES, quotes=tuple(quotes), speakers=tuple(speakers), model=model)


def measure(browser: Browser, address: str, path: str, *, again: bool = False, opening: bool = False) -> dict[str, Any]:
    """One visit of a page with an empty cache; ``again``: the article's second one, by its link in the list.

    ``opening``: the browser is not given the time to finish its new window.
    """
    context = browser.new_context(base_url=address, viewport={"width": 1360, "height": 860})
    # a machine that does much else is slow
    context.set_default_timeout(120_000)
    page = context.new_page()
    if not opening:
        _let_it_rest(browser, page)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    if again:
        page.goto("/articles")
        page.wait_for_load_state("networkidle")
        page.locator(f"a[href='{path}']").click()
        page.wait_for_url(f"**{path}")
        page.wait_for_load_state("networkidle")
    found: dict[str, Any] = page.evaluate(
        """() => {
          const [visit] = performance.getEntriesByType('navigation');
          const paint = performance.getEntriesByName('first-contentful-paint')[0];
          const files = performance.getEntriesByType('resource').filter((file) => file.name.includes('/desk/static/'));
          return {
            answer: visit.responseEnd - visit.startTime,
            paint: paint.startTime,
            done: visit.loadEventEnd,
            html: visit.encodedBodySize,
            files: files.reduce((sum, file) => sum + file.encodedBodySize, 0),
            words: (document.getElementById('text')?.textContent ?? '').length,
          };
        }"""
    )
    context.close()
    return found


def _let_it_rest(browser: Browser, page: Page) -> None:
    """Wait until the browser's processes compute next to nothing."""
    session = browser.new_browser_cdp_session()
    calm = 0
    before = _processor_ms(session)
    for _ in range(_LONGEST_REST_MS // _LOOK_MS):
        page.wait_for_timeout(_LOOK_MS)
        now = _processor_ms(session)
        calm = calm + 1 if now - before < _CALM_MS else 0
        before = now
        if calm == _CALM_LOOKS:
            session.detach()
            return
    sys.exit(f"the browser computed for {_LONGEST_REST_MS} ms without a page to show")


def _processor_ms(session: CDPSession) -> float:
    """What all processes of the browser have computed so far."""
    processes: list[dict[str, float]] = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return sum(process["cpuTime"] for process in processes) * 1000


def spread(values: list[float]) -> dict[str, int]:
    """The middle of the times, and the least and the most."""
    return {"median": round(statistics.median(values)), "least": round(min(values)), "most": round(max(values))}


def main(arguments: list[str] | None = None) -> None:
    """The command; its exit status is 1 where a page is too heavy or is painted too late."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--visits", type=int, default=9)
    chosen = parser.parse_args(arguments)
    path = shutil.which("chromium")
    if path is None:
        sys.exit("there is no Chromium: apt-get install chromium")
    extraction = invented()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "desk.db")
        with Store(f"sqlite:///{database}") as store:
            store.upgrade()
            store.save(extraction)
        with serving(database) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            weights = {page: measure(browser, server.address, page) for page in PAGES}
            visits: dict[str, list[dict[str, Any]]] = {"first": [], "again": [], "opening": [], "floor": []}
            # in turn, so that what else the machine does falls on all of them
            for _ in range(chosen.visits):
                visits["first"].append(measure(browser, server.address, f"/articles/{ID}"))
                visits["again"].append(measure(browser, server.address, f"/articles/{ID}", again=True))
                visits["opening"].append(measure(browser, server.address, f"/articles/{ID}", opening=True))
                visits["floor"].append(measure(browser, server.address, FEW_WORDS))
            browser.close()
    milliseconds = {
        kind: {name: spread([visit[name] for visit in made]) for name in ("answer", "paint", "done")}
        for kind, made in visits.items()
    }
    report = {
        "load": [round(each, 1) for each in os.getloadavg()],
        "article": {"words": len(extraction.article.text.split()), "quotes": len(extraction.quotes)},
        "bytes": {page: {"html": found["html"], "files": found["files"]} for page, found in weights.items()},
        "milliseconds": milliseconds,
    }
    print(json.dumps(report, indent=2))
    heavy = max(found["files"] for found in weights.values())
    if heavy > MOST_PAGE_BYTES or milliseconds["first"]["paint"]["median"] > MOST_PAINT_MS:
        sys.exit(f"a page may have {MOST_PAGE_BYTES:,} bytes beside its article, and {MOST_PAINT_MS} ms to its paint")


if __name__ == "__main__":
    main()
