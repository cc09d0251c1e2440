"""Full text that a filter or a phrase narrows in the index.

In SQLite, ``quote_search`` also holds tags of a quote's speaker, outlet and cue, so that a common word of one speaker
is two lists run through together. In PostgreSQL, the column ``search`` also holds each two neighbouring words as one,
so that a phrase of common words is looked up; its index gives no order in which one could stop early.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# a tag is one word to the tokenizer, whatever signs a name has
_TAGS = (
    "coalesce('s' || hex({row}speaker_id), '') || coalesce(' o' || hex({row}outlet), '') || "
    "coalesce(' c' || hex({row}cue_lemma), '')"
)
_NEW, _OLD = _TAGS.format(row="new."), _TAGS.format(row="old.")
_TRIGGERS = ("insert", "delete", "update")
# the index reads texts and tags from the view when it is made anew or checked
_SQLITE = (
    f"CREATE VIEW quote_texts AS SELECT number, text, {_TAGS.format(row='')} AS tags FROM quotes",  # noqa: S608
    """
    CREATE VIRTUAL TABLE quote_search USING fts5(
        text, tags, content='quote_texts', content_rowid='number', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    f"""
    CREATE TRIGGER quote_search_insert AFTER INSERT ON quotes BEGIN
        INSERT INTO quote_search(rowid, text, tags) VALUES (new.number, new.text, {_NEW});
    END
    """,  # noqa: S608 - names of our own
    f"""
    CREATE TRIGGER quote_search_delete AFTER DELETE ON quotes BEGIN
        INSERT INTO quote_search(quote_search, rowid, text, tags) VALUES ('delete', old.number, old.text, {_OLD});
    END
    """,  # noqa: S608
    f"""
    CREATE TRIGGER quote_search_update AFTER UPDATE OF number, text, speaker_id, outlet, cue_lemma ON quotes BEGIN
        INSERT INTO quote_search(quote_search, rowid, text, tags) VALUES ('delete', old.number, old.text, {_OLD});
        INSERT INTO quote_search(rowid, text, tags) VALUES (new.number, new.text, {_NEW});
    END
    """,  # noqa: S608
    "INSERT INTO quote_search(quote_search) VALUES ('rebuild')",
)
# as 0001 has it
_SQLITE_BEFORE = (
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
    "INSERT INTO quote_search(quote_search) VALUES ('rebuild')",
)

# Of long texts, pairs stand for the first words only, so that they fit; these texts are marked, and looked through word
# by word. A word alone has no space in it, and nothing but letters and digits: neither pairs nor the mark are words.
_PAIRS = """
    CREATE FUNCTION quoth_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT one || ' ' || other), '{}'::text[])
        FROM unnest(string_to_array(btrim($1), ' '), (string_to_array(btrim($1), ' '))[2:]) AS pair(one, other)
        WHERE octet_length(one) + octet_length(other) < 2000
    $$
"""
_SEARCH = """
    CREATE FUNCTION quoth_quote_search(value text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
        words text := quoth_words(value);
    BEGIN
        IF length(words) <= 20000 THEN
            RETURN to_tsvector('simple'::regconfig, words) || array_to_tsvector(quoth_pairs(words));
        END IF;
        RETURN to_tsvector('simple'::regconfig, words) || array_to_tsvector(ARRAY['long:']);
    END $$
"""
_PHRASE = """
    CREATE FUNCTION quoth_phrase(value text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
        words text := quoth_words(value);
        pairs text[] := quoth_pairs(words);
        whole tsquery := phraseto_tsquery('simple'::regconfig, words);
        found tsquery;
    BEGIN
        IF cardinality(pairs) = 0 OR cardinality(pairs) > 50 THEN
            RETURN whole;
        END IF;
        SELECT string_agg('''' || pair || '''', ' & ')::tsquery INTO found FROM unnest(pairs) AS pair;
        IF cardinality(string_to_array(btrim(words), ' ')) = 2 THEN
            -- the pair is the phrase: nothing is left to be looked at
            RETURN found || ('''long:'''::tsquery && whole);
        END IF;
        RETURN (found || '''long:'''::tsquery) && whole;
    END $$
"""
_COLUMN = "ALTER TABLE quotes ADD COLUMN search tsvector GENERATED ALWAYS AS ({}) STORED"
_INDEX = "CREATE INDEX ix_quotes_search ON quotes USING gin (search)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _drop_index()
        for statement in _SQLITE:
            op.execute(statement)
        return
    # the index goes with the column
    op.execute("ALTER TABLE quotes DROP COLUMN search")
    for statement in (_PAIRS, _SEARCH, _PHRASE, _COLUMN.format("quoth_quote_search(text)"), _INDEX):
        op.execute(statement)
    # how common a word is, the planner knew of the column that went
    op.execute("ANALYZE quotes")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _drop_index()
        op.execute("DROP VIEW quote_texts")
        for statement in _SQLITE_BEFORE:
            op.execute(statement)
        return
    op.execute("ALTER TABLE quotes DROP COLUMN search")
    op.execute(_COLUMN.format("to_tsvector('simple'::regconfig, quoth_words(text))"))
    op.execute(_INDEX)
    for function in ("quoth_phrase(text)", "quoth_quote_search(text)", "quoth_pairs(text)"):
        op.execute(f"DROP FUNCTION {function}")


def _drop_index() -> None:
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER quote_search_{name}")
    op.execute("DROP TABLE quote_search")
