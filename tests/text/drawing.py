"""Draws a layout inside its text, so that a golden can be read.

``⟦`` and ``⟧`` stand around each span of a quotation; ``⟧→`` says that it goes on in a later paragraph, ``⟧?`` that the
text never closes it; ``⚑`` stands before a mark that a notice is about.
"""

from __future__ import annotations

import re

from service.text import Layout, read_layout


def undrawn(drawing: str) -> str:
    """The text that a drawing was made of."""
    return re.sub(r"⟦|⟧[→?]?|⚑", "", drawing)


def quotations_drawn(text: str) -> str:
    """The text with its quotations and unpaired marks drawn in."""
    layout = read_layout(text)
    signs: list[tuple[int, int, int, str]] = []
    for quotation in layout.quotations:
        last = len(quotation.spans) - 1
        for number, span in enumerate(quotation.spans):
            end = "⟧→" if number < last else "⟧" if quotation.closed else "⟧?"
            # at one place: what ends, ends before anything starts; inner ends before outer, outer starts before inner
            signs.append((span.end, 0, -span.start, end))
            signs.append((span.start, 1, -span.end, "⟦"))
    signs.extend((notice.span.start, 2, 0, "⚑") for notice in layout.notices if notice.span is not None)
    drawn, last = [], 0
    for offset, _, _, sign in sorted(signs):
        drawn += [text[last:offset], sign]
        last = offset
    return "".join([*drawn, text[last:]])


def paragraphs_drawn(layout: Layout, text: str) -> list[str]:
    """A line a paragraph: ``kind [stamp] body``; a body that is not there is ``-``, white space in it is one space."""
    lines = []
    for paragraph in layout.paragraphs:
        stamp = f"[{paragraph.stamp.of(text)}] " if paragraph.stamp else ""
        body = " ".join(paragraph.body.of(text).split()) if paragraph.body else "-"
        lines.append(f"{paragraph.kind.value}: {stamp}{body}")
    return lines
