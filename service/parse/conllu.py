r"""Parses as CoNLL-U, with Stanza's ``start_char=..|end_char=..`` in the tenth column, and back.

The format is Universal Dependencies' (https://universaldependencies.org/format.html): ten columns, ids from 1, heads
from 0 for the root. Offsets are code points into the article. ``# sent_id`` and ``# paragraph`` are 0-based, the
numbers that an extraction calls ``sentence`` and ``paragraph``. Named entities are ``NER=B-PER``, ``NER=I-PER`` in the
tenth column. A range line (``3-4``) stands only where words share the span of a multi-word token.

>>> text = "She  left"
>>> source = '''# sent_id = 0
... # text = She  left
... # paragraph = 0
... 1\tShe\tshe\tPRON\tPRP\t_\t2\tnsubj\t_\tstart_char=0|end_char=3
... 2\tleft\tleave\tVERB\tVBD\t_\t0\troot\t_\tstart_char=5|end_char=9
...
... '''
>>> parse = read_conllu(source, text)
>>> parse.sentences[0].root.lemma
'leave'
>>> write_conllu(parse, text) == source
True
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from service.model import Span
from service.parse.tree import ROOT, Entity, EntityKind, Parse, Sentence, Word, cover

_COLUMNS = 10
_EMPTY = "_"
_KINDS = tuple(kind.value for kind in EntityKind)
# what would break a line or column, and what UTF-8 has no bytes for
_BREAKING = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def write_conllu(parse: Parse, text: str) -> str:
    """All sentences, each ended by an empty line; the empty string for a parse without sentences.

    In the columns and in ``# text`` every white-space or control character is a space and every lone surrogate
    U+FFFD; the offsets lead to what the article has there.
    """
    return "".join(f"{line}\n" for sentence in parse.sentences for line in _lines(sentence, text))


def read_conllu(source: str, text: str) -> Parse:
    """The parse that ``write_conllu`` wrote for ``text``.

    Words without offsets of their own take those of the range line above them. Raises ValueError, with the number of
    the line (from 1), where the source is malformed or does not fit the text.
    """
    sentences: list[Sentence] = []
    block: list[_Row] = []
    paragraph = 0
    for row in _rows(source):
        if row.content:
            block.append(row)
            continue
        if block:
            sentence, paragraph = _sentence(block, text, index=len(sentences), paragraph=paragraph)
            sentences.append(sentence)
        block = []
    return Parse(sentences=tuple(sentences))


def _lines(sentence: Sentence, text: str) -> Iterator[str]:
    yield f"# sent_id = {sentence.index}"
    yield f"# text = {_shown(sentence.span.of(text))}"
    yield f"# paragraph = {sentence.paragraph}"
    tags = {i: f"{'B' if i == e.first else 'I'}-{e.kind}" for e in sentence.entities for i in range(e.first, e.end)}
    for word in sentence.words:
        last = _last_of_token(sentence.words, word.index)
        if last > word.index and (word.index == 0 or sentence.words[word.index - 1].span != word.span):
            yield f"{word.index + 1}-{last + 1}\t{_shown(word.span.of(text))}" + "\t_" * 7 + f"\t{_place(word.span)}"
        misc = _place(word.span) + (f"|NER={tags[word.index]}" if word.index in tags else "")
        columns = (word.form, word.lemma, word.upos, word.xpos, word.feats)
        head = 0 if word.head == ROOT else word.head + 1
        yield "\t".join((str(word.index + 1), *map(_shown, columns), str(head), _shown(word.deprel), _EMPTY, misc))
    yield ""


def _last_of_token(words: Sequence[Word], index: int) -> int:
    """The index of the last word that shares the span of the word at ``index``."""
    last = index
    while last + 1 < len(words) and words[last + 1].span == words[index].span:
        last += 1
    return last


def _place(span: Span) -> str:
    return f"start_char={span.start}|end_char={span.end}"


def _shown(value: str) -> str:
    return _SURROGATE.sub("\ufffd", _BREAKING.sub(" ", value)) or _EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of the source, ``number`` from 1."""

    number: int
    content: str

    def fault(self, what: str) -> ValueError:
        return ValueError(f"line {self.number}: {what}")

    def columns(self) -> list[str]:
        columns = self.content.split("\t")
        if len(columns) != _COLUMNS:
            raise self.fault(f"a word has {_COLUMNS} columns parted by tabs: got {len(columns)}")
        return columns


def _rows(source: str) -> Iterator[_Row]:
    # str.splitlines would also break at characters that may stand in a column
    number = 0
    for number, line in enumerate(source.split("\n"), 1):
        yield _Row(number=number, content=line.removesuffix("\r"))
    yield _Row(number=number + 1, content="")


def _sentence(rows: Sequence[_Row], text: str, *, index: int, paragraph: int) -> tuple[Sentence, int]:
    """The sentence of a block, and its paragraph: the one before's where the block does not say."""
    words: list[Word] = []
    tags: list[tuple[_Row, str | None]] = []
    shared: tuple[int, Span] | None = None
    for row in rows:
        if row.content.startswith("#"):
            paragraph = _paragraph(row, default=paragraph)
            continue
        columns = row.columns()
        if "." in columns[0]:  # an empty node of an enhanced graph: no word of the text
            continue
        misc = dict(item.partition("=")[::2] for item in columns[9].split("|"))
        if "-" in columns[0]:
            shared = _range(row, columns[0], _span(row, misc, text))
            continue
        within = shared[1] if shared and len(words) < shared[0] else None
        words.append(_word(row, columns, len(words), _span(row, misc, text, within), text))
        tags.append((row, misc.get("NER")))
    if not words:
        raise rows[0].fault("a sentence without words")
    _check_heads(words, [row for row, _ in tags])
    _check_order(words, [row for row, _ in tags])
    entities = tuple(_entities(words, tags))
    return Sentence(
        index=index, paragraph=paragraph, span=cover(words), words=tuple(words), entities=entities
    ), paragraph


def _paragraph(row: _Row, *, default: int) -> int:
    name, _, value = row.content.lstrip("# ").partition("=")
    if name.strip() != "paragraph":
        return default
    if not value.strip().isdecimal():
        raise row.fault(f"'# paragraph = N' takes a whole number: got {value.strip()!r}")
    return int(value)


def _range(row: _Row, id: str, span: Span) -> tuple[int, Span]:
    """The 1-based id of the last word of a multi-word token, and its span."""
    first, _, last = id.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise row.fault(f"a range is 'FIRST-LAST': got {id!r}")
    return int(last), span


def _span(row: _Row, misc: dict[str, str], text: str, within: Span | None = None) -> Span:
    start, end = misc.get("start_char"), misc.get("end_char")
    if start is None or end is None:
        if within is not None:
            return within
        raise row.fault("the tenth column needs start_char=N|end_char=N")
    if not (start.isdecimal() and end.isdecimal() and int(start) < int(end) <= len(text)):
        raise row.fault(
            f"offsets need 0 <= start_char < end_char <= {len(text)}, the length of the text: got {start} and {end}"
        )
    return Span(int(start), int(end))


def _word(row: _Row, columns: Sequence[str], index: int, span: Span, text: str) -> Word:
    id, form, lemma, upos, xpos, feats, head, deprel = columns[:8]
    if id != str(index + 1):
        raise row.fault(f"expected the word id {index + 1}, got {id!r}")
    if not head.isdecimal():
        raise row.fault(f"the head is a word's id or 0: got {head!r}")
    surface = span.of(text)
    return Word(
        index=index,
        span=span,
        # the column shows white space as spaces; the surface is exact. A form of its own marks a shared span.
        form=surface if form == _shown(surface) else form,
        lemma=lemma,
        upos=upos,
        xpos="" if xpos == _EMPTY else xpos,
        feats="" if feats == _EMPTY else feats,
        head=int(head) - 1,
        deprel=deprel,
    )


def _check_heads(words: Sequence[Word], rows: Sequence[_Row]) -> None:
    for word, row in zip(words, rows, strict=True):
        if word.head >= len(words):
            raise row.fault(f"the head {word.head + 1} is no word of the sentence, which has {len(words)}")
        if word.head == word.index:
            raise row.fault("a word cannot be its own head")


def _check_order(words: Sequence[Word], rows: Sequence[_Row]) -> None:
    """Words follow one another without overlap, but for those that share the span of a multi-word token."""
    for (before, word), row in zip(pairwise(words), rows[1:], strict=True):
        if word.span != before.span and word.span.start < before.span.end:
            raise row.fault(f"the word starts at {word.span.start}, before the end ({before.span.end}) of the last one")


def _entities(words: Sequence[Word], tags: Sequence[tuple[_Row, str | None]]) -> Iterator[Entity]:
    open_entity: Entity | None = None
    for word, (row, tag) in zip(words, tags, strict=True):
        prefix, _, name = (tag or "O").partition("-")
        if prefix == "O":
            kind = None
        elif prefix in ("B", "I") and name in _KINDS:
            kind = EntityKind(name)
        else:
            raise row.fault(f"NER is B-KIND or I-KIND, KIND one of {', '.join(_KINDS)}: got {tag!r}")
        if prefix == "I":
            if open_entity is None or open_entity.kind != kind:
                raise row.fault(f"NER={tag} continues nothing; an entity starts with B-")
            span = Span(open_entity.span.start, word.span.end)
            open_entity = replace(open_entity, end=word.index + 1, span=span)
            continue
        if open_entity is not None:
            yield open_entity
        open_entity = Entity(kind=kind, first=word.index, end=word.index + 1, span=word.span) if kind else None
    if open_entity is not None:
        yield open_entity
