"""The encoder: one small contextual network for tags, lemmas, trees, names and the parts of quotes."""
