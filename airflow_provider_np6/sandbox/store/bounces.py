"""Bounces of targets, kept by unicity key like the red list, so that they can outlive a target (question 10)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.identity import target_id

# Numbers of the types (legacy e) and their names in the list (L-statistics shows `hardUser`).
TYPES = {"soft": 4, "hardDomain": 51, "hardUser": 52, "hardOther": 53, "hardRules": 54, "spam": 6}
HARD = ("hardDomain", "hardUser", "hardOther", "hardRules")


def add(connection: sqlite3.Connection, key: bytes, field: int, kind: str, at: int, message: str) -> None:
    """Record a bounce of the address in a field; `at` is in epoch milliseconds. A later one replaces it."""
    connection.execute("INSERT OR REPLACE INTO bounces VALUES (?, ?, ?, ?, ?)", (key, field, kind, at, message))


def of_key(connection: sqlite3.Connection, key: bytes) -> list[dict[str, Any]]:
    """`bounce` of a target: type and reason as numbers, epoch seconds in a string (TargetLegacy)."""
    rows = connection.execute("SELECT field, kind, at FROM bounces WHERE key = ? ORDER BY field", (key,))
    return [
        {"field": field, "type": TYPES[kind], "timestamp": str(at // 1000), "reason": TYPES[kind]}
        for field, kind, at in rows
    ]


def has_hard(connection: sqlite3.Connection, key: bytes, field: int) -> bool:
    """Whether the address in a field of a target bounced hard."""
    row = connection.execute("SELECT kind FROM bounces WHERE key = ? AND field = ?", (key, field)).fetchone()
    return row is not None and row[0] in HARD


def entries(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Targets that exist and have bounces, as `GET /targets/bounces` shows them (L-statistics)."""
    rows = connection.execute(
        "SELECT targets.id, kind, field, message, at FROM bounces JOIN targets USING (key) ORDER BY targets.id, field"
    )
    for number, group in groupby(rows, key=lambda row: row[0]):
        yield {"id": target_id(number), "bounces": [_shown(*row[1:]) for row in group]}


def _shown(kind: str, field: int, message: str, at: int) -> dict[str, Any]:
    return {"type": kind, "fieldId": field, "detail": {"message": message}, "timestamp": iso(at / 1000)}
