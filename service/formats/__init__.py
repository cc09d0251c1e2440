"""Extractions as JSON, as lines, as a table for a terminal."""
