"""What will happen at a later moment: a state that is reached, a red list entry, a bounce. Survives a restart."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any


def plan(connection: sqlite3.Connection, due: int, kind: str, subject: str, body: dict[str, Any]) -> None:
    """Plan one effect; `due` is in epoch milliseconds, `subject` is what it happens to."""
    connection.execute(
        "INSERT INTO effects (due, kind, subject, body) VALUES (?, ?, ?, ?)",
        (due, kind, subject, json.dumps(body, ensure_ascii=False)),
    )


def forget(connection: sqlite3.Connection, kind: str, subject: str) -> None:
    """Give up what was planned."""
    connection.execute("DELETE FROM effects WHERE kind = ? AND subject = ?", (kind, subject))


def next_due(connection: sqlite3.Connection) -> int | None:
    """When the next effect is due, in epoch milliseconds."""
    due: int | None = connection.execute("SELECT min(due) FROM effects").fetchone()[0]
    return due


def take_due(connection: sqlite3.Connection, now: int) -> Sequence[tuple[int, str, str, dict[str, Any]]]:
    """The effects that are due, in their order: moment, kind, subject, body. They are taken out."""
    rows = connection.execute(
        "SELECT due, kind, subject, body FROM effects WHERE due <= ? ORDER BY due, id", (now,)
    ).fetchall()
    connection.execute("DELETE FROM effects WHERE due <= ?", (now,))
    return [(due, kind, subject, json.loads(body)) for due, kind, subject, body in rows]
