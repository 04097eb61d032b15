"""Messages that left, or would have: the outbox of the sandbox, and the archives NP6 makes of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_COLUMNS = "id, channel, source, target, address, at, state, archived, proof, content"


@dataclass(frozen=True)
class Message:
    """One message.

    :param at: when it was sent, in epoch milliseconds.
    :param state: `sent`, or why it was cancelled.
    :param proof: sent by the test phase of a validation.
    :param content: subject, html, text as they went out.
    """

    id: str
    channel: str
    source: str
    target: int | None
    address: str | None
    at: int
    state: str
    archived: bool
    proof: bool
    content: dict[str, Any]


def insert(connection: sqlite3.Connection, messages: Sequence[Message]) -> None:
    """Record messages; one id may be used twice when its caller chose it."""
    connection.executemany(
        f"INSERT INTO messages ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (m.id, m.channel, m.source, m.target, m.address, m.at, m.state, m.archived, m.proof, json.dumps(m.content))
            for m in messages
        ],
    )


def _message(row: Sequence[Any]) -> Message:
    identifier, channel, source, target, address, at, state, archived, proof, content = row
    return Message(
        identifier, channel, source, target, address, at, state, bool(archived), bool(proof), json.loads(content)
    )


def find(connection: sqlite3.Connection, identifier: str) -> Message | None:
    """The latest message with an id."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM messages WHERE id = ? ORDER BY number DESC LIMIT 1", (identifier,)
    ).fetchone()
    return _message(row) if row else None


def sent(connection: sqlite3.Connection) -> list[Message]:
    """All messages, oldest first."""
    return [_message(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM messages ORDER BY number")]


def archives(
    connection: sqlite3.Connection,
    start: int | None,
    end: int | None,
    source: str | None = None,
    target: int | None = None,
) -> list[Message]:
    """Archived messages sent from `start` (inclusive) to `end` (exclusive), oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM messages WHERE archived AND state = 'sent' AND NOT proof "
        "AND at >= coalesce(?, at) AND at < coalesce(?, at + 1) "
        "AND source = coalesce(?, source) AND target IS coalesce(?, target) ORDER BY at, number",
        (start, end, source, target),
    )
    return [_message(row) for row in rows]


def last_sent(connection: sqlite3.Connection, source: str) -> int | None:
    """When an action last sent, in epoch milliseconds."""
    at: int | None = connection.execute(
        "SELECT max(at) FROM messages WHERE source = ? AND state = 'sent' AND NOT proof", (source,)
    ).fetchone()[0]
    return at


def count(connection: sqlite3.Connection, source: str, state: str) -> int:
    """How many messages of an action are in a state."""
    row = connection.execute("SELECT count(*) FROM messages WHERE source = ? AND state = ?", (source, state))
    return int(row.fetchone()[0])
