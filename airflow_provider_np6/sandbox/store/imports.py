"""Import formats, import definitions and executions in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from airflow_provider_np6.sandbox.clock import now_iso
from airflow_provider_np6.sandbox.store.segments import NameTakenError

RUNNING, COMPLETED, FAILED = 0, 1, 2
_SELECT = "SELECT id, name, created, updated, binding, features, scheduler, source FROM imports"


def create_format(connection: sqlite3.Connection, body: dict[str, Any]) -> int:
    """Insert a binding; raises NameTakenError."""
    try:
        cursor = connection.execute(
            "INSERT INTO formats (name, body) VALUES (?, ?)",
            (body["name"], json.dumps(body, ensure_ascii=False)),
        )
    except sqlite3.IntegrityError as error:
        raise NameTakenError from error
    return cursor.lastrowid or 0


def find_format(connection: sqlite3.Connection, number: int) -> dict[str, Any] | None:
    """A binding's body, None when there is none."""
    row = connection.execute("SELECT body FROM formats WHERE id = ?", (number,)).fetchone()
    return json.loads(row[0]) if row else None


def _shown(row: Sequence[Any]) -> dict[str, Any]:
    number, name, created, updated, binding, features, scheduler, source = row
    definition: dict[str, Any] = {"id": number, "name": name, "creationDate": created}
    if updated is not None:
        definition["updateDate"] = updated
    if binding is not None:
        definition["binding"] = binding
    definition["features"] = json.loads(features)
    definition["source"] = json.loads(source)
    if scheduler is not None:
        definition["scheduler"] = json.loads(scheduler)
    return definition


def every(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """All definitions as the API shows them."""
    return [_shown(row) for row in connection.execute(f"{_SELECT} ORDER BY id")]


def find(connection: sqlite3.Connection, number: int) -> dict[str, Any] | None:
    """A definition as the API shows it, None when there is none."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
    return _shown(row) if row else None


def create(connection: sqlite3.Connection, definition: dict[str, Any]) -> dict[str, Any]:
    """Insert a definition."""
    cursor = connection.execute(
        "INSERT INTO imports (created, name, binding, features, scheduler, source) VALUES (?, ?, ?, ?, ?, ?)",
        (now_iso(), *_cells(definition)),
    )
    return find(connection, cursor.lastrowid or 0) or {}


def update(connection: sqlite3.Connection, number: int, definition: dict[str, Any]) -> dict[str, Any]:
    """Replace a definition."""
    connection.execute(
        "UPDATE imports SET updated = ?, name = ?, binding = ?, features = ?, scheduler = ?, source = ? WHERE id = ?",
        (now_iso(), *_cells(definition), number),
    )
    return find(connection, number) or {}


def _cells(definition: dict[str, Any]) -> tuple[Any, ...]:
    scheduler = definition.get("scheduler")
    return (
        definition["name"],
        definition.get("binding"),
        json.dumps(definition.get("features", []), ensure_ascii=False),
        json.dumps(scheduler, ensure_ascii=False) if scheduler is not None else None,
        json.dumps(definition["source"], ensure_ascii=False),
    )


def set_source(connection: sqlite3.Connection, number: int, source: dict[str, Any]) -> None:
    """Name the uploaded file of an import."""
    connection.execute("UPDATE imports SET source = ? WHERE id = ?", (json.dumps(source, ensure_ascii=False), number))


def delete(connection: sqlite3.Connection, number: int) -> None:
    """Delete a definition with its executions."""
    connection.execute("DELETE FROM executions WHERE import = ?", (number,))
    connection.execute("DELETE FROM imports WHERE id = ?", (number,))


def start(connection: sqlite3.Connection, number: int) -> int:
    """Record an execution in state 0; returns its number, which the API never shows."""
    cursor = connection.execute(
        "INSERT INTO executions (import, state, started) VALUES (?, ?, ?)", (number, RUNNING, now_iso())
    )
    return cursor.lastrowid or 0


def finish(connection: sqlite3.Connection, execution: int, state: int, lines: int, accepted: int, note: str) -> None:
    """Write the end of an execution."""
    connection.execute(
        "UPDATE executions SET state = ?, ended = ?, lines = ?, accepted = ?, note = ? WHERE id = ?",
        (state, now_iso(), lines, accepted, note, execution),
    )


def last_state(connection: sqlite3.Connection, number: int) -> int | None:
    """State of the latest execution of an import, None before the first (D-i5)."""
    row = connection.execute(
        "SELECT state FROM executions WHERE import = ? ORDER BY id DESC LIMIT 1", (number,)
    ).fetchone()
    return row[0] if row else None


def fail_interrupted(connection: sqlite3.Connection) -> None:
    """What was running when the sandbox was killed has failed; the batches it had committed stay."""
    connection.execute(
        "UPDATE executions SET state = ?, ended = ?, note = 'interrupted by a restart' WHERE state = ?",
        (FAILED, now_iso(), RUNNING),
    )


def last_executions(connection: sqlite3.Connection) -> dict[int, dict[str, Any]]:
    """The latest execution of each import, for the page."""
    rows = connection.execute(
        "SELECT import, state, started, ended, lines, accepted, note FROM executions "
        "WHERE id IN (SELECT max(id) FROM executions GROUP BY import)"
    )
    keys = ("state", "started", "ended", "lines", "accepted", "note")
    return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in rows}
