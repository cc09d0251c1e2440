r"""Marked fragments: a piece of an article with content, cue and source marked in it, found again as offsets.

In a fragment ``{…}`` is content, ``[…]`` the cue, ``<…>`` the source; ``~`` stands for any words left out (as few as
will do), inside a mark or between marks; any white space matches any white space; ``\`` before a sign takes it
literally (``\[the board\]``). A fragment fits in exactly one place of its article, or it is refused.

>>> text = '"We will pay," said the mayor. The mayor left.'
>>> locate('{"We ~ pay,"} [said] <the mayor>', text)
Located(content=((0, 14),), cue=((15, 19),), source=((20, 29),))
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Offsets = tuple[tuple[int, int], ...]

_CLOSERS = {"{": "}", "[": "]", "<": ">"}
_ROLES = {"{": "content", "[": "cue", "<": "source"}
_ELISION = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a fragment's marks are: half-open code-point offsets into the article, in text order, per role."""

    content: Offsets
    cue: Offsets
    source: Offsets


class FragmentError(ValueError):
    """A fragment that is malformed, or that fits nowhere or in several places."""


def locate(fragment: str, text: str) -> Located:
    """Find the one place in ``text`` where ``fragment`` fits. Raises FragmentError."""
    pattern, roles = _compile(fragment)
    first = pattern.search(text)
    if first is None:
        raise FragmentError(f"fits nowhere in the article: {_brief(fragment)}{_hint(fragment, text)}")
    second = pattern.search(text, first.start() + 1)
    if second is not None:
        raise FragmentError(
            f"fits in several places (offsets {first.start()} and {second.start()}): {_brief(fragment)}; "
            "add words from before or after it, outside the marks"
        )
    spans: dict[str, list[tuple[int, int]]] = {"content": [], "cue": [], "source": []}
    for number, role in enumerate(roles, start=1):
        spans[role].append(first.span(number))
    return Located(content=tuple(spans["content"]), cue=tuple(spans["cue"]), source=tuple(spans["source"]))


def _compile(fragment: str) -> tuple[re.Pattern[str], list[str]]:
    """The fragment as a regular expression with one group per mark, and the role of each group."""
    source, roles, closer = "", [], ""
    for piece in re.findall(r"\\.|\s+|.", fragment.strip(), re.DOTALL):
        if piece.isspace():
            source += r"\s+"
        elif piece == _ELISION:
            source += r"[\s\S]*?"
        elif piece in _CLOSERS:
            if closer:
                raise FragmentError(f"has {piece!r} inside a mark that waits for {closer!r}: {_brief(fragment)}")
            source, closer = source + "(", _CLOSERS[piece]
            roles.append(_ROLES[piece])
        elif piece in _CLOSERS.values():
            if piece != closer:
                raise FragmentError(f"has a stray {piece!r}: {_brief(fragment)}; a literal one is written \\{piece}")
            source, closer = source + ")", ""
        else:
            source += re.escape(piece.removeprefix("\\"))
    if closer:
        raise FragmentError(f"never closes its mark with {closer!r}: {_brief(fragment)}")
    return re.compile(source), roles


def _brief(fragment: str) -> str:
    flat = " ".join(fragment.split())
    return repr(flat if len(flat) <= 160 else flat[:157] + "...")


def _hint(fragment: str, text: str) -> str:
    """How far into the fragment the article agrees with it: what to look at first."""
    words = re.split(r"\s+", re.sub(r"\\(.)|[{}\[\]<>]", r"\1", fragment.strip()))
    good = 0
    for end in range(1, len(words) + 1):
        parts = " ".join(words[:end]).split(_ELISION)
        loose = r"[\s\S]*?".join(r"\s+".join(map(re.escape, part.split(" "))) for part in parts)
        if re.search(loose, text) is None:
            break
        good = end
    return f"; it stops fitting at the word {words[good]!r}" if good < len(words) else ""
