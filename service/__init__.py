"""Quoth reads a news article and answers who said what, to whom, and where.

Text flows one way through the package, and the folders are the steps::

    text -> parse -> attribution -> speakers -> store -> api / cli
"""

from importlib.metadata import version

__version__ = version("quoth")
