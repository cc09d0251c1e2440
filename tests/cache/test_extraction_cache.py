"""Extractions kept and found again: the same in every field, and only for what made them."""

from __future__ import annotations

import ast
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings

import service
from service.api import create_app
from service.api.schemas_out import ExtractionOut
from service.cache import DiskCache, ExtractionCache
from service.cache.maker import STEPS, _files, maker
from service.formats.wire import extraction_to_dict, json_line
from service.model import Article, Extraction, Notice, Scope
from service.parse.pack import EMBEDDED
from service.pipeline import Pipeline
from service.store import Store
from tests.api.conftest import MAX_CHARS
from tests.flat_parser import FlatParser
from tests.formats.drawing import extractions

TEXT = "“We will pay every bill,” said the mayor.\n\n“And we will do it soon.”"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(tmp_path / "cache", limit_bytes=1 << 20)
    yield cache
    cache.close()


def read(article: Article, scope: Scope = Scope.SPEECH) -> Extraction:
    return Pipeline(FlatParser(), max_chars=MAX_CHARS).extract(article, scope=scope)


@settings(max_examples=30)
@given(extraction=extractions())
def test_what_is_found_is_what_was_kept(extraction: Extraction, tmp_path_factory: pytest.TempPathFactory) -> None:
    disk = DiskCache(tmp_path_factory.mktemp("cache"), limit_bytes=1 << 22)
    cache = ExtractionCache(disk, maker=b"1")
    cache.keep(extraction)
    assert cache.find(extraction.article, extraction.scope) == extraction
    disk.close()


def test_only_the_same_text_scope_language_and_maker_find_it(disk: DiskCache) -> None:
    cache = ExtractionCache(disk, maker=b"1")
    article = Article(text=TEXT, title="Bills")
    cache.keep(read(article))
    assert cache.find(article, Scope.SPEECH) == read(article)
    # what it is called and when it came out change nothing, and the article is the one that was asked about
    other = Article(text=TEXT, id="a-1", published_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert cache.find(other, Scope.SPEECH) == read(other)
    assert cache.find(article, Scope.ALL) is None
    assert cache.find(replace(article, text=TEXT + " "), Scope.SPEECH) is None
    assert cache.find(replace(article, language="de"), Scope.SPEECH) is None
    assert ExtractionCache(disk, maker=b"2").find(article, Scope.SPEECH) is None


def test_with_a_names_file_the_day_counts(disk: DiskCache) -> None:
    cache = ExtractionCache(disk, maker=b"1", dated=True)
    first, second = (Article(text=TEXT, published_at=datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2))
    cache.keep(read(first))
    assert cache.find(first, Scope.SPEECH) is not None
    assert cache.find(second, Scope.SPEECH) is None


def test_what_the_models_failed_on_is_read_again(disk: DiskCache) -> None:
    cache = ExtractionCache(disk, maker=b"1")
    article = Article(text=TEXT)
    failed = Notice(code="paragraph-not-parsed", message="the models failed on this paragraph")
    cache.keep(replace(read(article), warnings=(failed,)))
    assert cache.find(article, Scope.SPEECH) is None


@pytest.mark.parametrize("value", [b"", b"not compressed", zlib.compress(b"{}"), zlib.compress(b'{"paragraphs": "x"}')])
def test_what_has_another_form_is_not_believed(value: bytes, disk: DiskCache) -> None:
    cache = ExtractionCache(disk, maker=b"1")
    article = Article(text=TEXT)
    disk.put(cache._key(article, Scope.SPEECH), value)
    assert cache.find(article, Scope.SPEECH) is None


def test_spans_that_cannot_be_are_not_believed(disk: DiskCache) -> None:
    cache = ExtractionCache(disk, maker=b"1")
    article = Article(text=TEXT)
    cache.keep(read(article))
    key = cache._key(article, Scope.SPEECH)
    value = disk.get(key)
    assert value is not None
    kept = msgspec.json.decode(zlib.decompress(value))
    kept["quotes"][0]["attribution"]["spans"][0]["end"] = -1
    disk.put(key, zlib.compress(msgspec.json.encode(kept)))
    assert cache.find(article, Scope.SPEECH) is None


def test_code_lexicons_models_and_names_make_it(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "manifest.json").write_text("{}")
    names = tmp_path / "names.csv"
    names.write_text("name\n")
    found = {maker(EMBEDDED, None), maker(pack, None), maker(pack, names)}
    names.write_text("name\nAda Brandt\n")
    assert len(found | {maker(pack, names)}) == 4
    assert maker(EMBEDDED, None) == maker(EMBEDDED, None)


def test_every_module_that_reads_articles_counts() -> None:
    package = Path(service.__file__).parent
    counted = set(_files())
    waiting, seen = [package / "pipeline.py", package / "parse" / "article_parser.py"], set[Path]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("service"):
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                for name in names:
                    place = package.parent / Path(*name.split("."))
                    waiting += [p for p in (place.with_suffix(".py"), place / "__init__.py") if p.exists()]
    assert seen <= counted
    assert any("lexicon" in path.parts for path in counted)
    assert set(STEPS) == {path.relative_to(package).parts[0] for path in counted if path.parent != package}


def test_the_same_request_again_reads_nothing(disk: DiskCache, tmp_path: Path) -> None:
    parser = FlatParser()
    parse, calls = parser.parse, list[int]()

    def counting(articles: object) -> object:
        calls.append(1)
        return parse(articles)  # type: ignore[arg-type]

    parser.parse = counting  # type: ignore[method-assign, assignment]
    with Store(f"sqlite:///{tmp_path}/quoth.db") as store:
        store.upgrade()
        pipeline = Pipeline(parser, max_chars=MAX_CHARS)
        client = create_app(
            pipeline=pipeline, store=store, cache=ExtractionCache(disk, maker=b"1"), keys_needed=False
        ).test_client()
        first, second = (extract(client) for _ in range(2))
        assert first.status_code == 200
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]
        assert len(calls) == 1
        again = client.post(
            "/v1/extract",
            data=TEXT.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8", "If-None-Match": first.headers["ETag"]},
        )
        assert (again.status_code, again.data) == (304, b"")
        stored = client.post("/v1/articles", json={"text": TEXT, "title": "Bills"})
        assert stored.status_code == 201
        assert len(calls) == 1
        told = client.get("/metrics").get_data(as_text=True)
        assert 'quoth_cache_total{result="hit"} 3.0' in told
        assert 'quoth_cache_total{result="miss"} 1.0' in told


def extract(client: FlaskClient):  # type: ignore[no-untyped-def]
    return client.post("/v1/extract", data=TEXT.encode(), headers={"Content-Type": "text/plain; charset=utf-8"})


@given(extraction=extractions())
def test_json_is_what_the_schema_and_the_standard_library_write(extraction: Extraction) -> None:
    value = extraction_to_dict(extraction)
    assert json.loads(json_line(value)) == value
    assert json_line(ExtractionOut().dump(value)) == json_line(value)
    # a power of ten is written in another way (1e-8); confidence has four decimals and never needs one
    if all(quote["confidence"] == 0 or quote["confidence"] >= 0.0001 for quote in value["quotes"]):
        assert json_line(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
