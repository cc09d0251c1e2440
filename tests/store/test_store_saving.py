"""Storing, storing again, replacing and deleting; and several doing so at once."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.errors import Conflict, NotFound
from service.model import Article, Extraction, QuoteFilter, Speaker, SpeakerKind
from service.store import Store
from tests.databases import Backend

from .examples import DRIVER, MAYOR, MODEL, Said, said

POST = said(Said(text="“We will pay”"), id="post", outlet="Harbour Post", url="https://post.example/1")


def ids(store: Store) -> list[str]:
    return [head.id for head in store.articles().items]


def test_a_new_article_has_the_callers_id(store: Store) -> None:
    head, created = store.save(POST)
    assert created
    assert (head.id, head.outlet, head.url, head.quote_count, head.paragraphs) == (
        "post",
        "Harbour Post",
        "https://post.example/1",
        1,
        1,
    )
    assert abs((datetime.now(UTC) - head.stored_at).total_seconds()) < 60


def test_without_an_id_it_has_one_made_of_text_outlet_and_url(store: Store) -> None:
    article = said(Said(text="Yes"), outlet="Harbour Post")
    first, _ = store.save(article)
    store.delete(first.id)
    again, _ = store.save(replace(article, article=replace(article.article, title="Another title")))
    other, _ = store.save(said(Said(text="Yes"), outlet="The Ledger"))
    assert first.id == again.id
    assert first.id.startswith("a-")
    assert other.id != first.id


@pytest.mark.parametrize("id", ["post", None, "another name for it"])
def test_the_same_content_again_changes_nothing(store: Store, id: str | None) -> None:
    head, _ = store.save(POST)
    again = replace(POST, article=replace(POST.article, id=id, title="New title"), quotes=(), speakers=())
    assert store.save(again) == (head, False)
    assert store.extraction("post") == POST


@pytest.mark.parametrize(
    "change",
    [{"text": "Another text."}, {"outlet": None}, {"outlet": ""}, {"url": "https://post.example/2"}, {"url": None}],
)
def test_other_content_under_a_taken_id_is_a_conflict(store: Store, change: dict[str, str | None]) -> None:
    store.save(POST)
    changed = {"text": POST.article.text, "outlet": POST.article.outlet, "url": POST.article.url} | change
    other = replace(said(), article=Article(id="post", **changed))  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="'post' already names another article"):
        store.save(other)
    assert store.extraction("post") == POST
    assert store.find_same(other.article) is None


def test_a_missing_outlet_is_not_an_empty_one(store: Store) -> None:
    assert store.save(said(Said(text="Yes"), outlet=None))[1]
    assert store.save(said(Said(text="Yes"), outlet=""))[1]


def test_replacing_takes_the_place_of_text_quotes_and_speakers(store: Store) -> None:
    store.save(POST)
    new = said(Said(text="“I never agreed”", speaker=DRIVER), id="post", model=replace(MODEL, version="2"))
    head, created = store.replace(new)
    assert not created
    assert head.quote_count == 1
    assert store.extraction("post") == new
    assert store.quotes(QuoteFilter(text="pay")).items == ()
    assert len(store.quotes(QuoteFilter(text="agreed")).items) == 1
    assert [entry.speaker.name for entry in store.speakers().items] == ["Tom Reyes"]


def test_replacing_nothing_creates(store: Store) -> None:
    assert store.replace(POST)[1]
    assert store.extraction("post") == POST


def test_replacing_an_article_by_itself_is_allowed(store: Store) -> None:
    store.save(POST)
    titled = replace(POST, article=replace(POST.article, title="A title"))
    assert not store.replace(titled)[1]
    assert store.extraction("post") == titled
    assert store.speakers().items[0].quote_count == 1


def test_replacing_may_not_double_another_article(store: Store) -> None:
    store.save(POST)
    store.save(said(Said(text="Other"), id="other"))
    with pytest.raises(Conflict, match="'post' already names the same text"):
        store.replace(replace(POST, article=replace(POST.article, id="other")))
    assert store.extraction("other").article.text.startswith("Other")


def test_deleting_takes_everything_of_the_article_only(store: Store) -> None:
    store.save(POST)
    store.save(said(Said(text="Other", speaker=DRIVER), Said(text="More"), id="other"))
    store.delete("other")
    assert ids(store) == ["post"]
    (entry,) = store.speakers().items
    assert (entry.speaker.name, entry.quote_count, entry.article_count) == ("María Okafor", 1, 1)
    assert store.quotes(QuoteFilter(text="other")).items == ()
    store.delete("post")
    assert store.speakers().items == ()


def test_an_alias_goes_with_the_last_article_that_uses_it(store: Store) -> None:
    store.save(said(Said(text="One", speaker=MAYOR), id="one"))
    called_mo = Speaker(name="MARÍA OKAFOR", kind=SpeakerKind.PERSON, aliases=("Mo",))
    store.save(
        said(Said(text="Two", speaker=called_mo), id="two", published_at=datetime(2024, 1, 1, tzinfo=UTC)),
    )
    (entry,) = store.speakers(text="mo").items
    # the name as last published, the role from where one is given, all the other names
    assert entry.speaker.name == "MARÍA OKAFOR"
    assert entry.speaker.role == "the mayor"
    assert entry.speaker.aliases == ("María Okafor", "Mo", "Ms Okafor", "Okafor")
    store.delete("two")
    assert store.speakers(text="mo").items == ()
    (entry,) = store.speakers(text="okafor").items
    assert entry.speaker == replace(MAYOR, aliases=("Ms Okafor", "Okafor"))


@pytest.mark.parametrize("id", ["nothing", "", "\ud800", "' OR 1=1 --"])
def test_an_unknown_article_is_not_found(store: Store, id: str) -> None:
    store.save(POST)
    for call in (store.article, store.extraction, store.article_quotes, store.delete):
        with pytest.raises(NotFound, match="there is no article"):
            call(id)
    assert ids(store) == ["post"]


def test_many_threads_with_one_article_create_it_once(store: Store) -> None:
    start = threading.Barrier(8)

    def save() -> bool:
        start.wait()
        return store.save(POST)[1]

    with ThreadPoolExecutor(8) as threads:
        outcomes = [future.result() for future in [threads.submit(save) for _ in range(8)]]
    assert sorted(outcomes) == [False] * 7 + [True]
    assert store.extraction("post") == POST


def test_many_threads_with_articles_by_one_speaker_lose_no_count(store: Store) -> None:
    start = threading.Barrier(6)

    def save(number: int) -> None:
        start.wait()
        store.save(said(Said(text=f"Number {number}"), Said(text="Again")))

    with ThreadPoolExecutor(6) as threads:
        for future in [threads.submit(save, number) for number in range(6)]:
            future.result()
    (entry,) = store.speakers().items
    assert (entry.quote_count, entry.article_count) == (12, 6)


def _save_when_told(url: str, extraction: Extraction, barrier: threading.Barrier, outcomes: object) -> None:
    with Store(url) as store:
        store.upgrade()
        barrier.wait(timeout=120)
        outcomes.put(store.save(extraction)[1])  # type: ignore[attr-defined]


def test_processes_that_make_one_database_and_save_one_article_create_it_once(backend: Backend) -> None:
    url = backend.make(empty=True)
    spawn = multiprocessing.get_context("spawn")
    barrier, outcomes = spawn.Barrier(2), spawn.Queue()
    children = [spawn.Process(target=_save_when_told, args=(url, POST, barrier, outcomes)) for _ in range(2)]
    for child in children:
        child.start()
    results = [outcomes.get(timeout=120) for _ in children]
    for child in children:
        child.join(30)
    outcomes.close()
    assert sorted(results) == [False, True]
    with Store(url) as store:
        assert store.extraction("post") == POST
    backend.drop(url)
