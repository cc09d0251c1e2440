"""An article of many paragraphs, of which those outside the window are laid out later: jumps, paper, lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.desk import invented
from tests.web.browsers import check_accessible
from tests.web.conftest import Desk, OpenPage
from tests.web.flat_desks import flat_desk

LONG = invented()
PATH = f"/articles/{LONG.article.id}"
LAST = LONG.quotes[-1]
# how many quotes of the text are not laid out
SKIPPED = """() => [...document.querySelectorAll('#text .q')]
  .filter((quote) => !quote.checkVisibility({ contentVisibilityAuto: true })).length"""
LATER = "(mark) => new Promise((done) => setTimeout(() => done(mark.getBoundingClientRect().top), 600))"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with flat_desk(tmp_path_factory.mktemp("long"), [LONG]) as desk:
        yield desk


@pytest.fixture
def page(open_page: OpenPage, desk: Desk) -> Iterator[Page]:
    with open_page(desk, width=1360) as page:
        yield page


@pytest.mark.parametrize("way", ["card", "address", "key"])
def test_a_jump_over_what_is_not_laid_out_lands_on_its_quote(page: Page, way: str) -> None:
    page.goto(PATH + (f"#{LAST.id}" if way == "address" else ""))
    if way != "address":
        assert page.evaluate(SKIPPED) > len(LONG.quotes) / 2
    if way == "card":
        page.locator(".card").last.locator(".card-number").click()
    if way == "key":
        page.keyboard.press("p")
    expect(page.locator(".card.active")).to_have_attribute("data-id", LAST.id)
    mark = page.locator(f"#text .q[data-n='{len(LONG.quotes)}']")
    expect(mark).to_be_in_viewport(ratio=1)
    # and there it stays
    top = mark.evaluate(LATER)
    assert 0 < top < page.evaluate("innerHeight")


def test_what_is_not_laid_out_is_there_for_all_who_read(page: Page) -> None:
    page.goto(PATH)
    assert page.evaluate(SKIPPED)
    assert page.evaluate("document.getElementById('text').textContent") == LONG.article.text
    # the browser's own search, from the end: the last paragraph
    assert page.evaluate("find('Hugo Dahl said that', false, true, true)")
    found = "getSelection().anchorNode.parentElement.closest('p').querySelector('.q').dataset.n"
    assert page.evaluate(found) == str(len(LONG.quotes))
    check_accessible(page)


def test_on_paper_stands_every_paragraph(page: Page) -> None:
    page.goto(PATH)
    assert page.evaluate(SKIPPED)
    page.emulate_media(media="print")
    assert page.evaluate(SKIPPED) == 0
