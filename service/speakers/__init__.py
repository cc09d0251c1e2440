"""Attributions to speakers: who each mention is, inside one article."""
