"""Writing converted lines into the store, a transaction a batch."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat

from airflow_provider_np6.sandbox.account import Account
from airflow_provider_np6.sandbox.clock import iso
from airflow_provider_np6.sandbox.definitions import Recipe
from airflow_provider_np6.sandbox.ingest.lines import Batch
from airflow_provider_np6.sandbox.store import segments
from airflow_provider_np6.sandbox.store.database import Store

# Unicity keys are scattered over their whole index, so every commit rewrites most of it: few and large
# transactions (50,000 lines) take a third of the time of small ones. Writers of the API wait less than a second.
_BATCHES_PER_TRANSACTION = 100
_PAUSE_SECONDS = 0.002
_CELLS = {
    "erase": "{0} = excluded.{0}",
    "keep": "{0} = COALESCE(excluded.{0}, {0})",
    "fill": "{0} = COALESCE({0}, excluded.{0})",
}


class StoppedError(Exception):
    """The sandbox is ending; what was committed stays."""


@dataclass
class Tally:
    """Lines read and lines accepted so far."""

    read: int = 0
    accepted: int = 0


def upsert_statement(account: Account, recipe: Recipe) -> str:
    """SQL that takes one line: key, moment, moment, execution, then the values of the recipe's columns."""
    names = [f"f{field}" for _, field in recipe.columns]
    columns = ", ".join(("key", "created", "updated", "born", *names))
    marks = ", ".join("?" * (len(names) + 4))
    bound = {field for _, field in recipe.columns}
    if all(field.id in bound for field in account.mandatory):
        source = f"VALUES ({marks})"
    else:
        # Without a mandatory field no target can be created, only updated.
        source = f"SELECT {marks} WHERE EXISTS (SELECT 1 FROM targets WHERE key = ?1)"
        source = source.replace("?, ", "?1, ", 1)
    return f"INSERT INTO targets ({columns}) {source} ON CONFLICT (key) DO {_on_conflict(names, recipe)}"


def _on_conflict(names: list[str], recipe: Recipe) -> str:
    value = _CELLS[recipe.cells]
    settings = ", ".join(("updated = excluded.updated", *(value.format(name) for name in names)))
    if recipe.update_existing:
        return f"UPDATE SET {settings}"
    # A target that this very execution created may still be changed by a later line of the file.
    return f"UPDATE SET {settings} WHERE born = excluded.born"


@dataclass
class Writer:
    """Writes the batches of one execution.

    :param keep: says which of a batch's lines the rule for duplicates lets through.
    :param stopped: asked before each batch.
    """

    store: Store
    recipe: Recipe
    execution: int
    keep: Callable[[Batch], Batch]
    stopped: Callable[[], bool]

    def write(self, batches: Iterator[Batch], tally: Tally) -> None:
        """Write all batches; raises StoppedError between two transactions."""
        statement = upsert_statement(self.store.account, self.recipe)
        while not self.stopped():
            if not self._write_some(statement, batches, tally):
                return
            # Whoever waits to write gets a turn: a lock that is taken again at once would starve them.
            time.sleep(_PAUSE_SECONDS)
        raise StoppedError

    def _write_some(self, statement: str, batches: Iterator[Batch], tally: Tally) -> bool:
        """One transaction. Lines are converted inside it: they are still in the processor's cache when written."""
        read = accepted = 0
        with self.store.writing() as connection:
            for batch in map(self.keep, islice(batches, _BATCHES_PER_TRANSACTION)):
                self._write_batch(connection, statement, batch)
                read, accepted = read + batch.read, accepted + len(batch.keys)
        tally.read, tally.accepted = tally.read + read, tally.accepted + accepted
        return read > 0

    def _write_batch(self, connection: sqlite3.Connection, statement: str, batch: Batch) -> None:
        now = int(time.time())
        fixed = repeat(now), repeat(now), repeat(self.execution)
        # zip reuses its tuple: a million lines pass without a million tuples.
        connection.executemany(statement, zip(batch.keys, *fixed, *batch.columns, strict=False))
        if self.recipe.segment is not None:
            connection.executemany(
                "INSERT OR IGNORE INTO members SELECT ?, id FROM targets WHERE key = ?",
                [(self.recipe.segment, key) for key in batch.keys],
            )
        for medium in self.recipe.redlist:
            # Origin 2 is "import" (L-statistics).
            connection.executemany(
                "INSERT OR IGNORE INTO redlist VALUES (?, ?, ?, 2, '{}')",
                [(key, medium, iso(now)) for key in batch.keys],
            )

    def prepare(self) -> None:
        """Empty the segment first when the feature says so."""
        if self.recipe.segment is not None and self.recipe.empty_segment:
            with self.store.writing() as connection:
                segments.empty(connection, self.recipe.segment)
