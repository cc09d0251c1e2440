"""One article read back: its head, and the extraction that was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from service.errors import NotFound
from service.model import Article, ArticleHead, Extraction, Notice, Review, SpeakerKind
from service.store.records import article_of, content_key, extraction_of, head_of, is_storable, warnings_of
from service.store.tables import article_speakers, articles, quotes, speakers

# what ``head_of`` reads
HEAD = tuple(articles.c[field.name] for field in fields(ArticleHead))


def not_rejected() -> ColumnElement[bool]:
    """That no person said that it is no quote."""
    return quotes.c.review.is_(None) | (quotes.c.review != Review.REJECTED.value)


def ping(connection: Connection) -> None:
    """Read something."""
    connection.execute(select(articles.c.id).limit(1)).all()


def same(connection: Connection, article: Article) -> ArticleHead | None:
    """The stored article of the same text, outlet and URL."""
    row = connection.execute(select(*HEAD).where(articles.c.content_key == content_key(article))).mappings().first()
    return None if row is None else head_of(row)


def stored_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the content keys under which an article is stored."""
    return set(connection.scalars(select(articles.c.content_key).where(articles.c.content_key.in_(keys))))


def find(connection: Connection, id: str) -> ArticleHead | None:
    """The head of the article with this id, None where there is none."""
    if not is_storable(id):
        return None
    row = connection.execute(select(*HEAD).where(articles.c.id == id)).mappings().first()
    return None if row is None else head_of(row)


def article(connection: Connection, id: str) -> ArticleHead:
    """The head of the article with this id. Raises NotFound."""
    head = find(connection, id)
    if head is None:
        raise NotFound("article", id)
    return head


def with_text(connection: Connection, id: str) -> tuple[Article, tuple[Notice, ...]]:
    """The article itself, and the warnings about it. Raises NotFound."""
    row = _row(connection, id)
    return article_of(row), warnings_of(row)


def extraction(connection: Connection, id: str) -> Extraction:
    """The extraction as saved and since corrected. Raises NotFound."""
    row = _row(connection, id)
    of_article = (
        select(article_speakers, speakers.c.kind)
        .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
        .where(article_speakers.c.article_id == id)
        .order_by(article_speakers.c.ordinal)
    )
    said = select(quotes).where(quotes.c.article_id == id, not_rejected()).order_by(quotes.c.ordinal)
    return extraction_of(
        row,
        [(speaker, SpeakerKind(speaker["kind"])) for speaker in connection.execute(of_article).mappings()],
        connection.execute(said).mappings().all(),
    )


def _row(connection: Connection, id: str) -> RowMapping:
    """All columns of the article with this id. Raises NotFound."""
    if is_storable(id):
        row = connection.execute(select(articles).where(articles.c.id == id)).mappings().first()
        if row is not None:
            return row
    raise NotFound("article", id)
