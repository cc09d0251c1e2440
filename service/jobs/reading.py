"""Lines of a job as outcomes: each is parsed, looked up and, if it is new, read; one bad line costs no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.bulk import LineFault, Outcome
from service.errors import ArticleError, QuothError
from service.model import Article, Extraction, Scope
from service.store import Store

#: Numbered lines and what is looked for in them -> what became of each.
ReadLines = Callable[[Sequence[tuple[int, str]], Scope], list[Outcome]]
#: A line as an article, or why it is none: JSON pointers and what is wrong there.
ParseLine = Callable[[str], Article | Sequence[tuple[str, str]]]
#: Articles as extractions, or why they are refused, in order; nothing is raised for a single article.
ExtractEach = Callable[[Sequence[Article], Scope], Sequence[Extraction | QuothError]]


def reader(store: Store, *, parse: ParseLine, extract: ExtractEach) -> ReadLines:
    """What reads lines with these parts."""

    def read(lines: Sequence[tuple[int, str]], scope: Scope) -> list[Outcome]:
        parsed = [(number, parse(line)) for number, line in lines]
        articles = [article for _, article in parsed if isinstance(article, Article)]
        # what is stored costs no reading
        fresh = [article for article, known in zip(articles, store.known(articles), strict=True) if not known]
        found = dict(zip(map(id, fresh), extract(fresh, scope) if fresh else (), strict=True))
        return [_outcome(number, article, found) for number, article in parsed]

    return read


def _outcome(
    line: int, article: Article | Sequence[tuple[str, str]], found: dict[int, Extraction | QuothError]
) -> Outcome:
    if not isinstance(article, Article):
        return Outcome(line=line, faults=tuple(LineFault(line=line, pointer=at, detail=what) for at, what in article))
    extraction = found.get(id(article))
    if isinstance(extraction, QuothError):
        # what the steps refuse, they refuse for its text
        pointer = "/text" if isinstance(extraction, ArticleError) else ""
        return Outcome(line=line, faults=(LineFault(line=line, pointer=pointer, detail=str(extraction)),))
    return Outcome(line=line, extraction=extraction)
