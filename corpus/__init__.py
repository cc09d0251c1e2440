"""Articles written for this project, their gold annotations, and the scripts that build and score them."""
