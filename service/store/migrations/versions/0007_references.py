"""An index of the ids that articles' speakers have in the operator's names file, for the list of speakers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NAME = "ix_article_speakers_speaker_id_recency_article_id_reference"
_LINKED = sa.text("reference IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        _NAME, "article_speakers", ["speaker_id", "recency", "article_id", "reference"],
        sqlite_where=_LINKED, postgresql_where=_LINKED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index(_NAME, "article_speakers")
