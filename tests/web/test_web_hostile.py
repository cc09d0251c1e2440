"""Articles, names, titles and outlets that would like to be code: each page shows them, none runs them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote as quoted

import pytest
from playwright.sync_api import Browser, Page, expect

from service.model import (
    Act,
    Article,
    Attribution,
    Cue,
    Extraction,
    ModelInfo,
    Polarity,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
    quote_id,
)
from service.review import Correction
from tests.web.conftest import Desk, OpenDesk, OpenPage

SCRIPT = "<script>window.hacked=1</script>"
PICTURE = "<img src=x onerror=window.hacked=1>"
TEXT = f"""{SCRIPT} "We <b>will</b> &amp; pay {SCRIPT}," said O'Neil {PICTURE} of "><svg onload=window.hacked=1>.

</div></article></main></template><script>window.hacked=1</script>{{{{ 7 * 7 }}}} javascript:window.hacked=1
"""
NAME = f"O'Neil {PICTURE} \"><script>window.hacked=1</script>"
OUTLET = f"Post\"'><script>window.hacked=1</script>{PICTURE}"
TITLE = f"</title><script>window.hacked=1</script>{PICTURE} {{{{ 7 * 7 }}}}"
ID = "x\"'><script>window.hacked=1<"
URL = 'https://example.org/"><script>window.hacked=1</script>'


def extraction() -> Extraction:
    speaker = Speaker(name=NAME, kind=SpeakerKind.PERSON, role=PICTURE, aliases=(SCRIPT,))
    start = TEXT.index('"We')
    span = Span(start, TEXT.index(" said O'Neil"))
    cue = TEXT.index("said")
    attribution = Attribution(
        spans=(span,), type=QuoteType.DIRECT, polarity=Polarity.ASSERTED, act=Act.SPEECH, pattern="p", paragraph=0,
        sentence=0, cue=Cue(lemma=SCRIPT, spans=(Span(cue, cue + 4),)), when=Span(0, 20), evidence=(PICTURE,),
    )  # fmt: skip
    article = Article(text=TEXT, id=ID, title=TITLE, outlet=OUTLET, url=URL)
    quote = Quote(
        id=quote_id(article.sha256, attribution), attribution=attribution, text=span.of(TEXT), speaker=speaker,
        inside=None, confidence=0.3, evidence=(PICTURE, SCRIPT),
    )  # fmt: skip
    model = ModelInfo(name=SCRIPT, version="1", stanza="1")
    return Extraction(article=article, paragraphs=2, quotes=(quote,), speakers=(speaker,), model=model)


@pytest.fixture(scope="module")
def hostile(open_desk: OpenDesk) -> Iterator[Desk]:
    with open_desk(demo=False) as desk:
        found = extraction()
        desk.store.save(found)
        reason = f"reason {PICTURE}"
        desk.store.correct(found.quotes[0].id, Correction(by=f"Ana {SCRIPT}", reason=reason, type=QuoteType.MIXED))
        desk.store.correct(found.quotes[0].id, Correction(by="Ana", reason="undone", restore=1))
        yield desk


def assert_harmless(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x], svg[onload]").count() == 0
    assert page.evaluate("[...document.scripts].every((script) => script.src.startsWith(location.origin))")


def test_the_article(hostile: Desk, open_page: OpenPage) -> None:
    with open_page(hostile) as page:
        page.goto(f"/articles/{quoted(ID, safe='')}")
        assert page.evaluate("document.getElementById('text').textContent") == TEXT
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        expect(page.locator(".story-source")).to_contain_text(OUTLET)
        page.keyboard.press("n")
        expect(page.locator(".card.active .card-who")).to_have_text(NAME)
        card = page.locator(".card.active")
        card.locator(".history summary").click()
        expect(card.locator(".history")).to_contain_text(f"reason {PICTURE}")
        card.locator(".elsewhere summary").click()
        card.get_by_role("button", name="Correct").click()
        page.get_by_role("combobox", name="Speaker").fill("o")
        expect(page.get_by_role("option").first).to_contain_text(NAME)
        card.get_by_role("button", name="Cancel").click()
        card.get_by_role("button", name="Card").click()
        # a picture of the words, not a page of them
        expect(page.locator(".card-preview img")).to_have_js_property("naturalWidth", 1200)
        page.get_by_role("button", name="Close").click()
        card.get_by_role("button", name="Confirm").click()
        expect(page.locator("#notices")).to_contain_text("Confirmed")
        assert_harmless(page)
        page.keyboard.press("u")
        expect(page.locator("#notices")).to_contain_text("Undone")
        assert_harmless(page)


@pytest.mark.parametrize(
    "path",
    [
        "/desk", "/articles", "/review", f"/articles?outlet={quoted(OUTLET)}&q={quoted(SCRIPT)}",
        f"/review?outlet={quoted(OUTLET)}", f"/articles/{quoted(SCRIPT, safe='')}",
        f"/desk/sign-in?to={quoted(SCRIPT)}",
    ],
)  # fmt: skip
def test_the_other_pages(hostile: Desk, open_page: OpenPage, path: str) -> None:
    with open_page(hostile) as page:
        page.goto(path)
        page.keyboard.press("n")
        assert_harmless(page)


def test_a_text_that_is_only_tried(hostile: Desk, open_page: OpenPage) -> None:
    with open_page(hostile) as page:
        page.goto("/desk")
        page.get_by_label("Article", exact=True).fill(TEXT)
        page.get_by_role("button", name="Find the quotes").click()
        page.locator("#reader").wait_for()
        assert page.evaluate("document.getElementById('text').textContent") == TEXT
        assert_harmless(page)


def test_the_policy_would_stop_what_escaping_missed(hostile: Desk, browser: Browser) -> None:
    # a page of its own: the browser reports the breach, which ``open_page`` takes for a fault
    context = browser.new_context(base_url=hostile.address)
    page = context.new_page()
    page.goto("/desk")
    said = page.evaluate(
        """() => {
          try {
            document.getElementById('main').innerHTML = '<b>x</b>';
            return 'taken';
          } catch (error) {
            return error.name;
          }
        }"""
    )
    assert said == "TypeError"
    context.close()


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(hostile: Desk, open_page: OpenPage, to: str) -> None:
    with open_page(hostile) as page:
        page.goto(f"/desk/sign-in?to={quoted(to, safe='')}")
        expect(page.locator("#sign-in [name=to]")).to_have_value("/desk")
