"""Quotation marks: which pair with which, which run on, which are apostrophes, and which are left over."""

from __future__ import annotations

import pytest

from service.text import read_layout
from service.text.quotations import MOST_MARKS, MOST_NOTICES
from tests.text.drawing import quotations_drawn, undrawn

PAIRS = [
    # every usual kind
    '⟦"We will wait,"⟧ said Ada Quill. ⟦"It isn\'t far."⟧',
    "⟦“We will wait,”⟧ said Ada Quill. ⟦“It isn’t far.”⟧",
    "⟦'We will wait,'⟧ said Ada Quill. ⟦'It isn't far.'⟧",
    "⟦‘We will wait,’⟧ said Ada Quill. ⟦‘It isn’t far.’⟧",
    "⟦«We will wait»⟧, said Ada Quill.",
    "⟦« We will wait »⟧, said Ada Quill.",
    "⟦»We will wait«⟧, said Ada Quill.",
    "⟦»We will wait»⟧, said Ada Quill.",
    "⟦„We will wait“⟧, said Ada Quill, ⟦„if we must”⟧.",
    "⟦‚We will wait‘⟧, said Ada Quill.",
    "⟦‹We will wait›⟧, said Ada Quill, ⟦›if we must‹⟧.",
    "⟦''We will wait,''⟧ said Ada Quill. ⟦``It is not far,''⟧ said Tom.",
    "⟦‘‘We will wait,’’⟧ said Ada Quill.",
    "⟦`We will wait,'⟧ said Ada Quill.",
    "⟦″We will wait,″⟧ said Ada Quill.",
    '⟦""We will wait,""⟧ said Ada Quill, twice escaped.',
    "⟦””We will wait,””⟧ said Ada Quill.",
    # kinds mixed within one pair
    '⟦"We will wait,”⟧ said Ada Quill. ⟦“It is far."⟧',
    "⟦‘We will wait,'⟧ said Ada Quill.",
    # a wrong direction
    "⟦”We will wait,”⟧ said Ada Quill.",
    "⟦“We will wait,“⟧ said Ada Quill.",
    # nested, alternately
    "⟦\"They told us ⟦'wait'⟧ and ⟦'do not wait'⟧,\"⟧ she said.",
    "⟦“They told us ⟦‘wait, ⟦“please”⟧, wait’⟧,”⟧ she said.",
    "⟦'They told us ⟦\"wait\"⟧,'⟧ she said.",
    "⟦\"⟦'Wait,'⟧ they told us,\"⟧ she said. ⟦\"So we said ⟦'No.'⟧\"⟧",
    "⟦''They told us, ⟦'Wait,'⟧''⟧ she said. ⟦''⟦'No,'⟧ we said.''⟧",
    '⟦"The bridge sounds ⟦“rather old”⟧ or ⟦“rather tired.”⟧"⟧',
    # nested without another kind
    '⟦"The sign says ⟦"No entry"⟧ in red,"⟧ she said.',
    "⟦“The sign says ⟦“No entry”⟧ in red,”⟧ she said.",
    # what stands next to marks
    "He said (⟦“never”⟧) and—⟦“we will—”⟧—⟦“[W]e must”⟧ and ⟦“…then go”⟧.",
    'He said (⟦"never"⟧) and—⟦"we will—"⟧—⟦"[W]e must"⟧ and ⟦"...then go"⟧.',
    'It is ⟦"yes"⟧/⟦"no"⟧, a non-⟦"native"⟧ plant; the ⟦"mayor"⟧\'s plan.',
    "the ⟦'Herald'⟧'s report, the ⟦‘Herald’⟧’s report, the ⟦“Herald”⟧’s report.",
    'Slipshod: ⟦"We wait,"⟧ he said.⟦"We do."⟧ And ⟦" we wait "⟧ again.',
    'A tweet: ⟦"👍🏽"⟧ and ⟦"café\u0301"⟧.',
    # a run of short single-marked parts
    "⟦'No!'⟧ ⟦'Yes?'⟧ ⟦'Maybe...'⟧ He wrote ⟦'I am'⟧, ⟦'you are'⟧ and ⟦'they're'⟧.",
    # headings and captions
    "Port boss ⟦'waiting for answers'⟧",
    "The ferry ⟦'Lady Wren'⟧ at the quay. Photo: supplied",
]

APOSTROPHES = [
    "I don't know, you don’t know, O'Brien and O’Neill don't know.",
    "The MPs' votes were counted. The dogs' bowls were empty, and Jess' friend's too.",
    "The MPs’ votes were counted. The dogs’ bowls were empty, and Jess’ friend’s too.",
    "'Tis the season for rock 'n' roll of the '90s, said Ada O'Brien.",
    "’Tis the season for rock ’n’ roll of the ’90s, said Ada O’Brien.",
    "‘Tis the season for rock ‘n’ roll of the ‘90s: an editor's wrong marks.",
    "Fish 'n' chips and gin ’n tonic, ol' friend, for goin' home with 'em.",
    "The D.C.'s offices and the Quill Jr.'s yard; Sophie in 't Veld came.",
    'He is 6\'2" tall, she 5\' 4". A 12" pizza and a 5” nail; 5′ 2″.',
    "a <a href=\"/news\" title='no'>tag</a> left in the text",
    # a possessive plural must not swallow what follows
    "The workers' pay rose. The firm said so. The owners' profits did not.",
    "The workers' pay rose and they said ⟦'thanks'⟧. The owners' profits did not.",
    "⟦'The workers' pay rose,'⟧ he said. ⟦'The owners' profits did not.'⟧",
    "⟦‘The workers’ pay rose,’⟧ he said. ⟦‘The owners’ profits did not.’⟧",
    "He called the ⟦'MPs' votes'⟧ a farce.",
    "He said the ⟦'workers'⟧ would ask for their employers' help.",
    "⟦'Tis the season,'⟧ she said. ⟦'Goin' home,'⟧ he said.",
    "⟦'Is it far?'⟧ he asked. ⟦'Round the corner,'⟧ she said.",
    '⟦"I love the 12" pizza,"⟧ he said. ⟦"I was 12"⟧ is no measure.',
    "O'Neil's ⟦'big'⟧ idea and the Joneses' house. ⟦'It's here.'⟧",
]

STRAYS = [
    # a closing mark without an opening one: no quotation, and the rest is as it would be
    'We will wait,⚑" she said. Then she said ⟦"no"⟧.',
    # an opening mark that starts a paragraph: as far as the paragraph's end
    '⟦⚑"We will wait for the boat.⟧?\nShe said so.',
    "⟦⚑“We will wait for the boat.⟧?",
    "⟦⚑'We will wait for the boat.⟧?\nShe said so.",
    # or that a sentence leads into
    "She said: ⟦⚑“We will wait for the boat.⟧?",
    # but not where another quotation comes after it
    "⚑“We will wait, she said. ⟦“It is far.”⟧",
    "She called it ⚑“a plan and left. He said ⟦“no”⟧.",
    # single ones
    "the ⚑'dogs had it. Many more had it. The MPs' votes were there.",
    "We will wait,⚑' she said.",
    "⟦“They told us ⚑‘wait,”⟧ she said.",
    # one stray costs its own paragraph's neighbours nothing
    'He said ⟦"yes"⟧.\nWe will wait,⚑" she said.\nHe said ⟦"no"⟧.',
    "He said ⟦'yes'⟧.\nWe will wait,⚑' she said.\nHe said ⟦'no'⟧.",
    'Nothing between: "" and “”, and ⚑""" a line.',
]

MISMATCHED = [
    # one kind opens and the other closes, where neither has another partner
    'He called it ⟦"a soap opera⚑\'⟧. She said ⟦"no"⟧.',
    "She said: ⟦'We will wait for the boat.⚑\"⟧ Tom left.",
    "She tweeted: ⟦“We wait.⚑’⟧ Tom left.",
    # but not where one has
    '⟦"They told us ⚑\'wait,"⟧ she said.',
    '⟦"They told us the dogs\' owners wait,"⟧ she said.',
]

RUNNING_ON = [
    '⟦"We will wait.⟧→\n⟦"It is far."⟧\nShe left.',
    '⟦"We will wait.⟧→\n\n⟦"It is far.⟧→\n\n⟦"But we will,"⟧ she said.',
    "⟦“We will wait.⟧→\n⟦“They told us ⟦‘wait’⟧,”⟧ she said. ⟦“Yes.”⟧",
    "⟦'We will wait.⟧→\n⟦'It's far for the dogs' owners,'⟧ she said.",
    # from the middle of a paragraph
    'Her statement went on: ⟦"When we came we waited.⟧→\n⟦"Then we left."⟧',
    'She said: ⟦"We wait,"⟧ and: ⟦"We do.⟧→\n⟦"Then we leave,"⟧ she said.',
    # an inner quotation too
    "⟦“He told us: ⟦‘Wait.⟧→⟧→\n⟦“⟦‘Then leave.’⟧ So we left.”⟧",
    # past a picture's caption
    '⟦"We will wait.⟧→\nPhoto: Tom Reed\n⟦"It is far."⟧',
    # it stops where a paragraph closes it
    '⟦"We will wait.⟧→\n⟦"It is far."⟧\n⟦"No,"⟧ said Tom.',
    # ... and where the next one does not open with a mark
    '⟦⚑"We will wait.⟧?\nHe said ⟦"no"⟧.\n⟦"Yes,"⟧ she said.',
    '⟦"We will wait.⟧→\n⟦⚑"It is far.⟧?\nHe said ⟦"no"⟧.',
    # ... or opens with another kind
    "⟦⚑“We will wait.⟧?\n⟦‘No,’⟧ said Tom.",
    # ... or with an apostrophe
    "⟦⚑'We will wait.⟧?\n'90s bands came.",
    # an entry of a live blog is its own
    '8:15am - ⟦⚑"We will wait.⟧?\n8:20am - ⟦"No,"⟧ said Tom.',
    # two quotations that both close do not join
    '⟦"We will wait."⟧\n⟦"It is far."⟧',
]


@pytest.mark.parametrize("drawing", [*PAIRS, *APOSTROPHES, *STRAYS, *MISMATCHED, *RUNNING_ON])
def test_marks(drawing: str) -> None:
    assert quotations_drawn(undrawn(drawing)) == drawing


@pytest.mark.parametrize("drawing", [*PAIRS, *APOSTROPHES])
def test_marks_before_and_after_other_paragraphs(drawing: str) -> None:
    """What stands in other paragraphs changes nothing, a stray mark there included."""
    around = 'Tom left," she said.\n{}\n\nThen he came," she said.'
    expected = 'Tom left,⚑" she said.\n{}\n\nThen he came,⚑" she said.'
    assert quotations_drawn(around.format(undrawn(drawing))) == expected.format(drawing)


def test_article_in_single_marks() -> None:
    drawing = """Harbour users ⟦'left in the dark'⟧ over ferry

⟦'We were told nothing,'⟧ said Ada Quill, whose sons' boats lie at the quay. ⟦'It's been weeks. The owners' letters went
unanswered. And now it's ⟦"too late"⟧, they say.'⟧

The council's view is that the users' group ⟦'had every chance'⟧. The '90s plan, O'Brien said, wasn't his.

⟦'I don't accept that. We wrote.⟧→

⟦'We wrote again. It isn't the dogs' fault, as they say,'⟧ he said."""
    assert quotations_drawn(undrawn(drawing)) == drawing


def test_parents_are_the_innermost_around() -> None:
    layout = read_layout("“He told us: ‘I heard “no” there.\n“‘Then leave.’ So we left.” And “yes”.")
    outer, inner, innermost, last = layout.quotations
    assert [q.parent for q in (outer, inner, innermost, last)] == [None, 0, 1, None]
    assert [len(q.spans) for q in (outer, inner, innermost, last)] == [2, 2, 1, 1]
    assert layout.notices == ()


def test_notice_names_the_mark_and_what_follows() -> None:
    text = 'We will wait," she said.\n"It is far.'
    first, second = read_layout(text).notices
    assert first.code == second.code == "unpaired-quotation-mark"
    assert first.span is not None
    assert second.span is not None
    assert (first.span.of(text), first.span.start) == ('"', 13)
    assert second.span.start == text.index('"It')
    assert "no quotation is read from it" in first.message
    assert "as far as its paragraph's end" in second.message


def test_notice_of_a_mismatch_names_both_marks() -> None:
    text = "He called it “a soap opera'."
    (notice,) = read_layout(text).notices
    assert notice.code == "mismatched-quotation-marks"
    assert notice.message == "the quotation mark ' is read as closing what “ opened"
    assert notice.span is not None
    assert notice.span.of(text) == "'"


def test_notices_are_bounded() -> None:
    text = "We wait,” she said.\n" * 500
    notices = read_layout(text).notices
    assert len(notices) == MOST_NOTICES + 1
    assert notices[-1].message.startswith(f"{500 - MOST_NOTICES} more quotation marks have no partner")


def test_ten_thousand_quotations() -> None:
    layout = read_layout('He said "no". ' * (MOST_MARKS // 2))
    assert len(layout.quotations) == MOST_MARKS // 2
    assert layout.notices == ()


def test_marks_beyond_the_limit_are_reported_once() -> None:
    text = 'He said "no". ' * (MOST_MARKS // 2) + 'He said "yes".\nShe said "maybe".'
    layout = read_layout(text)
    assert len(layout.quotations) == MOST_MARKS // 2
    (notice,) = layout.notices
    assert notice.code == "too-many-quotation-marks"
    assert notice.span is not None
    assert notice.span.of(text) == '"yes".\nShe said "maybe".'
