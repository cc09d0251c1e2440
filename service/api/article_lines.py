"""A line of an import as an article: JSON as ``POST /v1/articles`` takes it.

>>> parse_line('{"text": "It rained."}').text
'It rained.'
>>> parse_line('{"text": "It rained.", "titel": "Rain"}')
(('/titel', 'this name is not known; did you mean title?'),)
"""

from __future__ import annotations

from service.api.errors import Refusal
from service.api.json_text import loaded
from service.api.schemas_in import ArticleIn
from service.model import Article

_SCHEMA = ArticleIn()


def parse_line(line: str) -> Article | tuple[tuple[str, str], ...]:
    """The article, or why there is none: JSON pointers into the line's object, and what is wrong there."""
    try:
        values = loaded(line, _SCHEMA, what="article", hint="one JSON object with the member 'text'", place="line")
    except Refusal as refusal:
        return tuple((fault.pointer, fault.detail) for fault in refusal.faults) or (("", str(refusal)),)
    return Article(**{name: value for name, value in values.items() if value is not None})
