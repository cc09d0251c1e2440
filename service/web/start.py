"""``/desk``: try it, and what was stored last. ``POST /desk/read`` reads an article and stores nothing."""

from __future__ import annotations

from flask import Response, render_template

from service.api.bodies import read_article
from service.api.services import services
from service.model import Scope
from service.web.blueprint import blueprint
from service.web.reading import reading_of

_RECENT = 8
# an invented story: something to press the button with
SAMPLE = """\
Harbour fees to rise after all, council says

Harbour fees in Port Ellery will rise by a tenth from July, Mayor Ada Brandt told reporters on Monday.

“We have put this off for nine years,” she said. “A wall does not mend itself.”

The Fishers' Union called the decision “a tax on getting up early”. Its chairman, Tom Ruud, said that two of its \
members had already sold their boats. “Nobody asked us,” Ruud told the Ellery Courier.

According to the harbour board, repairs will cost 4 million over six years. A spokeswoman denied that the money would \
go into the new marina, and said Brandt had told the board, “Not one cent.”
"""


@blueprint.get("/desk")
def start() -> str:
    """The start page."""
    return render_template("start.html", recent=services().store.articles(limit=_RECENT).items, sample=SAMPLE)


@blueprint.post("/desk/read")
def read() -> Response:
    """The body, as ``POST /v1/extract`` takes it, read and shown with its quotes; nothing is stored."""
    article, notices = read_article({})
    extraction = services().extract(article, notices, scope=Scope.SPEECH)
    return Response(render_template("reader.html", reading=reading_of(extraction)))
