"""Chromium for tests: where it is, what its pages must not do, and what axe finds on them.

Chromium is Debian's (``apt-get install chromium``), or the one that ``TEST_CHROMIUM`` names. Where there is none, its
tests are skipped, but not in CI.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_SERIOUS = ("serious", "critical")
_PATIENCE_MS = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window; skips, and in CI fails, where there is none."""
    path = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        reason = "there is no Chromium: apt-get install chromium, or name one in TEST_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # root, which containers are run as, cannot have Chromium's sandbox
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def quiet_page(browser: Browser, address: str, *, colours: str = "light", width: int = 1280) -> Iterator[Page]:
    """A page of a fresh profile. At its end: no error in it, no breach of its policy, no call to anywhere else."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if colours == "dark" else "light",
        permissions=["clipboard-read", "clipboard-write"],
        locale="en-GB",
    )
    # a machine that does much else is slow, and only a failure waits for so long
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    faults: list[str] = []
    elsewhere: list[str] = []
    page = context.new_page()

    def heard(message: ConsoleMessage) -> None:
        # an answer of 4xx, which tests ask for, is reported, too
        if message.type == "error" and "the server responded with a status of" not in message.text:
            faults.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: _note(request.url, address, elsewhere))
    try:
        yield page
        assert faults == []
        assert elsewhere == []
    finally:
        context.close()


def _note(url: str, address: str, elsewhere: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        elsewhere.append(url)


def check_accessible(page: Page) -> None:
    """Assert that axe finds nothing serious or critical in the page as it is now."""
    # a page that goes on asking, such as one that shows progress, is never idle
    with suppress(Error):
        page.wait_for_load_state("networkidle", timeout=3000)
    # what fades in is checked as it will be
    page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")
    page.evaluate(_AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    problems = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['target']} {node['html'][:200]} "
        f"{node['failureSummary'][:300]}"
        for violation in found["violations"]
        if violation["impact"] in _SERIOUS
        for node in violation["nodes"]
    ]
    assert problems == [], "\n".join(problems)
