"""Stored text to layout: paragraphs and quotation marks. The text itself is never altered."""
