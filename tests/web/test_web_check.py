"""Check: a claim, the verdict, what differs word by word, and the sources beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.store.examples import DRIVER, Said, said
from tests.web.browsers import check_accessible, quiet_page
from tests.web.conftest import Desk
from tests.web.flat_desks import flat_desk

MAY = datetime(2026, 5, 4, 8, tzinfo=UTC)
WORDS = "“We will repair four pumps before the winter storms come.”"


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    article = said(
        Said(text=WORDS),
        Said(text="“The ferry timetable was printed long ago, but nobody read it.”", speaker=DRIVER),
        id="pumps",
        title="Pumps <b>again</b>",
        outlet="The Post",
        published_at=MAY,
    )
    with flat_desk(tmp_path_factory.mktemp("check"), [article]) as desk:
        yield desk


@pytest.fixture
def page(browser: Browser, checked: Desk) -> Iterator[Page]:
    with quiet_page(browser, checked.address) as page:
        yield page


def check(page: Page, words: str, speaker: str = "") -> None:
    page.goto("/check")
    page.get_by_label("The words that are claimed").fill(words)
    page.get_by_label("Said to be by").fill(speaker)
    page.get_by_role("button", name="Check").click()


@pytest.mark.parametrize(
    ("words", "speaker", "verdict"),
    [
        ("We will repair four pumps before the winter storms come", "Okafor", "Verbatim"),
        ("We will repair four pumps before the winter storms come", "Tom Reyes", "Misattributed"),
        ("The ferry timetable was printed long ago", "Tom Reyes", "Partial"),
        ("Zeppelins will land on the town hall every Tuesday", "", "Not found"),
    ],
)
def test_the_verdict(page: Page, words: str, speaker: str, verdict: str) -> None:
    check(page, words, speaker)
    expect(page.get_by_role("heading", level=2).first).to_contain_text(verdict)
    expect(page.locator("#answer")).to_contain_text("Looked through 2 quotes in 1 article")
    expect(page.get_by_label("The words that are claimed")).to_have_value(words)


def test_what_differs_is_told_by_more_than_colour(page: Page) -> None:
    check(page, "We will repair five pumps before the winter storms come", "María Okafor")
    expect(page.locator("#verdict")).to_contain_text("Altered")
    expect(page.locator("#answer .flags")).to_have_text("a number differs")
    source = page.get_by_role("article", name="Source 1")
    expect(source.locator(".difference del")).to_have_text("left out: four")
    expect(source.locator(".difference ins")).to_have_text("put in: five")
    decorations = [
        source.locator(f".difference {tag}").evaluate("element => getComputedStyle(element).textDecorationLine")
        for tag in ("del", "ins")
    ]
    assert decorations == ["line-through", "underline"]
    expect(source.locator(".said")).to_contain_text("repair four pumps")
    expect(source).to_contain_text("Pumps <b>again</b>")
    expect(source).to_contain_text("The Post · 4 May 2026")
    check_accessible(page)


def test_a_check_can_be_linked_to(page: Page) -> None:
    check(page, "We will repair four pumps", "Okafor")
    page.get_by_role("link", name="Link to this check").click()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.get_by_label("Said to be by")).to_have_value("Okafor")


def test_a_long_claim_fits(page: Page) -> None:
    check(page, "We will repair four pumps. " * 180)
    expect(page.locator("#answer")).to_be_visible()
    expect(page.get_by_role("link", name="Link to this check")).to_have_count(0)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"quote": " "}, "the claimed words are missing"),
        ({"quote": "pumps"}, "at least 2 words"),
        ({"quote": "four pumps", "from": "never"}, "from: got 'never'"),
        ({"quote": "four pumps", "from": "2026-05-04", "to": "2026-05-01"}, "ends before it begins"),
        ({"quote": "four pumps", "speaker": "x" * 201}, "speaker: got 201 characters"),
    ],
)
def test_what_cannot_be_checked_is_said_beside_the_form(
    page: Page, checked: Desk, data: dict[str, str | float | bool], told: str
) -> None:
    response = page.request.post(f"{checked.address}/check", form=data)
    assert response.status == 422
    page.set_content(response.text())
    expect(page.get_by_role("alert")).to_contain_text(told)


def test_what_not_found_means_is_said_once(page: Page) -> None:
    check(page, "Zeppelins will land on the town hall every Tuesday", "Nobody Such")
    expect(page.locator("#answer")).to_contain_text("Nobody stored has the name 'Nobody Such'.")
    assert page.locator("#answer").inner_text().count("all the same") == 1


@pytest.mark.parametrize("width", [320, 375])
def test_nothing_sticks_out_of_a_small_phone(browser: Browser, checked: Desk, width: int) -> None:
    with quiet_page(browser, checked.address, width=width) as page:
        check(page, "We will repair five pumps before the winter storms come", "Tom Reyes")
        expect(page.locator(".evidence")).to_have_count(1)
        edges = page.locator(".claim :is(input, button, textarea)").evaluate_all(
            "fields => fields.map((field) => field.getBoundingClientRect().right)"
        )
        # 1rem beside the page
        assert max(edges) <= width - 16
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_serious_for_axe(browser: Browser, checked: Desk, colours: str) -> None:
    with quiet_page(browser, checked.address, colours=colours, width=390) as page:
        page.goto("/check")
        check_accessible(page)
        page.goto("/check?quote=We+will+repair+five+pumps+before+the+winter+storms+come&speaker=Tom+Reyes")
        expect(page.locator(".evidence")).to_have_count(1)
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
