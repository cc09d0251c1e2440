"""Extractions, and what is stored, as JSON, lines, tables, linked data and standoff annotations."""
