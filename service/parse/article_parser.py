"""The parser: articles in, trees out, by whichever engine the model pack is made for.

Everything is read from the verified pack; nothing is ever fetched. The engines know texts and tokens; paragraphs,
offsets into the article and what to do when a model fails are settled here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from service.errors import PackError
from service.model import Notice, Span
from service.parse.bodies import Body, Cut, bodies, cut_bodies, mark_classes, model_texts
from service.parse.pack import ENCODER, Pack
from service.parse.segmentation import Sentences
from service.parse.signals import Signals
from service.parse.tree import Parse, Sentence
from service.text.layout import Layout

_log = logging.getLogger(__name__)


class Engine(Protocol):
    """The models of one kind of pack."""

    def tokenise(self, texts: Sequence[str]) -> list[Sentences]:
        """For each text (a paragraph, as ``for_models`` leaves it) its sentences of tokens; offsets into the text."""

    def trees(self, cuts: Sequence[Cut], marks: bytes) -> tuple[list[Sentence], Signals | None]:
        """The trees of an article's sentences, in order, numbered from 0; ``marks`` as ``mark_classes`` has them."""


class ArticleParser:
    """Parses articles with the models of a pack.

    Loading verifies the pack and raises PackError if it cannot be used. A parser may be shared between threads, which
    then wait for one another: the models are not thread-safe, and a lock serialises them.
    """

    def __init__(self, pack_dir: Path | None = None) -> None:
        self._pack = Pack.open(pack_dir)
        self._lock = threading.Lock()
        try:
            self._engine = _engine(self._pack)
        except Exception as error:
            # the files are what the manifest says, so the pack and the installed packages do not fit
            reason = next(iter(str(error).splitlines()), "")
            raise PackError(
                f"the model pack {self._pack.name} {self._pack.version} does not load with stanza "
                f"{self.stanza_version} and torch {version('torch')} ({type(error).__name__}: {reason}); install the "
                "versions of the lock file"
            ) from error

    @property
    def name(self) -> str:
        """The name of the pack."""
        return self._pack.name

    @property
    def version(self) -> str:
        """The release of the pack."""
        return self._pack.version

    @property
    def stanza_version(self) -> str:
        """The release of Stanza, whose models these are or whose tokenizer the pack has."""
        return version("stanza")

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        """One parse for each ``(text, layout)``, in order, with notices in text order.

        Only paragraph bodies are parsed. Notices: ``long-sentence-split`` for a sentence of more tokens than
        ``MAX_SENTENCE_TOKENS``, ``paragraph-not-parsed`` for a body on which the models failed; it has no sentences.
        """
        with self._lock:
            return [self._article(text, layout) for text, layout in articles]

    def _article(self, text: str, layout: Layout) -> tuple[Parse, tuple[Notice, ...]]:
        found = list(bodies(text, layout))
        marks = mark_classes(text, layout)
        try:
            whole, signals, notices = self._read(found, marks)
            return Parse(sentences=tuple(whole), signals=signals), notices
        except Exception as error:  # models raise whatever their parts raise; nothing of the text may reach the log
            _log.warning("the models failed on an article of %d paragraph(s): %s", len(found), type(error).__name__)
        # one paragraph at a time, so that one never costs the others; what was read apart has no signals in common
        sentences: list[Sentence] = []
        kept: list[Notice] = []
        for body, (its, notices) in zip(found, self._apart(found, marks), strict=True):
            sentences += [replace(s, index=len(sentences) + k) for k, s in enumerate(its)]
            kept += notices if its or not body.text.strip() else [_not_parsed(body.span)]
        return Parse(sentences=tuple(sentences)), tuple(kept)

    def _apart(self, found: Sequence[Body], marks: bytes) -> Iterator[tuple[list[Sentence], tuple[Notice, ...]]]:
        for body in found:
            try:
                sentences, _, notices = self._read([body], marks)
                yield sentences, notices
            except Exception as error:  # as above
                _log.warning("the models failed on a paragraph: %s", type(error).__name__)
                yield [], ()

    def _read(self, found: Sequence[Body], marks: bytes) -> tuple[list[Sentence], Signals | None, tuple[Notice, ...]]:
        texts, places = model_texts(found)
        cuts, notices = cut_bodies(found, self._engine.tokenise(texts) if texts else [], places)
        if not cuts:
            return [], None, tuple(notices)
        sentences, signals = self._engine.trees(cuts, marks)
        return sentences, signals, tuple(notices)


def _engine(pack: Pack) -> Engine:
    if pack.engine == ENCODER:
        from service.parse.encoder_engine import EncoderEngine  # noqa: PLC0415 - each engine loads its own libraries

        return EncoderEngine(pack)
    from service.parse.stanza_engine import StanzaEngine  # noqa: PLC0415 - Stanza takes seconds to import

    return StanzaEngine(pack)


def _not_parsed(span: Span) -> Notice:
    return Notice(
        code="paragraph-not-parsed",
        message="the models failed on this paragraph; only quotation marks were read in it",
        span=span,
    )
