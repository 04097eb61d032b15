"""The red list in SQLite, kept by unicity key so that it can outlive a target (question 10)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from airflow_provider_np6.sandbox.clock import parse_iso
from airflow_provider_np6.sandbox.identity import target_id

MEDIA = ("mail", "sms")


def add(
    connection: sqlite3.Connection,
    key: bytes,
    medium: str,
    timestamp: str,
    origin: int,
    detail: dict[str, Any],
) -> None:
    """Put a unicity on a red list; a later entry replaces the one before."""
    connection.execute(
        "INSERT OR REPLACE INTO redlist VALUES (?, ?, ?, ?, ?)",
        (key, medium, timestamp, origin, json.dumps(detail)),
    )


def entries(connection: sqlite3.Connection, medium: str) -> Iterable[dict[str, Any]]:
    """The entries of targets that exist, as `GET /targets/redlist/mail` shows them (L-statistics)."""
    rows = connection.execute(
        "SELECT targets.id, timestamp, origin, detail FROM redlist JOIN targets USING (key) "
        "WHERE medium = ? ORDER BY timestamp, targets.id",
        (medium,),
    )
    for number, timestamp, origin, detail in rows:
        yield {
            "id": target_id(number),
            "timestamp": timestamp,
            "origin": origin,
            "detail": json.loads(detail),
        }


def of_key(connection: sqlite3.Connection, key: bytes) -> dict[str, Any]:
    """`redList` of a target: per medium its reason and, as the old example has it, epoch seconds in a string."""
    rows = connection.execute("SELECT medium, timestamp, origin FROM redlist WHERE key = ?", (key,))
    return {medium: {"timestamp": _epoch(timestamp), "reason": origin} for medium, timestamp, origin in rows}


def of_all(connection: sqlite3.Connection) -> dict[bytes, dict[str, Any]]:
    """`redList` of every key that has one."""
    found: dict[bytes, dict[str, Any]] = {}
    for key, medium, timestamp, origin in connection.execute(
        "SELECT key, medium, timestamp, origin FROM redlist ORDER BY medium"
    ):
        found.setdefault(key, {})[medium] = {"timestamp": _epoch(timestamp), "reason": origin}
    return found


def _epoch(timestamp: str) -> str:
    moment = parse_iso(timestamp)
    return str(int(moment.timestamp())) if moment else "0"
