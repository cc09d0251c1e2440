"""Where no script runs: everything can be read, one can sign in, and what needs a script says so or is not offered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.access import Access
from service.model import Speaker, SpeakerKind
from tests.store.examples import MAYOR, Said, said
from tests.web.conftest import Desk
from tests.web.flat_desks import flat_desk

ARTICLES = [
    said(
        Said(text="We will pay every bill"),
        Said(text="It rains", speaker=Speaker(name=f"Tom {letter}", kind=SpeakerKind.PERSON), confidence=0.4),
        id=f"a{letter}",
        outlet="Post",
        title=f"Bills {letter}",
        published_at=datetime(2026, 5, 4, tzinfo=UTC),
    )
    for letter in "AB"
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with flat_desk(tmp_path_factory.mktemp("plain"), ARTICLES) as desk:
        yield desk


@contextmanager
def plain_page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    with plain_page(browser, desk.address) as page:
        yield page


def test_an_article_with_all_that_is_known_of_its_quotes(page: Page) -> None:
    page.goto("/articles")
    page.get_by_role("link", name="Bills A").click()
    expect(page.locator("#text .q")).to_have_count(2)
    expect(page.locator(".voice")).to_have_count(2)
    # every card is open, and what would open it is not there
    expect(page.locator(".card .facts:visible")).to_have_count(2)
    assert page.locator("button:visible, input:visible, summary:visible", has_not_text="quotes").all_inner_texts() == []
    page.locator("#text .ref").first.click()
    expect(page).to_have_url(re.compile(r"/articles/aA#q-"))
    page.goto("/articles?q=nothing-like-it")
    expect(page.locator(".empty")).to_contain_text("No article fits")


def test_from_a_search_to_a_speaker_and_the_audit(page: Page) -> None:
    page.goto("/find")
    page.get_by_label("Words").fill("bill")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".hit")).to_have_count(2)
    page.locator(".hit-source").first.get_by_role("link", name=MAYOR.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MAYOR.name)
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator("#merge")).to_be_hidden()
    page.goto("/speakers?q=tom")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto("/audit")
    expect(page.locator(".tiles")).to_contain_text("4")
    page.goto("/check")
    page.get_by_label("The words that are claimed").fill("We will pay every bill")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_contain_text("Verbatim")


@pytest.mark.parametrize("path", ["/desk", "/review", "/import"])
def test_what_needs_a_script_says_so(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("noscript .problem")).to_contain_text("needs JavaScript")
    assert page.locator("main :is(button, textarea, input):visible").count() == 0


def test_signing_in_and_out(tmp_path: Path, browser: Browser) -> None:
    with flat_desk(tmp_path, ARTICLES, keys_needed=True) as desk, plain_page(browser, desk.address) as page:
        _, secret = desk.store.create_key("night desk", [Access.READ])
        page.goto("/articles?q=Bills")
        for key, said_then in (("wrong", "not known"), (secret, "night desk")):
            page.get_by_label("API key").fill(key)
            page.get_by_role("button", name="Sign in").click()
            expect(page.locator("body")).to_contain_text(said_then)
        expect(page).to_have_url(re.compile(r"/articles\?q=Bills$"))
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("API key")).to_be_visible()
        page.goto("/articles")
        expect(page.get_by_label("API key")).to_be_visible()
