"""Data of the English model pack, the tagger of names, the table of scores: ``python -m training.pack --help``."""
