"""The start page: pasted, dropped or chosen, read at once, stored only where that is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsers import check_accessible
from tests.web.conftest import Desk, OpenDesk, OpenPage

TEXT = "“We will pay every bill,” Mayor Ada Brandt told reporters on Monday. She denied that the town had known."


def test_a_pasted_text_is_shown_and_not_stored(page: Page, demo_desk: Desk) -> None:
    before = demo_desk.store.size()
    page.goto("/desk")
    page.get_by_role("button", name="Find the quotes").click()
    expect(page.get_by_role("alert")).to_contain_text("Paste a text first")
    page.get_by_label("Article", exact=True).fill(TEXT)
    page.get_by_role("button", name="Find the quotes").click()
    expect(page.locator(".card-who").first).to_have_text("Ada Brandt")
    assert page.evaluate("document.getElementById('text').textContent") == TEXT
    assert demo_desk.store.size() == before
    page.keyboard.press("n")
    check_accessible(page)
    # it is copied as the API gives it
    page.locator(".card.active").get_by_role("button", name="JSON").click()
    expect(page.locator("#notices")).to_contain_text("JSON")
    assert '"Ada Brandt"' in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Another text").click()
    expect(page.get_by_label("Article", exact=True)).to_have_value(TEXT)
    page.get_by_role("button", name="Use an example").click()
    expect(page.locator(".voice-name").first).to_have_text("Ada Brandt")


def test_the_browsers_way_back_leads_to_the_text_and_forth_to_its_quotes(page: Page) -> None:
    page.goto("/articles")
    page.goto("/desk")
    article = page.get_by_label("Article", exact=True)
    article.fill(TEXT)
    page.get_by_role("button", name="Find the quotes").click()
    expect(page.locator(".card-who").first).to_have_text("Ada Brandt")
    # a place on the page is not the text
    page.evaluate("document.querySelector('.skip').click()")
    expect(page.locator("#reader")).to_be_visible()
    page.go_back()
    expect(page.locator("#reader")).to_be_visible()
    page.go_back()
    expect(article).to_be_visible()
    expect(article).to_have_value(TEXT)
    page.go_forward()
    expect(page.locator(".card-who").first).to_have_text("Ada Brandt")
    page.get_by_role("button", name="Another text").click()
    expect(article).to_have_value(TEXT)
    page.go_back()
    expect(page).to_have_url(re.compile("/articles$"))


def test_a_file_is_read_as_its_bytes_say(page: Page, tmp_path: Path) -> None:
    old = tmp_path / "old.html"
    paragraph = "<p>A longer paragraph about the town and its cafés, as such pages have them.</p>"
    said = '<p>"We sell cafés," Mayor Ada Brandt said on Monday.</p>'
    head = "<meta charset='iso-8859-1'><title>Cafés</title>"
    body = f"<html><head>{head}</head><body><article>{paragraph * 3}{said}</article></body></html>"
    old.write_bytes(body.encode("iso-8859-1"))
    page.goto("/desk")
    page.locator("#try-file").set_input_files(old)
    expect(page.locator("#text")).to_contain_text("We sell cafés")
    expect(page.locator(".card-who").first).to_have_text("Ada Brandt")
    page.get_by_role("button", name="Another text").click()
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    page.locator("#try-file").set_input_files(picture)
    expect(page.get_by_role("alert")).to_contain_text("neither a text")
    noise = tmp_path / "noise.txt"
    noise.write_bytes(b"\xff\xfe\x00")
    page.locator("#try-file").set_input_files(noise)
    expect(page.get_by_role("alert")).to_contain_text("not text")


@pytest.mark.parametrize("name", ["story.txt", "story.html"])
def test_a_dropped_file(page: Page, name: str) -> None:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT.split("\n\n"))
    content = TEXT if name.endswith(".txt") else f"<body><nav>Home</nav><article>{paragraphs}</article></body>"
    page.goto("/desk")
    page.evaluate(
        """([name, content]) => {
          const data = new DataTransfer();
          data.items.add(new File([content], name));
          const form = document.getElementById('try');
          form.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [name, content],
    )
    expect(page.locator(".card-who").first).to_have_text("Ada Brandt")


def test_it_is_stored_where_that_is_asked_for(open_desk: OpenDesk, open_page: OpenPage) -> None:
    with open_desk(demo=False) as desk, open_page(desk) as page:
        page.goto("/desk")
        expect(page.locator(".recent")).to_contain_text("Nothing is stored yet")
        page.get_by_label("Article", exact=True).fill(TEXT)
        page.get_by_role("button", name="Find the quotes").click()
        page.get_by_label("Title").fill("Town & <pipes>")
        page.get_by_label("Outlet").fill("Courier")
        page.get_by_role("button", name="Store this article").click()
        expect(page).to_have_url(re.compile("/articles/a-"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Town & <pipes>")
        (head,) = desk.store.articles().items
        assert (head.title, head.outlet) == ("Town & <pipes>", "Courier")
