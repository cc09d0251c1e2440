"""A person's word: speaker, extent, type, confirmed, rejected, taken back; in the article and in the queue."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from service.model import QuoteFilter, QuoteType, Review, StoredQuote
from service.review import Correction
from tests.web.browsers import check_accessible
from tests.web.conftest import Desk, OpenDesk, OpenPage

ID = "ferry-agency"


@pytest.fixture(scope="module")
def shared(open_desk: OpenDesk) -> Iterator[Desk]:
    """One server for this module; each test has an article, or quotes, of its own."""
    with open_desk() as desk:
        yield desk


def quote(desk: Desk, id: str, article: str) -> StoredQuote:
    return desk.store.quote(id, article=article)


def open_card(page: Page, desk: Desk, article: str, number: int) -> tuple[Locator, str]:
    """The card of a quote, opened, and the quote's id."""
    page.goto(f"/articles/{article}")
    id_ = desk.store.article_quotes(article)[number - 1].quote.id
    page.goto(f"/articles/{article}#{id_}")
    card = page.locator(".card.active")
    expect(card).to_have_attribute("data-id", id_)
    return card, id_


def test_confirm_reject_and_undo(shared: Desk, open_page: OpenPage) -> None:
    with open_page(shared) as page:
        card, id_ = open_card(page, shared, ID, 3)
        card.get_by_role("button", name="Confirm").click()
        expect(page.locator("#notices")).to_contain_text("Confirmed.")
        expect(card.locator(".tag")).to_have_text("confirmed")
        assert quote(shared, id_, ID).review is Review.CONFIRMED
        page.locator("#notices").get_by_role("button", name="Undo").click()
        expect(page.locator("#notices")).to_contain_text("Undone.")
        expect(card.locator(".tag")).to_have_count(0)
        assert quote(shared, id_, ID).review is None
        # by keys, with a reason
        page.keyboard.press("x")
        page.get_by_label("Why is it no quote?").fill("the outlet's own words")
        page.keyboard.press("Enter")
        expect(page.locator("#notices")).to_contain_text("Rejected.")
        assert quote(shared, id_, ID).review is Review.REJECTED
        assert shared.store.history(id_, article=ID)[-1].reason == "the outlet's own words"
        # it is still to be seen where it is asked for, with the number behind the others
        page.get_by_role("checkbox", name="Show 1 rejected").check()
        expect(page.locator(f".card[data-id='{id_}']")).to_be_visible()
        page.keyboard.press("u")
        expect(page.locator("#notices")).to_contain_text("Undone.")
        assert quote(shared, id_, ID).review is None


def test_whoever_rejects_a_quote_goes_on_behind_it_and_finds_the_colours_as_they_were(
    shared: Desk, open_page: OpenPage
) -> None:
    looks = "voices => Object.fromEntries(voices.map((each) => [each.querySelector('input').value, each.className]))"
    ids = [stored.quote.id for stored in shared.store.article_quotes(ID)]
    with open_page(shared) as page:
        card, id_ = open_card(page, shared, ID, 1)
        before = page.locator(".voice").evaluate_all(looks)
        page.keyboard.press("x")
        page.get_by_label("Why is it no quote?").fill("a title or a name, not speech")
        page.keyboard.press("Enter")
        expect(page.locator("#notices")).to_contain_text("Rejected.")
        # it stays chosen, struck out, its card behind all others
        expect(card).to_have_attribute("data-n", str(len(ids)))
        after = page.locator(".voice").evaluate_all(looks)
        assert len(after) > 2
        assert after == {key: before[key] for key in after}
        page.keyboard.press("n")
        expect(card).to_have_attribute("data-id", ids[1])
        page.keyboard.press("p")
        expect(card).to_have_attribute("data-id", id_)
        page.keyboard.press("u")
        expect(page.locator("#notices")).to_contain_text("Undone.")
        expect(card).to_have_attribute("data-n", "1")


def test_another_speaker_is_looked_for_and_chosen(shared: Desk, open_page: OpenPage) -> None:
    with open_page(shared) as page:
        card, id_ = open_card(page, shared, "water-agency", 2)
        card.get_by_role("button", name="Correct").click()
        speaker = page.get_by_role("combobox", name="Speaker")
        # somebody of another article
        speaker.fill("hartley")
        option = page.get_by_role("option", name=re.compile("Moana Hartley"))
        expect(option).to_be_visible()
        speaker.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        speaker.press("Enter")
        expect(speaker).to_have_value("Moana Hartley")
        card.get_by_role("button", name="Save").click()
        # the reason is asked for
        assert page.get_by_label("Reason").evaluate("(field) => field.validity.valueMissing")
        page.get_by_label("Reason").fill("wrong person")
        card.get_by_role("button", name="Save").click()
        expect(page.locator("#notices")).to_contain_text("Corrected.")
        expect(page.locator(".card.active .card-who")).to_have_text("Moana Hartley")
        now = quote(shared, id_, "water-agency")
        assert now.quote.speaker
        assert now.quote.speaker.id == shared.store.speakers(text="Moana Hartley").items[0].speaker.id
        # back by the history
        page.locator(".card.active").get_by_text("History", exact=True).click()
        page.get_by_role("button", name="Go back to this").click()
        expect(page.locator("#notices")).to_contain_text("Back to version 1")
        assert quote(shared, id_, "water-agency").quote.speaker != now.quote.speaker


def test_nobody_and_a_new_name(shared: Desk, open_page: OpenPage) -> None:
    with open_page(shared) as page:
        card, id_ = open_card(page, shared, "water-agency", 4)
        for name, expected in (("Wilhelmina Ostrander", "Wilhelmina Ostrander"), ("", None)):
            card.get_by_role("button", name="Correct").click()
            page.get_by_role("combobox", name="Speaker").fill(name)
            page.get_by_label("Reason").fill("heard it")
            card.get_by_role("button", name="Save").click()
            expect(page.locator("#notices")).to_contain_text("Corrected.")
            speaker = quote(shared, id_, "water-agency").quote.speaker
            assert (speaker.name if speaker else None) == expected
            page.locator("#notices").get_by_role("button", name="Dismiss").click()


def test_the_extent_by_selecting_and_word_by_word(shared: Desk, open_page: OpenPage) -> None:
    with open_page(shared) as page:
        card, id_ = open_card(page, shared, "coalition-agency", 2)
        text = shared.store.extraction("coalition-agency").article.text
        card.get_by_role("button", name="Correct").click()
        wanted = "she would hand her resignation to President Aksel Thorn"
        start = text.index(wanted)
        page.evaluate(
            """([start, end]) => {
              const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);
              const range = document.createRange();
              let at = 0;
              while (walker.nextNode()) {
                const node = walker.currentNode;
                if (at <= start && start < at + node.length) range.setStart(node, start - at);
                if (at < end && end <= at + node.length) range.setEnd(node, end - at);
                at += node.length;
              }
              getSelection().removeAllRanges();
              getSelection().addRange(range);
            }""",
            [start, start + len(wanted) + 1],
        )
        card.get_by_role("button", name="Take the selection").click()
        card.get_by_role("button", name="End a word earlier").click()
        card.get_by_role("radio", name="indirect").check()
        page.get_by_label("Reason").fill("too long")
        check_accessible(page)
        card.get_by_role("button", name="Save").click()
        expect(page.locator("#notices")).to_contain_text("Corrected.")
        now = quote(shared, id_, "coalition-agency").quote
        assert now.text == "she would hand her resignation to President Aksel"
        assert now.attribution.type is QuoteType.INDIRECT
        expect(page.locator(".card.active .card-words")).to_have_text(now.text)


def test_who_saw_an_older_version_is_told(shared: Desk, open_page: OpenPage) -> None:
    with open_page(shared) as page:
        card, id_ = open_card(page, shared, "maternity-agency", 1)
        shared.store.correct(
            id_, Correction(by="Ben", reason="meanwhile", speaker="Somebody Else"), article="maternity-agency"
        )
        card.get_by_role("button", name="Confirm").click()
        expect(page.locator(".notice-problem")).to_contain_text("changed this quote meanwhile")
        assert quote(shared, id_, "maternity-agency").review is Review.CORRECTED


def test_the_queue_from_the_least_certain_on(shared: Desk, open_page: OpenPage) -> None:
    with open_page(shared) as page:
        page.goto("/review")
        sure = [float(card.get_attribute("data-confidence") or 0) for card in page.locator(".card").all()]
        assert sure == sorted(sure)
        waiting = shared.store.quotes(QuoteFilter(reviewed=True), limit=100).items
        first = page.locator(".card.active")
        id_, article = first.get_attribute("data-id"), first.get_attribute("data-article")
        assert id_
        assert article
        page.keyboard.press("c")
        expect(page.locator(f".card[data-id='{id_}'] .tag")).to_have_text("confirmed")
        expect(page.locator(".card.active")).not_to_have_attribute("data-id", id_)
        page.keyboard.press("e")
        expect(page.get_by_role("combobox", name="Speaker")).to_be_focused()
        # the whole text is not here to select in
        expect(page.get_by_role("button", name="Take the selection")).to_have_count(0)
        check_accessible(page)
        page.keyboard.press("Escape")
        page.keyboard.press("u")
        expect(page.locator(f".card[data-id='{id_}'] .tag")).to_have_count(0)
        assert len(shared.store.quotes(QuoteFilter(reviewed=True), limit=100).items) == len(waiting)
        page.locator(".card.active").get_by_role("link").last.click()
        expect(page.locator("#reader .card.active")).to_have_attribute("data-id", id_)


def test_a_reader_without_the_right_to_write_is_not_offered_it(open_desk: OpenDesk, open_page: OpenPage) -> None:
    with open_desk(keys_needed=True) as desk, open_page(desk) as page:
        _, secret = desk.store.create_key("reader", ["read"])  # type: ignore[list-item]
        page.goto(f"/articles/{ID}")
        page.get_by_label("API key").fill(secret)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{desk.address}/articles/{ID}")
        page.keyboard.press("n")
        expect(page.locator(".card.active").get_by_role("button", name="Copy", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
        page.keyboard.press("c")
        assert not desk.store.quotes(QuoteFilter(reviewed=True)).items
