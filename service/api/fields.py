"""Marshmallow fields and validators of the API: strict, and with messages that say what was got and what is allowed."""

# ruff: noqa: ARG002 - the signatures are marshmallow's
from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate

_SHOWN = 60
_Messages = dict[str, str | list[Any] | dict[Any, Any]]


def shown(value: object) -> str:
    """A value as it stands in a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Line(fields.String):
    """A line of text: 1 to ``most`` characters, none of which is a control character or half a surrogate pair."""

    def __init__(self, most: int, *validators: validate.Validator, **kwargs: Any) -> None:
        messages: _Messages = {"invalid": "got no string; a string is allowed"}
        super().__init__(validate=[_Length(1, most), _Plain(), *validators], error_messages=messages, **kwargs)


class _Length(validate.Length):
    def __call__(self, value: Any) -> Any:
        try:
            return super().__call__(value)
        except ValidationError:
            raise ValidationError(f"got {len(value):,} characters; {self.min} to {self.max:,} are allowed") from None


class _Plain(validate.Validator):
    def __call__(self, value: str) -> str:
        # NUL and lone surrogates cannot be stored, line ends would break a table
        if any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) <= 0xDFFF for c in value):
            raise ValidationError(f"got {shown(value)}; one line without control characters is allowed")
        return value


class ArticleId(validate.Validator):
    """An id that can stand in a path: no slash, neither ``.`` nor ``..``, no space at either end."""

    def __call__(self, value: str) -> str:
        """Raise ValidationError for one that cannot."""
        if "/" in value or "\\" in value or value in (".", "..") or value != value.strip():
            raise ValidationError(f"got {shown(value)}; an id has no slash, no space at its ends, and is not . or ..")
        return value


class WebAddress(validate.Validator):
    """An absolute http or https URL."""

    def __call__(self, value: str) -> str:
        """Raise ValidationError for anything else."""
        if not re.fullmatch(r"https?://[^\s/?#]+([/?#]\S*)?", value, re.IGNORECASE):
            raise ValidationError(f"got {shown(value)}; a web address such as https://example.org/story is allowed")
        return value


class LanguageTag(validate.Validator):
    """A language tag (BCP 47, by its form)."""

    def __call__(self, value: str) -> str:
        """Raise ValidationError for anything else."""
        if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value, re.ASCII):
            raise ValidationError(f"got {shown(value)}; a language tag such as en or en-NZ is allowed")
        return value


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, values: type[StrEnum] | Iterable[str], **kwargs: Any) -> None:
        words = [str(value) for value in values]
        super().__init__(validate=_OneOf(words), **kwargs)


class _OneOf(validate.OneOf):
    def __call__(self, value: Any) -> Any:
        if value not in self.choices:
            raise ValidationError(f"got {shown(value)}; allowed is one of {', '.join(self.choices)}")
        return value


class Whole(fields.Integer):
    """A whole number between two, both included."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        allowed = f"a whole number from {least} to {most} is allowed"
        messages: _Messages = {
            "invalid": f"got no whole number; {allowed}",
            "too_large": f"got too large a number; {allowed}",
        }
        range_ = validate.Range(least, most, error=f"got {{input}}; {allowed}")
        super().__init__(validate=range_, error_messages=messages, **kwargs)


class Share(fields.Float):
    """A number from 0 to 1."""

    def __init__(self, **kwargs: Any) -> None:
        allowed = "a number from 0 to 1 is allowed"
        messages: _Messages = {"invalid": f"got no number; {allowed}", "special": f"got no finite number; {allowed}"}
        super().__init__(
            validate=validate.Range(0, 1, error=f"got {{input}}; {allowed}"), error_messages=messages, **kwargs
        )


class YesNo(fields.Boolean):
    """``true`` or ``false``."""

    def __init__(self, **kwargs: Any) -> None:
        messages: _Messages = {"invalid": "got neither; allowed is one of true, false"}
        super().__init__(truthy={"true"}, falsy={"false"}, error_messages=messages, **kwargs)


class Moment(fields.DateTime):
    """An ISO 8601 date, or date and time, as an aware datetime; without an offset it is taken as UTC.

    A bare date means its first moment, or with ``end_of_day`` its last.
    """

    def __init__(self, *, end_of_day: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._time = time.max if end_of_day else time.min

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        allowed = "an ISO 8601 date or time such as 2026-05-04 or 2026-05-04T08:15:00+12:00 is allowed"
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
                return datetime.combine(date.fromisoformat(value), self._time, UTC)
            # in a query "+" stands for a space: 08:15:00+12:00 arrives as 08:15:00 12:00
            moment = datetime.fromisoformat(re.sub(r" (\d{2}:?\d{2})$", r"+\1", value) if "T" in value else value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError(f"got {shown(value)}; {allowed}") from None
        return moment
