"""A PostgreSQL database as the store's."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pg8000
from sqlalchemy import Connection, Engine, create_engine, event, exc, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from service.errors import SettingsError
from service.store.engine import POOL_OVERFLOW, POOL_SIZE, Database
from service.store.prepared import PreparedConnection

# One writer at a time, as in SQLite: articles of several workers count up the same speakers, and a lock taken first
# cannot be part of a deadlock. Writes take milliseconds, reading an article a second. The number is any, but fixed.
_WRITE_LOCK = 7_105_316_284
CONNECT_SECONDS = 10
# how much longer than a statement may take an answer is waited for
_SILENT_SECONDS = 5
# of a connection on which nothing comes: after how many seconds the other side is asked for a sign, how many apart and
# how often; and for how many milliseconds what was sent may go unanswered. By TCP's own values that is hours.
_TCP = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}

# By SQLSTATE, its class (two characters) last.
_LOCKED = "is locked by another program or a long write; try again later"
_GONE = "cannot be reached; look whether the server runs, and whether QUOTH_DATABASE_URL is right"
_REFUSED = "does not let us in; look at user and password in QUOTH_DATABASE_URL"
_STATES = {
    "42P01": "lacks this release's tables; run 'quoth db upgrade'",
    "42703": "lacks this release's tables; run 'quoth db upgrade'",
    "42883": "lacks this release's tables; run 'quoth db upgrade'",
    "42501": "does not let our user do this; give it the rights to its tables",
    "3D000": "does not exist; make it with createdb, then run 'quoth db upgrade'",
    "25006": "can only be read; it may be a standby",
    "55P03": _LOCKED,
    "40001": _LOCKED,
    "40P01": _LOCKED,
    "57014": "took too long to answer; try again later",
    "53100": "cannot grow: its disk is full; make room",
    "53300": "takes no more connections; try again later",
    "XX001": "is damaged; restore it from a backup",
    "XX002": "is damaged; restore it from a backup",
    "08": _GONE,
    "28": _REFUSED,
    "53": "has run out of memory or of another resource; try again later",
    "57": "is shutting down or starting; try again later",
    "58": "cannot be read or written: its disk reports an error; look at the server's log",
}
# Rows that an index found all over a table are asked of the disk together, not one after the other. Not where the
# server has it off (0), since some systems cannot.
_READ_AHEAD = (
    "SELECT set_config('effective_io_concurrency', greatest(200, setting)::text, false) "
    "FROM (SELECT current_setting('effective_io_concurrency')::integer AS setting) AS found WHERE setting > 0"
)
_SSL_MODES = ("disable", "prefer", "require", "verify-full")


class PostgresqlDatabase(Database):
    """A database of a PostgreSQL server. It is made by its administrator (``createdb``), its tables by us.

    ``answer_seconds``: the longest that a statement may take, but for those that change the schema; None: any time. A
    server that is silent for longer is taken for gone.
    """

    def __init__(self, url: URL, *, busy_timeout_seconds: float, answer_seconds: float | None = None) -> None:
        super().__init__(busy_timeout_seconds=busy_timeout_seconds)
        self._ssl = _ssl_context(url)
        self._url = _driver_url(url)
        self._answer_seconds = answer_seconds

    def __str__(self) -> str:
        return f"the database {self._url.database}"

    def exists(self) -> bool:
        """Whether the server knows it; StoreUnavailable where the server cannot be asked."""
        with self.faults_told():
            try:
                self.engine.connect().close()
            except exc.DBAPIError as error:
                if _sqlstate(error.orig) == "3D000":
                    return False
                raise
        return True

    def state_of(self, error: BaseException) -> str | None:
        """See ``Database``; from the server's SQLSTATE, or from the loss of the connection."""
        code = _sqlstate(error)
        if code is not None:
            return _STATES.get(code) or _STATES.get(code[:2])
        # not any OSError: what goes wrong with a file while the database is read is not the database's fault
        if isinstance(error, pg8000.InterfaceError | ConnectionError | TimeoutError | ssl.SSLError | socket.gaierror):
            return _GONE
        return None

    def _create_engine(self) -> Engine:
        return self._engine_with(
            self._answer_seconds,
            poolclass=QueuePool,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=self.busy_timeout_seconds,
            # a server that was restarted is noticed before a statement is lost on it, and the store is ready again
            pool_pre_ping=True,
        )

    def _engine_with(self, answer_seconds: float | None, **options: Any) -> Engine:
        """An engine whose connections wait so long for an answer, None: for ever; ``options`` are SQLAlchemy's."""
        soon = CONNECT_SECONDS if answer_seconds is None else min(CONNECT_SECONDS, answer_seconds)
        # the server itself ends what takes too long; who is silent after that is gone
        silent = None if answer_seconds is None else answer_seconds + _SILENT_SECONDS
        engine = create_engine(self._url, connect_args=self._arguments(soon, answer_seconds), **options)

        @event.listens_for(engine, "do_connect")
        def connect(_dialect: Any, _record: Any, given: Any, named: Any) -> PreparedConnection:
            return PreparedConnection(*given, **named)

        @event.listens_for(engine, "connect")
        def wait_for_answers(connection: Any, _record: ConnectionPoolEntry) -> None:
            # the timeout was for getting in; a statement may take longer
            connection._usock.settimeout(silent)
            _notice_a_lost_network(connection._usock)
            connection.cursor().execute(_READ_AHEAD)
            # or it would be taken back with the first transaction that is
            connection.commit()

        @event.listens_for(engine, "handle_error")
        def notice_the_end(context: ExceptionContext) -> None:
            # a server that ends a connection says so first, which the dialect takes for an error like any other; one
            # that is silent, or whose network is gone, says nothing
            ended = (_sqlstate(context.original_exception) or "").startswith(("57P", "08"))
            if ended or isinstance(context.original_exception, OSError):
                context.is_disconnect = True

        def is_alive(connection: PreparedConnection) -> bool:
            connection._usock.settimeout(soon)
            try:
                # the transaction that follows needs it anyway
                connection.execute_simple("begin transaction")
                return True
            except OSError:
                # a reset connection is no error of the driver's, which the pool would take for an end
                return False
            finally:
                connection._usock.settimeout(silent)

        engine.dialect.do_ping = is_alive  # type: ignore[assignment, method-assign]
        return engine

    def _arguments(self, connect_seconds: float, answer_seconds: float | None) -> dict[str, Any]:
        """What the driver is told of each connection."""
        return {
            "timeout": connect_seconds,
            "application_name": "quoth",
            "ssl_context": self._ssl,
            "startup_params": {
                "timezone": "UTC",
                "default_transaction_isolation": "read committed",
                # as disks without a moving head have it; with the default of such that have one, a filter on a common
                # type is read whole from its index to spare looking at a few thousand rows
                "random_page_cost": "1.1",
                # a prepared statement is planned for the words and names at hand, not for any: some are common
                "plan_cache_mode": "force_custom_plan",
                "lock_timeout": _milliseconds(self.busy_timeout_seconds),
                **({} if answer_seconds is None else {"statement_timeout": _milliseconds(answer_seconds)}),
            },
        }

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            # for this transaction only: an option of the connection would be set and taken back each time
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        # each statement sees what was committed before it, so what the writer before left is seen behind the lock
        with self.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITE_LOCK})
            yield connection

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        engine = self._engine_with(None, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITE_LOCK})
            yield connection


def _notice_a_lost_network(connection: socket.socket) -> None:
    """Have the system end a connection whose other side is gone without a word, as far as it knows the options."""
    if connection.family == socket.AF_UNIX:
        return
    for name, value in _TCP.items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _milliseconds(seconds: float) -> str:
    """As the server's settings take it; 0 would be no bound."""
    return str(max(1, round(seconds * 1000)))


def _sqlstate(error: BaseException | None) -> str | None:
    """The five characters by which the server names an error; None where the error is not the server's."""
    details = error.args[0] if isinstance(error, pg8000.DatabaseError) and error.args else None
    if not isinstance(details, Mapping):
        return None
    code = details.get("C")
    return code if isinstance(code, str) else None


def _driver_url(url: URL) -> URL:
    """The URL as pg8000 takes it. Raises SettingsError."""
    if not url.username or not url.database:
        raise SettingsError(("the database URL: for PostgreSQL it names at least postgresql://USER@/NAME",))
    unknown = sorted(set(url.query) - {"sslmode", "host"})
    if unknown:
        raise SettingsError((f"the database URL: got {', '.join(unknown)}; allowed behind ? are host and sslmode",))
    folder = url.query.get("host")
    if folder is None:
        return url.set(drivername="postgresql+pg8000", query={})
    # as for libpq, a folder instead of a host is that of the server's socket
    path = f"{folder}/.s.PGSQL.{url.port or 5432}"
    return url.set(drivername="postgresql+pg8000", query={"unix_sock": path})


def _ssl_context(url: URL) -> ssl.SSLContext | bool | None:
    """For ``?sslmode=``, as libpq reads it.

    ``prefer`` encrypts where the server can, ``require`` always; ``verify-full`` also makes sure which server it is.
    """
    mode = url.query.get("sslmode", "prefer")
    if mode not in _SSL_MODES:
        raise SettingsError((f"the database URL: got sslmode={mode}; allowed is one of {', '.join(_SSL_MODES)}",))
    if mode in ("disable", "prefer"):
        # pg8000's own values for never and for where it can be
        return False if mode == "disable" else None
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
