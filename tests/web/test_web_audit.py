"""Audit: the figures of the pages are those of the API, in tables and in drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.model import Speaker, SpeakerKind
from tests.store.examples import DRIVER, Said, said
from tests.web.browsers import check_accessible, quiet_page
from tests.web.conftest import Desk
from tests.web.flat_desks import flat_desk

MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC)
AIDE = Speaker(name="an aide", kind=SpeakerKind.PERSON)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    articles = [
        said(
            Said(text=f"The pump failed in week {week}"),
            Said(text=f"They knew in week {week}", speaker=AIDE if week % 3 else DRIVER),
            *([Said(text=f"It was said in week {week}", speaker=None)] if week == 5 else []),
            outlet="The Post" if week % 2 else "The Ledger",
            published_at=MONDAY + timedelta(weeks=week),
        )
        for week in range(6)
    ]
    with flat_desk(tmp_path_factory.mktemp("audit"), [*articles, said(Said(text="Undated"))]) as desk:
        yield desk


@pytest.fixture
def page(browser: Browser, audited: Desk) -> Iterator[Page]:
    with quiet_page(browser, audited.address) as page:
        yield page


def test_the_figures_are_the_apis(page: Page, audited: Desk) -> None:
    told = page.request.get(f"{audited.address}/v1/stats?period=week&outlet_periods=true").json()
    page.goto("/audit")
    tiles = page.locator(".tiles dd:not(.tile-fine)")
    unnamed, unknown = (f"{round(100 * told[name] / told['quotes'])}%" for name in ("unnamed", "unattributed"))
    expect(tiles).to_have_text([str(told["quotes"]), str(told["articles"]), "3", unnamed, unknown])
    page.get_by_text("Figures as a table").click()
    rows = page.get_by_role("region", name="Quotes by week").locator("tbody tr")
    expect(rows).to_have_count(len(told["periods"]))
    for row, period in zip(rows.all(), told["periods"], strict=True):
        named = period["quotes"] - period["unnamed"] - period["unattributed"]
        figures = [period["articles"], period["quotes"], named, period["unnamed"], period["unattributed"]]
        expect(row.locator("td")).to_have_text([str(figure) for figure in figures])
    speakers = page.get_by_role("region", name="Most quoted").locator("tbody tr")
    expect(speakers).to_have_count(len(told["speakers"]))
    expect(speakers.first).to_contain_text(told["speakers"][0]["name"])
    expect(page.locator(".fine", has_text="without a date is in no column")).to_contain_text("1 quote in 1 article")


def test_the_drawing_has_the_same_figures(page: Page) -> None:
    page.goto("/audit")
    chart = page.get_by_role("img", name=re.compile("Quotes by week, from week of 4 May 2026"))
    columns = chart.locator(".column")
    expect(columns).to_have_count(6)
    assert columns.nth(5).locator("title").text_content() == (
        "week of 8 June 2026: 3 quotes, 1 named, 1 unnamed, 1 no known speaker"
    )
    expect(columns.nth(5).locator(".series")).to_have_count(3)
    heights = [part.bounding_box() for part in columns.nth(5).locator(".series").all()]
    assert all(box is not None for box in heights)
    tall = [box["height"] for box in heights if box]
    assert max(tall) - min(tall) < 2


def test_an_outlet_and_a_time_alone(page: Page) -> None:
    page.goto("/audit")
    page.get_by_role("region", name="Outlets").get_by_role("link", name="The Post").click()
    expect(page.get_by_role("textbox", name="Outlet")).to_have_value("The Post")
    expect(page.locator(".tiles dd").first).to_have_text("7")
    page.get_by_label("to", exact=True).fill("2026-05-20")
    page.get_by_label("Counted by").select_option("month")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".tiles dd").first).to_have_text("2")
    expect(page.get_by_role("heading", name="Month by month")).to_be_visible()
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator(".tiles dd").first).to_have_text("14")


def test_of_many_years_the_last_one(tmp_path: Path, browser: Browser) -> None:
    articles = [
        said(Said(text=f"The pump failed {years} years ago"), published_at=MONDAY - timedelta(days=365 * years))
        for years in range(4)
    ]
    with (
        flat_desk(tmp_path, [*articles, said(Said(text="Undated"))]) as desk,
        quiet_page(browser, desk.address) as page,
    ):
        page.goto("/audit")
        expect(page.locator(".range")).to_contain_text("the year from 12 May 2025 to 4 May 2026")
        expect(page.locator(".tiles dd").first).to_have_text("1")
        page.get_by_role("link", name="All years").click()
        expect(page.locator(".tiles dd").first).to_have_text("5")
        expect(page.get_by_role("heading", name="Month by month")).to_be_visible()
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".tiles dd").first).to_have_text("5")
        page.get_by_role("link", name="The last year alone").click()
        expect(page.locator(".tiles dd").first).to_have_text("1")


def test_outlets_by_week_as_a_table(page: Page) -> None:
    page.goto("/audit")
    page.get_by_text("Quotes by outlet and week as a table").click()
    table = page.get_by_role("region", name="Quotes by outlet and week")
    expect(table.locator("thead th")).to_have_text(["Week", "The Post", "The Ledger", "no outlet given"])
    expect(table.get_by_role("row", name=re.compile("8 June 2026"))).to_contain_text("3 (1 unnamed)")


def test_nothing_stored_and_nothing_that_can_be_read(tmp_path: Path, browser: Browser, audited: Desk) -> None:
    with flat_desk(tmp_path) as empty, quiet_page(browser, empty.address) as page:
        page.goto("/audit")
        expect(page.locator(".empty")).to_have_text("Nothing is stored yet.")
        for path in ("/find", "/speakers", "/check?quote=four+pumps", "/import"):
            response = page.goto(path)
            assert response is not None
            assert response.status == 200
    with quiet_page(browser, audited.address) as page:
        response = page.goto("/audit?from=soon&period=fortnight")
        assert response is not None
        assert response.status == 422
        expect(page.get_by_role("alert")).to_contain_text("from: got 'soon'")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_serious_for_axe(browser: Browser, audited: Desk, colours: str) -> None:
    with quiet_page(browser, audited.address, colours=colours, width=390) as page:
        page.goto("/audit")
        for summary in page.locator("summary").all():
            summary.click()
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
