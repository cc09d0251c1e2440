"""What requests may hold. Names that are not known are refused, with the one that was likely meant."""

# ruff: noqa: ARG002 - the signatures are marshmallow's
from __future__ import annotations

import difflib
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from service.api.examples import TEXT
from service.api.fields import ArticleId, Choice, LanguageTag, Line, Moment, Share, WebAddress, Whole, YesNo
from service.api.present import EXTRACTION, QUOTES, TABLE
from service.audit import Period
from service.formats.offsets import Unit
from service.formats.terminal import LEAST_WIDTH, WIDTH
from service.model import Polarity, QuoteOrder, QuoteType, Review, Scope

DEFAULT_LIMIT = 50
MOST_PER_PAGE = 200
MOST_COLUMNS = 500
ID_CHARACTERS = 200


class Strict(Schema):
    """A schema that refuses unknown names and says what is known."""

    class Meta:
        """Nothing passes unseen."""

        unknown = RAISE

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Put a hint in place of marshmallow's word for an unknown name."""
        if isinstance(error.messages, dict):
            for name, said in error.messages.items():
                if said == [self.error_messages["unknown"]]:
                    error.messages[name] = [self._unknown(str(name))]

    def _unknown(self, name: str) -> str:
        known = [field.data_key or key for key, field in self.fields.items()]
        near = difflib.get_close_matches(name, known, n=1)
        if near:
            return f"this name is not known; did you mean {near[0]}?"
        return f"this name is not known; {', '.join(known)} are" if known else "no name is known here; leave it out"


def _id(**kwargs: Any) -> Line:
    return Line(
        ID_CHARACTERS,
        ArticleId(),
        metadata={"description": "The caller's name for the article.", "example": "council-vote"},
        **kwargs,
    )


class _About(Strict):
    """What can be said about an article beside its text."""

    title = Line(1000, allow_none=True, metadata={"description": "Its headline, kept as it is."})
    url = Line(2000, WebAddress(), allow_none=True, metadata={"description": "Where it was published."})
    outlet = Line(
        200, allow_none=True, metadata={"description": "Who published it.", "example": "The Kestrel Bay Courier"}
    )
    published_at = Moment(
        allow_none=True,
        metadata={"description": "ISO 8601 date or time; UTC where no offset is given.", "example": "2026-05-04"},
    )
    language = Line(
        35,
        LanguageTag(),
        allow_none=True,
        metadata={"description": "BCP 47 tag; `en` if not given. The models read English only.", "example": "en"},
    )


class ArticleIn(_About):
    """An article as JSON."""

    text = fields.String(
        required=True,
        error_messages={
            "required": "the article's text is missing",
            "null": "got null; a string is allowed",
            "invalid": "got no string; a string is allowed",
        },
        metadata={"description": "The article's text, at most `QUOTH_MAX_ARTICLE_CHARS` code points; never altered."},
    )
    id = _id(allow_none=True)


class _Offsets(Strict):
    offsets = Choice(
        Unit,
        load_default=Unit.CODE_POINT.value,
        metadata={"description": "What offsets count: Unicode code points, or UTF-16 code units as JavaScript does."},
    )


class _Width(Strict):
    width = Whole(
        LEAST_WIDTH,
        MOST_COLUMNS,
        load_default=WIDTH,
        metadata={"description": "Columns of a text table."},
    )


def _format(names: tuple[str, ...]) -> Choice:
    return Choice(names, metadata={"description": "The form of the answer, in place of the header `Accept`."})


class _ExtractionShape(_Offsets, _Width):
    format = _format(EXTRACTION)


class _QuoteShape(_Offsets, _Width):
    format = _format(QUOTES)


class ListShape(_Width):
    """What a list may look like."""

    format = _format(TABLE)


class Paged(Strict):
    """Which page of a list is wanted."""

    cursor = Line(
        2000, metadata={"description": "Where the page starts: taken unchanged from the `Link` of the page before."}
    )
    limit = Whole(1, MOST_PER_PAGE, load_default=DEFAULT_LIMIT, metadata={"description": "The most items on the page."})


class Scoped(Strict):
    """What is looked for in an article."""

    scope = Choice(
        Scope,
        load_default=Scope.SPEECH.value,
        metadata={"description": "`speech`: what was said or written. `all`: thoughts, beliefs and intentions too."},
    )


class PutQuery(_ExtractionShape, Scoped, _About):
    """Query of a call that reads an article; what says something about it is for bodies other than JSON."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """A query has no null."""
        field_obj.allow_none = False


class PostQuery(PutQuery):
    """The same, for calls whose path does not name the article."""

    id = _id()


class ExtractionShapeQuery(_ExtractionShape):
    """Query of a call that shows one article with its quotes."""


class QuoteShapeQuery(_QuoteShape):
    """Query of a call that shows one article's quotes."""


class _OfArticle(Strict):
    article = Line(
        ID_CHARACTERS,
        metadata={"description": "The article that is meant, where two of the same text have the quote."},
    )


class OneQuoteQuery(_QuoteShape, _OfArticle):
    """Query of a call that shows or changes one quote."""


class HistoryQuery(_Offsets, ListShape, _OfArticle):
    """Query of a call that shows the states of one quote."""


class OneSpeakerQuery(_Offsets, ListShape):
    """Query of a call that shows one speaker."""


class _Published(Strict):
    since = Moment(data_key="from", metadata={"description": "Published at this time or later."})
    until = Moment(
        data_key="to", end_of_day=True, metadata={"description": "Published at this time or earlier; a date: that day."}
    )


class _OfOutlet(Strict):
    outlet = Line(200, metadata={"description": "Only articles of this outlet."})


class ArticlesQuery(ListShape, Paged, _Published, _OfOutlet):
    """Query of the list of articles."""

    q = Line(500, metadata={"description": "Words that the title or the text holds (full text)."})


class SpeakersQuery(ListShape, Paged):
    """Query of the list of speakers."""

    q = Line(200, metadata={"description": "Words of a name or an alias."})


class SpeakerQuotesQuery(_QuoteShape, Paged, _Published, _OfOutlet):
    """Query of a search in one speaker's quotes; all that is given must hold."""

    q = Line(500, metadata={"description": "Words that the quote holds (full text)."})
    type = Choice(QuoteType, metadata={"description": "How much of it stands in quotation marks."})
    polarity = Choice(Polarity, metadata={"description": "Whether the source says it or denies it."})
    cue = Line(100, metadata={"description": "The cue's lemma.", "example": "say"})
    min_confidence = Share(metadata={"description": "Only quotes of at least this confidence."})
    reviewed = YesNo(metadata={"description": "Whether a person has looked at it."})
    review = Choice(
        Review,
        metadata={"description": "What a person said of it. Rejected quotes are shown where this asks for them."},
    )
    facets = YesNo(
        load_default=False,
        metadata={
            "description": "Whether the 1,000 newest quotes found are counted by speaker, outlet, type and time of "
            "publication, too (JSON only)."
        },
    )
    sort = Choice(
        QuoteOrder,
        load_default=QuoteOrder.NEWEST.value,
        metadata={"description": "By the time of publication, or by confidence."},
    )


class QuotesQuery(SpeakerQuotesQuery):
    """Query of the search over all quotes; all that is given must hold."""

    speaker = Line(200, metadata={"description": "A speaker's id, or words of a name or an alias."})


class StatsQuery(ListShape, _Published, _OfOutlet):
    """Query of the source audit."""

    period = Choice(
        Period,
        load_default=Period.MONTH.value,
        metadata={"description": "How long the pieces are into which time is cut, in UTC."},
    )
    limit = Whole(
        1, MOST_PER_PAGE, load_default=DEFAULT_LIMIT, metadata={"description": "The most speakers that are listed."}
    )
    outlet_periods = YesNo(
        load_default=False,
        metadata={"description": "Whether each period of the 20 outlets with most quotes is told, too (JSON only)."},
    )


class SpeakerStatsQuery(ListShape):
    """Query of one speaker's figures."""

    period = Choice(
        Period,
        metadata={
            "description": "How long the pieces are into which time is cut, in UTC; if not given, the shortest that "
            "makes at most 60 from first to last."
        },
    )
    limit = Whole(1, MOST_PER_PAGE, load_default=20, metadata={"description": "The most topics that are listed."})


class CitronQuery(Strict):
    """Query of Citron's call."""

    text = fields.String(required=True, metadata={"description": "The article's text.", "example": TEXT})


class NoQuery(Strict):
    """For calls that take no parameters."""
