"""How the tables of the speakers step were made."""
