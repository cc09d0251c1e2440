"""Texts and pages that are made to be slow to read, by name; each is a function of the length wanted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

Make = Callable[[int], str]


def _again(piece: str, *, before: str = "", after: str = "") -> Make:
    return lambda length: (before + piece * (length // len(piece) + 1))[: length - len(after)] + after


def _numbered(piece: str) -> Make:
    """The piece again and again with another word each time in the place of {}."""

    def make(length: int) -> str:
        made: list[str] = []
        size = 0
        for number in count():
            made.append(piece.format(_word(number)))
            size += len(made[-1])
            if size >= length:
                break
        return "".join(made)[:length]

    return make


def _word(number: int) -> str:
    """A name that no other number has: Bab, Bac, …"""
    letters = "abcdefghijklmnopqrstuvwxyz"
    found = ""
    while number:
        number, digit = divmod(number, 26)
        found += letters[digit]
    return "B" + (found or "a") + "n"


TEXTS: dict[str, Make] = {
    "straight marks": _again('"'),
    "single marks": _again("'"),
    "opening marks": _again("“"),
    "closing marks": _again("”"),
    "marks of all kinds": _again("\"“”‘’«»„'‚‹›"),
    "quoted words": _again('"a" '),
    "quoted, said": _again('"No," she said. '),
    "singles in words": _again("dogs' 'tis o'er "),
    "open paragraphs": _again("“We said no\n\n"),
    "one open mark": _again("we said no. ", before="“"),
    "letters": _again("x"),
    "capitals": _again("A"),
    "words": _again("word "),
    "said": _again("said "),
    "she said that": _again("she said that "),
    "paragraphs": _again("a\n\n"),
    "line ends": _again("\n", before="a", after="a"),
    "spaces": _again(" ", before="a", after="a"),
    "zero-width spaces": _again("\u200b", before="a", after="a"),
    "combining marks": _again("\u0301", before="e"),
    "initials": _again("A. "),
    "full stops": _again("."),
    "brackets": _again("(", before="Ada Brandt said "),
    "dashes": _again("— "),
    "colons": _again("a: "),
    "stamps": _again("8:15am - \n\n"),
    "stamped lines": _again("8:15am - She said no.\n\n"),
    "times": _again("8:15am "),
    "questions, answers": _again("Q: Why?\n\nA: No.\n\n"),
    "asides": _again("(laughs) ", before="Q: Why?\n\nA: "),
    "quotes in a quote": _again("‘No,’ she said. ", before="“", after="”"),
    "she said, colon": _again("She said: no. "),
    "said, one colon": _again("she said ", after=":\n\nNo."),
    "paragraphs in a quote": _again("“We say ‘no,’ she said.\n\n"),
    "labels": _numbered("Ada {}: We said no.\n\n"),
    "datelines": _again("BRIDGE END (AP) - "),
    "headings": _numbered("{} says no\n\n"),
    "headings that quote": _numbered('{} says "no, no, no"\n\n'),
    "a sender and spaces": _again(" ", before="From the desk of", after="x" * 130),
    "a credit and stops": _again(" .", before='"We said no." - Ada', after="b"),
    "sentences that go on": _again("we said no... and "),
    "marks apart": _again("! "),
    "doubled marks": _again("''No,'' she said.\n\n"),
    "one name": _again("Ada Brandt said no. "),
    "new names": _numbered("Ada {} said no. "),
    "new names, pronouns": _numbered("Ada {} denied it. She said no. "),
    "new surnames quoted": _numbered('"No," said Mr {}. '),
    "a mayor again": _again("Mayor Ada Brandt said no. The mayor denied it. "),
    "new mayors": _numbered("Mayor Ada {} said no. The mayor denied it. "),
    "new middle names": _numbered("Ada {} Brandt said no. Brandt denied it. "),
    "new names, relatives": _numbered("The mayor Ada {}, who said no, denied it. "),
    "headings, then names": _numbered("She says no\n\nAda {} said no to that, and it was so.\n\n"),
    "offices": _again("the mayor said no. The minister told the mayor. "),
    "a name of many words": _again("Ada ", after="said no."),
    "apostrophes": _again("Brandt's "),
    "addresses": _again("https://a.example/", before="see "),
    "digits": _again("1,"),
    "right to left": _again("\u202eאמר "),
    "emoji": _again("👩\u200d👩\u200d👧"),
}

PAGES: dict[str, Make] = {
    "paragraphs": _again("<p>We said no, again and again.</p>"),
    "divisions": _again("<div>"),
    "divisions with text": _again("<div>a"),
    "spans": _again("<span>a "),
    "links": _again("<a href=x>a</a> "),
    "lists": _again("<ul><li>a"),
    "tables": _again("<table><tr><td>a"),
    "comments": _again("<!-- "),
    "many comments": _again("<!-- a --><p>no</p>"),
    "entities": _again("&amp;", before="<p>"),
    "numbers of characters": _again("&#x41;", before="<p>"),
    "attributes": _again("a=b ", before="<p ", after="><p>no"),
    "one long attribute": _again("x", before='<p class="', after='">no</p>'),
    "less-than signs": _again("< "),
    "a page of text": _again("We said no, again. ", before="<html><body><article><p>"),
    "line breaks": _again("We said no.<br>", before="<html><body><article><p>"),
    "scripts": _again("<script>a</script>"),
    "declared types": _again("<![CDATA["),
    "dates": _again("<time>2026-05-04</time> "),
    "metadata": _again('<meta name="author" content="Ada Brandt">'),
    "JSON-LD": _again("[", before='<script type="application/ld+json">', after="</script><p>We said no.</p>"),
    "white space": _again(" ", before="<p>a", after="a</p>"),
}
