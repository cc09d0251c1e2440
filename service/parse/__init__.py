"""Text to trees: our own types for a dependency parse, and the one parser that makes them."""

from service.parse.scorer_stub import stand_in

# before any module below can import stanza
stand_in()
