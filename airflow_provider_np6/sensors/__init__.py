"""Tasks that await something in NP6."""
