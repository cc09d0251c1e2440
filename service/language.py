"""Whether an article is in English, the one language that the models read; doubt is a warning and stops nothing.

py3langid's naive Bayes model answers with a probability for each of its languages. On 600 random cuts of 40 characters
out of English news the probability of English never fell under 0.01; over sentences of German, French, Swedish, Dutch
and te reo Māori it never rose over 0.001. Between the two lies doubt, and doubt is no reason to warn.

>>> language_notice("The mayor said that the bridge would stay closed for a week.", declared="en") is None
True
>>> language_notice("Der Bürgermeister sagte, die Brücke bleibe eine Woche lang gesperrt.", declared="en").code
'language'
"""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from service.model import Notice

# fewer letters than these are a name, a score or a headline, which resemble a dozen languages
LETTERS_NEEDED = 40
# under this probability of English the text is taken to be in another language
ENGLISH_AT_LEAST = 0.005
# an article shows its language early; the rest would only cost time
CHARACTERS_READ = 20_000
# of the words of English prose every eighth is one of these, and hardly one of any other language's
_ENGLISH = frozenset(("the", "and", "that", "with", "which", "from", "they", "would", "their", "this", "were", "has"))
# with every sixteenth, and three at least, the model need not be asked: it takes 1.5 % of an article's time, and 78 MB
# of a process that would never load it otherwise
_PLAIN, _PLAIN_WORDS = 1 / 16, 3


def language_notice(text: str, *, declared: str) -> Notice | None:
    """A warning where the text is clearly not English, or is declared (BCP 47 tag) to be something else; else None."""
    found = other_language(text)
    if found is not None:
        got = f"the text looks like another language than English ({found!r}, ISO 639)"
    elif declared.partition("-")[0].casefold() not in ("en", "eng"):
        got = f"the article is declared to be in {declared!r}"
    else:
        return None
    return Notice(code="language", message=f"{got}; the models read English, so quotes are likely missed or wrong")


def other_language(text: str) -> str | None:
    """The language (ISO 639) that a text clearly is in, where that is not English; None in doubt."""
    sample = text[:CHARACTERS_READ]
    words = sample.lower().split()
    if sum(word in _ENGLISH for word in words) >= max(_PLAIN_WORDS, _PLAIN * len(words)):
        return None
    if sum(map(str.isalpha, sample)) < LETTERS_NEEDED:
        return None
    ranking: list[tuple[str, float]] = _identifier().rank(sample)
    return ranking[0][0] if dict(ranking)["en"] < ENGLISH_AT_LEAST else None


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
