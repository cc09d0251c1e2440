"""Review of quotes and its history, API keys, idempotency; numbers that sort as the lists do; full text of articles.

Also the full text of PostgreSQL: a column that the database fills by itself, and an index over it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_JSON = sa.JSON(none_as_null=True)
_MOMENT = sa.DateTime(timezone=True)

# As service.store.places has it, written out, since a migration stays what it was: the place of what was published in
# a second, newest first, is that second, lifted above zero, times 2^22; of what is undated, 2^62.
_PLACE = (
    "CASE WHEN recency = 9223372036854775807 THEN 4611686018427387904 "
    "ELSE (recency + 400000000000000000) / 1000000 * 4194304 END"
)
_PLACED = (
    "UPDATE {table} SET number = placed.place FROM ("
    "SELECT {key} AS key, {bucket} + row_number() OVER (PARTITION BY {bucket} ORDER BY {order}) - 1 AS place "
    "FROM {table}) AS placed WHERE {table}.{key} = placed.key"
)

_OLD_INDEXES = {
    "ix_quotes_recency_article_id_ordinal_confidence": ["recency", "article_id", "ordinal", "confidence"],
    "ix_quotes_speaker_id_recency_article_id_ordinal": ["speaker_id", "recency", "article_id", "ordinal"],
    "ix_quotes_outlet_recency_article_id_ordinal": ["outlet", "recency", "article_id", "ordinal"],
    "ix_quotes_cue_lemma_recency_article_id_ordinal": ["cue_lemma", "recency", "article_id", "ordinal"],
    "ix_quotes_type_recency_article_id_ordinal": ["type", "recency", "article_id", "ordinal"],
    "ix_quotes_polarity_recency_article_id_ordinal": ["polarity", "recency", "article_id", "ordinal"],
}
_NEW_INDEXES = {
    "ix_quotes_number_confidence": ["number", "confidence"],
    "ix_quotes_confidence_number": ["confidence", "number"],
    "ix_quotes_speaker_id_number_review": ["speaker_id", "number", "review"],
    "ix_quotes_outlet_number": ["outlet", "number"],
    "ix_quotes_cue_lemma_number": ["cue_lemma", "number"],
    "ix_quotes_type_number": ["type", "number"],
    "ix_quotes_polarity_number": ["polarity", "number"],
    "ix_quotes_id": ["id"],
}

# As quote_search in 0001: without a text of its own, told by triggers of every change.
_SQLITE_ARTICLE_SEARCH = (
    """
    CREATE VIRTUAL TABLE article_search USING fts5(
        title, text, content='articles', content_rowid='number', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER article_search_insert AFTER INSERT ON articles BEGIN
        INSERT INTO article_search(rowid, title, text) VALUES (new.number, new.title, new.text);
    END
    """,
    """
    CREATE TRIGGER article_search_delete AFTER DELETE ON articles BEGIN
        INSERT INTO article_search(article_search, rowid, title, text)
        VALUES ('delete', old.number, old.title, old.text);
    END
    """,
    """
    CREATE TRIGGER article_search_update AFTER UPDATE OF number, title, text ON articles BEGIN
        INSERT INTO article_search(article_search, rowid, title, text)
        VALUES ('delete', old.number, old.title, old.text);
        INSERT INTO article_search(rowid, title, text) VALUES (new.number, new.title, new.text);
    END
    """,
    "INSERT INTO article_search(article_search) VALUES ('rebuild')",
)

# Words as SQLite's index has them: decomposed, in lower case, without accents, all else being space. What is longer
# than a tsvector can hold is cut; the longest article that is read by default is as long.
_POSTGRESQL_WORDS = r"""
    CREATE FUNCTION quoth_words(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT regexp_replace(
            regexp_replace(lower(normalize(left($1, 200000), NFKD) COLLATE {collation}), '[\u0300-\u036f]', '', 'g'),
            '[^[:alnum:]]+', ' ', 'g'
        )
    $$
"""
_POSTGRESQL_SEARCH = (
    "ALTER TABLE quotes ADD COLUMN search tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, quoth_words(text))) STORED",
    "ALTER TABLE articles ADD COLUMN search tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, quoth_words(coalesce(title, '') || ' ' || text))) STORED",
    "CREATE INDEX ix_quotes_search ON quotes USING gin (search)",
    "CREATE INDEX ix_articles_search ON articles USING gin (search)",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in _OLD_INDEXES:
        op.drop_index(name, table_name="quotes")
    op.drop_index("ix_articles_recency_id", table_name="articles")
    op.drop_index("ix_articles_outlet_recency_id", table_name="articles")
    _number_articles()
    if not sqlite:
        op.alter_column("quotes", "number", type_=sa.BigInteger())
    op.add_column("quotes", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("quotes", sa.Column("review", sa.Text(), nullable=True))
    op.execute(_PLACED.format(table="quotes", key="number", bucket=_PLACE, order="recency, article_id, ordinal"))
    for name, columns in _NEW_INDEXES.items():
        op.create_index(name, "quotes", columns)
    op.create_index(
        "ix_quotes_number_review", "quotes", ["number", "review"],
        sqlite_where=sa.text("review IS NOT NULL"), postgresql_where=sa.text("review IS NOT NULL"),
    )  # fmt: skip
    op.add_column("article_speakers", sa.Column("quote_count", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE article_speakers SET quote_count = (SELECT count(*) FROM quotes WHERE quotes.article_id = "
        "article_speakers.article_id AND quotes.speaker_ordinal = article_speakers.ordinal)"
    )
    _create_tables()
    for statement in _SQLITE_ARTICLE_SEARCH if sqlite else (_words(), *_POSTGRESQL_SEARCH):
        op.execute(statement)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        for trigger in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER article_search_{trigger}")
        op.execute("DROP TABLE article_search")
    else:
        op.execute("ALTER TABLE quotes DROP COLUMN search")
        op.execute("ALTER TABLE articles DROP COLUMN search")
        op.execute("DROP FUNCTION quoth_words(text)")
    for table in ("idempotency_keys", "api_keys", "quote_states"):
        op.drop_table(table)
    # a rejected quote would be shown as if nobody had looked at it
    op.execute("DELETE FROM quotes WHERE review = 'rejected'")
    op.drop_column("article_speakers", "quote_count")
    for name in (*_NEW_INDEXES, "ix_quotes_number_review"):
        op.drop_index(name, table_name="quotes")
    op.drop_column("quotes", "review")
    op.drop_column("quotes", "version")
    op.execute(
        "UPDATE quotes SET number = placed.place FROM (SELECT number AS key, row_number() OVER (ORDER BY number) AS "
        "place FROM quotes) AS placed WHERE quotes.number = placed.key"
    )
    if not sqlite:
        op.alter_column("quotes", "number", type_=sa.Integer())
    for name, columns in _OLD_INDEXES.items():
        op.create_index(name, "quotes", columns)
    op.drop_index("ix_articles_outlet_number", table_name="articles")
    op.drop_index("ix_articles_model_name_model_version_id", table_name="articles")
    with op.batch_alter_table("articles") as batch:
        batch.drop_constraint("uq_articles_number", type_="unique")
        batch.drop_column("number")
        batch.drop_column("scope")
    op.create_index("ix_articles_recency_id", "articles", ["recency", "id"])
    op.create_index("ix_articles_outlet_recency_id", "articles", ["outlet", "recency", "id"])


def _number_articles() -> None:
    op.add_column("articles", sa.Column("number", sa.BigInteger(), nullable=True))
    op.add_column("articles", sa.Column("scope", sa.Text(), server_default="speech", nullable=False))
    # what a reading in the other scope has found tells that it was one
    op.execute(
        "UPDATE articles SET scope = 'all' WHERE EXISTS (SELECT 1 FROM quotes WHERE quotes.article_id = articles.id "
        "AND quotes.act IN ('thought', 'intention'))"
    )
    op.execute(_PLACED.format(table="articles", key="id", bucket=_PLACE, order="recency, id"))
    # the text stays last: what is behind it is read through it
    with op.batch_alter_table("articles", partial_reordering=[("number", "scope", "text")]) as batch:
        batch.alter_column("number", existing_type=sa.BigInteger(), nullable=False)
        batch.create_unique_constraint("uq_articles_number", ["number"])
    op.create_index("ix_articles_outlet_number", "articles", ["outlet", "number"])
    op.create_index("ix_articles_model_name_model_version_id", "articles", ["model_name", "model_version", "id"])


def _create_tables() -> None:
    op.create_table(
        "quote_states",
        sa.Column("article_id", _SORTED, nullable=False),
        sa.Column("quote_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("state", _JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_quote_states_article_id_articles", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "quote_id", "version", name="pk_quote_states"),
    )
    op.create_index("ix_quote_states_quote_id", "quote_states", ["quote_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("last_used_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_begun_at", "idempotency_keys", ["begun_at"])


def _words() -> str:
    """The function, in a collation that knows more letters than ASCII's; all but unusual builds have ICU's."""
    known = set(op.get_bind().scalars(sa.text("SELECT collname FROM pg_collation")))
    found = next(name for name in ("und-x-icu", "C.UTF-8", "C.utf8", "pg_c_utf8", "default") if name in known)
    return _POSTGRESQL_WORDS.format(collation=f'"{found}"')
