"""brat standoff, read back as brat reads it (https://brat.nlplab.org/standoff.html)."""

from __future__ import annotations

import io
import itertools
import re

from hypothesis import given

from service.formats.brat import ATTRIBUTES, CONFIGURATION, ENTITIES, RELATIONS, standoff
from service.model import Extraction
from tests.formats.drawing import extractions
from tests.formats.invented import EXTRACTION, TEXT


def read(annotations: str, text: str) -> dict[str, tuple[str, str]]:
    """What each id is: its kind and its words or arguments; AssertionError for what brat would refuse."""
    found: dict[str, tuple[str, str]] = {}
    # as Python reads a file's lines
    for line in io.StringIO(annotations, newline=None).read().split("\n")[:-1]:
        id, middle, *rest = line.split("\t", 2)
        assert re.fullmatch(r"[TRA#][1-9][0-9]*", id)
        assert id not in found
        if id[0] == "T":
            kind, _, places = middle.partition(" ")
            assert kind in ENTITIES
            pieces = [tuple(map(int, place.split(" "))) for place in places.split(";")]
            assert all(a < b <= c < d for (a, b), (c, d) in itertools.pairwise(pieces))
            words = [text[start:end] for start, end in pieces]
            assert all(word and not re.search(r"[\r\n]", word) for word in words)
            assert rest == [" ".join(words)]
            found[id] = (kind, rest[0])
        elif id[0] == "R":
            kind, *arguments = middle.split(" ")
            (first, content), (second, end) = (argument.split(":") for argument in arguments)
            assert (first, second, rest) == ("Arg1", "Arg2", [])
            assert found[content][0] == "Content"
            assert found[end][0] == RELATIONS[kind]
            found[id] = (kind, f"{found[content][1]} -> {found[end][1]}")
        elif id[0] == "A":
            kind, of, value = middle.split(" ")
            assert value in ATTRIBUTES[kind]
            found[id] = (kind, f"{found[of][1]} -> {value}")
        else:
            kind, of = middle.split(" ")
            assert (kind, found[of][0]) == ("AnnotatorNotes", "Content")
            found[id] = (kind, rest[0])
    return found


@given(extractions())
def test_whatever_the_text_holds_it_reads_back(extraction: Extraction) -> None:
    found = read(standoff(extraction), extraction.article.text)
    contents = [words for kind, words in found.values() if kind == "Content"]
    readable = [
        q
        for q in extraction.quotes
        if re.search(r"[^\r\n]", "".join(s.of(extraction.article.text) for s in q.attribution.spans))
    ]
    assert len(contents) == len(readable)


def test_all_that_is_known_of_a_quote_is_there() -> None:
    found = set(read(standoff(EXTRACTION), TEXT).values())
    late = "it was not late"
    assert {
        ("Content", late),
        ("Cued", f"{late} -> told"),
        ("SaidBy", f"{late} -> The mayor"),
        ("SaidTo", f"{late} -> Bo Lind"),
        ("SaidAt", f"{late} -> on Kestrel FM"),
        ("SaidWhen", f"{late} -> on Friday"),
        ("Polarity", f"{late} -> denied"),
        ("QuoteType", f"{late} -> indirect"),
        ("Inside", f'{late} -> "We," "will pay."'),
    } <= found
    assert any("Maria Okafor" in words for kind, words in found if kind == "AnnotatorNotes")


def test_the_configuration_names_every_kind() -> None:
    sections = re.split(r"^\[(\w+)\]$", CONFIGURATION, flags=re.MULTILINE)
    named = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert list(named) == ["entities", "relations", "events", "attributes"]
    assert named["entities"].split() == list(ENTITIES)
    for name, end in RELATIONS.items():
        assert f"{name}\tArg1:Content, Arg2:{end}\n" in named["relations"]
    for name, values in ATTRIBUTES.items():
        assert f"{name}\tArg:Content, Value:{'|'.join(values)}\n" in named["attributes"]
