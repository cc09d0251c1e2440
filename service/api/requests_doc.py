"""The request bodies as the contract shows them; flask-smorest documents one media type a body, we read three."""

from __future__ import annotations

from typing import Any

from service.api.examples import ARTICLE, PAGE, TEXT
from service.api.schemas_in import ArticleIn

ARTICLE_BODY: dict[str, Any] = {
    "required": True,
    "description": "The article. What JSON says beside the text goes into the query with the other two media types.",
    "content": {
        "application/json": {
            "schema": ArticleIn,
            "example": {"text": TEXT, "title": ARTICLE.title, "outlet": ARTICLE.outlet, "published_at": "2026-05-04"},
        },
        "text/plain": {
            "schema": {"type": "string", "description": "The article as it is, in UTF-8 or the charset that is named."},
            "example": TEXT,
        },
        "text/html": {
            "schema": {"type": "string", "description": "A page; its main text is taken, and a warning says so."},
            "example": PAGE,
        },
    },
}
