"""Did they say it? A claimed quotation against what is stored, with the evidence.

Nothing here judges whether what was said is true, and nothing goes beyond what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import permutations
from typing import Protocol

from service.errors import ClaimError
from service.matching.comparing import Comparison, compare, denied
from service.matching.passages import Passage, continued, joined, passage_in_text, passage_of, passage_of_claim
from service.matching.people import are_named, may_be_same
from service.matching.splices import spliced
from service.matching.terms import content_terms, searched_terms, telling_phrases
from service.matching.words import read_words
from service.model import ArticleHead, Polarity, Span, StoredQuote
from service.verdicts import (
    NOT_FOUND_MEANS,
    Candidate,
    Claim,
    Credit,
    Evidence,
    Searched,
    Source,
    Verdict,
    Verification,
)

MOST_CHARACTERS = 5_000
LEAST_WORDS = 2
# so many candidates are laid beside the claim, so many of the best are looked at in their articles and shown
CANDIDATES, SHOWN = 30, 10
# articles in which neighbouring quotes are put together, and whose texts are gone through
JOINED, TEXTS = 3, 8
# how much of the text to either side of the place is shown, in code points
CONTEXT = 160

_RANK = (Verdict.VERBATIM, Verdict.PARTIAL, Verdict.ALTERED, Verdict.PARAPHRASED, Verdict.NOT_FOUND)
# what may turn out to be more where a quote is read together with the ones beside it
_WIDENED = (Verdict.ALTERED, Verdict.PARAPHRASED, Verdict.PARTIAL)


class Archive(Protocol):
    """What verification asks of the store; see ``service.store.matching``."""

    def snapshot(self) -> AbstractContextManager[None]:
        """One state of the archive for all that is asked within the block."""

    def candidates(
        self,
        terms: Mapping[int, float],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        speakers: Collection[str] | None = None,
        limit: int = 60,
    ) -> tuple[Candidate, ...]:
        """The quotes that share most with a text of these terms."""

    def candidates_with(
        self, phrase: str, *, since: datetime | None = None, until: datetime | None = None, limit: int = 20
    ) -> tuple[Candidate, ...]:
        """The newest quotes with a phrase."""

    def texts_with(
        self,
        phrases: Mapping[str, Collection[int]],
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 10,
    ) -> tuple[tuple[tuple[ArticleHead, str], ...], int | None]:
        """Articles in which one of the phrases stands; and how many of the newest were looked at, None: all."""

    def quotes_of(self, articles: Collection[str]) -> Mapping[str, tuple[StoredQuote, ...]]:
        """The quotes of articles in text order."""

    def quotes_numbered(self, numbers: Sequence[int]) -> tuple[StoredQuote, ...]:
        """The quotes with these numbers."""

    def speaker_ids(self, name: str) -> tuple[str, ...]:
        """Whom a name may mean."""

    def stored_counts(self, since: datetime | None = None, until: datetime | None = None) -> tuple[int, int]:
        """How many articles and quotes are stored."""


class Verifier:
    """Answers claims from one archive. ``language_of``: the language a text clearly is in if not English, else None."""

    def __init__(self, archive: Archive, *, language_of: Callable[[str], str | None] | None = None) -> None:
        self._archive = archive
        self._language_of = language_of or (lambda _: None)

    def verify(self, claim: Claim) -> Verification:
        """The verdict on a claim, with its evidence, best first. Raises ClaimError for one that says nothing."""
        check(claim)
        with self._archive.snapshot():
            return self._verified(claim)

    def _verified(self, claim: Claim) -> Verification:
        asked = passage_of_claim(claim.quote)
        speakers = frozenset(self._archive.speaker_ids(claim.speaker)) if claim.speaker else frozenset[str]()
        evidence = self._from_quotes(claim, asked, speakers)
        in_texts = not any(found.verdict in _RANK[:3] for found in evidence)
        newest: int | None = None
        if in_texts:
            further, newest = self._from_texts(claim, asked, {found.source.article for found in evidence})
            evidence = [*evidence, *further]
        evidence = sorted(evidence, key=_best_first)[:SHOWN]
        verdict, leading = _verdict(evidence)
        articles, quotes = self._archive.stored_counts(claim.since, claim.until)
        return Verification(
            claim=claim,
            verdict=verdict,
            evidence=tuple(evidence),
            searched=Searched(quotes=quotes, articles=articles, texts=in_texts, since=claim.since, until=claim.until),
            flags=leading.flags if leading and verdict is not Verdict.NOT_FOUND else (),
            notes=(*_on_texts(newest), *self._notes(claim, verdict, leading, speakers, evidence)),
        )

    def _from_quotes(self, claim: Claim, asked: Passage, speakers: frozenset[str]) -> list[Evidence]:
        compared: list[tuple[Comparison, Candidate]] = []
        candidates = self._candidates(claim, speakers)
        for candidate in candidates:
            credit = _credit(claim, speakers, candidate.speaker, candidate.names)
            passage = passage_of(candidate.text, (Span(0, len(candidate.text)),), candidate.type)
            found = compare(asked, passage, same_speaker=credit is Credit.SAME)
            if found.verdict is not Verdict.NOT_FOUND and not _too_weak(found, credit):
                compared.append((found, candidate))
        compared.sort(key=lambda pair: (_RANK.index(pair[0].verdict), -pair[0].similarity))
        compared = compared[: 2 * SHOWN]
        evidence: list[Evidence] = []
        unsure = dict.fromkeys(candidate.article for found, candidate in compared if found.verdict in _WIDENED)
        together = self._archive.quotes_of([*unsure][:JOINED]) if unsure else {}
        for stored in self._archive.quotes_numbered([candidate.number for _, candidate in compared]):
            found, span = self._closely(asked, stored, claim, speakers, together)
            if found.verdict is not Verdict.NOT_FOUND:
                evidence.append(_evidence(found, stored, span, _credit_of(claim, speakers, stored)))
        if not any(found.verdict in _RANK[:3] for found in evidence):
            evidence = [*self._from_two(claim, asked, speakers, candidates), *evidence]
        return _without_inner(evidence)

    def _from_two(
        self, claim: Claim, asked: Passage, speakers: frozenset[str], candidates: Sequence[Candidate]
    ) -> list[Evidence]:
        """The claim as the beginning of one quote and the end of another by the same speaker in the same article."""
        asked_for = [candidate for candidate in candidates if candidate.speaker is not None]
        passages = {c.number: passage_of(c.text, (Span(0, len(c.text)),), c.type) for c in asked_for}
        for one, other in permutations(asked_for, 2):
            if (one.article, one.speaker) != (other.article, other.speaker):
                continue
            if spliced(asked, passages[one.number], passages[other.number]):
                stored = self._archive.quotes_numbered([one.number, other.number])
                whole = [
                    passage_of(s.article_text, s.quote.attribution.spans, s.quote.attribution.type) for s in stored
                ]
                return [
                    _evidence(part, quote, passage.span_of(*part.within), _credit_of(claim, speakers, quote))
                    for part, quote, passage in zip(spliced(asked, *whole) or (), stored, whole, strict=True)
                ]
        return []

    def _candidates(self, claim: Claim, speakers: frozenset[str]) -> list[Candidate]:
        since, until = claim.since, claim.until
        found = {
            c.number: c
            for c in self._archive.candidates(searched_terms(claim.quote), limit=CANDIDATES, since=since, until=until)
        }
        if speakers:
            told = content_terms(claim.quote)
            own = self._archive.candidates(told, speakers=speakers, limit=CANDIDATES // 2, since=since, until=until)
            found |= {candidate.number: candidate for candidate in own}
        if not found or len(read_words(claim.quote)) <= 8:
            # of common words the index keeps few; full text has them all
            phrase = " ".join(word.form for word in read_words(claim.quote))
            found |= {c.number: c for c in self._archive.candidates_with(phrase, limit=SHOWN, since=since, until=until)}
        return list(found.values())

    def _closely(
        self,
        asked: Passage,
        stored: StoredQuote,
        claim: Claim,
        speakers: frozenset[str],
        together: Mapping[str, tuple[StoredQuote, ...]],
    ) -> tuple[Comparison, Span | None]:
        """The claim beside a quote in its article, and beside what goes on with it there."""
        attribution = stored.quote.attribution
        passage = passage_of(stored.article_text, attribution.spans, attribution.type)
        same = _credit_of(claim, speakers, stored) is Credit.SAME
        found = compare(asked, passage, same_speaker=same)
        if found.verdict in _WIDENED:
            mates = together.get(stored.article.id, ())
            place = next((p for p, mate in enumerate(mates) if mate.quote.id == stored.quote.id), None)
            if place is not None:
                whole = joined(continued(mates, place))
                wider = compare(asked, whole, same_speaker=same)
                if _RANK.index(wider.verdict) < _RANK.index(found.verdict) or (
                    wider.verdict is found.verdict and wider.similarity > found.similarity
                ):
                    found, passage = wider, whole
        if attribution.polarity is Polarity.DENIED:
            found = denied(found)
        span = passage.span_of(*found.within) if found.within[0] < found.within[1] else None
        return found, span

    def _from_texts(self, claim: Claim, asked: Passage, known: Collection[str]) -> tuple[list[Evidence], int | None]:
        phrases = telling_phrases(claim.quote)
        found, newest = self._archive.texts_with(phrases, since=claim.since, until=claim.until, limit=TEXTS)
        evidence = []
        for head, text in found:
            if head.id in known:
                continue
            passage = passage_in_text(text)
            seen = compare(asked, passage)
            if seen.verdict in (Verdict.VERBATIM, Verdict.PARTIAL, Verdict.ALTERED) or (
                seen.verdict is Verdict.PARAPHRASED and seen.similarity == 1.0
            ):
                evidence.append(_text_evidence(seen, head, text, passage))
        return evidence, newest

    def _notes(
        self,
        claim: Claim,
        verdict: Verdict,
        leading: Evidence | None,
        speakers: frozenset[str],
        evidence: Sequence[Evidence],
    ) -> list[str]:
        notes = []
        language = self._language_of(claim.quote)
        if language is not None:
            notes.append(
                f"the claim looks like another language than English ({language!r}, ISO 639): only the same words are "
                "found, no paraphrase"
            )
        if claim.speaker and not speakers:
            notes.append(f"nobody stored has the name {claim.speaker!r}")
        if claim.speaker and leading and leading.credit is Credit.UNKNOWN and verdict is not Verdict.NOT_FOUND:
            notes.append("the source names nobody by whom the claimed speaker could be confirmed")
        if verdict is Verdict.NOT_FOUND and evidence:
            notes.append("the words stand in an article's own text, credited to nobody")
        if verdict is Verdict.NOT_FOUND:
            notes.append(NOT_FOUND_MEANS)
        return notes


def check(claim: Claim) -> None:
    """Raise ClaimError for a claim that is empty, too short or too long to be looked for."""
    if len(claim.quote) > MOST_CHARACTERS:
        raise ClaimError(
            f"got {len(claim.quote):,} characters; at most {MOST_CHARACTERS:,} are allowed: send the words in question"
        )
    if not claim.quote.strip():
        raise ClaimError("got nothing but white space; send the words that somebody is said to have said")
    words = read_words(claim.quote)
    if not words:
        raise ClaimError("got no word, only signs; send the words that somebody is said to have said")
    if len(words) < LEAST_WORDS:
        raise ClaimError(
            f"got the one word {words[0].form!r}; at least {LEAST_WORDS} words are needed, since one is in too many "
            "mouths: search the quotes for it instead (GET /v1/quotes?q=…)"
        )
    if claim.since and claim.until and claim.since > claim.until:
        raise ClaimError("got a range of dates that ends before it begins; swap the two", field="from")


def _on_texts(newest: int | None) -> tuple[str, ...]:
    if newest is None:
        return ()
    return (f"of words that are all common, the newest {newest:,} articles' own texts were searched, not all",)


def _credit(claim: Claim, speakers: frozenset[str], speaker: str | None, names: tuple[str, ...]) -> Credit:
    if claim.speaker is None or not names:
        return Credit.UNKNOWN
    if speaker in speakers or may_be_same((claim.speaker,), names):
        return Credit.SAME
    return Credit.OTHER if are_named(names) else Credit.UNKNOWN


def _credit_of(claim: Claim, speakers: frozenset[str], stored: StoredQuote) -> Credit:
    speaker = stored.quote.speaker
    if speaker is None:
        return Credit.UNKNOWN
    return _credit(claim, speakers, speaker.id, (speaker.name, *speaker.aliases))


def _too_weak(found: Comparison, credit: Credit) -> bool:
    """Whether it is another person's words that are only like the claim's in sense."""
    return credit is Credit.OTHER and found.verdict is Verdict.PARAPHRASED and found.similarity < 0.75


def _best_first(found: Evidence) -> tuple[int, int, float]:
    credits = (Credit.SAME, None, Credit.UNKNOWN, Credit.OTHER)
    return _place(found), credits.index(found.credit), -found.similarity


def _place(found: Evidence) -> int:
    """Where a source stands among others; the claimed speaker's close misquotation before another's very words."""
    rank = 2 * _RANK.index(found.verdict)
    return rank + (5 if found.credit is Credit.OTHER else 0)


def _verdict(evidence: Sequence[Evidence]) -> tuple[Verdict, Evidence | None]:
    """What all sources together say, and the one that it rests on."""
    if not evidence:
        return Verdict.NOT_FOUND, None
    best = evidence[0]
    if best.credit is Credit.OTHER:
        return Verdict.MISATTRIBUTED, best
    return best.verdict, best


def _without_inner(evidence: Sequence[Evidence]) -> list[Evidence]:
    """One source for a place: where a quote and the one that reports it say the same, the outer one goes."""
    reported = {
        (found.source.article, found.source.quote.quote.inside): found
        for found in evidence
        if found.source.quote and found.source.quote.quote.inside
    }
    kept = []
    seen: set[tuple[str, Span]] = set()
    for found in evidence:
        quote = found.source.quote
        inner = reported.get((found.source.article, quote.quote.id)) if quote else None
        place = (found.source.article, found.source.span)
        if (inner is None or _RANK.index(inner.verdict) > _RANK.index(found.verdict)) and place not in seen:
            kept.append(found)
            seen.add(place)
    return kept


def _evidence(found: Comparison, stored: StoredQuote, span: Span | None, credit: Credit) -> Evidence:
    head, spans = stored.article, stored.quote.attribution.spans
    return Evidence(
        verdict=found.verdict,
        source=_source(head, stored.article_text, span or Span(spans[0].start, spans[-1].end), stored),
        similarity=found.similarity,
        difference=found.difference,
        flags=found.flags,
        credit=credit,
        left_out=found.left_out,
    )


def _text_evidence(found: Comparison, head: ArticleHead, text: str, passage: Passage) -> Evidence:
    # in the outlet's own words, credited to nobody: found, but nothing that anybody said
    verdict = Verdict.NOT_FOUND if found.verdict is Verdict.PARAPHRASED else found.verdict
    return Evidence(
        verdict=verdict,
        source=_source(head, text, passage.span_of(*found.within), None),
        similarity=found.similarity,
        difference=found.difference,
        flags=found.flags,
        credit=Credit.UNKNOWN,
        left_out=found.left_out,
    )


def _source(head: ArticleHead, text: str, span: Span, stored: StoredQuote | None) -> Source:
    return Source(
        article=head.id,
        title=head.title,
        url=head.url,
        outlet=head.outlet,
        published_at=head.published_at,
        text=span.of(text),
        span=span,
        before=_cut(text[max(0, span.start - CONTEXT) : span.start], from_end=True, whole=span.start <= CONTEXT),
        after=_cut(text[span.end : span.end + CONTEXT], from_end=False, whole=span.end + CONTEXT >= len(text)),
        lead=text[: span.start],
        quote=stored,
    )


def _cut(text: str, *, from_end: bool, whole: bool) -> str:
    """The text without the part of a word at the end away from the quotation; its paragraph only."""
    if from_end:
        inside = text.rpartition("\n")[2]
        return inside if whole or inside != text else text.partition(" ")[2] or text
    inside = text.partition("\n")[0]
    return inside if whole or inside != text else text.rpartition(" ")[0] or text
