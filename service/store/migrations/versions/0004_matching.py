"""Quotes filed under hashed terms, clusters of utterances, and how much is stored of each day.

The terms and clusters of what is stored already are made by ``quoth db reindex``, which ``quoth db upgrade`` runs.
"""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UNDATED = 2**63 - 1
_UNDATED_DAY = 2**31 - 1
_DAY = 86_400_000_000

# what the judgement on likeness looks at
_WATCHED = "number, text, type, polarity, speaker_id, inside_id, review"
_SQLITE = (
    """
    CREATE TRIGGER quote_changes_insert AFTER INSERT ON quotes BEGIN
        INSERT INTO quote_changes(number) VALUES (new.number);
    END
    """,
    """
    CREATE TRIGGER quote_changes_delete AFTER DELETE ON quotes BEGIN
        INSERT INTO quote_changes(number, text) VALUES (old.number, old.text);
    END
    """,
    f"""
    CREATE TRIGGER quote_changes_update AFTER UPDATE OF {_WATCHED} ON quotes BEGIN
        INSERT INTO quote_changes(number, text) VALUES (old.number, old.text), (new.number, NULL);
    END
    """,  # noqa: S608 - names of our own
    """
    CREATE TRIGGER stored_days_insert AFTER INSERT ON articles BEGIN
        INSERT INTO stored_days(day, articles, quotes) VALUES (%(new)s, 1, new.quote_count)
        ON CONFLICT (day) DO UPDATE SET articles = articles + 1, quotes = quotes + excluded.quotes;
    END
    """,
    """
    CREATE TRIGGER stored_days_delete AFTER DELETE ON articles BEGIN
        UPDATE stored_days SET articles = articles - 1, quotes = quotes - old.quote_count WHERE day = %(old)s;
    END
    """,
    """
    CREATE TRIGGER stored_days_update AFTER UPDATE OF recency, quote_count ON articles BEGIN
        UPDATE stored_days SET articles = articles - 1, quotes = quotes - old.quote_count WHERE day = %(old)s;
        INSERT INTO stored_days(day, articles, quotes) VALUES (%(new)s, 1, new.quote_count)
        ON CONFLICT (day) DO UPDATE SET articles = articles + 1, quotes = quotes + excluded.quotes;
    END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION quoth_quote_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' THEN
            INSERT INTO quote_changes(number, text) VALUES (OLD.number, OLD.text);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO quote_changes(number) VALUES (NEW.number);
        END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE TRIGGER quote_changed AFTER INSERT OR DELETE OR UPDATE OF {_WATCHED} ON quotes
    FOR EACH ROW EXECUTE FUNCTION quoth_quote_changed()
    """,
    """
    CREATE FUNCTION quoth_article_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' THEN
            UPDATE stored_days SET articles = articles - 1, quotes = quotes - OLD.quote_count WHERE day = %(OLD)s;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO stored_days(day, articles, quotes) VALUES (%(NEW)s, 1, NEW.quote_count)
            ON CONFLICT (day) DO UPDATE SET articles = stored_days.articles + 1,
                quotes = stored_days.quotes + excluded.quotes;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER article_changed AFTER INSERT OR DELETE OR UPDATE OF recency, quote_count ON articles
    FOR EACH ROW EXECUTE FUNCTION quoth_article_changed()
    """,
)


def _day(row: str) -> str:
    # lifted to above zero for the division, so that days before 1970 are rounded down too
    lifted = f"(-{row}.recency + {400_000 * _DAY}) / {_DAY} - 400000"
    return f"(CASE WHEN {row}.recency = {_UNDATED} THEN {_UNDATED_DAY} ELSE {lifted} END)"


def upgrade() -> None:
    op.create_table(
        "quote_terms",
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("quote", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("term", "quote", name="pk_quote_terms"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quote_utterances",
        sa.Column("quote", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("quote", "place", name="pk_quote_utterances"),
    )
    op.create_index("ix_quote_utterances_cluster_quote_place", "quote_utterances", ["cluster", "quote", "place"])
    days = op.create_table(
        "stored_days",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("quotes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_stored_days"),
    )
    op.create_table(
        "quote_changes",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
    )
    rows = {name: _day(name) for name in ("old", "new", "OLD", "NEW")}
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement % rows if "%(" in statement else statement)
    articles, quotes = Counter[int](), Counter[int]()
    for recency, count in op.get_bind().execute(sa.text("SELECT recency, quote_count FROM articles")):
        day = _UNDATED_DAY if recency == _UNDATED else -recency // _DAY
        articles[day] += 1
        quotes[day] += count
    if articles:
        op.bulk_insert(days, [{"day": day, "articles": n, "quotes": quotes[day]} for day, n in articles.items()])


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("quote_changes", "stored_days"):
            for event in ("insert", "delete", "update"):
                op.execute(f"DROP TRIGGER {trigger}_{event}")
    else:
        op.execute("DROP TRIGGER quote_changed ON quotes")
        op.execute("DROP TRIGGER article_changed ON articles")
        op.execute("DROP FUNCTION quoth_quote_changed()")
        op.execute("DROP FUNCTION quoth_article_changed()")
    op.drop_table("quote_changes")
    op.drop_table("stored_days")
    op.drop_table("quote_utterances")
    op.drop_table("quote_terms")
