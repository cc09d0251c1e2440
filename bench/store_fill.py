"""Synthetic articles, quotes and speakers in any number: what a newsroom would have stored after years.

Words, speakers and outlets are as unevenly spread as in life (Zipf): the commonest word stands in most quotes, the most
quoted speaker has thousands, most have a few. Every tenth quote is a variant of an earlier one, with one word changed.
All is drawn from one seed, so that two fills are alike. ``store_load`` writes it to a database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table

from service.matching.lexicon_files import ranks
from service.matching.stems import concept
from service.matching.terms import SHINGLE, WINDOW
from service.matching.weights import is_content
from service.matching.words import fold
from service.model import Article, Speaker, SpeakerKind
from service.store.matching_tables import quote_utterances, stored_days
from service.store.names import words_of
from service.store.places import places_of, recency
from service.store.records import content_key
from service.store.tables import article_speakers, articles, quotes, speaker_names, speakers

QUOTES_PER_ARTICLE = 10
BATCH = 2000
FIRST_DAY = datetime(2016, 1, 1, tzinfo=UTC)
SECONDS = 10 * 365 * 86_400
# of the quotes, so many are variants, each of one of so many recent ones
VARIANTS, RECENT = 0.1, 400

_SYLLABLES = [c + v for c in "bdfghklmnprstvz" for v in ("a", "e", "i", "o", "u", "ai", "or", "en")]
CUES = ("say", "tell", "warn", "add", "claim", "deny", "argue", "write", "ask", "admit", "insist", "quip")
# what the register of identities notes about its own decisions
_LEFT_OUT = ("reference", "grounds")
_MODEL = ("quoth-en", "0.2.0", "1.15.0")
_DAY = 86_400_000_000
TABLES: tuple[Table, ...] = (speakers, speaker_names, articles, article_speakers, quotes, quote_utterances, stored_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is drawn from: each list from its commonest member to its rarest."""

    words: tuple[str, ...]
    speakers: tuple[Speaker, ...]
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some articles' rows by table, without ``columns_left_out``; and the index: terms, and the quotes' numbers."""

    tables: dict[str, list[tuple[Any, ...]]]
    terms: NDArray[np.int32]
    filed: NDArray[np.int64]


def columns_of(table: Table) -> list[str]:
    """The columns that the rows give."""
    return [column.name for column in table.c if column.name not in _LEFT_OUT]


def make_world(count: int, seed: int = 7) -> World:
    """Words, speakers and outlets for so many quotes."""
    draw = np.random.default_rng(seed)

    def names(number: int, syllables: int) -> list[str]:
        made: dict[str, None] = {}
        while len(made) < number:
            made["".join(draw.choice(_SYLLABLES, int(draw.integers(2, syllables + 1))))] = None
        return list(made)

    given, family = names(200, 3), names(max(500, count // 200), 4)
    people = [f"{draw.choice(given).title()} {surname.title()}" for surname in family for _ in range(4)]
    kinds = draw.choice(
        [SpeakerKind.PERSON, SpeakerKind.ORGANISATION, SpeakerKind.UNKNOWN], len(people), p=[0.8, 0.15, 0.05]
    )
    unique = {
        Speaker(name=name, kind=SpeakerKind(kind)).id: (name, kind) for name, kind in zip(people, kinds, strict=True)
    }
    # English as far as the list of common words goes, then words that nobody knows, as names are
    common = [word for word in ranks("frequent_words.txt") if word.isascii() and word.isalpha() and fold(word) == word]
    return World(
        words=tuple(dict.fromkeys((*common, *names(30_000 - len(common), 5)))),
        speakers=tuple(Speaker(name=name, kind=SpeakerKind(kind), role="the mayor") for name, kind in unique.values()),
        outlets=tuple(f"The {name.title()}" for name in names(40, 3)),
    )


class Terms:
    """``service.matching.terms.indexed_terms`` for texts of words whose hashes are known beforehand."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._concepts: Mapping[str, int] = {
            word: crc32(f"\x00{concept(word)}".encode()) - 2**31 for word in words if is_content(word)
        }

    def of(self, words: list[str]) -> set[int]:
        """The terms under which a quote of these words is filed."""
        found = {self._concepts[word] for word in words if word in self._concepts}
        hashes = [
            crc32("\x00".join(words[place : place + SHINGLE]).encode()) - 2**31
            for place in range(len(words) - SHINGLE + 1)
        ]
        found.update(min(hashes[place : place + WINDOW]) for place in range(max(1, len(hashes) - WINDOW + 1)))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """An article while it is drawn. ``age``: its recency; ``first``: its first quote's place; ``people``: ranks."""

    number: int
    age: int
    outlet: str
    first: int
    people: list[int]

    @property
    def id(self) -> str:
        return f"a{self.number:07d}"


class Drawing:
    """Draws articles, one after the other."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.draw = np.random.default_rng(seed + 1)
        self._terms = Terms(world.words)
        # each is a digest
        self._ids = [speaker.id for speaker in world.speakers]
        self._taken: Counter[int] = Counter()
        # number, whether it is in a cluster, words
        self._recent: list[tuple[int, bool, list[str]]] = []
        self._said, self._appeared = Counter[str](), Counter[str]()
        self._days: Counter[int] = Counter()
        self._oldest: dict[str, int] = {}
        self._newest: dict[str, int] = {}
        self._clear()

    def batches(self, count: int) -> Iterator[Rows]:
        """The rows of ``count`` quotes, some articles at a time; those that sum up come last."""
        total = count // QUOTES_PER_ARTICLE
        for start in range(0, total, BATCH):
            for number in range(start, min(start + BATCH, total)):
                self._article(number)
            yield self._drawn()
        self._sums()
        yield self._drawn()

    def _clear(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in TABLES}
        self._found: list[int] = []
        self._filed: list[int] = []

    def _drawn(self) -> Rows:
        rows = Rows(tables=self._rows, terms=np.array(self._found, np.int32), filed=np.array(self._filed, np.int64))
        self._clear()
        return rows

    def _ranks(self, of: int, number: int) -> NDArray[np.int64]:
        """So many ranks from 0 to ``of``, low ones more often: the inverse of a distribution that falls as 1/x."""
        ranks: NDArray[np.int64] = np.minimum(
            of - 1, np.exp(self.draw.random(number) * np.log(of + 1)).astype(np.int64) - 1
        )
        return ranks

    def _article(self, number: int) -> None:
        draw, world = self.draw, self.world
        published = FIRST_DAY + timedelta(seconds=int(draw.integers(SECONDS)))
        age = recency(published)
        low = places_of(age)[0]
        place = self._taken[low]
        self._taken[low] += 1
        self._days[-age // _DAY] += 1
        outlet = world.outlets[int(self._ranks(len(world.outlets), 1)[0])]
        people = list(dict.fromkeys(int(rank) for rank in self._ranks(len(world.speakers), 3)))
        head = _Head(number=number, age=age, outlet=outlet, first=low + place * QUOTES_PER_ARTICLE, people=people)
        body, counts = self._quotes(head)
        self._speakers(head, counts)
        whole = Article(text=body, id=head.id, outlet=outlet)
        self._rows["articles"].append(
            (
                head.id, content_key(whole), whole.sha256, f"Article {number}", None, outlet, _moment(-age), age, "en",
                len(whole.text), QUOTES_PER_ARTICLE, QUOTES_PER_ARTICLE, *_MODEL, "[]", _moment(-age), low + place,
                "speech", whole.text,
            )
        )  # fmt: skip

    def _quotes(self, head: _Head) -> tuple[str, Counter[int]]:
        """Draw an article's quotes; its text, and how many are each speaker's, by the place in ``head.people``."""
        draw, world = self.draw, self.world
        body, at = [], 0
        counts: Counter[int] = Counter()
        lengths = draw.integers(8, 28, QUOTES_PER_ARTICLE)
        words = self._ranks(len(world.words), int(lengths.sum())).tolist()
        confidences = np.round(1 - draw.beta(1.2, 6, QUOTES_PER_ARTICLE), 4).tolist()
        speaking = draw.integers(len(head.people), size=QUOTES_PER_ARTICLE).tolist()
        cues = self._ranks(len(CUES), QUOTES_PER_ARTICLE).tolist()
        unknown, kinds, denied, reviewed, varied = draw.random((5, QUOTES_PER_ARTICLE)).tolist()
        spot = 0
        for ordinal in range(QUOTES_PER_ARTICLE):
            own = head.first + ordinal
            said = [world.words[rank] for rank in words[spot : spot + lengths[ordinal]]]
            spot += int(lengths[ordinal])
            said = self._varied(own, said, varied[ordinal])
            content = " ".join(said)
            who = None if unknown[ordinal] < 0.08 else speaking[ordinal]
            if who is not None:
                counts[who] += 1
            cue = CUES[cues[ordinal]]
            kind = "direct" if kinds[ordinal] < 0.35 else "indirect" if kinds[ordinal] < 0.85 else "mixed"
            end = at + len(content)
            self._rows["quotes"].append(
                (
                    own, head.id, f"q-{head.number:012x}{ordinal:04x}", ordinal, head.age, head.outlet,
                    None if who is None else self._ids[head.people[who]], who, kind,
                    "denied" if denied[ordinal] < 0.03 else "asserted", "speech", confidences[ordinal], cue, content,
                    f"[[{at}, {end}]]", f"[[{end + 1}, {end + 1 + len(cue)}]]",
                    None, None, None, None, None, None,
                    "clausal-complement", ordinal, ordinal, "[]", '["cue-verb"]', 1,
                    "confirmed" if reviewed[ordinal] < 0.01 else None,
                )
            )  # fmt: skip
            terms = self._terms.of(said)
            self._found.extend(terms)
            self._filed.extend([own] * len(terms))
            line = f"{content} {cue} {world.speakers[head.people[speaking[ordinal]]].name}."
            body.append(line)
            at += len(line) + 1
        return "\n".join(body), counts

    def _speakers(self, head: _Head, counts: Counter[int]) -> None:
        for who, rank in enumerate(head.people):
            speaker = self._ids[rank]
            name = self.world.speakers[rank].name
            self._rows["article_speakers"].append(
                (head.id, who, speaker, name, "the mayor", "[]", head.outlet, head.age, counts[who])
            )
            self._said[speaker] += counts[who]
            self._appeared[speaker] += counts[who] > 0
            if counts[who]:
                self._oldest[speaker] = max(head.age, self._oldest.get(speaker, head.age))
                self._newest[speaker] = min(head.age, self._newest.get(speaker, head.age))

    def _varied(self, own: int, said: list[str], chance: float) -> list[str]:
        """The words of a quote, which may be those of an earlier one with another word."""
        if chance < VARIANTS and len(self._recent) == RECENT:
            spot = int(chance / VARIANTS * RECENT)
            first, filed, before = self._recent[spot]
            place = int(chance * 1e6) % len(before)
            # a cluster has the number of its first quote for a name
            self._rows["quote_utterances"] += [(own, 0, first)] if filed else [(first, 0, first), (own, 0, first)]
            self._recent[spot] = (first, True, before)
            return [*before[:place], said[0], *before[place + 1 :]]
        if len(self._recent) < RECENT:
            self._recent.append((own, False, said))
        elif chance > 1 - VARIANTS:
            # so that each is varied once on average
            self._recent[int((1 - chance) / VARIANTS * RECENT)] = (own, False, said)
        return said

    def _sums(self) -> None:
        for id, speaker in zip(self._ids, self.world.speakers, strict=True):
            if id not in self._said:
                continue
            first, last = (_moment(-times[id]) if id in times else None for times in (self._oldest, self._newest))
            self._rows["speakers"].append(
                (id, speaker.name, speaker.kind.value, speaker.role, self._said[id], self._appeared[id], first, last)
            )
            self._rows["speaker_names"] += [(id, speaker.name, word) for word in words_of(speaker.name)]
        self._rows["stored_days"] += [
            (day, count, count * QUOTES_PER_ARTICLE) for day, count in sorted(self._days.items())
        ]


def _moment(microseconds: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds):%Y-%m-%d %H:%M:%S.%f}"
