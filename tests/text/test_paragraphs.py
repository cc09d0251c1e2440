"""Paragraphs, their kinds, live-blog stamps, bullets and credits."""

from __future__ import annotations

import pytest

from service.text import read_layout
from tests.text.drawing import paragraphs_drawn


def drawn(text: str) -> list[str]:
    return paragraphs_drawn(read_layout(text), text)


def body_of(text: str) -> str:
    """The text as second paragraph, so that the rule for headlines does not touch it; without the first."""
    (_, second) = drawn(f"The ferry will not sail.\n\n{text}")
    return second


@pytest.mark.parametrize(
    "gap",
    [
        "\n",
        "\n\n",
        "\r\n",
        "\r\n\r\n",
        "\r",
        "\n \t\n",
        "\n\u200b\n",
        "\f",
        "\u2028",
        "\u2029",
        "\x85",
        "\n\n\n \n\xa0\n",
    ],
)
def test_line_breaks(gap: str) -> None:
    assert drawn(f"She left.{gap}He stayed.") == ["body: She left.", "body: He stayed."]


def test_blanks_around_paragraphs_belong_to_none() -> None:
    text = "\ufeff\xa0 She left.\u200b \t\n\t\u3000He stayed.\xa0"
    spans = [paragraph.span.of(text) for paragraph in read_layout(text).paragraphs]
    assert spans == ["She left.", "He stayed."]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b\ufeff", "\xa0\u2028\t"])
def test_nothing_but_blanks_has_no_paragraphs(text: str) -> None:
    assert read_layout(text).paragraphs == ()


WRAPPED = """\
PORT WREN -- The council of Port Wren said on Tuesday that the ferry
to the outer islands would not sail before the spring, because a
survey had found rust in its hull.

"We will not put anyone on board a ship that is not sound," said the
harbour master, Ada Quill. She added that a smaller boat would carry
the mail.

  The islanders have asked for a meeting, and the owners' agents say
that they will come to it if the council pays their fare.
  Nobody could be reached at the yard.

MEETING ON FRIDAY

- The first item is the ferry, its hull and
  what may be done about it.
- The second item is the mail.
"""


def test_hard_wrapped_blocks_are_one_paragraph_each() -> None:
    assert drawn(WRAPPED) == [
        "body: The council of Port Wren said on Tuesday that the ferry to the outer islands would not sail"
        " before the spring, because a survey had found rust in its hull.",
        'body: "We will not put anyone on board a ship that is not sound," said the harbour master, Ada Quill. She'
        " added that a smaller boat would carry the mail.",
        "body: The islanders have asked for a meeting, and the owners' agents say that they will come to it if the"
        " council pays their fare.",
        "body: Nobody could be reached at the yard.",
        "heading: MEETING ON FRIDAY",
        "list-item: The first item is the ferry, its hull and what may be done about it.",
        "list-item: The second item is the mail.",
    ]


def test_hard_wrapped_with_windows_line_ends_is_read_alike() -> None:
    assert drawn(WRAPPED.replace("\n", "\r\n")) == drawn(WRAPPED)


def test_lines_that_end_sentences_are_paragraphs() -> None:
    lines = [
        "The ferry to the outer islands will not sail before spring.",
        "A survey found rust in its hull, the harbour master said.",
        "The islanders have asked the council for a meeting about it.",
        "The owners' agents will come if the council pays their fare.",
    ]
    assert drawn("\n".join(lines)) == [f"body: {line}" for line in lines]


def test_long_lines_are_paragraphs() -> None:
    line = "the harbour master said that " * 8 + "nobody would sail"
    assert len(drawn("\n".join([line] * 5))) == 5


@pytest.mark.parametrize(
    "text",
    [
        "Incredibly hard - Quill",
        "Quill 'waiting for answers'",
        "What Ada Quill said about the ferry",
        "Listen",
        "MEETING ON FRIDAY",
        "‘Not before spring’",
        "eBay sellers back the ferry",
    ],
)
def test_headings(text: str) -> None:
    assert body_of(text) == f"heading: {text}"


@pytest.mark.parametrize(
    "text",
    [
        "She left.",
        "Why?",
        "“We wait.”",
        "She said:",
        "and then she left without another word",
        "No line of this many words is a heading, for it goes on and on and on and on and on",
        "…",
    ],
)
def test_no_headings(text: str) -> None:
    assert body_of(text) == f"body: {text}"


def test_a_headline_may_be_longer_than_a_heading() -> None:
    headline = "Islanders ask for a meeting as the council says that the ferry to Port Wren will not sail before spring"
    assert drawn(f"{headline}\n\nShe left.")[0] == f"heading: {headline}"
    assert drawn(f"She left.\n\n{headline}")[1] == f"body: {headline}"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Photo: supplied", "supplied"),
        ("Photograph: Tom Reed/Wren News", "Tom Reed/Wren News"),
        ("Image: Wren Port Authority", "Wren Port Authority"),
        ("Photo by Tom Reed", "Tom Reed"),
        ("Pictured: the ferry in May.", "the ferry in May."),
        ("(Photo by Tom Reed)", "-"),
        ("The ferry, which the owners say is sound. Photo: supplied", "The ferry, which the owners say is sound."),
        ("The ferry in May (Photo by Tom Reed/Wren News)", "The ferry in May"),
        ("The ferry in May. (Image: Wren Port Authority)", "The ferry in May."),
        ("The ferry in May | Photograph: Tom Reed", "The ferry in May"),
        ("The ferry in May. PHOTO: TOM REED", "The ferry in May."),
    ],
)
def test_captions(text: str, body: str) -> None:
    assert body_of(text) == f"caption: {body}"


@pytest.mark.parametrize(
    "text",
    [
        "The photo shows the ferry.",
        "A photograph by Tom Reed shows the ferry.",
        "She posted the same photo: it shows the ferry in May.",
        "Photography is her trade.",
        "The video was clear. She said: we wait.",
    ],
)
def test_no_captions(text: str) -> None:
    assert body_of(text) == f"body: {text}"


@pytest.mark.parametrize("bullet", ["-", "*", "•", "–", "‣", "1.", "12.", "2)", "(3)", "a)"])
def test_bullets_are_no_part_of_the_body(bullet: str) -> None:
    assert body_of(f"{bullet} The ferry is late.") == "list-item: The ferry is late."


@pytest.mark.parametrize(
    "text", ["-The ferry is late.", "J. Smith is late.", "10 - 12 people came.", "2026. It was a year.", "— She left."]
)
def test_no_bullets(text: str) -> None:
    assert body_of(text) == f"body: {text}"


@pytest.mark.parametrize("text", ["***", "* * *", "___", "-----", "•"])
def test_drawn_lines_have_no_body(text: str) -> None:
    assert body_of(text) == "body: -"


@pytest.mark.parametrize(
    ("text", "stamp", "body"),
    [
        ("8:15am - The mayor came.", "8:15am", "The mayor came."),
        ("8:15 a.m. - The mayor came.", "8:15 a.m.", "The mayor came."),
        ("8.15am: The mayor came.", "8.15am", "The mayor came."),
        ("08:15 The mayor came.", "08:15", "The mayor came."),
        ("08:15 “We wait,” she said.", "08:15", "“We wait,” she said."),
        ("14:05 BST The mayor came.", "14:05 BST", "The mayor came."),
        ("14:05 BST", "14:05 BST", "-"),
        ("[10:32] The mayor came.", "10:32", "The mayor came."),
        ("(10.32pm) The mayor came.", "10.32pm", "The mayor came."),
        ("3pm – The mayor came.", "3pm", "The mayor came."),
        ("3PM—The mayor came.", "3PM", "The mayor came."),
        ("7 p.m.", "7 p.m.", "-"),
        ("9:41", "9:41", "-"),
        ("noon", "noon", "-"),
        ("Posted at 10:32", "10:32", "-"),
        ("2 mins ago", "2 mins ago", "-"),
        ("5h ago", "5h ago", "-"),
        ("8.15am | The mayor came.", "8.15am", "The mayor came."),
        ("8:15am - 200 people came.", "8:15am", "200 people came."),
        ("8:15am Monday: The mayor came.", "8:15am Monday", "The mayor came."),
        ("10:15:30 - The mayor came.", "10:15:30", "The mayor came."),
    ],
)
def test_stamps(text: str, stamp: str, body: str) -> None:
    assert body_of(text) == f"body: [{stamp}] {body}"


@pytest.mark.parametrize(
    "text",
    [
        "At 8:15am the mayor came.",
        "8:15am was too early for her.",
        "8.15 per cent of voters came.",
        "8.15 was the vote.",
        "10 - 12 people came.",
        "10 people came.",
        "8am - 10am is too early.",
        "25:10 is no time.",
        "8:75 is none either.",
        "11am Mass was cancelled.",
        "9am Monday is too early.",
        "2:15.33 was her time.",
        "12:30am, she said, is late.",
        "Noon came.",
        "5h ago she left.",
    ],
)
def test_no_stamps(text: str) -> None:
    assert body_of(text) == f"body: {text}"


def test_times_with_only_a_space_after_them_need_each_other() -> None:
    text = "9.30am The mayor came.\n10.15am Rain fell.\n11.30am was quiet."
    assert drawn(text) == ["body: [9.30am] The mayor came.", "body: [10.15am] Rain fell.", "body: 11.30am was quiet."]


def test_live_blog() -> None:
    text = """Storm: live

8:15am - Port shuts

"Nobody sails," said Ada Quill.

8:40am

The mayor is on his way.

• 9:05am: He is here."""
    assert drawn(text) == [
        "heading: Storm: live",
        "heading: [8:15am] Port shuts",
        'body: "Nobody sails," said Ada Quill.',
        "body: [8:40am] -",
        "body: The mayor is on his way.",
        "list-item: [9:05am] He is here.",
    ]


@pytest.mark.parametrize("text", ["word", "\ud800", "\x00", "e\u0301", "👩\u200d👧", "a" * 50_000, "7", "a\x00b\x1fc"])
def test_odd_texts_are_one_paragraph(text: str) -> None:
    (paragraph,) = read_layout(text).paragraphs
    assert paragraph.span.of(text) == text
    assert paragraph.body == paragraph.span
