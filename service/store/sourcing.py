"""Whether an article gives a source without a name: *an aide*, *two officials*, *one of its own staff*.

Told in the database, since an audit counts every quote of a store. The rule is the register's (``identities.names``)
as far as SQL that both databases read alike can say it; a test holds the two together.
"""

from __future__ import annotations

from string import ascii_lowercase

from sqlalchemy import ColumnElement, and_, case, func, or_

from service.model import SpeakerKind
from service.store.tables import article_speakers, speakers

# a body (the police) is a name for itself, and a document is none who could have one
_WITH_NAMES = (SpeakerKind.PERSON, SpeakerKind.GROUP, SpeakerKind.UNKNOWN)
_SMALL = tuple(ascii_lowercase)
# whoever stands alone at the head of a sentence
_SOMEBODY = ("one", "another", "some", "others", "many", "both", "two", "several")
_OWNERS = ("%’s %", "%'s %", "%s’ %", "%s' %")


def unnamed() -> ColumnElement[bool]:
    """That a row of ``article_speakers``, joined with ``speakers``, is of somebody without a name.

    The name without *the* starts with a small letter, or its last word does (*Southline spokesperson*); or a person is
    somebody's (*Brandvik's mother*).
    """
    name = article_speakers.c.name
    bare = case((func.lower(func.substr(name, 1, 4)) == "the ", func.substr(name, 5)), else_=name)
    # all but the last word: what is left when every character that is no space is cut off from the right
    before_last = func.rtrim(bare, func.replace(bare, " ", ""))
    last = func.substr(bare, func.length(before_last) + 1, 1)
    return and_(
        speakers.c.kind.in_([kind.value for kind in _WITH_NAMES]),
        or_(
            func.substr(bare, 1, 1).in_(_SMALL),
            last.in_(_SMALL),
            func.lower(bare).in_(_SOMEBODY),
            and_(speakers.c.kind == SpeakerKind.PERSON.value, or_(*(name.like(owner) for owner in _OWNERS))),
        ),
    )
