"""The gold identities: of articles that there are, by names that stand in them; and the score by pairs."""

from __future__ import annotations

from corpus.identities.score import Item, articles, gold, score


def test_gold_names_stand_in_their_articles() -> None:
    texts = {str(article.id): article.text for article in articles()}
    items = gold()
    assert {item.article for item in items} == set(texts)
    for item in items:
        surname = item.name.split()[-1]
        assert surname.casefold() in texts[item.article].casefold(), item


def test_every_article_has_outlet_and_date_and_an_id_of_its_own() -> None:
    read = list(articles())
    assert len({article.id for article in read}) == len(read)
    assert all(article.outlet and article.published_at and article.published_at.tzinfo for article in read)


def test_namesakes_are_planted() -> None:
    names: dict[str, set[str]] = {}
    for item in gold():
        names.setdefault(item.name, set()).add(item.identity)
    assert sum(len(identities) > 1 for identities in names.values()) >= 8


def test_the_score_by_pairs() -> None:
    items = [Item("a", "Ann Lee", "x"), Item("b", "Ann Lee", "x"), Item("c", "Ann Lee", "y"), Item("d", "Bo", "z")]
    one = {"a": [("Ann Lee", "1")], "b": [("Ann Lee", "1")], "c": [("Ann Lee", "1")], "d": [("Bo", "2")]}
    found = score(items, one)
    assert (round(found.precision, 1), found.recall) == (33.3, 100.0)
    assert len(found.errors) == 2
    told = {"a": [("Dr Ann Lee", "1")], "b": [], "c": [("Ann Lee", "3")], "d": [("Bo", "2")]}
    missed = score(items, told)
    assert (missed.precision, missed.recall, missed.f1) == (0.0, 0.0, 0.0)
    assert missed.errors[0] == "not credited with a quote: Ann Lee in b"
