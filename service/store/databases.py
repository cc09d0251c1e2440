"""From a URL to the database that it names."""

from __future__ import annotations

from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from service.errors import SettingsError
from service.store.engine import Database
from service.store.sqlite import SqliteDatabase, sqlite_path

_SQLITE = ("sqlite", "sqlite+pysqlite")
_POSTGRESQL = ("postgresql", "postgres", "postgresql+pg8000")
ALLOWED = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"


def open_database(
    url: str, *, make_directory: bool = False, busy_timeout_seconds: float = 5.0, answer_seconds: float | None = None
) -> Database:
    """The database; nothing is opened yet. Raises SettingsError for a URL that names none of ours.

    ``answer_seconds``: see ``Store``.
    """
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        # not shown: it may hold a password
        raise SettingsError((f"the database URL: got what is no URL; allowed is {ALLOWED}",)) from error
    if parsed.drivername in _SQLITE:
        path = sqlite_path(parsed, _shown(parsed))
        return SqliteDatabase(path, make_directory=make_directory, busy_timeout_seconds=busy_timeout_seconds)
    if parsed.drivername in _POSTGRESQL:
        from service.store.postgresql import PostgresqlDatabase  # noqa: PLC0415 - its driver is loaded where it is used

        return PostgresqlDatabase(parsed, busy_timeout_seconds=busy_timeout_seconds, answer_seconds=answer_seconds)
    raise SettingsError((f"the database URL: got {_shown(parsed)}; allowed is {ALLOWED}",))


def _shown(url: URL) -> str:
    return repr(url.render_as_string(hide_password=True))
