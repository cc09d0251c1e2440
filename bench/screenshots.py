"""Pictures of the desk's pages for ``docs/screenshots/``, with the demo articles, light and dark.

``make screenshots`` (or ``python -m bench.screenshots``) makes all; ``--only reader`` one; ``--server URL`` takes those
of a server that runs already, which then should hold the demo.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from bench.readme import demo_server

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
DEMO = Path(__file__).parents[1] / "corpus" / "articles"
MOST_BYTES = 250_000
COLOURS = ("light", "dark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """``prepare`` brings the page, opened at ``path``, to where it is taken."""

    name: str
    path: str
    prepare: Callable[[Page], None] = lambda _: None
    width: int = 1360
    height: int = 860


def _choose(page: Page) -> None:
    _seventh(page)
    page.locator(".card.active .elsewhere summary").click()
    page.locator(".card.active .elsewhere :is(li, p)").first.wait_for()


def _correct(page: Page) -> None:
    for _ in range(4):
        page.keyboard.press("n")
    page.locator(".card.active [data-do=correct]").click()
    page.locator(".card.active form.correct").wait_for()
    page.get_by_label("Reason").fill("the pronoun means somebody else")


def _try(page: Page) -> None:
    page.get_by_role("button", name="Use an example").click()
    page.locator("#reader").wait_for()
    page.keyboard.press("n")


def _phone(page: Page) -> None:
    page.keyboard.press("n")


def _seventh(page: Page) -> None:
    """The first whole sentence of the article that somebody is quoted with."""
    for _ in range(7):
        page.keyboard.press("n")


def _card(page: Page) -> None:
    _seventh(page)
    page.locator(".card.active [data-do=card]").click()
    page.locator(".card-preview img").wait_for()


def _speaker(page: Page) -> None:
    page.locator("main tbody a").first.click()
    page.locator("#topics").wait_for()


def _outlets(page: Page) -> None:
    page.locator("#by-outlet").evaluate("heading => heading.scrollIntoView()")


def _two_people(page: Page) -> None:
    _speaker(page)
    page.get_by_role("button", name="These are two people").click()
    page.locator("#articles").evaluate("heading => heading.scrollIntoView()")


def _choose_files(page: Page) -> None:
    broken = "".join(f"{line}\n" for line in ('{"text": "“We pay,” said Ana Reyes.", "titel": "Bills"}', '{"txt": ""}'))
    files = [str(path) for path in sorted(DEMO.glob("coalition-*.txt"))]
    page.locator("#files").set_input_files(files)
    archive = FilePayload(name="archive.jsonl", mimeType="application/x-ndjson", buffer=broken.encode())
    page.locator("#files").set_input_files([archive])
    # in each colours another outlet's: what is stored already would not be read again
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.get_by_label("Outlet").fill("The Kestrel Bay Evening Post" if dark else "The Kestrel Bay Courier")


def _import(page: Page) -> None:
    _choose_files(page)
    page.get_by_role("button", name="Import").click()
    page.locator("#job-state", has_text="done").wait_for(timeout=240_000)


_CLAIM = (
    "/check?quote=Our+members+raised+that+pump+five+times%2C+and+four+times+they+were+told+to+sail&speaker=Des+Pryor"
)
SHOTS = (
    Shot(name="start", path="/desk"),
    Shot(name="try", path="/desk", prepare=_try),
    Shot(name="articles", path="/articles"),
    Shot(name="reader", path="/articles/ferry-agency", prepare=_choose),
    Shot(name="reader-phone", path="/articles/ferry-agency", prepare=_phone, width=390, height=800),
    Shot(name="correct", path="/articles/water-live", prepare=_correct),
    Shot(name="quote-card", path="/articles/ferry-agency", prepare=_card),
    Shot(name="review", path="/review"),
    Shot(name="find", path="/find?q=pump"),
    Shot(name="find-phone", path="/find?q=pump", width=390, height=800),
    Shot(name="speakers", path="/speakers"),
    Shot(name="speaker", path="/speakers?q=brandvik", prepare=_speaker),
    Shot(name="split", path="/speakers?q=brandvik", prepare=_two_people),
    Shot(name="check", path=_CLAIM),
    Shot(name="audit", path="/audit"),
    Shot(name="audit-outlets", path="/audit", prepare=_outlets),
    Shot(name="audit-phone", path="/audit", width=390, height=800),
    Shot(name="import", path="/import", prepare=_choose_files),
    Shot(name="import-done", path="/import", prepare=_import),
)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.screenshots", description=__doc__)
    parser.add_argument("--server", metavar="URL", help="a server that runs already")
    parser.add_argument("--only", metavar="NAME", action="append", help="one picture, without its colours")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pictures go")
    chosen = parser.parse_args(arguments)
    shots = [shot for shot in SHOTS if not chosen.only or shot.name in chosen.only]
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with _server(chosen.server) as address, sync_playwright() as playwright:
        path = shutil.which("chromium")
        if path is None:
            sys.exit("there is no Chromium: apt-get install chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for shot in shots:
            for colours in COLOURS:
                _take(browser, address, shot, colours, chosen.folder)
        browser.close()


@contextmanager
def _server(running: str | None) -> Iterator[str]:
    if running is not None:
        yield running
        return
    with demo_server() as server:
        yield server.address


def _take(browser: Browser, address: str, shot: Shot, colours: str, folder: Path) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    # a machine that does much else is slow
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(shot.path)
    page.wait_for_load_state("networkidle")
    shot.prepare(page)
    page.wait_for_timeout(200)
    target = folder / f"{shot.name}-{colours}.png"
    picture = Image.open(BytesIO(page.screenshot()))
    context.close()
    # 256 colours are enough for type on paper, and a third of the bytes
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target.name}: {size / 1000:.0f} KB")
    if size > MOST_BYTES:
        sys.exit(f"{target.name} has {size:,} bytes; at most {MOST_BYTES:,} are for the repository")


if __name__ == "__main__":
    main()
