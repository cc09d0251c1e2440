"""Articles and quotes, kept and found again."""
