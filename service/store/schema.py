"""The schema's revisions: which the database has, which this release wants, and the way from one to the other."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from service.errors import StoreUnavailable
from service.store.engine import Database


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database, made where there is none, to a revision; in one transaction. Raises StoreUnavailable."""
    with database.migrating() as connection:
        _refuse_newer(database, connection)
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring the database back to a revision (``base``: empty); in one transaction. Raises StoreUnavailable."""
    with database.migrating() as connection:
        _refuse_newer(database, connection)
        command.downgrade(_config(connection), revision)


def revisions() -> tuple[str, ...]:
    """All revisions that this release knows, oldest first."""
    scripts = ScriptDirectory.from_config(_config(None))
    return tuple(script.revision for script in reversed(list(scripts.walk_revisions())))


def is_current(database: Database) -> bool:
    """Whether the database has this release's schema; False where it does not exist yet."""
    if not database.exists():
        return False
    with database.reading() as connection:
        return _found(connection) == _known()[0]


def revision_of(connection: Connection) -> str:
    """The revision that the database has, ``none`` before the first."""
    return _named(_found(connection))


def check_restorable(database: Database) -> None:
    """Raise StoreUnavailable for a database of a newer release, or of none."""
    with database.reading() as connection:
        _refuse_newer(database, connection)
        if not _found(connection):
            raise StoreUnavailable(f"{database} is no database of Quoth; name a backup")


def check(database: Database) -> None:
    """Raise StoreUnavailable, saying what to do, unless the database has this release's schema."""
    if not database.exists():
        raise StoreUnavailable(f"{database} does not exist yet; run 'quoth db upgrade'")
    with database.reading() as connection:
        _refuse_newer(database, connection)
        found = _found(connection)
    wanted, _ = _known()
    if found != wanted:
        raise StoreUnavailable(
            f"{database} is older than this release: it has schema {_named(found)}, wanted is {_named(wanted)}; "
            "run 'quoth db upgrade'"
        )


def _refuse_newer(database: Database, connection: Connection) -> None:
    found = _found(connection)
    wanted, known = _known()
    if found - known:
        raise StoreUnavailable(
            f"{database} is newer than this release: it has schema {_named(found)}, the newest known here is "
            f"{_named(wanted)}; run the release that wrote it, or restore a backup"
        )


def _found(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())


def _named(revisions: frozenset[str]) -> str:
    return ", ".join(sorted(revisions)) or "none"


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """The newest revision (one, unless branches were left unmerged) and all revisions that this release knows."""
    scripts = ScriptDirectory.from_config(_config(None))
    return frozenset(scripts.get_heads()), frozenset(script.revision for script in scripts.walk_revisions())


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "service.store:migrations")
    config.attributes["connection"] = connection
    return config
