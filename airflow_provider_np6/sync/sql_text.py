"""Names and texts as DuckDB writes them in SQL."""

from __future__ import annotations


def identifier(name: str) -> str:
    """A column or table name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text constant, quoted."""
    return "'" + text.replace("'", "''") + "'"
