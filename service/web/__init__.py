"""The desk: pages for people, rendered here from the same parts as the API's answers; what they change, they change
through the API.
"""

from service.web.desk import register

__all__ = ["register"]
