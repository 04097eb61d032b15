"""Lines of one file that share a unicity. Keys live in a temporary SQLite file: memory stays bounded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import count

from airflow_provider_np6.sandbox.ingest.lines import Batch

# Which good line (numbered from 1) of a unicity is taken, per rule of the `duplicate` feature. `ignore` is read
# as "take none of them"; no document says more than "ignore duplicated lines" (legacy a, "Features").
_TAKEN = {"first": "first", "last": "last", "ignore": "CASE WHEN first = last THEN first END"}


class DuplicateRule:
    """Two passes over the file: `learn` all keys, then `keep` lets the right lines through."""

    def __init__(self, rule: str) -> None:
        self._taken = _TAKEN[rule]
        # An empty name is a temporary database: on disk when it grows, gone when closed.
        self._keys = sqlite3.connect("", isolation_level=None)
        self._keys.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, first INTEGER, last INTEGER) WITHOUT ROWID")
        self._numbers = count(1)

    def learn(self, batches: Iterator[Batch]) -> None:
        """First pass: where each unicity stands first and last."""
        numbers = count(1)
        self._keys.execute("BEGIN")
        for batch in batches:
            self._keys.executemany(
                "INSERT INTO seen VALUES (?1, ?2, ?2) ON CONFLICT (key) DO UPDATE SET last = ?2",
                [(key, next(numbers)) for key in batch.keys],
            )
        self._keys.execute("COMMIT")

    def keep(self, batch: Batch) -> Batch:
        """Second pass: the lines of a batch that the rule takes. Batches must come in the same order."""
        return batch.only([self._is_taken(key) for key in batch.keys])

    def _is_taken(self, key: bytes) -> bool:
        taken = self._keys.execute(f"SELECT {self._taken} FROM seen WHERE key = ?", (key,)).fetchone()
        return bool(taken[0] == next(self._numbers))

    def close(self) -> None:
        """Drop the temporary database."""
        self._keys.close()


def keep_all(batch: Batch) -> Batch:
    """Without the feature lines are applied in their order: the last one of a unicity wins."""
    return batch


Keep = Callable[[Batch], Batch]
