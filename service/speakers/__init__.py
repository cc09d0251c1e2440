"""Who is behind each attribution: the speakers of one article.

*Maria Okafor*, *Okafor*, *Ms Okafor*, *the mayor* and *she* are one speaker, with the evidence for each link.
Resolution is a step of its own that prefers silence to a guess: between two candidates equally good it names both and
links none.

The parts: ``names`` finds names, ``roles`` what they are said to be, ``referents`` joins them, ``reader`` reads the
article in order (``antecedents`` for pronouns, ``nominals`` for role nouns, ``flow`` for quotes that stand alone), and
``resolution`` puts the links together (``settling``, ``describing`` and ``naming`` are parts of the reading).
"""

from __future__ import annotations

from service.speakers.resolution import resolve

__all__ = ["resolve"]
