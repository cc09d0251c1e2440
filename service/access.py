"""Who may do what: API keys and their scopes; and what was answered to a request that may come again.

>>> key_may({Access.WRITE}, Access.READ), key_may({Access.READ}, Access.WRITE)
(True, False)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Access(StrEnum):
    """What a key allows: ``read`` looks, ``write`` adds, changes and corrects too, ``admin`` does everything."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


_IMPLIED = {
    Access.READ: {Access.READ},
    Access.WRITE: {Access.READ, Access.WRITE},
    Access.ADMIN: {Access.READ, Access.WRITE, Access.ADMIN},
}


def key_may(scopes: Collection[Access], wanted: Access) -> bool:
    """Whether one of the scopes includes what is wanted."""
    return any(wanted in _IMPLIED[scope] for scope in scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key without its secret, which nobody can read again once it was made.

    ``id`` is ``k-…``, fit for logs; ``name`` says who or what uses it, and signs the corrections made with it.
    ``last_used_at`` is exact to a minute. ``revoked_at`` is None while it is good.
    """

    id: str
    name: str
    scopes: tuple[Access, ...]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def may(self, wanted: Access) -> bool:
        """Whether the key allows it."""
        return self.revoked_at is None and key_may(self.scopes, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """What the first request with an idempotency key was answered: its status, and the id of what it made, if any."""

    status: int
    reference: str | None
