"""Trees and marks to attributions: what was said, by which words, and which words name the source."""

from service.attribution.assembly import attribute

__all__ = ["attribute"]
