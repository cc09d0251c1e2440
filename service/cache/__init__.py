"""What was read once is kept on disk, so that the same article costs no inference a second time."""

from service.cache.disk import DiskCache
from service.cache.extractions import ExtractionCache

__all__ = ["DiskCache", "ExtractionCache"]
