"""Words of names, so that *okafor* finds *Dr. María OKAFOR*.

>>> words_of("Dr. María O'Kafor")
('dr', 'maria', 'o', 'kafor')
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name without case and accents, each once, in order; empty where it holds no letter or digit.

    Compatibility decomposition (NFKD) also makes full-width and ligature forms equal to the plain ones.
    """
    # folding first: some capitals only decompose into what folding would have given
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
    return tuple(dict.fromkeys(_WORD.findall(plain)))
