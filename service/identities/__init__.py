"""Who is the same across articles: the rules of the register of identities.

Inside one article the ``speakers`` step says who a mention is; here it is decided whether the *Maria Okafor* of this
article is the one whom earlier articles quoted. Everything is a pure function over what the articles say; the store
keeps the outcome, and what a person has decided (``merge``, ``split``) always wins over it.

The parts: ``names`` compares names, ``roles`` what people are said to be, ``joining`` weighs the evidence for one
newcomer, ``grouping`` parts all that articles say of a name, and ``entries`` holds the types of a speaker's page.
"""

from __future__ import annotations

from service.identities.entries import AliasUse, IdentityChange, OutletUse, RolePeriod, SpeakerPage
from service.identities.grouping import Group, Member, part
from service.identities.joining import Appearance, Decision, Profile, choose
from service.identities.names import is_named, name_key

__all__ = [
    "AliasUse",
    "Appearance",
    "Decision",
    "Group",
    "IdentityChange",
    "Member",
    "OutletUse",
    "Profile",
    "RolePeriod",
    "SpeakerPage",
    "choose",
    "is_named",
    "name_key",
    "part",
]
