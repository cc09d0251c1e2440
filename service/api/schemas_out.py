"""What responses hold: the contract's objects, field by field. The values come from ``service.formats.wire``."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from service.formats.offsets import Unit
from service.model import Act, MentionForm, Polarity, QuoteType, Review, SpeakerKind


class Out(Schema):
    """A response object: every declared field is in it, and none besides."""

    class Meta:
        """Shown as ``additionalProperties: false``."""

        unknown = RAISE


def words(description: str, *, null: bool = False, **metadata: Any) -> fields.String:
    """A text."""
    return fields.String(required=True, allow_none=null, metadata={"description": description, **metadata})


def number(description: str) -> fields.Integer:
    """A whole number, not negative."""
    return fields.Integer(required=True, metadata={"description": description, "minimum": 0})


def one_of(values: Any, description: str) -> fields.String:
    """One of a few words."""
    return fields.String(required=True, metadata={"description": description, "enum": [str(v) for v in values]})


def unit() -> fields.String:
    """What the offsets of an answer count."""
    return fields.String(
        metadata={
            "description": "The unit of offsets; left out where they are code points.",
            "enum": [Unit.UTF16.value],
        }
    )


def _review() -> fields.String:
    return fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([None, *(str(review) for review in Review)]),
        metadata={"description": "What a person said of it; null where nobody has looked."},
    )


def object_of(schema: type[Schema], *, null: bool = False) -> fields.Nested:
    """An object."""
    return fields.Nested(schema, required=True, allow_none=null)


def list_of(schema: type[Schema]) -> fields.List[Any]:
    """A list of objects."""
    return fields.List(fields.Nested(schema), required=True)


class SpanOut(Out):
    """A stretch of the article, half-open: `text` is what stands from `start` to before `end`."""

    start = number("Offset of the first character, 0-based.")
    end = number("Offset after the last character.")
    text = words("The characters of the stretch.")


class CueOut(Out):
    """The words that say that something was said."""

    lemma = words("Their dictionary form.", example="say")
    spans = list_of(SpanOut)


class MentionOut(SpanOut):
    """The words that name the source at the cue."""

    form = one_of(MentionForm, "*Maria Okafor* is a name, *the mayor* a nominal, *she* a pronoun.")


class AddresseeOut(SpanOut):
    """The words that name whom it was said to."""

    name = words("Who that is, by the fullest name that the article gives; null where it cannot be told.", null=True)


class QuoteSpeakerOut(Out):
    """Who is behind a quote. Name and id are null where the mention cannot be resolved."""

    id = words("A pure function of kind and name.", null=True)
    name = words("The fullest name that the article gives.", null=True)
    kind = one_of(SpeakerKind, "What this speaker is.")
    role = words("What the article says that this speaker is.", null=True)
    reference = words("The id in the operator's names file; null where none is linked.", null=True)
    mention = object_of(MentionOut, null=True)


class ContextOut(Out):
    """Some text to either side of the quote, cut at word ends."""

    before = words("What stands before its first span.")
    after = words("What stands after its last span.")


class QuoteOut(Out):
    """One thing that the article reports somebody to have said."""

    id = words("A pure function of the article's text and the spans of content and cue.")
    type = one_of(QuoteType, "How much of it stands in quotation marks: all, none, or some.")
    polarity = one_of(Polarity, "Whether the source says it or denies it.")
    act = one_of(Act, "What the source did with it.")
    text = words("The texts of the spans, joined by ` … `.")
    spans = list_of(SpanOut)
    cue = object_of(CueOut, null=True)
    speaker = object_of(QuoteSpeakerOut, null=True)
    addressee = object_of(AddresseeOut, null=True)
    venue = object_of(SpanOut, null=True)
    when = object_of(SpanOut, null=True)
    inside = words("The id of the quote that reports this one.", null=True)
    paragraph = number("In which paragraph it starts, 0-based.")
    sentence = number("In which sentence of the article it starts, 0-based.")
    context = object_of(ContextOut)
    confidence = fields.Float(
        required=True,
        metadata={
            "description": "The probability that content and speaker are both right.",
            "minimum": 0,
            "maximum": 1,
        },
    )
    evidence = fields.List(
        fields.String(), required=True, metadata={"description": "Why it is a quote and why this speaker's."}
    )


class _SpeakerOut(Out):
    """Somebody or something that is quoted."""

    id = words("A pure function of kind and name.")
    name = words("The fullest name that is given.")
    kind = one_of(SpeakerKind, "What this speaker is.")
    role = words("What this speaker is said to be.", null=True)
    aliases = fields.List(fields.String(), required=True, metadata={"description": "Other names, by first use."})
    quote_count = number("How many quotes are this speaker's.")


class SpeakerOut(_SpeakerOut):
    """Somebody or something that one article quotes."""

    reference = words("The id in the operator's names file; null where none is linked.", null=True)


class WarningOut(Out):
    """Something odd about the article; it never stops the reading."""

    code = words("What kind of thing.", example="unpaired-quotation-mark")
    message = words("The same in words.")
    start = fields.Integer(required=True, allow_none=True, metadata={"description": "Where, if it is at one place."})
    end = fields.Integer(required=True, allow_none=True)


class ModelOut(Out):
    """Which models made the extraction."""

    name = words("The models.", example="quoth-en")
    version = words("Their release.")
    stanza = words("The release of Stanza that ran them.")


class ArticleOut(Out):
    """The article of an extraction."""

    id = words("The caller's name for it.", null=True)
    sha256 = words("Hex digest of its text in UTF-8.")
    title = words("Its headline.", null=True)
    language = words("The language that it was declared to be in (BCP 47).")
    characters = number("Length of its text in Unicode code points, whatever unit offsets have.")
    paragraphs = number("How many paragraphs it has.")
    text = fields.String(metadata={"description": "Its text, where the request did not hold it as such (HTML)."})


class ExtractionOut(Out):
    """All that one article gives."""

    offsets = unit()
    article = object_of(ArticleOut)
    quotes = list_of(QuoteOut)
    speakers = list_of(SpeakerOut)
    warnings = list_of(WarningOut)
    model = object_of(ModelOut)


class ArticleHeadOut(Out):
    """A stored article without its text."""

    id = words("Its id in the store.")
    sha256 = words("Hex digest of its text in UTF-8.")
    title = words("Its headline.", null=True)
    language = words("The language that it was declared to be in (BCP 47).")
    characters = number("Length of its text in Unicode code points.")
    paragraphs = number("How many paragraphs it has.")
    url = words("Where it was published.", null=True)
    outlet = words("Who published it.", null=True)
    published_at = words("When it was published, ISO 8601.", null=True, format="date-time")
    quote_count = number("How many quotes it has.")
    stored_at = words("When it was stored, ISO 8601.", format="date-time")


class StoredArticleOut(ArticleHeadOut):
    """A stored article with its text."""

    text = words("Its text.")


class StoredExtractionOut(ExtractionOut):
    """All that a stored article gives."""

    article = object_of(StoredArticleOut)


class QuoteArticleOut(Out):
    """The article that a quote stands in."""

    id = words("Its id in the store.")
    title = words("Its headline.", null=True)
    url = words("Where it was published.", null=True)
    outlet = words("Who published it.", null=True)
    published_at = words("When it was published, ISO 8601.", null=True, format="date-time")


class StoredQuoteOut(QuoteOut):
    """A quote of the store."""

    offsets = unit()
    article = object_of(QuoteArticleOut)
    version = fields.Integer(
        required=True, metadata={"description": "Which of its states this is, from 1; see its history.", "minimum": 1}
    )
    review = _review()


class QuotesOut(Out):
    """A page of quotes."""

    offsets = unit()
    quotes = list_of(StoredQuoteOut)
    # by its name, since it is built of what stands here
    facets = fields.Nested("FacetsOut", metadata={"description": "Counts; left out where not asked for."})


class ArticlesOut(Out):
    """A page of articles."""

    articles = list_of(ArticleHeadOut)


class SpeakerEntryOut(_SpeakerOut):
    """A speaker, over all stored articles."""

    article_count = number("In how many articles.")
    outlets = fields.List(fields.String(), required=True, metadata={"description": "By which outlets."})
    first_quoted = words("The first article's time of publication.", null=True, format="date-time")
    last_quoted = words("The last article's time of publication.", null=True, format="date-time")
    reference = words("The id in the operator's names file, as the newest article has it; null for none.", null=True)


class SpeakersOut(Out):
    """A page of speakers."""

    speakers = list_of(SpeakerEntryOut)


class StateOut(Out):
    """A quote as it was from a time on."""

    version = fields.Integer(required=True, metadata={"description": "Counts from 1.", "minimum": 1})
    at = words("Since when, ISO 8601.", format="date-time")
    by = words("The person whose word made it so; null where it was a model.", null=True)
    reason = words("Why, as that person says.", null=True)
    model = words("The model that made it so; null where it was a person.", null=True)
    review = _review()
    quote = object_of(QuoteOut, null=True)


class HistoryOut(Out):
    """All that a quote has been, oldest first; a state's quote is null where a model found it no more."""

    offsets = unit()
    history = list_of(StateOut)


class CitronSpanOut(Out):
    """A stretch of the text."""

    start = number("Its first character.")
    end = number("The character after its last.")
    text = words("Its characters.")


class CitronQuoteOut(Out):
    """A quote as Citron gives it."""

    sources = list_of(CitronSpanOut)
    coreferences = list_of(CitronSpanOut)
    cue = object_of(CitronSpanOut)
    contents = list_of(CitronSpanOut)
    confidence = words("From 0 to 1, with four decimals.", example="0.9400")


class CitronSourceOut(Out):
    """What found them."""

    application = words("Always `quoth`.")
    model = fields.String(
        required=True, attribute="model:", data_key="model:", metadata={"description": "The model and its version."}
    )


class CitronOut(Out):
    """The response of BBC's Citron."""

    quotes = list_of(CitronQuoteOut)
    source = object_of(CitronSourceOut)


class HealthOut(Out):
    """The process answers."""

    status = words("Always `ok`.", example="ok")


class ReadyOut(Out):
    """The service can read articles and store them."""

    status = words("Always `ready`.", example="ready")
    model = object_of(ModelOut)


class CallOut(Out):
    """One call of the API."""

    method = words("The HTTP method.")
    path = words("The path; parts in braces are to be filled in.")
    summary = words("What it does.")


class IndexOut(Out):
    """What there is."""

    name = words("Always `quoth`.")
    version = words("The release.")
    contract = words("Where the whole contract is.", example="/openapi.yaml")
    calls = list_of(CallOut)


class ProblemKindOut(Out):
    """One kind of problem."""

    type = words("As in a problem's `type`.")
    title = words("As in a problem's `title`.")
    status = fields.Integer(required=True, metadata={"description": "The HTTP status that it comes with."})
    help = words("What it means and what can be done.")


class FaultOut(Out):
    """One wrong value."""

    pointer = words("JSON pointer to the value, from the body or from the object of the parameters.")
    place = fields.String(
        required=True,
        data_key="in",
        metadata={"description": "Where it is.", "enum": ["body", "query", "path"]},
    )
    detail = words("What was got and what is allowed.")


class ProblemOut(Out):
    """An error (RFC 9457)."""

    type = words("The page that explains this kind of problem.", format="uri-reference")
    title = words("The kind of problem in words.")
    status = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = words("What was got, what is allowed, what to do.")
    instance = words("The id of the request, as in `X-Request-Id`.")
    errors = fields.List(fields.Nested(FaultOut), metadata={"description": "Each wrong value, where values are wrong."})
