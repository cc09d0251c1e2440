"""Verification cases made by documented operations on gold quotes, and how many verdicts are right.

    python -m bench.matching_cases [--polnear FILE] [--wrong]

Every case is a claim and the verdict that it should get. The operations, on direct quotations (whole words as stored):

=============  ============  ==========================================================================================
operation      verdict       how the claim is made
=============  ============  ==========================================================================================
whole          verbatim      the quotation as it is
typography     verbatim      in small letters or capitals, other quotation marks and dashes, without punctuation
cut-sentence   verbatim      one sentence of several, where the next does not begin with a contrast
cut-clause     partial       up to a *but*, *if*, *unless*, *although*, … of the same sentence
cut-phrase     partial       up to a place in the middle of a phrase
cut-head       partial       without the *I think*, *maybe* or *if* with which its sentence begins
drop           altered       a content word in the middle left out
insert         altered       a content word put in
substitute     altered       a content word replaced by one of another quotation
negate         altered       a *not* added to, or taken from, a verb; the flag ``negation`` too
number         altered       a number replaced; the flag ``number`` too
name           altered       a name replaced; the flag ``name`` too
modal          altered       a modal verb replaced; the flag ``modal`` too
speaker        misattributed the quotation, credited to somebody else
join           altered       the first halves of two quotations of one speaker, made one sentence
ellipsis       verbatim      words between two sentences replaced by an ellipsis
indirect       paraphrased   the words of an indirect report, claimed as a quotation
paraphrase     paraphrased   written by hand: matching_claims.tsv
absent         not-found     written by hand, and quotations of articles that are not stored
=============  ============  ==========================================================================================

What an operation cannot be done on is passed over, and so is what comes out as another stored quote's very words. A
seed makes it the same every time.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service.matching.alignment import run_of
from service.matching.lexicon_files import words as listed
from service.matching.matcher import Matcher
from service.matching.passages import Passage, passage_of, passage_of_claim
from service.matching.stems import is_negation
from service.matching.verification import Verifier
from service.matching.weights import is_content, weight
from service.matching.words import Break
from service.model import Extraction, Polarity, Quote, QuoteType
from service.store import Store
from service.verdicts import Claim, Flag, Verdict, Verification
from tests.matching.gold_store import corpus, polnear

CLAIMS = Path(__file__).parent / "matching_claims.tsv"
SEED = 7
_CONTRASTS = ("but", "however", "yet", "unless", "except", "though", "although", "only", "provided")
_NUMBERS = {"two": "five", "three": "seven", "four": "nine", "five": "two", "six": "four", "seven": "three",
            "eight": "six", "nine": "four", "ten": "twelve", "eleven": "twenty", "million": "billion",
            "twenty": "sixty", "hundred": "thousand", "billion": "million"}  # fmt: skip
_MODALS = {"will": "might", "would": "must", "can": "should", "could": "must", "should": "may", "must": "could",
           "may": "will", "might": "will"}  # fmt: skip
_NAMES = ("Obadiah", "Quimby", "Ravensworth", "Zelenka", "Marchetti", "Trondheim")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim, and what is right to say to it; ``flag``: one that the answer has to raise."""

    operation: str
    claim: Claim
    verdict: Verdict
    flag: Flag | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A gold quotation with its words."""

    article: str
    quote: Quote
    passage: Passage

    @property
    def speaker(self) -> str | None:
        """Who said it."""
        return self.quote.speaker.name if self.quote.speaker else None


def made_cases(extractions: Iterable[Extraction], *, most: int, seed: int = SEED) -> list[Case]:
    """Cases by every operation but those by hand; at most ``most`` of each."""
    chance = random.Random(seed)  # noqa: S311 - cases, no secrets
    said = [one for extraction in extractions for one in _said(extraction)]
    direct = [s for s in said if s.quote.attribution.type is QuoteType.DIRECT and len(s.passage.forms) >= 6]
    chance.shuffle(direct)
    counts: Counter[str] = Counter()
    cases = []
    for one in direct:
        for case in _operations(one, direct, chance):
            if case.verdict is Verdict.ALTERED and _is_said(case.claim, direct):
                continue
            if counts[case.operation] < most:
                counts[case.operation] += 1
                cases.append(case)
    indirect = [s for s in said if s.quote.attribution.type is QuoteType.INDIRECT and len(s.passage.forms) >= 8]
    chance.shuffle(indirect)
    for one in [s for s in indirect if s.quote.attribution.polarity is Polarity.ASSERTED][:most]:
        text = one.passage.text_of(0, len(one.passage.forms))
        cases.append(_case("indirect", one, text, Verdict.PARAPHRASED))
    return cases


def written_cases() -> list[Case]:
    """The claims written by hand."""
    cases = []
    for line in CLAIMS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            verdict, speaker, words, origin = line.split("\t")
            claim = Claim(quote=words, speaker=None if speaker == "-" else speaker)
            operation = "paraphrase" if verdict == "paraphrased" else "absent"
            cases.append(Case(operation=operation, claim=claim, verdict=Verdict(verdict), origin=origin))
    return cases


def absent_cases(extractions: Iterable[Extraction], *, most: int, seed: int = SEED) -> list[Case]:
    """Quotations of articles that are not stored."""
    said = [s for e in extractions for s in _said(e) if len(s.passage.forms) >= 8]
    random.Random(seed).shuffle(said)  # noqa: S311
    whole = [s for s in said if s.quote.attribution.type is QuoteType.DIRECT][:most]
    return [_case("absent", s, s.passage.text_of(0, len(s.passage.forms)), Verdict.NOT_FOUND) for s in whole]


def is_right(case: Case, answer: Verification) -> bool:
    """Whether verdict and flag are as they should be."""
    return answer.verdict is case.verdict and (case.flag is None or case.flag in answer.flags)


def _is_said(claim: Claim, said: Iterable[Said]) -> bool:
    """Whether somebody is quoted with just these words, as where one outlet left out what the operation leaves out."""
    forms = passage_of_claim(claim.quote).forms
    return any(run_of(forms, one.passage.forms) is not None for one in said)


def _said(extraction: Extraction) -> Iterator[Said]:
    for quote in extraction.quotes:
        passage = passage_of(extraction.article.text, quote.attribution.spans, quote.attribution.type)
        # a part of another's quotation is found there too, and credited to whoever reports it
        if passage.forms and quote.inside is None:
            yield Said(article=extraction.article.id or "", quote=quote, passage=passage)


def _case(operation: str, one: Said, text: str, verdict: Verdict, flag: Flag | None = None) -> Case:
    claim = Claim(quote=text, speaker=one.speaker)
    return Case(operation=operation, claim=claim, verdict=verdict, flag=flag, origin=f"{one.article}:{one.quote.id}")


def _operations(one: Said, others: list[Said], chance: random.Random) -> Iterator[Case]:
    passage, count = one.passage, len(one.passage.forms)
    whole = passage.text_of(0, count)
    yield _case("whole", one, whole, Verdict.VERBATIM)
    yield _case("typography", one, _retyped(whole, chance), Verdict.VERBATIM)
    yield from _cuts(one)
    inner = [p for p in range(1, count - 1) if is_content(passage.forms[p]) and weight(passage.forms[p]) >= 0.45]
    if len(inner) >= 2:
        place = chance.choice(inner)
        yield _case("drop", one, _replaced(passage, place, ""), Verdict.ALTERED)
        other = chance.choice(others).passage
        word = next((w for w in other.forms if weight(w) >= 0.6 and w not in passage.forms and w.isalpha()), "")
        if word:
            yield _case("insert", one, _replaced(passage, place, f"{word} {{}}"), Verdict.ALTERED)
            yield _case("substitute", one, _replaced(passage, place, word), Verdict.ALTERED)
    yield from _turned(one, chance)
    stranger = chance.choice(others)
    if one.speaker and one.speaker[:1].isupper() and stranger.speaker and _strangers(one, stranger):
        claim = Claim(quote=whole, speaker=stranger.speaker)
        yield Case(operation="speaker", claim=claim, verdict=Verdict.MISATTRIBUTED, origin=one.article)
    mates = [o for o in others if o.article == one.article and o.speaker == one.speaker and o is not one]
    for mate in mates[:1]:
        if _far(one, mate) and count >= 8 and len(mate.passage.forms) >= 8:
            halves = passage.text_of(0, count // 2), mate.passage.text_of(0, len(mate.passage.forms) // 2)
            yield _case("join", one, " ".join(halves), Verdict.ALTERED)


def _cuts(one: Said) -> Iterator[Case]:
    passage, forms, words = one.passage, one.passage.forms, one.passage.words
    count = len(forms)
    starts = [p for p in range(count) if p == 0 or words[p].sentence != words[p - 1].sentence]
    limiting = listed("qualifiers.txt")
    if len(starts) >= 2 and starts[1] >= 4 and forms[starts[1]] not in _CONTRASTS:
        yield _case("cut-sentence", one, passage.text_of(0, starts[1]), Verdict.VERBATIM)
    if len(starts) >= 3 and starts[1] >= 3 and count - starts[2] >= 3:
        gap = range(starts[1], starts[2])
        if not any(forms[p] in limiting or is_negation(forms[p]) for p in gap) and forms[starts[1]] not in _CONTRASTS:
            text = f"{passage.text_of(0, starts[1])} … {passage.text_of(starts[2], count)}"
            yield _case("ellipsis", one, text, Verdict.VERBATIM)
    for place in range(4, count):
        if words[place].sentence != words[place - 1].sentence:
            break
        if forms[place] in ("but", "if", "unless", "until", "although", "though", "except"):
            yield _case("cut-clause", one, passage.text_of(0, place), Verdict.PARTIAL)
            break
    middle = [
        p for p in range(4, count - 1)
        if words[p - 1].after is Break.NONE and words[p].sentence == words[p - 1].sentence == 0
        and forms[p] not in ("and", "or", "because", "so", "when", "as", "while")
    ]  # fmt: skip
    if middle:
        yield _case("cut-phrase", one, passage.text_of(0, middle[len(middle) // 2]), Verdict.PARTIAL)
    for place in range(1, min(6, count - 4)):
        before = forms[place - 1]
        # a But that opens the sentence limits what was said before it, not what follows
        opens = place == 1 and before in _CONTRASTS
        if before in limiting and not opens and words[place].sentence == 0:
            yield _case("cut-head", one, passage.text_of(place, count), Verdict.PARTIAL)
            break


def _turned(one: Said, chance: random.Random) -> Iterator[Case]:
    passage, forms = one.passage, one.passage.forms
    negated = [p for p in range(len(forms)) if forms[p] == "not"]
    verbs = [p for p in range(len(forms)) if forms[p] in ("is", "are", "was", "were", "will", "would", "can", "have")]
    if negated:
        yield _case("negate", one, _replaced(passage, negated[0], ""), Verdict.ALTERED, Flag.NEGATION)
    elif verbs:
        yield _case("negate", one, _replaced(passage, verbs[0], "{} not"), Verdict.ALTERED, Flag.NEGATION)
    for place, form in enumerate(forms):
        if form.isdigit() or form in _NUMBERS:
            other = _NUMBERS.get(form) or str(int(form) + chance.randint(2, 9))
            yield _case("number", one, _replaced(passage, place, other), Verdict.ALTERED, Flag.NUMBER)
            break
    for place in range(1, len(forms)):
        if _is_name(passage, place):
            yield _case("name", one, _replaced(passage, place, chance.choice(_NAMES)), Verdict.ALTERED, Flag.NAME)
            break
    for place, form in enumerate(forms):
        if form in _MODALS:
            yield _case("modal", one, _replaced(passage, place, _MODALS[form]), Verdict.ALTERED, Flag.MODAL)
            break


def _is_name(passage: Passage, place: int) -> bool:
    word, before = passage.words[place], passage.words[place - 1]
    written = passage.text[word.start : word.end]
    inside = word.sentence == before.sentence and before.after is Break.NONE
    return inside and written[0].isupper() and not written.isupper() and is_content(word.form)


def _replaced(passage: Passage, place: int, by: str) -> str:
    """The whole quotation with one word replaced; ``{}`` in the new stands for the old one."""
    word = passage.words[place]
    start, end = passage.words[0].start, passage.words[-1].end
    old = passage.text[word.start : word.end]
    new = by.format(old)
    text = passage.text[start : word.start] + new + passage.text[word.end : end]
    return re.sub(r"\s+", " ", text)


def _retyped(text: str, chance: random.Random) -> str:
    plain = text.replace("’", "'").replace("“", '"').replace("”", '"').replace("–", "-")
    kind = chance.randrange(4)
    if kind == 0:
        return f"«{plain.upper()}!»"
    if kind == 1:
        return f"“{plain.lower()}”"
    if kind == 2:
        return re.sub(r"(?<=\w)[,;:](?=\s)", " -", plain)
    return "'" + re.sub(r"[,;](?=\s)", "", plain) + "...'"


def _strangers(one: Said, other: Said) -> bool:
    mine, theirs = (set((s.speaker or "").casefold().split()) for s in (one, other))
    return mine.isdisjoint(theirs) and (other.speaker or "")[:1].isupper() and " " in (other.speaker or "")


def _far(one: Said, other: Said) -> bool:
    return abs(one.passage.words[0].start - other.passage.words[0].start) > 800


def score(store: Store, cases: Iterable[Case], *, show: bool = False) -> dict[str, tuple[int, int]]:
    """By operation: how many verdicts are right, of how many; the wrong ones are printed if asked for."""
    verifier = Verifier(store)
    found: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        answer = verifier.verify(case.claim)
        right = is_right(case, answer)
        found[case.operation].append(right)
        if not right and show:
            flags = ",".join(flag.value for flag in answer.flags)
            print(f"{case.operation}: wanted {case.verdict.value}, got {answer.verdict.value} [{flags}] {case.origin}")
            print(f"    {case.claim.speaker}: {case.claim.quote[:160]}")
            for evidence in answer.evidence[:2]:
                place = evidence.source.text[:120]
                print(f"    = {evidence.verdict.value} {evidence.similarity} {evidence.credit} {place!r}")
        if answer.verdict is Verdict.VERBATIM and case.verdict in (Verdict.ALTERED, Verdict.NOT_FOUND):
            found["verbatim on altered text"].append(False)
    return {operation: (sum(results), len(results)) for operation, results in found.items()}


def table(scores: dict[str, tuple[int, int]]) -> str:
    """The scores as lines, with a total of all but the paraphrases."""
    lines = [
        f"{operation:26}{right:5} of {of:4} {right / of:7.1%}" for operation, (right, of) in sorted(scores.items())
    ]
    rest = [pair for operation, pair in scores.items() if operation not in ("paraphrase", "verbatim on altered text")]
    right, of = (sum(column) for column in zip(*rest, strict=True))
    return "\n".join([*lines, f"{'all but paraphrase':26}{right:5} of {of:4} {right / of:7.1%}"])


def main() -> None:
    """Fill a store, make the cases, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--polnear", type=Path, help="PolNeAR's dev.jsonl.xz: its attributions are stored and cased too"
    )
    parser.add_argument("--absent", type=Path, help="PolNeAR's train.jsonl.xz: quotations that are not stored")
    parser.add_argument("--most", type=int, default=20, help="cases of each operation and source at most")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--wrong", action="store_true", help="print what is wrong")
    chosen = parser.parse_args()
    sources = [list(corpus())] + ([list(polnear(chosen.polnear))] if chosen.polnear else [])
    cases = [*written_cases()]
    for source in sources:
        cases += made_cases(source, most=chosen.most, seed=chosen.seed)
    if chosen.absent:
        cases += absent_cases(polnear(chosen.absent), most=chosen.most, seed=chosen.seed)
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/cases.db", matcher=Matcher()) as store:
        store.upgrade()
        for source in sources:
            for extraction in source:
                store.save(extraction)
        print(table(score(store, cases, show=chosen.wrong)))


if __name__ == "__main__":
    main()
