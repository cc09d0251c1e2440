"""How sure a quote is: the precision of each construction, measured."""
