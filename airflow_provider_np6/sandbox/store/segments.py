"""Segments and their members in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

_SELECT = """SELECT type, id, name, description, creation, expiration, is_test, parent_id,
(SELECT count(*) FROM members WHERE segment = segments.id) FROM segments"""


class NameTakenError(Exception):
    """Another object of this kind has the name."""


def _shown(row: Sequence[Any]) -> dict[str, Any]:
    kind, number, name, description, creation, expiration, is_test, parent, members = row
    segment = {
        "type": kind,
        "id": number,
        "name": name,
        "description": description,
        "creation": creation,
        "expiration": expiration,
        "isTest": bool(is_test),
        "targetsCount": members,
    }
    return {key: value for key, value in (*segment.items(), ("parentId", parent)) if value is not None}


def every(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """All segments as the API shows them."""
    return [_shown(row) for row in connection.execute(f"{_SELECT} ORDER BY id")]


def find(connection: sqlite3.Connection, number: int) -> dict[str, Any] | None:
    """A segment, None when there is none."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
    return _shown(row) if row else None


def create(connection: sqlite3.Connection, segment: dict[str, Any]) -> dict[str, Any]:
    """Insert a segment; raises NameTakenError."""
    keys = ("type", "name", "description", "creation", "expiration", "isTest", "parentId")
    try:
        cursor = connection.execute(
            "INSERT INTO segments (type, name, description, creation, expiration, is_test, parent_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [segment.get(key) for key in keys],
        )
    except sqlite3.IntegrityError as error:
        raise NameTakenError from error
    return find(connection, cursor.lastrowid or 0) or {}


def update(connection: sqlite3.Connection, number: int, segment: dict[str, Any]) -> dict[str, Any]:
    """Write name, description, expiration and test mark; raises NameTakenError."""
    keys = ("name", "description", "expiration", "isTest")
    try:
        connection.execute(
            "UPDATE segments SET name = ?, description = ?, expiration = ?, is_test = ? WHERE id = ?",
            [*(segment.get(key) for key in keys), number],
        )
    except sqlite3.IntegrityError as error:
        raise NameTakenError from error
    return find(connection, number) or {}


def delete(connection: sqlite3.Connection, number: int) -> None:
    """Delete a segment with its memberships."""
    empty(connection, number)
    connection.execute("DELETE FROM segments WHERE id = ?", (number,))


def members(connection: sqlite3.Connection, number: int) -> list[int]:
    """Numbers of the member targets, ascending."""
    rows = connection.execute("SELECT target FROM members WHERE segment = ? ORDER BY target", (number,))
    return [row[0] for row in rows]


def of_target(connection: sqlite3.Connection, target: int) -> list[dict[str, Any]]:
    """Segments that hold a target."""
    rows = connection.execute(
        f"{_SELECT} WHERE id IN (SELECT segment FROM members WHERE target = ?) ORDER BY id", (target,)
    )
    return [_shown(row) for row in rows]


def add(connection: sqlite3.Connection, number: int, targets: Sequence[int]) -> int:
    """Add members; returns how many were none before."""
    before = connection.total_changes
    connection.executemany("INSERT OR IGNORE INTO members VALUES (?, ?)", [(number, target) for target in targets])
    return connection.total_changes - before


def remove(connection: sqlite3.Connection, number: int, target: int) -> bool:
    """Remove a member; False when it was none."""
    cursor = connection.execute("DELETE FROM members WHERE segment = ? AND target = ?", (number, target))
    return cursor.rowcount > 0


def empty(connection: sqlite3.Connection, number: int) -> None:
    """Remove all members."""
    connection.execute("DELETE FROM members WHERE segment = ?", (number,))
