"""The HTTP API: views in three moves (validate, call, present) over parts that they are handed."""

from service.api.app import create_app

__all__ = ["create_app"]
