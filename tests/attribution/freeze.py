"""Freeze the parses of the cases: ``python -m tests.attribution.freeze`` parses those that have none yet.

Rule tests read these files, so that they load no model and a better model does not move them. To freeze a case anew,
delete its file first.
"""

from __future__ import annotations

from service.parse.article_parser import ArticleParser
from service.parse.conllu import write_conllu
from service.text import read_layout
from tests.attribution.drawing import HERE, PARSES, read_cases


def main() -> None:
    """Parse what is new and write one file a case."""
    new = [c for path in sorted(HERE.glob("*.txt")) for c in read_cases(path) if not c.parse_file.exists()]
    if not new:
        return
    PARSES.mkdir(exist_ok=True)
    parsed = ArticleParser().parse([(case.text, read_layout(case.text)) for case in new])
    for case, (parse, _) in zip(new, parsed, strict=True):
        case.parse_file.write_text(write_conllu(parse, case.text), encoding="utf-8")


if __name__ == "__main__":
    main()
