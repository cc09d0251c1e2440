"""Alembic's revisions of the schema; ``service.store.schema`` runs them."""
