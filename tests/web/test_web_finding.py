"""Find, the list of speakers, and a speaker's page: looked at, and used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.model import QuoteType, Speaker, SpeakerKind
from service.store import Store
from tests.store.examples import DRIVER, MAYOR, UNION, Said, said
from tests.web.browsers import check_accessible
from tests.web.conftest import Desk, OpenPage
from tests.web.flat_desks import flat_desk

MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC)
AIDE = Speaker(name="an aide", kind=SpeakerKind.PERSON)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two outlets over ten weeks."""
    articles = [
        said(
            Said(text=f"The harbour pump failed in week {week}"),
            Said(text=f"Nobody asked about number {week}", speaker=DRIVER, type=QuoteType.INDIRECT),
            Said(text=f"They knew {week}", speaker=AIDE),
            Said(text=f"Somebody said {week}", speaker=None),
            id=f"week-{week}",
            title=f"Week {week} at the harbour",
            outlet="The Post" if week % 2 else "The Ledger",
            published_at=MONDAY + timedelta(weeks=week),
        )
        for week in range(10)
    ]
    with flat_desk(tmp_path, articles) as desk:
        yield desk


@pytest.fixture
def page(open_page: OpenPage, desk: Desk) -> Iterator[Page]:
    with open_page(desk) as page:
        yield page


def speaker_id(store: Store, name: str) -> str:
    return store.speakers(text=name).items[0].speaker.id


def test_a_search_with_its_words_marked_and_narrowed_step_by_step(page: Page) -> None:
    page.goto("/find")
    expect(page.locator(".facets-total")).to_have_text("40 quotes")
    page.get_by_label("Words").fill('"harbour pump" WEEK')
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".hit")).to_have_count(10)
    first = page.locator(".hit").first
    expect(first.locator("mark")).to_have_text(["harbour pump", "week"])
    expect(first).to_contain_text("The Post")
    expect(first.get_by_role("link", name="Week 9 at the harbour")).to_have_attribute(
        "href", re.compile(r"^/articles/week-9#q-[0-9a-f]{16}$")
    )
    facets = page.get_by_role("complementary", name="Narrow the search")
    facets.get_by_role("link", name="The Ledger 5").click()
    expect(page.locator(".hit")).to_have_count(5)
    facets.get_by_role("link", name="4 May 2026 1", exact=True).click()
    expect(page.locator(".hit")).to_have_count(1)
    expect(page).to_have_url(re.compile("from=2026-05-04&to=2026-05-04"))
    page.get_by_role("link", name="Without The Ledger").click()
    page.get_by_role("link", name='Without “"harbour pump" WEEK”').click()
    expect(page.locator(".hit")).to_have_count(4)
    expect(page.get_by_role("complementary")).to_contain_text("no known speaker")
    page.get_by_role("link", name="All quotes").click()
    expect(page).to_have_url(re.compile("/find$"))


def test_pages_follow_the_cursor_of_the_api(page: Page, desk: Desk) -> None:
    page.goto("/find?type=direct")
    seen = [hit.get_attribute("id") for hit in page.locator(".hit").all()]
    assert len(seen) == 25
    page.get_by_role("link", name="Next quotes").click()
    expect(page.locator(".hit")).to_have_count(5)
    seen += [hit.get_attribute("id") for hit in page.locator(".hit").all()]
    answer = page.request.get(f"{desk.address}/v1/quotes?type=direct&limit=100").json()
    assert seen == [quote["id"] for quote in answer["quotes"]]
    expect(page.get_by_text("The end")).to_be_visible()
    page.get_by_role("link", name="First page").click()
    expect(page.locator(".hit")).to_have_count(25)


@pytest.mark.parametrize(
    ("query", "said_of_it"),
    [
        ("from=yesterday", "from: got 'yesterday'"),
        ("type=loud", "type: got 'loud'"),
        ("min_confidence=2", "min_confidence"),
        ("sort=random", "sort: got 'random'"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_form(page: Page, query: str, said_of_it: str) -> None:
    response = page.goto(f"/find?{query}")
    assert response is not None
    assert response.status == 422
    expect(page.get_by_role("alert")).to_contain_text(said_of_it)


def test_a_cursor_of_another_search_is_an_error_on_a_page(page: Page) -> None:
    response = page.goto("/find?cursor=garbage")
    assert response is not None
    assert response.status == 422
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_nothing_found_says_what_to_do(page: Page) -> None:
    page.goto("/find?q=zeppelin")
    expect(page.locator(".empty")).to_contain_text("No quote was found")
    expect(page.locator(".empty").get_by_role("link", name="Check")).to_be_visible()


def test_a_speakers_page(page: Page, desk: Desk) -> None:
    page.goto("/speakers?q=okafor")
    page.get_by_role("link", name="María Okafor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("María Okafor")
    expect(page.locator(".lede")).to_have_text("the mayor. 10 quotes in 10 articles, 4 May 2026 to 6 July 2026.")
    expect(page.locator(".chart .column")).to_have_count(10)
    page.get_by_text("Figures as a table").click()
    expect(page.get_by_role("row", name="week of 6 July 2026 1 1")).to_be_visible()
    expect(page.locator("section[aria-labelledby=topics] tbody th")).to_have_text(["failed", "harbour", "pump"])
    expect(page.locator("section[aria-labelledby=outlets] tbody th")).to_have_text(["The Ledger", "The Post"])
    expect(page.locator("section[aria-labelledby=aliases] li")).to_have_text(
        ["Ms Okafor 10 articles", "Okafor 10 articles"]
    )
    page.get_by_role("link", name="pump", exact=True).click()
    expect(page.locator(".hit")).to_have_count(10)
    expect(page.get_by_role("link", name="Without María Okafor")).to_be_visible()


def test_a_speaker_of_a_single_day_has_a_bar_and_its_table(open_page: OpenPage, tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    article = said(Said(text="The pump failed"), Said(text="It runs again"), id="day", published_at=MONDAY)
    with flat_desk(folder, [article]) as desk, open_page(desk) as page:
        page.goto(f"/speakers/{speaker_id(desk.store, 'okafor')}")
        chart = page.get_by_role("region", name="Quoted by the day")
        expect(chart.get_by_role("img")).to_have_accessible_name(re.compile("by day, 4 May 2026. The figures"))
        expect(chart.locator("rect.series")).to_have_count(1)
        chart.get_by_text("Figures as a table").click()
        expect(chart.locator("tbody tr")).to_have_text([re.compile(r"4 May 2026\s*2\s*1")])


def test_two_who_are_one_are_merged_with_a_reason(page: Page, desk: Desk) -> None:
    mayor, aide = speaker_id(desk.store, "okafor"), speaker_id(desk.store, "aide")
    page.goto(f"/speakers/{mayor}")
    search = page.get_by_label("Look for the other one")
    search.fill("aide")
    search.press("Enter")
    # an aide without a name is somebody else in each article
    page.get_by_role("button", name=re.compile("^an aide")).first.click()
    page.get_by_label("Why").last.fill("her office confirmed it")
    page.get_by_label("Your name").last.fill("Ana Reyes")
    check_accessible(page)
    page.get_by_role("button", name="They are one").click()
    expect(page.locator(".lede")).to_contain_text("11 quotes")
    expect(page.locator(".decisions")).to_contain_text("her office confirmed it")
    assert desk.store.speaker_page(aide).entry.speaker.id == mayor
    page.goto(f"/speakers/{aide}")
    expect(page).to_have_url(re.compile(f"/speakers/{mayor}$"))


def test_one_who_is_two_is_parted(page: Page, desk: Desk) -> None:
    mayor = speaker_id(desk.store, "okafor")
    page.goto(f"/speakers/{mayor}")
    page.get_by_role("button", name="These are two people").click()
    page.get_by_label("Why").first.fill("the one of week 9 is her sister")
    page.get_by_role("button", name="Part them").click()
    expect(page.locator("#split-problem")).to_contain_text("at least one")
    page.get_by_label("Week 9 at the harbour").check()
    check_accessible(page)
    page.get_by_role("button", name="Part them").click()
    expect(page).not_to_have_url(re.compile(mayor))
    expect(page.locator(".lede")).to_contain_text("1 quote in 1 article")
    expect(page.locator(".decisions")).to_contain_text("Parted from another of this name")
    assert desk.store.speaker_page(mayor).entry.quote_count == 9


def test_the_service_says_why_a_merger_is_refused(page: Page, desk: Desk) -> None:
    mayor, driver = speaker_id(desk.store, "okafor"), speaker_id(desk.store, "reyes")
    page.goto(f"/speakers/{mayor}")
    page.get_by_label("Look for the other one").fill("reyes")
    page.get_by_role("button", name=re.compile("^Tom Reyes")).click()
    desk.store.merge_speakers(mayor, driver, by="Ana", reason="meanwhile")
    page.get_by_label("Why").last.fill("the same")
    page.get_by_role("button", name="They are one").click()
    expect(page.locator("#merge-problem")).to_contain_text("one speaker already")


def test_whoever_may_only_read_is_offered_no_change(tmp_path: Path, open_page: OpenPage) -> None:
    article = said(Said(text="One"), Said(text="Two", speaker=UNION), title="Both")
    with flat_desk(tmp_path, [article], keys_needed=True) as desk, open_page(desk) as page:
        _, secret = desk.store.create_key("reader", ["read"])  # type: ignore[list-item]
        page.goto("/speakers")
        page.get_by_label("API key").fill(secret)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name=MAYOR.name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(MAYOR.name)
        expect(page.locator("#merge, #split-start")).to_have_count(0)
        page.goto("/import")
        expect(page.locator("main")).to_contain_text("may read only")


def test_the_outlets_of_a_speaker_have_room_on_a_phone(open_page: OpenPage, tmp_path: Path) -> None:
    papers = ("Coastland Public Radio of the North", "Meridian News Agency and Wire", "The Evening Lantern and Post")
    articles = [said(Said(text=f"We {number}"), id=f"a{number}", outlet=name) for number, name in enumerate(papers)]
    with flat_desk(tmp_path, articles) as desk, open_page(desk, width=375) as page:
        page.goto("/speakers")
        row = page.locator("main tbody tr").first
        expect(row).to_contain_text(papers[2])
        # not a word a line
        lines = row.evaluate("row => row.clientHeight / parseFloat(getComputedStyle(row).lineHeight)")
        assert lines < 8


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/find?q=pump", "/speakers", "/speakers/{id}"])
def test_nothing_serious_for_axe(open_page: OpenPage, desk: Desk, path: str, width: int) -> None:
    for colours in ("light", "dark"):
        with open_page(desk, colours=colours, width=width) as page:
            page.goto(path.format(id=speaker_id(desk.store, "okafor")))
            check_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
