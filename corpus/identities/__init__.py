"""Who is who across the articles of the corpus and of this folder, where namesakes are planted."""
