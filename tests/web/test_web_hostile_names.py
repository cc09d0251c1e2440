"""Names, outlets, titles and words that would run if a page of finding and counting let them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from service.model import Speaker, SpeakerKind
from tests.store.examples import Said, said
from tests.web.browsers import quiet_page
from tests.web.conftest import Desk
from tests.web.flat_desks import create_desk_app, flat_desk

RUNS = "window.ran=1"
BREAKS = (
    f"<script>{RUNS}</script>",
    f"\"><img src=x onerror='{RUNS}'>",
    f"'><svg onload={RUNS}>",
    f"</title><script>{RUNS}</script>",
    f"</textarea><script>{RUNS}</script>",
    "{{ 7 * 7 }}{% raw %}",
    f"javascript:{RUNS}",
    "&lt;b&gt;&quot;",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Each string as the name, role, alias, title, outlet, article id, cue and words of an article."""
    articles = [
        said(
            Said(
                text=f"{break_} is what we said {number}",
                cue=break_,
                speaker=Speaker(
                    name=f"Ana {break_} {number}", kind=SpeakerKind.PERSON, role=f"role {break_}", aliases=(break_,)
                ),
            ),
            id=f"{number}{break_.replace('/', '')}",
            outlet=f"{number} {break_}",
            title=f"{number} {break_}",
            published_at=datetime(2026, 5, 4 + number, tzinfo=UTC),
        )
        for number, break_ in enumerate(BREAKS)
    ]
    with flat_desk(tmp_path_factory.mktemp("hostile"), articles) as desk:
        first, second = (entry.speaker.id for entry in desk.store.speakers().items[:2])
        desk.store.merge_speakers(first, second, by=BREAKS[0], reason=BREAKS[1])
        yield desk


@pytest.fixture
def page(browser: Browser, hostile: Desk) -> Iterator[Page]:
    with quiet_page(browser, hostile.address) as page:
        yield page
        assert page.evaluate("window.ran") is None


def test_in_lists_and_figures(page: Page) -> None:
    page.goto("/find")
    expect(page.locator(".hit")).to_have_count(len(BREAKS))
    for number, break_ in enumerate(BREAKS):
        expect(page.locator(".hit", has_text=f"we said {number}").locator(".hit-source a").last).to_have_text(
            f"{number} {break_}"
        )
    assert page.evaluate("window.ran") is None
    for path in ("/speakers", "/audit"):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(BREAKS[5])
        assert page.evaluate("window.ran") is None


def test_on_each_speakers_page(page: Page, hostile: Desk) -> None:
    for entry in hostile.store.speakers().items:
        page.goto(f"/speakers/{entry.speaker.id}")
        expect(page.get_by_role("heading", level=1)).to_have_text(entry.speaker.name)
        assert page.evaluate("window.ran") is None
    page.goto(f"/speakers/{hostile.store.speakers().items[0].speaker.id}")
    page.get_by_label("Look for the other one").fill("Ana")
    expect(page.locator("#merge-found li")).not_to_have_count(0)


@pytest.mark.parametrize("break_", BREAKS)
def test_in_what_a_link_asks_for(page: Page, break_: str) -> None:
    asked = quote(break_)
    for path in (
        f"/find?q={asked}&speaker={asked}&outlet={asked}&from={asked}&type={asked}",
        f"/find?q={asked}",
        f"/speakers?q={asked}",
        f"/audit?outlet={asked}&from={asked}",
        f"/check?quote={asked}+is+what&speaker={asked}",
    ):
        page.goto(path)
        expect(page.locator("main")).to_be_visible()
        assert page.evaluate("window.ran") is None


def test_on_every_page_that_the_desk_has(page: Page, hostile: Desk) -> None:
    person, article = hostile.store.speakers().items[0].speaker.id, hostile.store.articles().items[0].id
    asked = {
        "desk.article": f"/articles/{quote(article, safe='')}",
        "desk.articles": f"/articles?q={quote(BREAKS[1])}&outlet={quote(BREAKS[0])}",
        "desk.audit": "/audit?period=week",
        "desk.check": f"/check?quote={quote(f'{BREAKS[1]} is what we said')}&speaker={quote(BREAKS[0])}",
        "desk.find": f"/find?q={quote(BREAKS[1])}",
        "desk.import_job": f"/import/{quote(BREAKS[1], safe='')}",
        "desk.imports": "/import",
        "desk.review": f"/review?outlet={quote(f'1 {BREAKS[1]}')}",
        "desk.sign_in": f"/desk/sign-in?to={quote(BREAKS[1])}",
        "desk.speaker": f"/speakers/{person}",
        "desk.speakers": f"/speakers?q={quote('Ana')}",
        "desk.start": "/desk",
    }
    rules = create_desk_app(hostile.store).url_map.iter_rules()
    pages = {rule.endpoint for rule in rules if rule.endpoint.startswith("desk.") and "GET" in (rule.methods or ())}
    # a page that is added belongs here
    assert pages - {"desk.static_file"} == set(asked)
    for path in asked.values():
        page.goto(path)
        expect(page.locator("main")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.ran") is None, path
        assert page.locator("img[src=x], svg[onload], script:not([src])").count() == 0, path


def test_the_links_of_a_search_lead_to_our_own_pages(page: Page) -> None:
    page.goto("/find")
    addresses = page.eval_on_selector_all("main a", "links => links.map((link) => link.href)")
    own = page.evaluate("location.origin")
    assert all(address.startswith(own) for address in addresses)
