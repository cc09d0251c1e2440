"""An application with the embedded models, to compare with."""

from tests.api.conftest import reader

__all__ = ["reader"]
