"""Targets in SQLite: one column per field (`f8101`), identified by number and by unicity key."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from airflow_provider_np6.sandbox.account import Account, Field
from airflow_provider_np6.sandbox.identity import comparable, unicity_key
from airflow_provider_np6.sandbox.values import Stored


@dataclass(slots=True)
class Row:
    """A stored target. `created` and `updated` are epoch seconds; `values` is by field id, unset is None."""

    number: int
    key: bytes
    created: int
    updated: int
    values: Mapping[int, Stored]


class UnicityTakenError(Exception):
    """Another target has this unicity."""


def key_of(account: Account, values: Mapping[int, Stored]) -> bytes:
    """The unicity key of values that hold every unicity field."""
    return unicity_key([comparable(field, values[field.id]) for field in account.unicity])


def _columns(account: Account) -> str:
    return ", ".join(f"f{field.id}" for field in account.fields)


def _row(account: Account, raw: Sequence[Stored]) -> Row:
    number, key, created, updated, *values = raw
    ids = [field.id for field in account.fields]
    return Row(number, key, created, updated, dict(zip(ids, values, strict=True)))  # type: ignore[arg-type]


def _select(account: Account) -> str:
    return f"SELECT id, key, created, updated, {_columns(account)} FROM targets"


def find(connection: sqlite3.Connection, account: Account, number: int) -> Row | None:
    """A target by number."""
    raw = connection.execute(f"{_select(account)} WHERE id = ?", (number,)).fetchone()
    return _row(account, raw) if raw else None


def find_key(connection: sqlite3.Connection, account: Account, key: bytes) -> Row | None:
    """A target by unicity key."""
    raw = connection.execute(f"{_select(account)} WHERE key = ?", (key,)).fetchone()
    return _row(account, raw) if raw else None


def count(connection: sqlite3.Connection) -> int:
    """How many targets there are."""
    return int(connection.execute("SELECT count(*) FROM targets").fetchone()[0])


def insert(connection: sqlite3.Connection, account: Account, values: Mapping[int, Stored]) -> Row:
    """Create a target from all its set values; raises UnicityTakenError."""
    now = int(time.time())
    cells = [values.get(field.id) for field in account.fields]
    marks = ", ".join("?" * (len(cells) + 3))
    try:
        cursor = connection.execute(
            f"INSERT INTO targets (key, created, updated, {_columns(account)}) VALUES ({marks})",
            (key_of(account, values), now, now, *cells),
        )
    except sqlite3.IntegrityError as error:
        raise UnicityTakenError from error
    return _existing(connection, account, cursor.lastrowid or 0)


def update(connection: sqlite3.Connection, account: Account, row: Row, changes: Mapping[int, Stored]) -> Row:
    """Set the given fields of a target; raises UnicityTakenError when its new unicity is another target's."""
    key = key_of(account, {**row.values, **changes})
    settings = "".join(f", f{field_id} = ?" for field_id in changes)
    try:
        connection.execute(
            f"UPDATE targets SET key = ?, updated = ?{settings} WHERE id = ?",
            (key, int(time.time()), *changes.values(), row.number),
        )
    except sqlite3.IntegrityError as error:
        raise UnicityTakenError from error
    if key != row.key:
        for table in ("redlist", "bounces"):
            connection.execute(f"UPDATE OR REPLACE {table} SET key = ? WHERE key = ?", (key, row.key))
        connection.execute(
            "UPDATE documents SET reference = ? WHERE reference = ? AND kind = 'subscription'",
            (key.hex(), row.key.hex()),
        )
    return _existing(connection, account, row.number)


def _existing(connection: sqlite3.Connection, account: Account, number: int) -> Row:
    """The target just written in this transaction."""
    return cast(Row, find(connection, account, number))


def delete(connection: sqlite3.Connection, rows: Sequence[Row], keep_redlist: bool, keep_bounces: bool) -> None:
    """Delete targets with what belongs to them; whether red list and bounces stay is an open question (10)."""
    for row in rows:
        connection.execute("DELETE FROM targets WHERE id = ?", (row.number,))
        connection.execute("DELETE FROM members WHERE target = ?", (row.number,))
        connection.execute("DELETE FROM documents WHERE reference = ? AND kind = 'subscription'", (row.key.hex(),))
        if not keep_redlist:
            connection.execute("DELETE FROM redlist WHERE key = ?", (row.key,))
        if not keep_bounces:
            connection.execute("DELETE FROM bounces WHERE key = ?", (row.key,))


def walk(connection: sqlite3.Connection, account: Account, chunk: int = 1000) -> Iterator[list[Row]]:
    """All targets in the order of their ids, a chunk at a time, without holding a read lock in between."""
    last = 0
    while True:
        raws = connection.execute(f"{_select(account)} WHERE id > ? ORDER BY id LIMIT ?", (last, chunk)).fetchall()
        if not raws:
            return
        yield [_row(account, raw) for raw in raws]
        last = raws[-1][0]


def search(
    connection: sqlite3.Connection, account: Account, text: str, limit: int, offset: int
) -> tuple[int, list[Row]]:
    """How many targets hold the text in any field, and one page of them."""
    where, values = _search_condition(account.fields, text)
    total = connection.execute(f"SELECT count(*) FROM targets{where}", values).fetchone()[0]
    raws = connection.execute(
        f"{_select(account)}{where} ORDER BY id LIMIT ? OFFSET ?", (*values, limit, offset)
    ).fetchall()
    return total, [_row(account, raw) for raw in raws]


def _search_condition(fields: Sequence[Field], text: str) -> tuple[str, tuple[str, ...]]:
    if not text:
        return "", ()
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    conditions = " OR ".join(f"f{field.id} LIKE ? ESCAPE '\\'" for field in fields)
    return f" WHERE {conditions}", (f"%{escaped}%",) * len(fields)
