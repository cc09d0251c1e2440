"""How sure one quote is: the measured precision of its construction times the certainty of its speaker link.

>>> from service.model import Span, QuoteType, Polarity, Act
>>> attribution = Attribution(spans=(Span(0, 4),), type=QuoteType.DIRECT, polarity=Polarity.ASSERTED,
...                           act=Act.SPEECH, pattern="no-such-pattern", paragraph=0, sentence=0)
>>> confidence_of(attribution, Link(speaker=None, certainty=0.5)) == round(precision_of("default") * 0.5, 4)
True
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from service.model import Attribution, Link

TABLE = Path(__file__).with_name("confidence.tsv")


def confidence_of(attribution: Attribution, link: Link) -> float:
    """The probability, in 0..1, that content and speaker are both right, to four decimals.

    The two are taken as independent: a construction is read from the tree of one sentence, a link from the names of
    the whole article.
    """
    return round(min(max(precision_of(attribution.pattern) * link.certainty, 0.0), 1.0), 4)


def precision_of(pattern: str) -> float:
    """The precision of a construction, in 0..1; that of ``default`` for one that is not in the table."""
    table = _table()
    return table.get(pattern, table["default"])


def read_precisions(source: str) -> dict[str, float]:
    """The table of ``confidence.tsv``. Raises ValueError, with the line's number, for a row that is none.

    >>> read_precisions("# measured\\npattern\\tprecision\\ndefault\\t0.5\\n")
    {'default': 0.5}
    """
    precisions: dict[str, float] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip() or line.startswith("#") or line == "pattern\tprecision":
            continue
        pattern, tab, figure = line.partition("\t")
        try:
            precision = float(figure)
        except ValueError:
            precision = -1.0
        if not tab or not 0 <= precision <= 1 or pattern in precisions:
            raise ValueError(f"line {number}: got {line!r}; a row is a new pattern, a tab and a share in 0..1")
        precisions[pattern] = precision
    if "default" not in precisions:
        raise ValueError("the table has no row 'default'; add one for the patterns that are not listed")
    return precisions


@cache
def _table() -> dict[str, float]:
    return read_precisions(TABLE.read_text(encoding="utf-8"))
