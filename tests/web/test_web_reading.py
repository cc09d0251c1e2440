"""Reading an article: what is marked and said, keys, filters, addresses, the phone, paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsers import check_accessible
from tests.web.conftest import Desk, OpenPage

ARTICLE = "/articles/ferry-agency"


def test_the_text_is_the_article_and_each_quote_is_marked(page: Page, demo_desk: Desk) -> None:
    page.goto(ARTICLE)
    extraction = demo_desk.store.extraction("ferry-agency")
    assert page.evaluate("document.getElementById('text').textContent") == extraction.article.text
    for number, quote in enumerate(extraction.quotes, start=1):
        marks = page.locator(f"#text .q[data-n='{number}']").all_text_contents()
        assert "".join("".join(marks).split()) == "".join(
            "".join(span.of(extraction.article.text).split()) for span in quote.attribution.spans
        )
    assert page.locator(".card").count() == len(extraction.quotes)
    # a speaker has one colour and one line, which no other has
    looks = [voice.get_attribute("class") for voice in page.locator(".voice").all()]
    assert len(set(looks)) == len(looks)


def test_a_quote_in_a_quote_has_a_line_of_its_own(page: Page, demo_desk: Desk) -> None:
    page.goto(ARTICLE)
    quotes = demo_desk.store.extraction("ferry-agency").quotes
    assert any(quote.inside for quote in quotes)
    inner = page.locator("#text .q .q").first
    low = "(mark) => mark.getBoundingClientRect().bottom"
    # the outer one's line runs under the inner one's
    assert inner.locator("xpath=..").evaluate(low) > inner.evaluate(low)
    expect(page.locator(".card", has_text="Reported in").first).to_contain_text("quote")


def test_keys_go_from_quote_to_quote(page: Page) -> None:
    page.goto(ARTICLE)
    active = page.locator(".card.active .card-number")
    for key, number in (("n", 1), ("j", 2), ("ArrowRight", 3), ("p", 2), ("k", 1), ("ArrowLeft", 1), ("n", 2)):
        page.keyboard.press(key)
        expect(active).to_have_text(re.compile(rf"{number}$"))
    expect(page.locator("#text .q.active").first).to_have_attribute("data-n", "2")
    expect(page.locator("#text .of-active").first).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(active).to_have_count(0)


def test_an_address_leads_to_a_quote_and_a_quote_has_one(page: Page, demo_desk: Desk) -> None:
    quote = demo_desk.store.extraction("ferry-agency").quotes[-1]
    page.goto(f"{ARTICLE}#{quote.id}")
    expect(page.locator(".card.active")).to_have_attribute("data-id", quote.id)
    expect(page.locator("#text .q.active").first).to_be_in_viewport()
    page.keyboard.press("p")
    before = page.locator(".card.active").get_attribute("data-id")
    expect(page).to_have_url(re.compile(f"#{before}$"))


def test_a_click_shows_what_is_known(page: Page, demo_desk: Desk) -> None:
    page.goto(ARTICLE)
    quotes = demo_desk.store.extraction("ferry-agency").quotes
    number, quote = next(
        (number, quote)
        for number, quote in enumerate(quotes, start=1)
        if quote.speaker and quote.speaker.role and quote.attribution.cue and quote.inside is None
    )
    page.locator(f"#text .q[data-n='{number}']").first.click(position={"x": 8, "y": 8})
    card = page.locator(".card.active")
    assert quote.speaker
    expect(card.locator(".card-who")).to_have_text(quote.speaker.name)
    for line in (quote.speaker.role, *quote.evidence):
        expect(card.locator(".facts")).to_contain_text(line or "")
    card.get_by_text("History", exact=True).click()
    expect(card.locator(".history li")).to_contain_text("read by the model")


def test_variants_are_told_with_their_difference(page: Page, demo_desk: Desk) -> None:
    # the agency's quotes that other outlets of the demo print, too
    page.goto("/articles/water-agency")
    found = page.evaluate(
        """async () => {
          for (const card of document.querySelectorAll('.card')) {
            const answer = await fetch(`/v1/quotes/${card.dataset.id}/variants?article=water-agency`);
            if ((await answer.json()).variants.length) return card.dataset.id;
          }
        }"""
    )
    assert found
    page.goto(f"/articles/water-agency#{found}")
    page.locator(".card.active .elsewhere summary").click()
    expect(page.locator(".card.active .elsewhere li .tag").first).to_be_visible()
    expect(page.locator(".card.active .elsewhere li a").first).to_have_attribute("href", re.compile("^/articles/.+#q-"))


def test_filters(page: Page) -> None:
    page.goto(ARTICLE)
    cards = page.locator(".card:visible")
    all_ = cards.count()
    voice = page.locator(".voice").first
    count = int(voice.locator(".voice-count").inner_text())
    voice.click()
    expect(cards).to_have_count(count)
    expect(page.locator(".tally-shown")).to_have_text(f"{count} of {all_}")
    expect(page.locator("#text .q:not(.off)").first).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("n")
    expect(page.locator(".card.active")).to_have_attribute(
        "data-speaker", page.locator(".voice input").first.get_attribute("value") or ""
    )
    page.get_by_role("button", name="Show all").click()
    expect(cards).to_have_count(all_)
    page.get_by_role("checkbox", name=re.compile("^indirect")).check()
    expect(page.locator(".card:visible:not([data-type=indirect])")).to_have_count(0)
    page.get_by_role("button", name="Show all").click()
    page.locator("#sureness").fill("80")
    sure = [float(each.get_attribute("data-confidence") or 0) for each in cards.all()]
    assert sure
    assert min(sure) >= 0.8


def test_copies_for_elsewhere(page: Page) -> None:
    page.goto(ARTICLE)
    page.keyboard.press("n")
    clipboard = "navigator.clipboard.readText()"
    page.locator(".card.active").get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Copied")
    assert "Meridian News Agency, 9 June 2026" in page.evaluate(clipboard)
    page.locator(".card.active").get_by_role("button", name="JSON").click()
    expect(page.locator("#notices")).to_contain_text("JSON")
    assert '"spans"' in page.evaluate(clipboard)
    for name, part in (("CSV", "speaker"), ("JSON", '"quotes"'), ("Text", "Hartley")):
        page.get_by_text("Copy all").click()
        page.locator(".menu-items").get_by_role("button", name=name).click()
        expect(page.locator("#notices")).to_contain_text(f"as {name if name != 'Text' else 'text'}")
        assert part in page.evaluate(clipboard)


def test_a_quote_card_is_a_picture(page: Page) -> None:
    page.goto(ARTICLE)
    page.keyboard.press("n")
    page.locator(".card.active").get_by_role("button", name="Card").click()
    dialog = page.get_by_role("dialog", name="Quote card")
    expect(dialog.locator("img")).to_have_js_property("naturalWidth", 1200)
    for name, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            dialog.get_by_role("button", name=name).click()
        saved = download.value.path().read_bytes()
        assert saved.startswith(start)
        assert download.value.suggested_filename.endswith(f".{name.lower()}")
    check_accessible(page)


@pytest.mark.parametrize("width", [320, 390, 900, 1360])
def test_nothing_sticks_out_whatever_the_width(open_page: OpenPage, demo_desk: Desk, width: int) -> None:
    with open_page(demo_desk, width=width) as page:
        for path in (ARTICLE, "/desk", "/articles", "/review"):
            page.goto(path)
            page.keyboard.press("n")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.goto(ARTICLE)
        page.keyboard.press("n")
        expect(page.locator(".card.active")).to_be_in_viewport()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1360])
def test_nothing_serious_for_axe(open_page: OpenPage, demo_desk: Desk, colours: str, width: int) -> None:
    with open_page(demo_desk, colours=colours, width=width) as page:
        page.goto(ARTICLE)
        check_accessible(page)
        page.keyboard.press("n")
        page.get_by_role("button", name="Correct").click()
        page.get_by_role("combobox", name="Speaker").click()
        expect(page.get_by_role("listbox")).to_be_visible()
        check_accessible(page)


def test_on_paper_stand_the_text_and_all_its_quotes(page: Page) -> None:
    page.goto(ARTICLE)
    page.keyboard.press("n")
    page.emulate_media(media="print")
    expect(page.locator("#text")).to_be_visible()
    for hidden in (".masthead", ".tools", ".cards-head button"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator(".card .facts:visible").count() == page.locator(".card").count()
    # the words around the quote that is chosen stand on it as those of all others
    around = page.locator("#text .of-active").first
    assert around.evaluate("words => getComputedStyle(words).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_on_paper_stand_the_speakers_that_a_narrow_window_folds(open_page: OpenPage, demo_desk: Desk) -> None:
    with open_page(demo_desk, width=390) as page:
        page.goto(ARTICLE)
        name = page.locator(".voice-name").first
        expect(name).to_be_hidden()
        page.emulate_media(media="print")
        expect(name).to_be_visible()


def test_a_role_does_not_shout(page: Page) -> None:
    page.goto("/articles/coalition-tabloid")
    expect(page.locator(".voice-role", has_text=re.compile("^the leader of Varland$"))).to_have_count(1)
    page.goto("/speakers?q=brandvik")
    expect(page.locator("tbody")).not_to_contain_text("THE")
    page.locator("tbody a", has_text="Brandvik").first.click()
    expect(page.locator(".lede")).not_to_contain_text("THE")


def test_articles_by_outlet_and_day(page: Page) -> None:
    page.goto("/articles")
    page.get_by_label("Outlet").fill("The Lantern")
    page.get_by_label("From").fill("2026-08-01")
    page.get_by_role("button", name="Filter").click()
    titles = page.locator(".article-list li")
    expect(titles.first).to_contain_text("The Lantern")
    assert all("The Lantern" in text for text in titles.all_inner_texts())
    assert all("June" not in text for text in titles.all_inner_texts())
    page.goto("/articles?q=zzzz&from=no-date&cursor=nonsense")
    expect(page.locator(".empty")).to_contain_text("No article fits")


def test_an_article_that_is_not_there(page: Page) -> None:
    response = page.goto("/articles/nowhere")
    assert response
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
