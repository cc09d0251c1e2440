"""The Stanza parser: the only file that imports stanza.

Everything is read from the verified model pack; nothing is ever fetched. Stanza's 1-based word ids, its offsets into
the text that it was handed, and its None offsets inside multi-word tokens end here: what comes out is in the terms of
``service.parse.tree``, with offsets into the article.

The processors run on the CPU. How many threads torch uses is the process's business: a server that runs one worker
per core calls ``torch.set_num_threads(1)`` (or sets OMP_NUM_THREADS=1) before it makes a parser.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import stanza
import torch
from stanza.models.common.doc import Document
from stanza.models.common.foundation_cache import FoundationCache
from stanza.models.common.pretrain import Pretrain, PretrainedWordVocab
from stanza.models.common.vocab import VOCAB_PREFIX

from service.errors import PackError
from service.model import Notice, Span
from service.parse.model_text import for_models, model_form, pieces
from service.parse.pack import Pack
from service.parse.segmentation import MAX_SENTENCE_TOKENS, Sentences, Token, cap, extent
from service.parse.tree import ROOT, Entity, EntityKind, Parse, Sentence, Word
from service.text.layout import Layout

_log = logging.getLogger(__name__)

# articles are run together up to this many characters, which keeps the batches full and the memory bounded
_GROUP_CHARS = 60_000
# Stanza takes a blank line for a paragraph's end; for_models leaves no line break inside a body
_BLANK_LINE = "\n\n"
_TAGGERS = ("mwt", "pos", "lemma", "depparse", "ner")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """One paragraph body: ``start`` is its offset in the article, ``text`` what the models see of it."""

    article: int
    paragraph: int
    start: int
    text: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """A sentence before it has its number in the article."""

    words: tuple[Word, ...]
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    trees: tuple[_Tree, ...]
    notices: tuple[Notice, ...]


class StanzaParser:
    """Parses articles with the models of a pack.

    Loading verifies the pack and raises PackError if it cannot be used. A parser may be shared between threads, which
    then wait for one another: Stanza's processors are not thread-safe, and a lock serialises them.
    """

    def __init__(self, pack_dir: Path | None = None) -> None:
        self._pack = Pack.open(pack_dir)
        self._lock = threading.Lock()
        try:
            self._run = _load(self._pack)
        except Exception as error:
            # the files are what the manifest says, so the pack and the installed stanza or torch do not fit
            raise PackError(
                f"the model pack {self._pack.name} {self._pack.version} does not load with stanza "
                f"{stanza.__version__} and torch {torch.__version__} ({type(error).__name__}: {error}); install the "
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
        """The release of Stanza."""
        return str(stanza.__version__)

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        """One parse for each ``(text, layout)``, in order, with notices in text order.

        Only paragraph bodies are parsed. Notices: ``long-sentence-split`` for a sentence of more tokens than
        ``MAX_SENTENCE_TOKENS``, ``paragraph-not-parsed`` for a body on which Stanza failed; it has no sentences.
        """
        found: list[list[tuple[int, _Parsed]]] = [[] for _ in articles]
        with self._lock, torch.no_grad():
            for group in _groups(_bodies(articles)):
                for body, parsed in zip(group, self._parse_group(group, articles), strict=True):
                    found[body.article].append((body.paragraph, parsed))
        return [_assemble(parts) for parts in found]

    def _parse_group(self, bodies: Sequence[_Body], articles: Sequence[tuple[str, Layout]]) -> list[_Parsed]:
        """All bodies in one go; if that fails, one at a time, so that one paragraph never costs the others."""
        try:
            return self._parse_bodies(bodies, articles)
        except Exception as error:  # Stanza raises whatever its parts raise; nothing of the text may reach the log
            _log.warning("stanza failed on %d paragraph(s): %s", len(bodies), type(error).__name__)
            if len(bodies) == 1:
                return [_Parsed(trees=(), notices=(_not_parsed(bodies[0].span),))]
            return [self._parse_group([body], articles)[0] for body in bodies]

    def _parse_bodies(self, bodies: Sequence[_Body], articles: Sequence[tuple[str, Layout]]) -> list[_Parsed]:
        sentences: list[tuple[int, list[Token]]] = []
        notices: list[list[Notice]] = [[] for _ in bodies]
        for number, (body, raw) in enumerate(zip(bodies, self._tokenise(bodies), strict=True)):
            text = articles[body.article][0]
            for sentence in raw:
                parts = cap(text, sentence)
                if len(parts) > 1:
                    notices[number].append(_long_sentence(extent(sentence), len(sentence), len(parts)))
                sentences.extend((number, part) for part in parts)
        trees = self._trees(sentences, bodies, articles)
        grouped: list[list[_Tree]] = [[] for _ in bodies]
        for (number, _), tree in zip(sentences, trees, strict=True):
            grouped[number].append(tree)
        return [_Parsed(trees=tuple(t), notices=tuple(n)) for t, n in zip(grouped, notices, strict=True)]

    def _tokenise(self, bodies: Sequence[_Body]) -> list[Sentences]:
        """Tokens in sentences for each body, offsets into the article."""
        cuts = [(number, piece) for number, body in enumerate(bodies) for piece in pieces(body.text)]
        joined, starts = _join([piece.of(bodies[number].text) for number, piece in cuts])
        found: list[Sentences] = [[] for _ in bodies]
        if not cuts:
            return found
        for sentence in self._run["tokenize"].process(joined).sentences:
            at = bisect_right(starts, sentence.tokens[0].start_char) - 1
            number, piece = cuts[at]
            shift = bodies[number].start + piece.start - starts[at]
            found[number].append(
                [
                    Token(start=t.start_char + shift, end=t.end_char + shift, multi="MWT=Yes" in (t.misc or ""))
                    for t in sentence.tokens
                ]
            )
        return found

    def _trees(
        self,
        sentences: Sequence[tuple[int, Sequence[Token]]],
        bodies: Sequence[_Body],
        articles: Sequence[tuple[str, Layout]],
    ) -> list[_Tree]:
        """The tree of each sentence (the number of its body, its tokens)."""
        if not sentences:
            return []
        joined, starts = _join([body.text for body in bodies])
        document = Document(
            [[_entry(i, t, bodies[n], starts[n]) for i, t in enumerate(tokens, 1)] for n, tokens in sentences], joined
        )
        for processor in _TAGGERS:
            document = self._run[processor].process(document)
        return [
            _tree(parsed, articles[bodies[n].article][0], bodies[n].start - starts[n])
            for (n, _), parsed in zip(sentences, document.sentences, strict=True)
        ]


def _load(pack: Pack) -> dict[str, Any]:
    """Stanza's processors by name; one table of word vectors serves them all."""
    vectors = str(pack.path("vectors"))
    shared = FoundationCache(local_files_only=True)
    shared.pretrains[vectors] = _vectors(pack.path("vectors"))
    processors = ("tokenize", *_TAGGERS)
    options = {f"{p}_model_path": str(pack.path(p)) for p in processors}
    options |= {f"{p}_pretrain_path": vectors for p in ("pos", "depparse", "ner")}
    with tempfile.TemporaryDirectory(prefix="quoth-") as empty:
        # without a catalogue of downloadable models there is nothing that Stanza could want to fetch
        (Path(empty) / "resources.json").write_text(json.dumps({}), encoding="utf-8")
        pipeline = stanza.Pipeline(
            pack.language,
            dir=empty,
            processors=",".join(processors),
            package=None,
            download_method=None,
            use_gpu=False,
            allow_unknown_language=True,
            verbose=False,
            foundation_cache=shared,
            **options,
        )
    # the entity tagger copies the vectors into a table of its own; they are frozen, so it may share the others'
    pipeline.processors["ner"].trainer.model.word_emb.weight.data = shared.pretrains[vectors].emb
    return dict(pipeline.processors)


def _vectors(path: Path) -> Pretrain:
    """The pack's word vectors as Stanza holds them: one row of zeros for each of its special words, then the words."""
    with np.load(path, allow_pickle=False) as data:
        words = data["words"].tobytes().decode("utf-8").split("\n")
        table = np.zeros((len(VOCAB_PREFIX) + len(words), data["vectors"].shape[1]), dtype=np.float32)
        table[len(VOCAB_PREFIX) :] = data["vectors"]
    pretrain = Pretrain()
    # Pretrain fills these two from a file of its own format at first use; ours is a third of the size
    pretrain._vocab = PretrainedWordVocab(words, lang="", lower=True)
    pretrain._emb = torch.from_numpy(table)
    return pretrain


def _bodies(articles: Sequence[tuple[str, Layout]]) -> Iterator[_Body]:
    for number, (text, layout) in enumerate(articles):
        for paragraph in layout.paragraphs:
            if paragraph.body is not None:
                yield _Body(
                    article=number,
                    paragraph=paragraph.index,
                    start=paragraph.body.start,
                    text=for_models(paragraph.body.of(text)),
                )


def _groups(bodies: Iterator[_Body]) -> Iterator[list[_Body]]:
    group: list[_Body] = []
    size = 0
    for body in bodies:
        if group and size + len(body.text) > _GROUP_CHARS:
            yield group
            group, size = [], 0
        group.append(body)
        size += len(body.text)
    if group:
        yield group


def _join(texts: Sequence[str]) -> tuple[str, list[int]]:
    """The texts with a blank line between them, and the offset at which each starts."""
    starts: list[int] = []
    at = 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(_BLANK_LINE)
    return _BLANK_LINE.join(texts), starts


def _entry(id: int, token: Token, body: _Body, start: int) -> dict[str, Any]:
    """A token for Stanza's Document; its offsets are into the joined text, where ``body`` starts at ``start``."""
    surface = body.text[token.start - body.start : token.end - body.start]
    form = model_form(surface)
    shift = start - body.start
    entry = {"id": (id,), "text": form, "start_char": token.start + shift, "end_char": token.end + shift}
    # a token whose form differs from its surface has no sure places at which its words begin
    if token.multi and form == surface:
        entry["misc"] = "MWT=Yes"
    return entry


def _tree(parsed: Any, text: str, shift: int) -> _Tree:
    """Stanza's sentence in our terms; ``shift`` leads from its offsets to the article's."""
    words: list[Word] = []
    for token in parsed.tokens:
        whole = Span(token.start_char + shift, token.end_char + shift)
        for word in token.words:
            span = whole
            if len(token.words) > 1 and word.start_char is not None and word.start_char < word.end_char:
                span = Span(word.start_char + shift, word.end_char + shift)
            words.append(
                Word(
                    index=word.id - 1,
                    span=span,
                    form=word.text if span == whole and len(token.words) > 1 else span.of(text),
                    lemma=word.lemma or word.text,
                    upos=word.upos or "X",
                    xpos=word.xpos or "",
                    feats=word.feats or "",
                    head=word.head - 1 if word.head else ROOT,
                    deprel=word.deprel or "dep",
                )
            )
    return _Tree(words=tuple(words), entities=tuple(_entity(e, words) for e in parsed.ents))


def _entity(found: Any, words: Sequence[Word]) -> Entity:
    first, end = found.words[0].id - 1, found.words[-1].id
    return Entity(
        kind=EntityKind(found.type),
        first=first,
        end=end,
        span=Span(words[first].span.start, words[end - 1].span.end),
    )


def _assemble(parts: Sequence[tuple[int, _Parsed]]) -> tuple[Parse, tuple[Notice, ...]]:
    sentences: list[Sentence] = []
    for paragraph, parsed in parts:
        for tree in parsed.trees:
            span = Span(tree.words[0].span.start, tree.words[-1].span.end)
            sentences.append(
                Sentence(index=len(sentences), paragraph=paragraph, span=span, words=tree.words, entities=tree.entities)
            )
    return Parse(sentences=tuple(sentences)), tuple(notice for _, parsed in parts for notice in parsed.notices)


def _long_sentence(span: Span, tokens: int, parts: int) -> Notice:
    return Notice(
        code="long-sentence-split",
        message=f"a sentence of {tokens:,} tokens was parsed in {parts} parts of at most {MAX_SENTENCE_TOKENS}; "
        "quotes that cross the cuts may be incomplete",
        span=span,
    )


def _not_parsed(span: Span) -> Notice:
    return Notice(
        code="paragraph-not-parsed",
        message="the parser failed on this paragraph; only quotation marks were read in it",
        span=span,
    )
