"""What the sandbox remembers: one SQLite file, one module a noun."""
