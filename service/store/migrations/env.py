"""What Alembic runs for each command: it migrates over the connection, and in the transaction, that it is handed."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from service.store.tables import metadata


def migrate() -> None:
    """Run the revisions that the command asks for; the caller begins and commits."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite alters a table by copying it; and, unlike the driver's default, our transactions hold its DDL too
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


# Alembic loads this file under this name; a test runner that merely imports it has no migration to run.
if __name__ == "env_py":
    migrate()
