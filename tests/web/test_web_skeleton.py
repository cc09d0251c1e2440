"""What all pages share: their policy, their files, errors, light and dark, and how one signs in."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from service import web
from service.api import create_app
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser
from tests.web.browsers import check_accessible
from tests.web.conftest import Desk, OpenDesk, OpenPage

PAGES = ("/desk", "/articles", "/desk/sign-in")


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('web')}/quoth.db")
    store.upgrade()
    app = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store)
    web.register(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|javascript:", response.text)
    assert not re.search(r"(src|href)=\"(https?:)?//", response.text)


def test_files_are_kept_as_long_as_their_address_is_this_release(client: FlaskClient) -> None:
    page = client.get("/desk").text
    sheet = re.search(r'href="(/desk/static/[0-9a-f]+/desk\.css)"', page)
    assert sheet
    for path, control in (
        (sheet[1], "public, max-age=31536000, immutable"),
        ("/desk/static/000000000000/desk.css", "no-cache"),
    ):
        with client.get(path) as response:
            assert (response.status_code, response.headers["Cache-Control"]) == (200, control)
    for path in ("/desk/static/000000000000/../desk.py", "/desk/static/000000000000/%2e%2e/desk.py"):
        assert client.get(path).status_code == 404


def test_a_browser_is_sent_to_the_desk_and_a_program_gets_the_calls(client: FlaskClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    sent = client.get("/", headers=browser)
    assert (sent.status_code, sent.headers["Location"]) == (302, "/desk")
    assert "Accept" in client.get("/").headers["Vary"]
    for accept in ("*/*", "application/json"):
        listed = client.get("/", headers={"Accept": accept})
        assert listed.json is not None
        assert listed.json["name"] == "quoth"


def test_a_page_that_is_not_there_says_so_to_whom_it_concerns(client: FlaskClient) -> None:
    page = client.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "default-src 'none'; script-src" in page.headers["Content-Security-Policy"]
    problem = client.get("/nowhere")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


def test_the_theme_is_chosen_and_kept(page: Page) -> None:
    page.goto("/desk")
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))
    page.get_by_role("button", name="Switch to dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_for_axe(open_page: OpenPage, demo_desk: Desk, path: str, colours: str) -> None:
    with open_page(demo_desk, colours=colours) as page:
        page.goto(path)
        check_accessible(page)


def test_signing_in_and_out(open_desk: OpenDesk, open_page: OpenPage) -> None:
    with open_desk(keys_needed=True) as desk, open_page(desk) as page:
        key, secret = desk.store.create_key("night desk", ["read"])  # type: ignore[list-item]
        page.goto("/articles?outlet=x")
        expect(page).to_have_url(re.compile(r"/desk/sign-in\?to="))
        page.get_by_label("API key").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("not known")
        page.get_by_label("API key").fill(secret)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile(r"/articles\?outlet=x$"))
        expect(page.locator(".masthead")).to_contain_text("night desk")
        assert page.evaluate("document.cookie") == ""
        assert page.evaluate("fetch('/v1/articles').then((r) => r.status)") == 200
        desk.store.revoke_key(key.id)
        page.goto("/articles")
        expect(page).to_have_url(re.compile("/desk/sign-in"))
