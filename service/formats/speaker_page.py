"""A speaker's page as a JSON object: all that the store knows of one speaker, and what people decided about them."""

from __future__ import annotations

from datetime import datetime

from service.formats.offsets import Unit
from service.formats.wire import Json, speaker_entry_to_dict, stored_quote_to_dict
from service.identities import IdentityChange, SpeakerPage


def speaker_page_to_dict(page: SpeakerPage, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """The speaker's entry of the list, and beside it the uses of names, roles and outlets, quotes and history."""
    return speaker_entry_to_dict(page.entry) | {
        "confirmed": page.confirmed,
        "alias_uses": [{"name": use.name, "article_count": use.article_count} for use in page.aliases],
        "roles": [
            {
                "role": period.role,
                "article_count": period.article_count,
                "first_seen": _moment(period.first_seen),
                "last_seen": _moment(period.last_seen),
            }
            for period in page.roles
        ],
        "outlet_uses": [
            {"outlet": use.outlet, "article_count": use.article_count, "quote_count": use.quote_count}
            for use in page.outlets
        ],
        "first_quote": None if page.first_quote is None else stored_quote_to_dict(page.first_quote, offsets=offsets),
        "last_quote": None if page.last_quote is None else stored_quote_to_dict(page.last_quote, offsets=offsets),
        "merged_ids": list(page.merged_ids),
        "grounds": [{"article": article, "evidence": list(evidence)} for article, evidence in page.grounds],
        "history": [_change(change) for change in page.history],
    }


def _change(change: IdentityChange) -> Json:
    return {
        "number": change.number,
        "at": change.at.isoformat(),
        "by": change.by,
        "action": change.action,
        "speaker": change.speaker_id,
        "other": change.other_id,
        "other_name": change.other_name,
        "articles": list(change.articles),
        "reason": change.reason,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
