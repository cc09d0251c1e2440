"""The first schema: articles, their quotes and speakers, and full text over the quotes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_JSON = sa.JSON(none_as_null=True)
_MOMENT = sa.DateTime(timezone=True)

# The full-text index holds no text of its own: it reads quotes.text, and these triggers tell it of every change, in
# the transaction that makes it. Deleting from it takes the old text, since it cannot look that up any more.
_FULL_TEXT = (
    """
    CREATE VIRTUAL TABLE quote_search USING fts5(
        text, content='quotes', content_rowid='number', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER quote_search_insert AFTER INSERT ON quotes BEGIN
        INSERT INTO quote_search(rowid, text) VALUES (new.number, new.text);
    END
    """,
    """
    CREATE TRIGGER quote_search_delete AFTER DELETE ON quotes BEGIN
        INSERT INTO quote_search(quote_search, rowid, text) VALUES ('delete', old.number, old.text);
    END
    """,
    """
    CREATE TRIGGER quote_search_update AFTER UPDATE OF number, text ON quotes BEGIN
        INSERT INTO quote_search(quote_search, rowid, text) VALUES ('delete', old.number, old.text);
        INSERT INTO quote_search(rowid, text) VALUES (new.number, new.text);
    END
    """,
)


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", _SORTED, nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("recency", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("paragraphs", sa.Integer(), nullable=False),
        sa.Column("quote_count", sa.Integer(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("model_stanza", sa.Text(), nullable=False),
        sa.Column("warnings", _JSON, nullable=False),
        sa.Column("stored_at", _MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("content_key", name="uq_articles_content_key"),
    )
    op.create_index("ix_articles_outlet_recency_id", "articles", ["outlet", "recency", "id"])
    op.create_index("ix_articles_recency_id", "articles", ["recency", "id"])
    op.create_table(
        "speakers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", _SORTED, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("quote_count", sa.Integer(), nullable=False),
        sa.Column("article_count", sa.Integer(), nullable=False),
        sa.Column("first_quoted", _MOMENT, nullable=True),
        sa.Column("last_quoted", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_speakers"),
    )
    op.create_index(
        "ix_speakers_quote_count_name_id", "speakers", [sa.literal_column("quote_count DESC"), "name", "id"]
    )
    op.create_table(
        "article_speakers",
        sa.Column("article_id", _SORTED, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("aliases", _JSON, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("recency", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_article_speakers_article_id_articles", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="fk_article_speakers_speaker_id_speakers"),
        sa.PrimaryKeyConstraint("article_id", "ordinal", name="pk_article_speakers"),
    )
    op.create_index("ix_article_speakers_speaker_id_outlet", "article_speakers", ["speaker_id", "outlet"])
    op.create_index(
        "ix_article_speakers_speaker_id_recency_article_id", "article_speakers", ["speaker_id", "recency", "article_id"]
    )
    op.create_table(
        "speaker_names",
        sa.Column("speaker_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speakers.id"], name="fk_speaker_names_speaker_id_speakers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("speaker_id", "name", "word", name="pk_speaker_names"),
    )
    op.create_index("ix_speaker_names_word_speaker_id_name", "speaker_names", ["word", "speaker_id", "name"])
    op.create_table(
        "quotes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", _SORTED, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("recency", sa.BigInteger(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("speaker_id", sa.Text(), nullable=True),
        sa.Column("speaker_ordinal", sa.Integer(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("cue_lemma", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spans", _JSON, nullable=False),
        sa.Column("cue_spans", _JSON, nullable=True),
        sa.Column("mention", _JSON, nullable=True),
        sa.Column("addressee", _JSON, nullable=True),
        sa.Column("venue", _JSON, nullable=True),
        sa.Column("time", _JSON, nullable=True),
        sa.Column("inside_id", sa.Text(), nullable=True),
        sa.Column("inside_ordinal", sa.Integer(), nullable=True),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=False),
        sa.Column("attribution_evidence", _JSON, nullable=False),
        sa.Column("evidence", _JSON, nullable=False),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_quotes_confidence"),
        sa.ForeignKeyConstraint(
            ["article_id", "speaker_ordinal"],
            ["article_speakers.article_id", "article_speakers.ordinal"],
            name="fk_quotes_article_id_speaker_ordinal_article_speakers",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_quotes_article_id_articles", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="fk_quotes_speaker_id_speakers"),
        sa.PrimaryKeyConstraint("number", name="pk_quotes"),
        sa.UniqueConstraint("article_id", "id", name="uq_quotes_article_id_id"),
        sa.UniqueConstraint("article_id", "ordinal", name="uq_quotes_article_id_ordinal"),
    )
    op.create_index(
        "ix_quotes_cue_lemma_recency_article_id_ordinal", "quotes", ["cue_lemma", "recency", "article_id", "ordinal"]
    )
    op.create_index(
        "ix_quotes_outlet_recency_article_id_ordinal", "quotes", ["outlet", "recency", "article_id", "ordinal"]
    )
    op.create_index(
        "ix_quotes_polarity_recency_article_id_ordinal", "quotes", ["polarity", "recency", "article_id", "ordinal"]
    )
    op.create_index(
        "ix_quotes_recency_article_id_ordinal_confidence", "quotes", ["recency", "article_id", "ordinal", "confidence"]
    )
    op.create_index(
        "ix_quotes_speaker_id_recency_article_id_ordinal", "quotes", ["speaker_id", "recency", "article_id", "ordinal"]
    )
    op.create_index("ix_quotes_type_recency_article_id_ordinal", "quotes", ["type", "recency", "article_id", "ordinal"])
    # PostgreSQL's comes with the next revision, which no release before could do without
    if op.get_bind().dialect.name == "sqlite":
        for statement in _FULL_TEXT:
            op.execute(statement)


def downgrade() -> None:
    # the triggers go with their table
    op.drop_table("quotes")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE quote_search")
    op.drop_table("speaker_names")
    op.drop_table("article_speakers")
    op.drop_table("speakers")
    op.drop_table("articles")
