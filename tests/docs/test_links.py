"""Links lead somewhere: on the site, as mkdocs checks when it builds it, and between the repository's other pages."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bench.readme import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "corpus/README.md")),
    *sorted((ROOT / "training").rglob("*.md")),
]
# what a page makes a browser fetch, in contrast to links that a reader may follow
FETCHED = re.compile(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"(?:https?:)?//|<link\b[^>]*\bhref=\"(?:https?:)?//")


def test_the_site_is_built_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pages = list(site.rglob("*.html"))
    assert {"tutorial.html", "api.html", "how-it-works.html"} <= {page.name for page in pages}
    assert [page.name for page in pages if FETCHED.search(page.read_text(encoding="utf-8"))] == []
    assert [css.name for css in site.rglob("*.css") if re.search(r"url\((?:https?:)?//", css.read_text())] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_and_headings_lead_there(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.stem)
def test_commands_in_the_text_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    for module in re.findall(r"(?:python|python3) -m ([\w.]+)", text):
        assert importlib.util.find_spec(module) is not None, module


def links(text: str) -> list[str]:
    """The targets of all links and pictures of a page."""
    tokens = [child for token in MarkdownIt().parse(text) for child in token.children or ()]
    return [
        str(token.attrs.get("href") or token.attrs.get("src"))
        for token in tokens
        if token.type in ("link_open", "image")
    ]


def anchors(text: str) -> set[str]:
    """What its headings are called in addresses, as code hosts and mkdocs make it."""
    parsed = MarkdownIt().parse(text)
    heads = [parsed[at + 1].content for at, token in enumerate(parsed) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_a_link_that_leads_nowhere_is_seen() -> None:
    assert links("[a](b.md#c) ![d](e.png)") == ["b.md#c", "e.png"]
    assert anchors("# What stays, as it is\n") == {"what-stays-as-it-is"}
