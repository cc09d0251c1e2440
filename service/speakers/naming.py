"""Settles a name: whom *Okafor* means, where one person has that surname and where two have."""

from __future__ import annotations

from collections import Counter

from service.speakers import lexicon_files as lexicon
from service.speakers.discourse import Choice
from service.speakers.names import NameMention
from service.speakers.spelling import plain
from service.speakers.state import Item, State

# namesakes that the evidence names
_MOST_RIVALS = 5


def settle_name(state: State, item: Item) -> Choice:
    """Whom the name of ``item`` means; a Choice of None that names both where two people share it."""
    name = state.names[item.number]
    found = state.discourse.cast.candidates[item.number]
    shown = " ".join(name.tokens)
    if len(found) > 1:
        found = _by_prefix(state, found, name) or _told_apart(state, found, item)
    if len(found) != 1:
        rivals = " or ".join(state.discourse.referent(i).name for i in found[:_MOST_RIVALS])
        return Choice(referent=None, certainty=0.5, evidence=(f"surname {shown}: {rivals}, two share it",))
    referent = state.discourse.referent(found[0])
    if name.key == referent.key:
        return Choice(referent=referent.index, certainty=0.98, evidence=(f"name {shown}",))
    if not referent.is_person:
        return Choice(referent=referent.index, certainty=0.9, evidence=(f"short name {shown} -> {referent.name}",))
    sort = "surname" if referent.key[-len(name.key) :] == name.key else "first name"
    return Choice(referent=referent.index, certainty=0.97, evidence=(f"{sort} {shown} -> {referent.name}",))


def _by_prefix(state: State, found: tuple[int, ...], name: NameMention) -> tuple[int, ...]:
    """*Mayor Pryor* is the one of two Pryors who is the mayor."""
    said = {plain(w.form) for w in name.prefix}
    fitting = [i for i in found if any(r.head in said for r in state.discourse.referent(i).roles)]
    return tuple(fitting) if len(fitting) == 1 else ()


def _parted_by_titles(state: State, found: tuple[int, ...]) -> bool:
    """Whether the article gives each of the namesakes a title of his or her own."""
    titles = [state.discourse.referent(i).titles for i in found]
    genders = [{lexicon.gender_of_title(title) for title in own} - {""} for own in titles]
    return all(len(own) == 1 for own in genders) and len({next(iter(own)) for own in genders}) == len(genders)


# how many times as often as a namesake somebody comes up who goes by the bare surname
_MAIN_FIGURE = 3


def _told_apart(state: State, found: tuple[int, ...], item: Item) -> tuple[int, ...]:
    """Of two people with one surname, the one who has come up, or has come up in this paragraph or the last."""
    here = item.sentence.paragraph
    last = {i: state.discourse.last[i] for i in found if i in state.discourse.last}
    often = Counter({i: state.discourse.often[i] for i in last})
    if len(last) == 1:
        return tuple(last)
    if not state.names[item.number].title and _parted_by_titles(state, found):
        # an article that says Mr and Mrs Wetherell to tell them apart says nothing by Wetherell alone
        return found
    close = [i for i, paragraph in last.items() if here - paragraph <= 1]
    if len(close) == 1:
        return (close[0],)
    # the one whom the article is about, where the other came up in passing and some way back
    (top, most), (_, next_most) = (*often.most_common(2), (0, 0), (0, 0))[:2]
    return (top,) if not close and most >= _MAIN_FIGURE * next_most > 0 else found
