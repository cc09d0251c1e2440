"""Who is who across articles: why an article's speaker is held to be somebody, and what people decided about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    with op.batch_alter_table("article_speakers") as table:
        table.add_column(sa.Column("reference", sa.Text(), nullable=True))
        table.add_column(sa.Column("grounds", _JSON, nullable=True))
    op.create_table(
        "identity_merges",
        sa.Column("merged_id", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("merged_id", name="pk_identity_merges"),
    )
    op.create_index("ix_identity_merges_into_id", "identity_merges", ["into_id"])
    op.create_table(
        "identity_pins",
        sa.Column("article_id", _SORTED, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", _SORTED, nullable=False),
        sa.Column("speaker_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "kind", "name", name="pk_identity_pins"),
    )
    op.create_index("ix_identity_pins_speaker_id", "identity_pins", ["speaker_id"])
    op.create_table(
        "identity_changes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("speaker_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("other_name", sa.Text(), nullable=False),
        sa.Column("articles", _JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_identity_changes"),
    )
    op.create_index("ix_identity_changes_speaker_id_number", "identity_changes", ["speaker_id", "number"])
    op.create_index("ix_identity_changes_other_id_number", "identity_changes", ["other_id", "number"])


def downgrade() -> None:
    op.drop_table("identity_changes")
    op.drop_table("identity_pins")
    op.drop_table("identity_merges")
    with op.batch_alter_table("article_speakers") as table:
        table.drop_column("grounds")
        table.drop_column("reference")
