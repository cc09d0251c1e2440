"""Articles and quotes, kept and found again."""

from service.store.store import Store

__all__ = ["Store"]
