"""From an article's text to its layout: paragraphs, headings, live-blog stamps and quotations by their marks.

>>> text = "Ferry row\\n\\n“We will wait,” said Ada Quill. “It isn’t far.”"
>>> layout = read_layout(text)
>>> [paragraph.kind.value for paragraph in layout.paragraphs]
['heading', 'body']
>>> [quotation.spans[0].of(text) for quotation in layout.quotations]
['“We will wait,”', '“It isn’t far.”']
"""

from __future__ import annotations

from service.text.layout import Layout, Paragraph, ParagraphKind, Quotation
from service.text.paragraphs import read_paragraphs
from service.text.quotations import read_quotations

__all__ = ["Layout", "Paragraph", "ParagraphKind", "Quotation", "read_layout"]


def read_layout(text: str) -> Layout:
    """The layout of any text; it raises nothing and takes time linear in the text's length.

    A text of nothing but blank characters has no paragraphs.
    """
    paragraphs = read_paragraphs(text)
    quotations, notices = read_quotations(text, paragraphs)
    return Layout(paragraphs=paragraphs, quotations=quotations, notices=notices)
