"""The store, on real databases of each kind."""
