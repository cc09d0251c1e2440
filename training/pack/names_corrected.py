"""Sentences of a treebank with names that a model found and the treebank's own tags correct.

The treebank tells which words are proper nouns, the model of what kind a name is. A name that holds no proper noun is
none; a name's ends are cut back to its first and last proper noun. A sentence in which a proper noun is in no name is
left out: nobody says of what kind it is.
"""

from collections.abc import Sequence
from dataclasses import replace

from training.pack.names import Name, NamedSentence, TreebankWord
from training.pack.names_gum import PROPER


def corrected(found: NamedSentence, words: Sequence[TreebankWord]) -> NamedSentence | None:
    """Return the sentence with its names corrected, or None where the tags and the names do not fit."""
    proper = {i for i, word in enumerate(words) if word.xpos in PROPER}
    names: list[Name] = []
    for name in found.names:
        inside = sorted(proper.intersection(range(name.first, name.end)))
        # a MISC may be an adjective (Harborian), which has no proper noun's tag
        if name.kind == "MISC" and not inside:
            names.append(name)
        elif inside:
            names.append(Name(first=inside[0], end=inside[-1] + 1, kind=name.kind))
    covered = {i for name in names for i in range(name.first, name.end)}
    return replace(found, names=tuple(names)) if proper <= covered else None
