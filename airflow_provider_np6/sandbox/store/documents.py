"""Objects that NP6 keeps as their callers wrote them: actions, notifications, workflows, applications and so on."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from airflow_provider_np6.sandbox.store.segments import NameTakenError


def every(connection: sqlite3.Connection, kind: str) -> list[dict[str, Any]]:
    """All objects of a kind, oldest first."""
    rows = connection.execute("SELECT body FROM documents WHERE kind = ? ORDER BY rowid", (kind,))
    return [json.loads(row[0]) for row in rows]


def find(connection: sqlite3.Connection, kind: str, identifier: object) -> dict[str, Any] | None:
    """One object, None when there is none."""
    row = connection.execute("SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, str(identifier))).fetchone()
    return json.loads(row[0]) if row else None


def of_reference(connection: sqlite3.Connection, kind: str, reference: str) -> list[dict[str, Any]]:
    """The objects of a kind that belong to something, oldest first."""
    rows = connection.execute(
        "SELECT body FROM documents WHERE kind = ? AND reference = ? ORDER BY rowid", (kind, reference)
    )
    return [json.loads(row[0]) for row in rows]


def save(connection: sqlite3.Connection, kind: str, body: dict[str, Any], reference: str | None = None) -> None:
    """Insert or replace an object by its `id`."""
    connection.execute(
        "INSERT INTO documents (kind, id, reference, body) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, reference = excluded.reference",
        (kind, str(body["id"]), reference, json.dumps(body, ensure_ascii=False)),
    )


def delete(connection: sqlite3.Connection, kind: str, identifier: object) -> bool:
    """Delete an object; False when there was none."""
    cursor = connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, str(identifier)))
    return cursor.rowcount > 0


def delete_of_reference(connection: sqlite3.Connection, kind: str, reference: str) -> None:
    """Delete all objects of a kind that belong to something."""
    connection.execute("DELETE FROM documents WHERE kind = ? AND reference = ?", (kind, reference))


def require_free_name(connection: sqlite3.Connection, kind: str, name: str, besides: object = None) -> None:
    """Raise NameTakenError when another object of the kind has the name."""
    taken = connection.execute(
        "SELECT 1 FROM documents WHERE kind = ? AND json_extract(body, '$.name') = ? AND id != ?",
        (kind, name, str(besides)),
    ).fetchone()
    if taken:
        raise NameTakenError


def next_number(connection: sqlite3.Connection, kind: str, first: int = 1) -> int:
    """A number that no object of the kind ever had."""
    number = _reserved(connection, kind, first)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"next {kind}", str(number + 1)))
    return number


def reserve_number(connection: sqlite3.Connection, kind: str, first: int) -> None:
    """See to it that later numbers of a kind are not below `first`."""
    number = _reserved(connection, kind, first)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"next {kind}", str(number)))


def _reserved(connection: sqlite3.Connection, kind: str, first: int) -> int:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (f"next {kind}",)).fetchone()
    return max(first, int(row[0])) if row else first
