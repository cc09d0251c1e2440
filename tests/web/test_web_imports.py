"""Import: files chosen, sent as lines, read by a worker, and followed while they are."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from service.bulk import Outcome
from service.jobs.work import Work
from service.model import Scope
from service.store import Store
from tests.jobs.flat_worker import flat_reader
from tests.web.browsers import check_accessible, quiet_page
from tests.web.conftest import Desk
from tests.web.flat_desks import flat_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with flat_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    with quiet_page(browser, desk.address) as page:
        yield page


@contextmanager
def worker(store: Store) -> Iterator[threading.Semaphore]:
    """A worker that reads some lines for each release of the semaphore."""
    allowed, stopped = threading.Semaphore(0), threading.Event()
    read = flat_reader(store)

    def reading(lines: Sequence[tuple[int, str]], scope: Scope) -> list[Outcome]:
        allowed.acquire()
        return read(lines, scope)

    def work() -> None:
        worker = Work(
            store,
            read=lambda: reading,
            owner="test",
            lease_seconds=600,
            stopping=stopped.is_set,
            put=lambda parts: None,
        )
        while not stopped.wait(0.05):
            for part in store.parts_to_queue(limit=4):
                worker.part(part)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield allowed
    finally:
        stopped.set()
        allowed.release(100)
        thread.join()


def file(name: str, content: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode()}


def lines(*articles: object) -> str:
    return "".join(f"{json.dumps(article)}\n" for article in articles)


def choose(page: Page, *files: FilePayload) -> None:
    page.goto("/import")
    page.locator("#files").set_input_files(list(files))


def test_progress_is_live_and_errors_have_their_lines(page: Page, desk: Desk) -> None:
    articles = [{"text": f"“Pump {number} failed,” said Tom Reyes.", "outlet": "Post"} for number in range(40)]
    with worker(desk.store) as allowed:
        choose(
            page,
            file("first.jsonl", lines(*articles[:5], {"txt": "wrong"}, *articles[5:])),
            file("second.jsonl", lines({"text": "“No,” said Ana."}, {"text": 7})),
        )
        expect(page.locator("#import-sum")).to_have_text("2 files")
        check_accessible(page)
        page.get_by_role("button", name="Import").click()
        expect(page).to_have_url(re.compile(r"/import/j-[0-9a-f]+$"))
        expect(page.locator("#job-total")).to_have_text("43 lines")
        allowed.release()
        expect(page.locator("#job-done")).to_have_text("16")
        expect(page.locator("#job-state")).to_have_text("being read")
        expect(page.locator("#job-faults tr").first).to_contain_text("first.jsonl, line 6")
        allowed.release(2)
        expect(page.locator("#job-state")).to_have_text("done")
    expect(page.locator("#job-stored")).to_have_text("41")
    expect(page.locator("#job-failed")).to_have_text("2")
    expect(page.locator("#job-faults tr")).to_have_text(
        [
            re.compile("first.jsonl, line 6text"),
            re.compile("first.jsonl, line 6txt.*did you mean text"),
            re.compile("second.jsonl, line 2text"),
        ]
    )
    expect(page.locator("#job-said")).to_contain_text("done: 41 new articles")
    check_accessible(page)
    page.get_by_role("link", name="Imports", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("43 / 43")
    assert desk.store.size()[0] == 41


def test_texts_and_pages_become_articles(page: Page, desk: Desk) -> None:
    html = """<html><head><title>ignored</title><meta property="og:title" content="The <b>harbour</b>">
    <link rel="canonical" href="https://post.example/harbour"><meta property="article:published_time"
    content="2026-05-06T08:00:00Z"></head>
    <body><nav><p>Home</p></nav><article><h1>The harbour</h1><p>“We   will
    pay,” said Ana.</p><ul><li>One</li></ul><aside><p>Subscribe</p></aside></article></body></html>"""
    choose(
        page,
        file("note.TXT", "\ufeff“It rains,” said Tom.\n\n“Still.”"),
        file("page.html", html),
        file("list.json", json.dumps([{"text": "“Yes,” said Bo."}, {"text": "“No,” said Cy."}])),
    )
    page.get_by_label("Outlet").fill("The Post")
    page.get_by_label("Published on").fill("2026-05-04")
    with worker(desk.store) as allowed:
        allowed.release(4)
        page.get_by_role("button", name="Import").click()
        expect(page.locator("#job-state")).to_have_text("done")
    stored = {desk.store.extraction(head.id).article.text: head for head in desk.store.articles().items}
    note = stored["“It rains,” said Tom.\n\n“Still.”"]
    assert (note.outlet, note.title, str(note.published_at)) == ("The Post", None, "2026-05-04 00:00:00+00:00")
    harbour = stored["The harbour\n“We will pay,” said Ana.\nOne"]
    assert (harbour.title, harbour.url) == ("The <b>harbour</b>", "https://post.example/harbour")
    assert str(harbour.published_at) == "2026-05-06 08:00:00+00:00"
    assert stored["“Yes,” said Bo."].outlet is None
    assert len(stored) == 4


def test_nothing_of_a_chosen_page_runs_or_loads(browser: Browser, desk: Desk) -> None:
    # not a quiet page: Chromium notes in its console that the handler of a parsed document was refused
    context = browser.new_context(base_url=desk.address)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    html = """<script>window.ran = 1</script><p>“No,” said Ana.<img src="/x.png" onerror="window.ran = 1">
    <svg onload="window.ran = 1"></svg><iframe srcdoc="<script>top.ran = 1</script>"></iframe>"""
    choose(page, file("page.html", html))
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/import/j-*")
    assert page.evaluate("window.ran") is None
    with worker(desk.store) as allowed:
        allowed.release()
        expect(page.locator("#job-state")).to_have_text("done")
    assert desk.store.extraction(desk.store.articles().items[0].id).article.text == "“No,” said Ana."
    assert not [url for url in asked if url.endswith("x.png")]
    context.close()


def test_names_and_members_that_would_like_to_be_code(page: Page, desk: Desk) -> None:
    runs = "<img src=x onerror='window.ran=1'>"
    choose(
        page,
        file(f"{runs}.jsonl", lines({runs: 1}, {"text": f"“{runs}” said Ana.", "title": runs, "url": runs})),
        file("good.jsonl", lines({"text": f"“{runs}” said Ana.", "title": runs, "outlet": runs})),
    )
    expect(page.locator("#chosen-files li").first).to_contain_text(runs)
    with worker(desk.store) as allowed:
        allowed.release(2)
        page.get_by_role("button", name="Import").click()
        expect(page.locator("#job-state")).to_have_text("done")
    for _ in range(2):
        expect(page.locator("#job-faults")).to_contain_text(f"{runs}.jsonl, line 1{runs}")
        assert page.evaluate("window.ran") is None
        assert page.locator("img").count() == 0
        # from the server this time
        page.reload()


def test_an_import_is_cancelled_and_goes_on(page: Page, desk: Desk) -> None:
    choose(page, file("many.jsonl", lines(*({"text": f"“{number},” said Ana."} for number in range(3)))))
    page.get_by_role("button", name="Import").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#job-state")).to_have_text("cancelled")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator("#job-state")).to_have_text("waiting for a worker")
    with worker(desk.store) as allowed:
        allowed.release(3)
        expect(page.locator("#job-state")).to_have_text("done")


def test_what_cannot_be_sent_is_said_before_it_is(page: Page) -> None:
    choose(page, file("picture.png", "x"))
    expect(page.locator("#import-problem")).to_contain_text("Only .jsonl")
    page.locator("#files").set_input_files([file("broken.json", "{")])
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#import-problem")).to_contain_text("broken.json cannot be read")
    page.get_by_role("button", name="Leave out broken.json").click()
    page.locator("#files").set_input_files([file("blank.jsonl", "\n\n")])
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#import-problem")).to_contain_text("the import is empty")


def test_an_import_that_is_not_there(page: Page) -> None:
    response = page.goto("/import/j-0000")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_serious_for_axe(browser: Browser, desk: Desk, colours: str) -> None:
    with quiet_page(browser, desk.address, colours=colours, width=390) as page:
        choose(page, file("note.txt", "“Yes,” said Ana."))
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
