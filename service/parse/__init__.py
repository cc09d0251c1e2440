"""Text to trees: our own types for a dependency parse, and the one parser that makes them."""
