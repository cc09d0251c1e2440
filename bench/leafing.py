"""Whether the desk's list of quotes pages as fast as the API's.

``python -m bench.leafing --database URL``: a store that is filled already (``bench.matching`` fills one with a million
quotes) is served by ``quoth serve`` and leafed through page by page, in turn by ``GET /v1/quotes`` and by ``/find``,
25 quotes each, over one connection each. Prints milliseconds: of the first page, which the desk shows with the counts
of its facets, and of those that follow.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import statistics
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.server import serving

PER_PAGE = 25
_LINK = re.compile(r'<(?:https?://[^/]+)?(/[^>]+)>; rel="next"')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
# what is leafed through: everything, and what some words or a type leave
SEARCHES: dict[str, dict[str, str]] = {"all": {}, "direct": {"type": "direct"}, "oldest": {"sort": "oldest"}}


class Leafing:
    """One reader, page after page. ``following``: the next page's address, by an answer's header Link and its text."""

    def __init__(self, host: str, path: str, following: Callable[[str, str], str | None]) -> None:
        self._connection = HTTPConnection(host, timeout=300)
        self._path: str | None = path
        self._following = following
        self.milliseconds: list[float] = []
        self.bytes = 0

    def turn(self) -> bool:
        """Ask for the next page; False where there is none."""
        if self._path is None:
            return False
        started = time.perf_counter()
        self._connection.request("GET", self._path, headers={"Accept": "text/html, application/json;q=0.9"})
        answer = self._connection.getresponse()
        body = answer.read()
        self.milliseconds.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{self._path}: {answer.status}")
        self.bytes = len(body)
        self._path = self._following(answer.headers.get("Link", ""), body.decode())
        return True

    def close(self) -> None:
        """Leave."""
        self._connection.close()


def leaf(host: str, search: dict[str, str], pages: int) -> dict[str, Any]:
    """Both readers through one search, taking turns, so that what else the machine does falls on both."""

    def by_header(link: str, _: str) -> str | None:
        found = _LINK.search(link)
        return found[1] if found else None

    def by_page(_: str, text: str) -> str | None:
        found = _NEXT.search(text)
        return f"/find{html.unescape(found[1])}" if found else None

    readers = {
        "api": Leafing(host, f"/v1/quotes?{urlencode({**search, 'limit': PER_PAGE})}", by_header),
        "desk": Leafing(host, f"/find?{urlencode(search)}", by_page),
    }
    for _ in range(pages):
        # each in its turn, also where another has come to the end
        turns = [reader.turn() for reader in readers.values()]
        if not all(turns):
            break
    for reader in readers.values():
        reader.close()
    return {name: told(reader) for name, reader in readers.items()}


def told(reader: Leafing) -> dict[str, float]:
    """The first page, and the others: their median and that of 20 pages which one is slower than (p95)."""
    first, *others = reader.milliseconds
    return {
        "first_ms": round(first, 1),
        "pages": len(others),
        "median_ms": round(statistics.median(others), 1),
        "p95_ms": round(statistics.quantiles(others, n=20)[-1], 1),
        "bytes": reader.bytes,
    }


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.leafing", description=__doc__)
    parser.add_argument("--database", required=True, metavar="URL", help="of a filled store at this release's schema")
    parser.add_argument("--pages", type=int, default=60)
    chosen = parser.parse_args(arguments)
    with serving(settings={"QUOTH_DATABASE_URL": chosen.database}) as server:
        host = urlsplit(server.address).netloc
        # what a process does once, on both paths
        leaf(host, {}, 3)
        report = {name: leaf(host, search, chosen.pages) for name, search in SEARCHES.items()}
    print(json.dumps({"load": [round(each, 1) for each in os.getloadavg()], "searches": report}, indent=2))


if __name__ == "__main__":
    main()
