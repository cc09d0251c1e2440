"""API keys, and the answers to requests that may come again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, select, update
from sqlalchemy import delete as deleting

from service.access import Access, ApiKey, StoredAnswer
from service.errors import InProgress, KeyReused, NotFound
from service.store.engine import Database
from service.store.records import is_storable
from service.store.tables import api_keys, idempotency_keys

#: So that a key is known for one wherever it turns up.
PREFIX = "quoth_"
#: A use is written down only if the last one is older, so that reading does not write.
USED_EVERY = timedelta(minutes=1)
#: How long the answer to a request is kept, and how long a request may take to be answered.
KEPT = timedelta(hours=24)
ANSWERED_WITHIN = timedelta(minutes=2)
LONGEST_NAME = 100


def create_key(database: Database, name: str, scopes: Collection[Access]) -> tuple[ApiKey, str]:
    """A new key and its secret, see ``Store.create_key``."""
    # one line: it stands in tables of a terminal and signs corrections
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(
            f"a key needs a name of 1 to {LONGEST_NAME} characters on one line, which says who uses it: got {name!r}"
        )
    if not scopes:
        raise ValueError(f"a key needs a scope; there are {', '.join(Access)}")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        id="k-" + secrets.token_hex(6),
        name=name.strip(),
        scopes=tuple(scope for scope in Access if scope in scopes),
        created_at=datetime.now(UTC),
    )
    with database.writing() as connection:
        connection.execute(
            api_keys.insert(),
            {
                "id": key.id,
                "name": key.name,
                "digest": _digest(secret),
                "scopes": [scope.value for scope in key.scopes],
                "created_at": key.created_at,
            },
        )
    return key, secret


def keys(connection: Connection) -> tuple[ApiKey, ...]:
    """All keys, oldest first."""
    rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)).mappings()
    return tuple(_key_of(row) for row in rows)


def has_keys(connection: Connection) -> bool:
    """Whether a key is good."""
    query = select(api_keys.c.id).where(api_keys.c.revoked_at.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def find_key(database: Database, secret: str) -> ApiKey | None:
    """The key with this secret, see ``Store.find_key``."""
    if not secret.isascii():
        return None
    query = select(api_keys).where(api_keys.c.digest == _digest(secret), api_keys.c.revoked_at.is_(None))
    with database.reading() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        return None
    key, now = _key_of(row), datetime.now(UTC)
    if key.last_used_at is None or now - key.last_used_at >= USED_EVERY:
        with database.writing() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == key.id).values(last_used_at=now))
    return key


def revoke_key(database: Database, id: str) -> ApiKey:
    """Take a key back, see ``Store.revoke_key``."""
    with database.writing() as connection:
        mine = api_keys.c.id == id
        row = connection.execute(select(api_keys).where(mine)).mappings().first() if is_storable(id) else None
        if row is None:
            raise NotFound("API key", id)
        if row["revoked_at"] is None:
            connection.execute(update(api_keys).where(mine).values(revoked_at=datetime.now(UTC)))
        return _key_of(connection.execute(select(api_keys).where(mine)).mappings().one())


def begin_request(database: Database, key: str, *, owner: str, fingerprint: str) -> StoredAnswer | None:
    """Let a request through once, see ``Store.begin_request``."""
    now = datetime.now(UTC)
    table = idempotency_keys.c
    mine = (table.owner == owner) & (table.key == key)
    # a beginning in the future is from before the clock was set back
    too_late = (table.begun_at < now - ANSWERED_WITHIN) | (table.begun_at > now + ANSWERED_WITHIN)
    with database.writing() as connection:
        connection.execute(
            deleting(idempotency_keys).where((table.begun_at < now - KEPT) | (table.status.is_(None) & too_late))
        )
        row = connection.execute(select(idempotency_keys).where(mine)).mappings().first()
        if row is None:
            values = {"owner": owner, "key": key, "fingerprint": fingerprint, "begun_at": now}
            connection.execute(idempotency_keys.insert(), values)
            return None
    if row["fingerprint"] != fingerprint:
        raise KeyReused(f"the idempotency key {key[:60]!r} came with another request before; use a new one for each")
    if row["status"] is None:
        raise InProgress(
            f"the first request with the idempotency key {key[:60]!r} is not answered yet; ask again later"
        )
    return StoredAnswer(status=row["status"], reference=row["reference"])


def end_request(database: Database, key: str, *, owner: str, answer: StoredAnswer | None) -> None:
    """Keep the answer, see ``Store.end_request``."""
    mine = (idempotency_keys.c.owner == owner) & (idempotency_keys.c.key == key)
    with database.writing() as connection:
        if answer is None:
            connection.execute(deleting(idempotency_keys).where(mine))
        else:
            values = {"status": answer.status, "reference": answer.reference}
            connection.execute(update(idempotency_keys).where(mine).values(**values))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key_of(row: RowMapping) -> ApiKey:
    return ApiKey(
        id=row["id"],
        name=row["name"],
        scopes=tuple(Access(scope) for scope in row["scopes"]),
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
