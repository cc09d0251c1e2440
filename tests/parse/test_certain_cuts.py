"""Words cut without the network: what is claimed, what never is, and that the network would say the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.parse import certain_cuts
from service.parse.certain_cuts import CertainCuts, opening, runs_of, shape
from service.parse.pack import Pack
from service.parse.segmentation import Token, repair
from service.parse.tokenizer import Tokenizer
from training.tokenizer.certain import LONGEST, ONE_IN, SEEN_AT_LEAST, Counts, certain, cuts_of, may_be_certain

TABLE = Path(certain_cuts.__file__).with_name("certain_cuts.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

# a text, and its words that only the network may cut
DOUBTS = [
    ("The council voted on Monday, she said.", []),
    ("“We can't wait,” said Mayor Quill’s brother.", []),
    ("Gov. Reyes paid $9 and 5,000 more.", ["5,000"]),
    # a full stop that may be an abbreviation's, an initial's, a name's
    ("He met the board of Acme Inc. Monday.", ["Inc."]),
    ("The U.S. Senate adjourned.", ["U.S."]),
    ("It was John F. Kennedy.", ["F."]),
    ("At 9 a.m. The doors opened.", ["a.m."]),
    ("They moved to Gresham St. Reports say so.", ["St."]),
    # a sentence may end before a word that seldom has a capital elsewhere
    ("they all left The doors closed.", ["left"]),
    # after times and colons
    ("It was 11:36 AM have you heard?", ["AM"]),
    ("Refugees: The crisis grows.", ["Refugees:"]),
    # capitals before capitals are headings, and what runs into them
    ("BREAKING NEWS Bridge closes.", ["BREAKING", "NEWS"]),
    # contractions that may be none, and what looks like one
    ("its roof and lets go.", ["its", "lets"]),
    ("the gov't said so.", ["gov't"]),
    # single quotation marks, which may be apostrophes
    ("the boys' house.", ["boys'"]),
    # numbers with units and signs, decimals, codes
    ("a 5kg bag at 7,5 Euros.", ["5kg", "7,5"]),
    # addresses, and words of other scripts
    ("see www.wexcombe.example/minutes now.", ["www.wexcombe.example/minutes"]),
    ("write to a_b@c.example now.", ["a_b@c.example"]),
    ("one 汉字 sign.", ["one", "汉字"]),
    ("e\u0301tude in C.", ["e\u0301tude", "C."]),
    # marks alone
    ("so . and .. on.", [".", ".."]),
    ("a" * 26 + " on.", ["a" * 26]),
]


@pytest.mark.parametrize(("text", "doubted"), DOUBTS)
def test_what_is_in_doubt_goes_to_the_network(text: str, doubted: list[str]) -> None:
    labels, found = CertainCuts().read(text)
    assert [text[start:end] for start, end in found] == doubted
    assert len(labels) == len(text)
    assert not any(any(labels[start:end]) for start, end in found)


def test_a_certain_text_is_labelled_as_the_network_labels_it() -> None:
    labels, doubts = CertainCuts().read("She can't go, she said. Nobody asked her")
    assert doubts == []
    # She · can't (several words) · go · , · she · said · . (a sentence's end) · Nobody · asked · her
    assert "".join(map(str, labels)).replace("0", ".") == "..1.....3..11...1....12......1.....1...2"


@given(st.lists(st.text(alphabet="aBé9 .,'’\"“-…\u0301汉_", max_size=12), max_size=8))
def test_what_is_remembered_of_words_changes_nothing(texts: list[str]) -> None:
    reader = CertainCuts()
    for text in map(" ".join, ([*texts, *texts], texts)):
        labels, doubts = reader.read(text)
        assert (labels, doubts) == CertainCuts().read(text)
        assert len(labels) == len(text)
        assert all(" " not in text[start:end] and start < end for start, end in doubts)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:2]))
def test_each_listed_shape_is_seen_often_and_cut_one_way(row: list[str]) -> None:
    kind, following, labels, seen, otherwise = row
    assert int(seen) >= SEEN_AT_LEAST
    assert int(otherwise) * ONE_IN <= int(seen)
    # a label a run, the last one a token's end
    assert len(labels) == len(kind) <= LONGEST
    assert set(labels) <= set("01234")
    assert labels[-1] != "0"
    assert may_be_certain(kind, following)


def test_each_shape_is_listed_once_before_an_opening() -> None:
    assert len({(kind, following) for kind, following, *_ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("don't", "w'c"), ("gov't", "w'i"), ("Quill’s", "W’c"), ("cannot", "g"), ("its", "p"), ("PM", "m"),
        ("am", "w"), ("co-op", "h-w"), ("Gov.", "t."), ("etc.", "b."), ("U.S.", "I.I."), ("McKay", "X"), ("12345", "0"),
        ("汉字", "z"), ("a" * 26, ""), ("٣", "٣"),
    ],
)  # fmt: skip
def test_shapes(word: str, kinds: str) -> None:
    assert shape(word) == kinds
    assert "".join(runs_of(word)) == word


@pytest.mark.parametrize(
    ("word", "opens"),
    [("said", "l"), ("The", "F"), ("Quill", "U"), ("(Quill", "(U"), ("“we", "“l"), ("20", "9"), ("9:15", "0"),
     ("汉", "z"), ("$5", "$"), ("", "")],
)  # fmt: skip
def test_openings(word: str, opens: str) -> None:
    assert opening(word) == opens


def test_only_what_is_cut_one_way_is_certain() -> None:
    text = "He left. He came"
    sentences = [[Token(0, 2), Token(3, 7), Token(7, 8)], [Token(9, 11), Token(12, 16)]]
    cuts = list(cuts_of(text, sentences))
    assert cuts == [("He", "l", (1,)), ("left.", "F", (1, 2)), ("He", "l", (1,)), ("came", "", (2,))]
    counts: Counts = Counter(
        {("left.", "F", (1, 2)): ONE_IN, ("came.", "F", (1, 2)): ONE_IN, ("paid.", "F", (0, 1)): 2}
    )
    assert certain(counts) == [("w.", "F", (1, 2), 2 * ONE_IN + 2, 2)]
    counts["paid.", "F", (0, 1)] += 1
    assert certain(counts) == []
    rare: Counts = Counter({("left.", "F", (1, 2)): SEEN_AT_LEAST - 1, ("left:", "F", (1, 1)): 2 * SEEN_AT_LEAST})
    assert certain(rare) == []


SENTENCES = [
    "The council voted to close the harbour bridge on Monday.",
    "“We can't wait any longer,” said Mayor Ada Quill, who didn't agree.",
    "“Why now?” she asked.",
    "Dr. Reyes's brother left Wexcombe at 9:15am, and he hasn't come back.",
    "“It is,” he said, “the last chance we have.”",
    "He paid $2,000 (about half of what they'd asked for) in March 2019.",
    "The U.S. Senate passed the bill by 52 votes to 48.",
    "But Gov. Ann Lee, a former nurse, called it “a mistake”.",
    '"I don\'t know," Ms. Hart told reporters. "Ask the mayor."',
    "It's its third loss in five years; nobody was surprised.",
    "Critics say that the plan — drawn up in secret — won't work!",
    "According to the report, 3.5 million people were without power.",
    "The company's shares fell 12% to $14.20 on Friday.",
    "Acme Inc. said on its website that it would appeal.",
    "What happens next is anyone's guess: the court meets on Jan. 5.",
    "The non-profit group's director, John F. Marsh, declined to comment.",
    "‘That is not what I said,’ she wrote in an email.",
    "Officials in St. Paul said they were looking into it.",
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    pack = Pack.open()
    return Tokenizer.load(pack.path("tokenize"), pack.path("characters"))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9).map(" ".join), min_size=1, max_size=4))
def test_the_network_would_cut_news_the_same_way(tokenizer: Tokenizer, paragraphs: list[str]) -> None:
    quick, full = tokenizer.tokenise(paragraphs), tokenizer.by_network(paragraphs)
    for text, ours, theirs in zip(paragraphs, quick, full, strict=True):
        assert repair(text, ours) == repair(text, theirs)


def test_a_text_alone_and_among_others_is_cut_alike(tokenizer: Tokenizer) -> None:
    paragraphs = [" ".join(SENTENCES), *SENTENCES, "", "   "]
    assert tokenizer.tokenise(paragraphs) == [tokenizer.tokenise([text])[0] for text in paragraphs]
