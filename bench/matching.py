"""How long a verification and a look at a quote's variants take, by how much is stored.

    python -m bench.matching URL --quotes 1000000        fill an empty database, then measure
    python -m bench.matching URL --measure               measure only

The quotes are invented: words drawn as news draws them (Zipf), twenty to an article; every tenth is a variant of an
earlier one. Claims are words of stored quotes, cut and changed, and words that nobody said.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from statistics import median, quantiles
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, text

from service.matching.lexicon_files import ranks
from service.matching.matcher import Matcher
from service.matching.stems import concept
from service.matching.terms import SHINGLE, WINDOW
from service.matching.variants import Variants
from service.matching.verification import Verifier
from service.matching.weights import is_content
from service.store import Store
from service.store.matching_tables import quote_terms, quote_utterances
from service.store.places import places_of, recency
from service.store.tables import article_speakers, articles, quotes, speaker_names, speakers
from service.store.writing import insert_rows
from service.verdicts import Claim

PER_ARTICLE = 20
SPEAKERS = 5000
BATCH = 50
START = datetime(2000, 1, 1, tzinfo=UTC)


class Words:
    """Draws words by Zipf's law, with the hash of each one's concept."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a benchmark
        self.known = [word for word in ranks("frequent_words.txt") if word.isascii()]
        self._sums = list(accumulate(1 / (rank + 3) for rank in range(len(self.known))))
        self.concepts = {
            word: crc32(("\x00" + concept(word)).encode()) - 2**31 for word in self.known if is_content(word)
        }

    def quote(self) -> list[str]:
        """The words of one quote, 5 to 45 of them."""
        count = max(5, min(45, int(self.chance.gauss(22, 9))))
        total = self._sums[-1]
        return [self.known[bisect_left(self._sums, self.chance.random() * total)] for _ in range(count)]

    def terms(self, words: list[str]) -> set[int]:
        """As ``service.matching.terms.indexed_terms``, for words that are folded already."""
        found = {self.concepts[word] for word in words if word in self.concepts}
        hashes = [crc32("\x00".join(words[p : p + SHINGLE]).encode()) - 2**31 for p in range(len(words) - SHINGLE + 1)]
        found.update(min(hashes[p : p + WINDOW]) for p in range(max(1, len(hashes) - WINDOW + 1)))
        return found


def fill(store: Store, count: int) -> None:
    """Store ``count`` invented quotes, with their index."""
    words = Words(1)
    pool: list[tuple[int, list[str]]] = []
    with store._database.writing() as connection:
        _people(connection)
        made = _rows(words, count, pool)
        for number, batch in enumerate(made):
            for table, rows in batch.items():
                insert_rows(connection, table, rows)
            if number % 100 == 0:
                print(f"{number * BATCH * PER_ARTICLE:,} quotes", flush=True)
        connection.execute(text("DELETE FROM quote_changes"))
    with store._database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _people(connection: Connection) -> None:
    rows = [
        {"id": _speaker(n), "name": _name(n), "kind": "person", "quote_count": 1, "article_count": 1}
        for n in range(SPEAKERS)
    ]
    insert_rows(connection, speakers, rows)
    insert_rows(connection, speaker_names, [
        {"speaker_id": _speaker(n), "name": _name(n), "word": word}
        for n in range(SPEAKERS)
        for word in _name(n).lower().split()
    ])  # fmt: skip


def _rows(words: Words, count: int, pool: list[tuple[int, list[str]]]) -> Iterator[dict[Any, list[dict[str, Any]]]]:
    chance = words.chance
    made = 0
    cluster = 0
    while made < count:
        batch: dict[Any, list[dict[str, Any]]] = {
            t: [] for t in (articles, article_speakers, quotes, quote_terms, quote_utterances)
        }
        for _ in range(BATCH):
            if made >= count:
                break
            published = START + timedelta(seconds=97 * (made // PER_ARTICLE))
            when = recency(published)
            place = places_of(when)[0]
            id = f"a{made:08d}"
            parts: list[str] = []
            said = []
            for ordinal in range(PER_ARTICLE):
                spoken = words.quote()
                if pool and chance.random() < 0.1:
                    older, before = chance.choice(pool)
                    spoken = [*before]
                    spoken[chance.randrange(len(spoken))] = chance.choice(words.known)
                    cluster += 1
                    batch[quote_utterances] += [
                        {"quote": older, "place": 0, "cluster": older},
                        {"quote": place + ordinal, "place": 0, "cluster": older},
                    ]  # fmt: skip
                    pool[:] = [p for p in pool if p[0] != older]
                elif len(pool) < 400:
                    pool.append((place + ordinal, spoken))
                else:
                    pool[chance.randrange(400)] = (place + ordinal, spoken)
                line = " ".join(spoken)
                start = sum(map(len, parts)) + 1
                parts.append(f"“{line}” said somebody.\n")
                who = chance.randrange(SPEAKERS)
                said.append(who)
                batch[quotes].append({
                    "number": place + ordinal, "article_id": id, "id": f"q-{made + ordinal:016x}", "ordinal": ordinal,
                    "recency": when, "outlet": f"Outlet {made % 50}", "speaker_id": _speaker(who),
                    "speaker_ordinal": ordinal,
                    "type": "direct", "polarity": "asserted", "act": "speech", "confidence": 0.9, "cue_lemma": "say",
                    "text": line, "spans": [[start, start + len(line)]], "cue_spans": [[0, 1]], "mention": None,
                    "addressee": None, "venue": None, "time": None, "inside_id": None, "inside_ordinal": None,
                    "pattern": "bench", "paragraph": ordinal, "sentence": ordinal, "attribution_evidence": [],
                    "evidence": [],
                })  # fmt: skip
                batch[quote_terms] += [{"term": term, "quote": place + ordinal} for term in words.terms(spoken)]
            body = "".join(parts)
            batch[articles].append({
                "id": id, "number": place, "content_key": id, "sha256": id, "title": None, "url": None,
                "outlet": f"Outlet {made % 50}", "published_at": published, "recency": when, "language": "en",
                "characters": len(body), "paragraphs": PER_ARTICLE, "quote_count": PER_ARTICLE, "model_name": "bench",
                "model_version": "1", "model_stanza": "1", "warnings": [], "stored_at": published, "text": body,
            })  # fmt: skip
            batch[article_speakers] += [
                {"article_id": id, "ordinal": n, "speaker_id": _speaker(who), "name": _name(who), "role": None,
                 "aliases": [], "outlet": None, "recency": when}
                for n, who in enumerate(said)
            ]  # fmt: skip
            made += PER_ARTICLE
        yield batch


def _speaker(number: int) -> str:
    return f"s-{number:016x}"


def _name(number: int) -> str:
    return f"Given{number % 71} Surname{number}"


def measure(store: Store, rounds: int) -> dict[str, Any]:
    """Times in milliseconds of verifications (by kind of claim) and of variants."""
    chance = random.Random(5)  # noqa: S311
    words = Words(9)
    articles_stored, quotes_stored = store.stored_counts()
    verifier, variants = Verifier(store), Variants(store)
    times: dict[str, list[float]] = {"verify": [], "variants": []}
    spent: dict[str, list[float]] = {"verify": [], "variants": []}
    kinds: dict[str, list[float]] = {}
    verdicts: dict[str, int] = {}
    for number in range(rounds):
        made = chance.randrange(articles_stored) * PER_ARTICLE
        candidate = store.candidates_in(f"a{made:08d}")[chance.randrange(PER_ARTICLE)]
        kind, claim = _claim(number, candidate.text.split(), candidate.names[0], words, chance)
        begun, cpu = time.perf_counter(), time.process_time()
        answer = verifier.verify(claim)
        took = (time.perf_counter() - begun) * 1000
        if number >= rounds // 10:
            times["verify"].append(took)
            spent["verify"].append((time.process_time() - cpu) * 1000)
            kinds.setdefault(kind, []).append(took)
        verdicts[f"{kind} {answer.verdict.value}"] = verdicts.get(f"{kind} {answer.verdict.value}", 0) + 1
        begun, cpu = time.perf_counter(), time.process_time()
        variants.of(candidate.article, candidate.id)
        if number >= rounds // 10:
            times["variants"].append((time.perf_counter() - begun) * 1000)
            spent["variants"].append((time.process_time() - cpu) * 1000)
    return {
        "quotes": quotes_stored,
        **{f"{name} {what}": round(value, 1) for name, took in times.items() for what, value in _summary(took).items()},
        **{f"{name} cpu p95": round(_summary(took)["p95"], 1) for name, took in spent.items()},
        "kinds p95": {kind: round(_summary(took)["p95"], 1) for kind, took in kinds.items()},
        "verdicts": verdicts,
    }


def _summary(took: list[float]) -> dict[str, float]:
    return {"p50": median(took), "p95": quantiles(took, n=20)[-1]}


def _claim(number: int, said: list[str], speaker: str, words: Words, chance: random.Random) -> tuple[str, Claim]:
    kind = ("whole", "cut", "altered", "speaker", "absent", "common")[number % 6]
    if kind == "cut":
        said = said[: max(4, len(said) // 2)]
    elif kind == "altered":
        said = [*said]
        said[chance.randrange(len(said))] = "harbourmaster"
    elif kind == "absent":
        said = words.quote()
    elif kind == "common":
        said = ["it", "is", "what", "it", "is", "and", "that", "was", "all"]
    return kind, Claim(quote=" ".join(said), speaker=speaker if number % 2 else None)


def main() -> None:
    """Fill, measure, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--quotes", type=int, default=10_000)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--rounds", type=int, default=300, help="0: fill only")
    chosen = parser.parse_args()
    with Store(chosen.url, matcher=Matcher()) as store:
        if not chosen.measure:
            store.upgrade()
            fill(store, chosen.quotes)
        if chosen.rounds:
            print(json.dumps({"url": chosen.url.partition(":")[0], **measure(store, chosen.rounds)}))


if __name__ == "__main__":
    main()
