"""Bulk jobs: their state and progress, their parts with leases, and why lines gave no article."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", _SORTED, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_created_at_id", "jobs", ["created_at", "id"])
    op.create_index("ix_jobs_state_created_at", "jobs", ["state", "created_at"])
    op.create_table(
        "job_parts",
        sa.Column("job_id", _SORTED, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("queued_at", _MOMENT, nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("leased_until", _MOMENT, nullable=True),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_parts"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_parts_job_id_jobs", ondelete="CASCADE"),
    )
    op.create_index("ix_job_parts_leased_until", "job_parts", ["leased_until"])
    op.create_table(
        "job_faults",
        sa.Column("job_id", _SORTED, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "line", "ordinal", name="pk_job_faults"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_faults_job_id_jobs", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("job_faults")
    op.drop_table("job_parts")
    op.drop_table("jobs")
