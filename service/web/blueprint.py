"""The blueprint that all views of the desk belong to, named ``desk``: ``url_for("desk.articles")``."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, template_folder="templates")
