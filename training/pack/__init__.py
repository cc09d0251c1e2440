"""How the English model pack is trained and scored: ``python -m training.pack --help``; README.md beside this file."""
