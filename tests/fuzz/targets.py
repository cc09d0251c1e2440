"""What is fuzzed: each target takes any bytes, and raises where the service does not keep what it promises.

``text`` goes through all steps but the models', whose trees are made of the bytes themselves, so that the rules see
trees that no parser gives; ``html`` and ``json`` are requests, to every call that has a body. ``Targets`` holds the
application and its database between inputs; what one input stores, a later one finds.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from service import web
from service.api import create_app, examples
from service.errors import ArticleError
from service.formats.brat import standoff
from service.formats.table_csv import extraction_csv
from service.formats.terminal import extraction_table
from service.formats.wire import extraction_to_dict
from service.model import Article, Extraction, Notice, Scope
from service.parse.tree import ROOT, Entity, EntityKind, Parse, Sentence, cover
from service.pipeline import Pipeline
from service.store import Store
from service.text.layout import Layout
from tests.flat_parser import FlatParser

NAMES = ("text", "html", "json")
MAX_CHARS = 20_000
_TAGS = ("PROPN", "NOUN", "PRON", "DET", "VERB", "PUNCT", "ADP", "ADJ", "AUX", "PART", "CCONJ", "SCONJ")
_XPOS = ("VBD", "VBZ", "VBG", "VBN", "VB", "NN", "NNP", "PRP", "IN")
_RELATIONS = (
    *("nsubj", "nsubj:pass", "obj", "iobj", "obl", "xcomp", "ccomp", "advcl", "acl", "acl:relcl", "parataxis", "conj"),
    *("mark", "case", "cc", "punct", "aux", "aux:pass", "appos", "flat", "compound", "nmod", "nmod:poss", "advmod"),
)
_KINDS = tuple(EntityKind)
_LEMMAS = {"said": "say", "told": "tell", "denied": "deny", "accused": "accuse", "called": "call", "asked": "ask"}
_TREE_BYTES = 64
_QUOTE = f"/v1/quotes/{examples.STORED_QUOTE.quote.id}"
_SPEAKERS = ("/v1/speakers/s-0/merge", "/v1/speakers/s-0/split")
_CALLS = (
    ("POST", "/v1/extract", "application/json"),
    ("POST", "/v1/articles", "application/json"),
    ("POST", "/v1/verify", "application/json"),
    ("PATCH", _QUOTE, "application/json"),
    *(("POST", path, "application/json") for path in _SPEAKERS),
    ("POST", "/v1/imports", "application/x-ndjson"),
    ("POST", "/check", "application/x-www-form-urlencoded"),
    ("POST", "/compat/citron/quotes", "application/x-www-form-urlencoded"),
)
# the store and the models may be busy; nothing else is the service's own fault
_OUR_FAULTS = range(500, 503)


class TreesOfBytes:
    """A parser whose trees are what the bytes say: tags, relations and heads in turn, cycles included."""

    name = "bytes"
    version = "1"
    stanza_version = "none"

    def __init__(self) -> None:
        self.bytes = b"\x00"
        self._flat = FlatParser()

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        return [
            (Parse(sentences=tuple(map(self._grown, parse.sentences))), notices)
            for parse, notices in self._flat.parse(articles)
        ]

    def _grown(self, sentence: Sentence) -> Sentence:
        drawn = cycle(self.bytes or b"\x00")
        size = len(sentence.words)
        root = next(drawn) % size
        words = []
        for word in sentence.words:
            at = next(drawn) % size
            head = ROOT if word.index == root else at if at != word.index else root
            words.append(
                replace(
                    word,
                    lemma=_LEMMAS.get(word.form, word.form),
                    upos=_TAGS[next(drawn) % len(_TAGS)],
                    xpos=_XPOS[next(drawn) % len(_XPOS)],
                    head=head,
                    deprel="root" if head == ROOT else _RELATIONS[next(drawn) % len(_RELATIONS)],
                )
            )
        first = next(drawn) % size
        entity = Entity(kind=_KINDS[next(drawn) % len(_KINDS)], first=first, end=first + 1, span=cover([words[first]]))
        return replace(sentence, words=tuple(words), entities=(entity,) if next(drawn) % 2 else ())


class Targets:
    """The targets by name; ``folder`` is for the database."""

    def __init__(self, folder: Path) -> None:
        self._trees = TreesOfBytes()
        self._pipeline = Pipeline(self._trees, max_chars=MAX_CHARS)
        store = Store(f"sqlite:///{folder}/fuzz.db")
        store.upgrade()
        store.save(examples.STORED)
        app = create_app(pipeline=Pipeline(FlatParser(), max_chars=MAX_CHARS), store=store, max_import_megabytes=1)
        web.register(app)
        self._store, self._client = store, app.test_client()
        self.by_name: dict[str, Callable[[bytes], None]] = {"text": self.text, "html": self.html, "json": self.json}

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def text(self, data: bytes) -> None:
        """The first bytes are the trees, the rest is the article."""
        self._trees.bytes, text = data[:_TREE_BYTES], data[_TREE_BYTES:].decode("utf-8", "replace")
        article = Article(text=text, id="fuzzed")
        scope = Scope.ALL if data[:1] > b"\x7f" else Scope.SPEECH
        try:
            found = self._pipeline.extract(article, scope=scope)
        except ArticleError:
            return
        assert self._pipeline.extract(article, scope=scope) == found, "the same article gave another answer"
        _check(text, found)

    def html(self, data: bytes) -> None:
        """The body of a request as a web page."""
        self._ask("POST", "/v1/extract", data, "text/html")

    def json(self, data: bytes) -> None:
        """The first byte is the call, the second how it is sent, the rest its body."""
        method, path, content_type = _CALLS[data[0] % len(_CALLS) if data else 0]
        body = data[2:]
        headers = {"If-Match": "*"} if method == "PATCH" else {}
        if path == "/v1/imports" and data[1:2] > b"\x7f":
            body, headers = gzip.compress(body, 1), {"Content-Encoding": "gzip"}
        self._ask(method, path, body, content_type, headers)

    def _ask(
        self, method: str, path: str, body: bytes, content_type: str, headers: dict[str, str] | None = None
    ) -> None:
        response = self._client.open(path, method=method, data=body, content_type=content_type, headers=headers)
        assert response.status_code not in _OUR_FAULTS, f"{method} {path} gave {response.status_code}"
        if response.is_json:
            json.loads(response.data)


def _check(text: str, found: Extraction) -> None:
    """Every span in its place, every form can be written."""
    whole = extraction_to_dict(found)
    for quote in whole["quotes"]:
        parts = [*quote["spans"], *(quote["cue"]["spans"] if quote["cue"] else ())]
        parts += [quote[name] for name in ("addressee", "venue", "when") if quote[name] is not None]
        for span in parts:
            assert 0 <= span["start"] < span["end"] <= len(text), "a span is out of the text"
            assert text[span["start"] : span["end"]] == span["text"], "a span's text is another"
        assert 0 <= quote["confidence"] <= 1, "the confidence is no probability"
    json.dumps(whole, ensure_ascii=False).encode()
    for written in (extraction_csv(found), extraction_table(found), standoff(found)):
        written.encode()
