"""The ways a part reaches NP6, and how its outcome is established rather than assumed."""
