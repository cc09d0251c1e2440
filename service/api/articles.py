"""``/v1/articles``: articles kept with their quotes."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from marshmallow import ValidationError

from service.api import examples
from service.api.bodies import read_article
from service.api.errors import Refusal
from service.api.faults import faults_of
from service.api.forms import ARTICLE_FORMS, QUOTE_FORMS, articles_shown, described, extraction_shown, quotes_shown
from service.api.idempotency import PARAMETER, once
from service.api.present import EXTRACTION, Answer, base, next_page, present, wanted
from service.api.requests_doc import ARTICLE_BODY
from service.api.routes import BODY, NEGOTIATED, STORE, Blueprint, also, problems, takes_header
from service.api.schemas_in import (
    ArticleIn,
    ArticlesQuery,
    ExtractionShapeQuery,
    NoQuery,
    PostQuery,
    PutQuery,
    QuoteShapeQuery,
)
from service.api.schemas_out import ArticlesOut, QuotesOut, StoredExtractionOut
from service.api.services import services
from service.formats.wire import article_to_dict, stored_article_to_dict, stored_quote_to_dict
from service.model import Article, ArticleFilter, ArticleHead, Notice, Scope

blueprint = Blueprint("articles", __name__, description="Articles that are kept with their quotes.")

_ONE = stored_article_to_dict(examples.HEAD, examples.STORED)
_HEADS = {"articles": [article_to_dict(examples.HEAD)]}
_LOCATION = {"Location": {"description": "Path of the stored article.", "schema": {"type": "string"}}}
_FORMS = described(
    extraction_shown(
        examples.STORED,
        whole=lambda: _ONE,
        offsets="codepoint",
        base="http://127.0.0.1:8000",
        id=f"http://127.0.0.1:8000/v1/articles/{examples.HEAD.id}",
    )
)


@blueprint.route("/v1/articles", methods=["POST"])
@blueprint.doc(operationId="addArticle", requestBody=ARTICLE_BODY)
@takes_header(PARAMETER)
@blueprint.arguments(PostQuery, location="query")
@also(*_FORMS, status=201)
@blueprint.response(201, StoredExtractionOut, description="Read and stored.", example=_ONE, headers=_LOCATION)
@also(*_FORMS)
@blueprint.alt_response(
    200, schema=StoredExtractionOut, description="It was stored before.", example=_ONE, headers=_LOCATION, success=True
)
@problems(*BODY, *NEGOTIATED, *STORE, "conflict", "in-progress", "key-reused", "not-found")
def add(query: dict[str, Any]) -> Answer:
    """Read an article and store it with its quotes.

    The same text, outlet and URL again is no new article: 200 and the one that is stored, under its id.
    """

    return _keep(query)


@blueprint.route("/v1/articles/<id>", methods=["PUT"])
@blueprint.doc(operationId="putArticle", requestBody=ARTICLE_BODY)
@takes_header(PARAMETER)
@blueprint.arguments(PutQuery, location="query")
@also(*_FORMS, status=201)
@blueprint.response(201, StoredExtractionOut, description="Read and stored.", example=_ONE, headers=_LOCATION)
@also(*_FORMS)
@blueprint.alt_response(
    200, schema=StoredExtractionOut, description="Stored in the place of what the id named before, or just the same.",
    example=_ONE, headers=_LOCATION, success=True,
)  # fmt: skip
@problems(*BODY, *NEGOTIATED, *STORE, "conflict", "in-progress", "key-reused", "not-found")
def put(query: dict[str, Any], id: str) -> Answer:
    """Store an article under an id, in the place of what it named before.

    The same content again changes nothing.
    """
    _check_id(id)

    return _keep(query, id=id)


@blueprint.route("/v1/articles")
@blueprint.doc(operationId="listArticles")
@blueprint.arguments(ArticlesQuery, location="query")
@also(*ARTICLE_FORMS)
@blueprint.response(200, ArticlesOut, description="A page of articles; `Link` leads on.", example=_HEADS)
@problems(*NEGOTIATED, *STORE)
def list_articles(query: dict[str, Any]) -> Answer:
    """List the stored articles, last published first; all that is given must hold."""
    filter = ArticleFilter(
        outlet=query.get("outlet"), since=query.get("since"), until=query.get("until"), text=query.get("q")
    )
    page = services().store.articles(filter, cursor=query.get("cursor"), limit=query["limit"])
    return present(query, articles_shown(page.items), headers=next_page(page.next_cursor))


@blueprint.route("/v1/articles/<id>")
@blueprint.doc(operationId="getArticle")
@blueprint.arguments(ExtractionShapeQuery, location="query")
@also(*_FORMS)
@blueprint.response(200, StoredExtractionOut, description="The article, its text and quotes.", example=_ONE)
@problems(*NEGOTIATED, *STORE, "not-found")
def get(query: dict[str, Any], id: str) -> Answer:
    """Show a stored article with its text, quotes and speakers."""
    return _show(services().store.article(id), query, status=200)


@blueprint.route("/v1/articles/<id>", methods=["DELETE"])
@blueprint.doc(operationId="deleteArticle")
@blueprint.arguments(NoQuery, location="query")
@blueprint.response(204, description="It is gone, and its quotes with it.")
@problems("invalid-values", *STORE, "not-found")
def delete(query: dict[str, Any], id: str) -> Response:  # noqa: ARG001 - the query is there to be refused
    """Delete a stored article with its quotes."""
    services().store.delete(id)
    return Response(status=204)


@blueprint.route("/v1/articles/<id>/quotes")
@blueprint.doc(operationId="listArticleQuotes")
@blueprint.arguments(QuoteShapeQuery, location="query")
@also(*QUOTE_FORMS)
@blueprint.response(
    200,
    QuotesOut,
    description="All its quotes, in text order.",
    example={"quotes": [stored_quote_to_dict(examples.STORED_QUOTE)]},
)
@problems(*NEGOTIATED, *STORE, "not-found")
def list_quotes(query: dict[str, Any], id: str) -> Answer:
    """List the quotes of a stored article."""
    quotes = services().store.article_quotes(id)
    shown = quotes_shown(
        quotes, whole=lambda each: {"quotes": each}, offsets=query["offsets"], base=base(), id=request.url
    )
    return present(query, shown)


def _keep(query: dict[str, Any], *, id: str | None = None) -> Answer:
    """Read the article of the request and store it; under ``id``, if one is given, in the place of what that named."""
    store = services().store

    def carry_out() -> tuple[ArticleHead, int]:
        article, notices = _read(query, id=id)
        same = store.find_same(article)
        if same is not None and (id is None or _is(same, article, notices)):
            services().measures.spared()
            return same, 200
        extraction = services().extract(article, notices, scope=Scope(query["scope"]))
        head, created = store.save(extraction) if id is None else store.replace(extraction)
        return head, 201 if created else 200

    return once(
        carry_out,
        lambda head, status, headers: _show(head, query, status=status, headers=headers),
        find=store.article,
    )


def _read(query: dict[str, Any], *, id: str | None = None) -> tuple[Article, tuple[Notice, ...]]:
    """The article of the request, fit to be looked up, read and shown."""
    wanted(query, EXTRACTION)
    article, notices = read_article(query, id=id)
    services().pipeline.check(article)
    return article, notices


def _show(head: ArticleHead, query: dict[str, Any], *, status: int, headers: dict[str, str] | None = None) -> Answer:
    """A stored article in the form that is wanted; ``headers``, where it was just stored, get its location."""
    extraction = services().store.extraction(head.id)

    def whole() -> dict[str, Any]:
        return stored_article_to_dict(head, extraction, offsets=query["offsets"])

    address = url_for("articles.get", id=head.id)
    return present(
        query,
        extraction_shown(extraction, whole=whole, offsets=query["offsets"], base=base(), id=f"{base()}{address}"),
        status=status,
        headers={} if headers is None else {"Location": address, **headers},
    )


def _is(head: ArticleHead, article: Article, notices: tuple[Notice, ...]) -> bool:
    """Whether nothing would change. A page's title is our reading of it, so that the stored one may stay."""
    told = (head.id, head.published_at, head.language) == (article.id, article.published_at, article.language)
    return told and (bool(notices) or head.title == article.title)


def _check_id(id: str) -> None:
    try:
        ArticleIn(only=["id"]).load({"id": id})
    except ValidationError as error:
        raise Refusal(
            "invalid-values", "the path's id cannot be used: see 'errors'", faults=faults_of(error.messages, "path")
        ) from None
