"""The lemmas that the treebanks give each form and tag, for the pack's table.

A form is listed as it is written, or in lower case where its lemma is the same either way, so that a word at the
beginning of a sentence is found too. Of several lemmas the commonest is listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from training.encoder.data import Document


def lemma_table(documents: Sequence[Document]) -> list[tuple[str, str, str]]:
    """Return rows (form, universal tag, lemma), sorted."""
    seen: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for document in documents:
        for s in document.sentences:
            # sentences that teach names alone have neither tags nor lemmas
            for form, tag, lemma in zip(s.forms, s.upos or (), s.lemmas or (), strict=False):
                # names keep their case: a name in lower case is another word
                seen[form if tag == "PROPN" else form.lower(), tag][lemma] += 1
    rows = [(form, tag, counts.most_common(1)[0][0]) for (form, tag), counts in seen.items()]
    return sorted(row for row in rows if not any("\t" in cell or "\n" in cell for cell in row))
