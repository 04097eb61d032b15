"""What waits for NP6 in the triggerer."""
