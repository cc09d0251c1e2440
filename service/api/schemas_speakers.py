"""What responses about one speaker hold."""

from __future__ import annotations

from marshmallow import fields

from service.api.schemas_out import Out, SpeakerEntryOut, StoredQuoteOut, list_of, number, object_of, unit, words


class AliasUseOut(Out):
    """A name that articles use for the speaker."""

    name = words("The name.")
    article_count = number("How many articles use it.")


class RolePeriodOut(Out):
    """What articles say that the speaker is."""

    role = words("In the articles' words.")
    article_count = number("How many articles say so.")
    first_seen = words("First, by publication; null: undated.", null=True, format="date-time")
    last_seen = words("Last, by publication; null: undated.", null=True, format="date-time")


class OutletUseOut(Out):
    """An outlet that quotes the speaker."""

    outlet = words("Its name; null for articles that name none.", null=True)
    article_count = number("In how many articles.")
    quote_count = number("How often.")


class GroundsOut(Out):
    """Why an article is held to be about this speaker."""

    article = words("The article's id.")
    evidence = fields.List(fields.String(), required=True, metadata={"description": "The reasons, in words."})


class IdentityChangeOut(Out):
    """What a person decided about who is who."""

    number = number("Which decision it was.")
    at = words("When, ISO 8601.", format="date-time")
    by = words("Who decided.")
    action = fields.String(
        required=True,
        metadata={
            "description": "`merged`: all that `other` said is `speaker`'s. `split`: what `articles` quote is "
            "`other`'s.",
            "enum": ["merged", "split"],
        },
    )
    speaker = words("A speaker's id.")
    other = words("The other speaker's id.")
    other_name = words("The other's name at that time.")
    articles = fields.List(fields.String(), required=True, metadata={"description": "Ids of the articles concerned."})
    reason = words("Why.")


class SpeakerPageOut(SpeakerEntryOut):
    """All that is known of one speaker."""

    offsets = unit()
    confirmed = fields.Boolean(
        required=True, metadata={"description": "Whether a person has decided about who this is."}
    )
    alias_uses = list_of(AliasUseOut)
    roles = list_of(RolePeriodOut)
    outlet_uses = list_of(OutletUseOut)
    first_quote = object_of(StoredQuoteOut, null=True)
    last_quote = object_of(StoredQuoteOut, null=True)
    merged_ids = fields.List(fields.String(), required=True, metadata={"description": "Ids that now lead here."})
    grounds = list_of(GroundsOut)
    history = list_of(IdentityChangeOut)
