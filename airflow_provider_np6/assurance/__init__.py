"""What the package takes for granted about NP6, and what an account says about it when it is only read."""
