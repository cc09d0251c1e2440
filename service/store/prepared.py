"""Connections to PostgreSQL that have each statement read once.

The driver looks for the places of a statement's parameters character by character, and then speaks to the server three
times: to have the statement read, to ask of which types it is, to run it. Here all but the last is done when a
connection first sees a statement (a prepared statement), which spares half of the time of a page of quotes.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from typing import Any

import pg8000
from pg8000.converters import make_params
from pg8000.legacy import convert_paramstyle

# statements that a connection keeps; the server keeps as many for it
MOST = 100
# the type timestamptz
_MOMENT = 1184
# the beginnings of what a server says of a statement that it has read when columns were of other types, or that it has
# no more
_STALE = ("0A000", "26000", "42")


class PreparedConnection(pg8000.Connection):  # type: ignore[misc]
    """A connection of the driver's, to be used as one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # name, columns and what reads their values, by the statement as SQLAlchemy writes it; used longest ago first
        self._prepared: OrderedDict[str, tuple[bytes, Any, Any]] = OrderedDict()
        # the driver's own way tries several forms with strptime
        self.register_in_adapter(_MOMENT, datetime.fromisoformat)

    def cursor(self) -> pg8000.Cursor:
        """See the driver."""
        return _PreparedCursor(self)

    def execute_unnamed(self, statement: str, vals: Any = (), oids: Any = (), stream: Any = None) -> Any:
        """See the driver, which has even a rollback read before it is run."""
        if vals or stream is not None:
            return super().execute_unnamed(statement, vals=vals, oids=oids, stream=stream)
        return self.execute_simple(statement)

    def execute_prepared(self, statement: str, values: Any) -> Any:
        """Run a statement that has its parameters as ``%s``; the driver's context of its rows."""
        if not self._in_transaction and not self.autocommit:
            self.execute_simple("begin transaction")
        name, columns, readers = self._found(statement)
        try:
            return self.execute_named(name, make_params(self.py_types, values), columns, readers, statement)
        except pg8000.DatabaseError as error:
            details = error.args[0]
            if isinstance(details, dict) and details.get("C", "").startswith(_STALE):
                # read anew the next time
                self._prepared.pop(statement)
            raise

    def _found(self, statement: str) -> tuple[bytes, Any, Any]:
        found = self._prepared.get(statement)
        if found is not None:
            self._prepared.move_to_end(statement)
            return found
        if len(self._prepared) == MOST:
            self.close_prepared_statement(self._prepared.popitem(last=False)[1][0])
        prepared: tuple[bytes, Any, Any] = self.prepare_statement(convert_paramstyle("format", statement, ())[0], ())
        self._prepared[statement] = prepared
        return prepared


class _PreparedCursor(pg8000.Cursor):  # type: ignore[misc]
    def execute(self, operation: str, args: Any = (), stream: Any = None) -> pg8000.Cursor:
        """See the driver."""
        if not args or stream is not None:
            return super().execute(operation, args, stream)
        self._context = self._c.execute_prepared(operation, args)
        self._row_iter = iter(self._context.rows or ())
        return self
