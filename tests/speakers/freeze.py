"""Write the parses of the stories: ``python -m tests.speakers.freeze [NAME …]``."""

from __future__ import annotations

import sys

from service.parse.article_parser import ArticleParser
from service.parse.conllu import write_conllu
from tests.speakers.marked import STORIES, names, story


def main() -> None:
    wanted = sys.argv[1:] or names()
    stories = [story(name) for name in wanted]
    parses = ArticleParser().parse([(s.text, s.layout) for s in stories])
    for told, (parse, _) in zip(stories, parses, strict=True):
        (STORIES / f"{told.name}.conllu").write_text(write_conllu(parse, told.text), encoding="utf-8")


if __name__ == "__main__":
    main()
