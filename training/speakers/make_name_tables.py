"""Make ``first_names.tsv`` and ``surnames.txt`` in ``service/speakers/lexicon``.

    pip install names==0.3.0 faker==40.54.0          # in an environment of its own: the service needs neither
    python training/speakers/make_name_tables.py service/speakers/lexicon

Sources (facts only: a name and whom it is given to):

* package ``names`` (MIT): first names of the 1990 US Census with their frequency among men and among women
  (a work of the US government, public domain);
* the same package: surnames of that census, the 20,000 most frequent;
* package ``faker`` (MIT): lists of men's and of women's first names of about forty countries.

The first names' table says how often a name is a woman's: the mean of a name's votes. The census has up to three
votes, as many as the name is frequent there; each country's lists have one. A name that is a man's in one country and a
woman's in another comes out in between, which is what a reader of an English newspaper has to assume.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# one or two words in Latin letters; initials and lists of several names are left out
LATIN_NAME = re.compile(r"^[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’\-]+(?: [A-Za-zÀ-ɏ'’\-]+)?$")
# countries whose lists are no fact about a name's gender: placeholders, or both lists the same
SKIPPED_LOCALES = {"es", "fr_QC", "ar_PS", "ar_SA", "de_LI"}


def census() -> dict[str, tuple[float, float]]:
    """Name -> (share feminine, votes), from the percentages of the census."""
    folder = Path(str(importlib.import_module("names").__file__)).parent
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for column, file in enumerate(("dist.male.first", "dist.female.first")):
        for line in (folder / file).read_text().splitlines():
            name, percent = line.split()[:2]
            # the tail of the list is rounded to 0.000 or 0.001 percent
            found[name.lower()][column] += max(float(percent), 0.0005)
    votes = {}
    for name, (male, female) in found.items():
        total = male + female
        votes[name] = (female / total, 3.0 if total >= 0.02 else 2.0 if total >= 0.004 else 1.0)
    return votes


def weights(listing: Any) -> dict[str, float]:
    """A faker list as name -> weight; where it gives none, each name weighs one."""
    pairs = listing.items() if isinstance(listing, dict) else ((name, 1.0) for name in listing)
    total: dict[str, float] = defaultdict(float)
    for name, weight in pairs:
        if LATIN_NAME.match(name):
            total[name.lower().replace("’", "'")] += float(weight)
    return total


def countries() -> dict[str, list[tuple[str, float]]]:
    """Name -> (country, share feminine) for each country that lists it."""
    votes: dict[str, list[tuple[str, float]]] = defaultdict(list)
    package = importlib.import_module("faker.providers.person")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name in SKIPPED_LOCALES:
            continue
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        own = vars(provider)
        if "first_names_female" not in own or "first_names_male" not in own:
            continue
        female, male = weights(own["first_names_female"]), weights(own["first_names_male"])
        weighted = isinstance(own["first_names_female"], dict) and isinstance(own["first_names_male"], dict)
        for name in sorted({*female, *male}):
            f, m = female.get(name, 0.0), male.get(name, 0.0)
            share = f / (f + m) if weighted else (1.0 if not m else 0.0 if not f else 0.5)
            votes[name].append((module.name, share))
    return votes


def first_name_lines() -> Iterator[str]:
    """The table of first names, its head comment first."""
    from_census, from_countries = census(), countries()
    yield "# First names and the share of those who bear them that are women (0.00 to 1.00)."
    yield "# Made by training/speakers/make_name_tables.py; do not edit by hand: additions go to first_names_more.tsv."
    yield "# Sources: U = 1990 US Census (public domain), by way of the package `names` 0.3.0 (MIT, Trey Hunner);"
    yield "#          a number = that many countries' lists of the package `faker` 40.54.0 (MIT, Daniele Faraglia)."
    yield "# name<TAB>share<TAB>sources"
    for name in sorted({*from_census, *from_countries}):
        ballots = [(share, 1.0) for _, share in from_countries.get(name, ())]
        if name in from_census:
            ballots.append(from_census[name])
        share = sum(s * w for s, w in ballots) / sum(w for _, w in ballots)
        listed = len(from_countries.get(name, ()))
        sources = ("U" if name in from_census else "") + (str(listed) if listed else "")
        yield f"{name}\t{share:.2f}\t{sources}"


def surname_lines() -> Iterator[str]:
    """The most frequent surnames, in the alphabet's order, the head comment first."""
    folder = Path(str(importlib.import_module("names").__file__)).parent
    ranked = [line.split()[0].lower() for line in (folder / "dist.all.last").read_text().splitlines()]
    yield "# The 20,000 most frequent surnames of the 1990 US Census (public domain), by way of the Python package"
    yield "# `names` 0.3.0 (MIT, Trey Hunner). Made by training/speakers/make_name_tables.py; do not edit by hand."
    yield from sorted(ranked[:20_000])


def main() -> None:
    """Write both tables into the folder named on the command line."""
    folder = Path(sys.argv[1])
    for file, lines in (("first_names.tsv", first_name_lines()), ("surnames.txt", surname_lines())):
        (folder / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
