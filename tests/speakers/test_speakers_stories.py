"""Marked stories over frozen parses: who is behind each attribution."""

from __future__ import annotations

import pytest

from service.parse.article_parser import ArticleParser
from service.speakers import resolve
from tests.speakers.marked import Story, names, story


def _linked(told: Story) -> dict[int, str | None]:
    parse = told.frozen
    resolution = resolve(told.text, told.layout, parse, told.attributions(parse))
    found = [None if link.speaker is None else resolution.speakers[link.speaker].name for link in resolution.links]
    return dict(zip(sorted(told.expected), found, strict=True))


@pytest.mark.parametrize("name", names())
def test_each_attribution_has_its_speaker(name: str) -> None:
    told = story(name)
    assert _linked(told) == {number: e.speaker for number, e in told.expected.items()}


@pytest.mark.parametrize("name", names())
def test_kind_role_and_rivals(name: str) -> None:
    told = story(name)
    parse = told.frozen
    resolution = resolve(told.text, told.layout, parse, told.attributions(parse))
    for (number, expected), link in zip(sorted(told.expected.items()), resolution.links, strict=True):
        assert link.evidence, f"{number} has no evidence"
        assert 0 < link.certainty < 1
        if link.speaker is None:
            assert all(rival in " ".join(link.evidence) for rival in expected.rivals), link.evidence
            continue
        speaker = resolution.speakers[link.speaker]
        assert expected.kind in {None, speaker.kind.value}, f"{number}: {speaker}"
        assert expected.role in {None, speaker.role}, f"{number}: {speaker}"


def test_aliases_are_the_other_names_in_order_of_first_use() -> None:
    told = story("names")
    parse = told.frozen
    resolution = resolve(told.text, told.layout, parse, told.attributions(parse))
    aliases = {speaker.name: speaker.aliases for speaker in resolution.speakers}
    assert aliases["Maria Okafor"] == ("Ms Okafor", "Okafor")
    assert aliases["Raj Nair"] == ("Dr Raj Nair", "Nair", "Raj")


def test_evidence_is_in_words() -> None:
    told = story("pronouns")
    parse = told.frozen
    resolution = resolve(told.text, told.layout, parse, told.attributions(parse))
    assert resolution.links[0].evidence == ("pronoun She -> Maria Okafor (only feminine candidate)",)


def test_a_story_parsed_now_has_the_same_speakers(parser: ArticleParser) -> None:
    told = story("names")
    [(parse, _)] = parser.parse([(told.text, told.layout)])
    resolution = resolve(told.text, told.layout, parse, told.attributions(parse))
    found = [None if link.speaker is None else resolution.speakers[link.speaker].name for link in resolution.links]
    assert found == [e.speaker for _, e in sorted(told.expected.items())]
