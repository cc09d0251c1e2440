"""How the model pack, the name tables and the confidence table were made; not in the wheel."""
