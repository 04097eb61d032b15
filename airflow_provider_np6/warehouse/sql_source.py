"""Rows of a query through any ``DbApiHook``, as a stream wherever the driver can.

How a driver streams was measured with 1,000,000 rows and more: a relation of DuckDB (its DB-API cursor holds the whole
result once Arrow is asked for), Arrow from ADBC cursors, a named (server-side) cursor on PostgreSQL, ``fetchmany``
elsewhere, which pages on SQLite, Snowflake and BigQuery.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

from airflow_provider_np6.exceptions import NP6Error, NP6SourceError
from airflow_provider_np6.sync.intake import text_of
from airflow_provider_np6.sync.ports import Receiver

if TYPE_CHECKING:
    import pyarrow

#: Rows at a time: enough to make the cost per batch vanish, few enough for wide rows to stay small.
BATCH = 10_000


class DatabaseHook(Protocol):
    """The part of Airflow's ``DbApiHook`` that is used here."""

    def get_conn(self) -> Any:
        """A DB-API connection."""

    def run(self, sql: str, *, handler: Callable[[Any], Any]) -> Any:
        """Run a statement and hand its open cursor to ``handler``."""


class SqlSource:
    """The rows of one query.

    :param name: the Airflow connection id, for messages.
    """

    def __init__(self, hook: DatabaseHook, sql: str, name: str) -> None:
        self._hook = hook
        self._sql = sql
        self._name = name

    def read(self, receive: Receiver) -> None:
        """Run the query and hand its rows on.

        :raises NP6SourceError: when the query fails, at its start or in the middle.
        """

        def take(cursor: Any) -> None:
            if cursor.description is None:
                raise self._no_columns()
            receive([str(column[0]) for column in cursor.description], _batches(cursor))

        try:
            match getattr(self._hook, "conn_type", None):
                case "postgres":
                    self._read_named(take)
                case "duckdb":
                    self._read_relation(receive)
                case _:
                    self._hook.run(self._sql, handler=take)
        except NP6Error:
            raise
        except Exception as error:  # noqa: BLE001 - each driver has a tree of its own; here they all mean the same
            raise NP6SourceError(
                f"The query on connection {self._name!r} failed ({type(error).__name__}: {_first_words(error)}): "
                "correct the query or the connection; nothing was sent."
            ) from None

    def _no_columns(self) -> NP6SourceError:
        return NP6SourceError(
            f"The query on connection {self._name!r} gives no columns: it must be a SELECT, and only one."
        )

    def _read_relation(self, receive: Receiver) -> None:
        with closing(self._hook.get_conn()) as connection:
            relation = connection.sql(self._sql)
            if relation is None:
                raise self._no_columns()
            reader = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
            receive(list(relation.columns), reader(BATCH))

    def _read_named(self, take: Callable[[Any], None]) -> None:
        # An unnamed cursor of psycopg holds the whole result in memory.
        with (
            closing(self._hook.get_conn()) as connection,
            closing(connection.cursor(name=f"np6_{secrets.token_hex(4)}")) as cursor,
        ):
            cursor.execute(self._sql)
            if cursor.description is None:
                take(cursor)
            first = cursor.fetchmany(BATCH)  # psycopg 2 knows the columns only after the first fetch
            take(_Begun(cursor, first))


class _Begun:
    """A cursor whose first rows were fetched already."""

    def __init__(self, cursor: Any, first: list[Any]) -> None:
        self.description = cursor.description
        self._cursor = cursor
        self._first: list[Any] | None = first

    def fetchmany(self, size: int) -> list[Any]:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        rows: list[Any] = self._cursor.fetchmany(size)
        return rows


def _batches(cursor: Any) -> Iterator[pyarrow.RecordBatch]:
    if hasattr(cursor, "adbc_statement"):
        yield from cursor.fetch_record_batch()
        return
    names = [str(column[0]) for column in cursor.description]
    while rows := cursor.fetchmany(BATCH):
        yield _text_batch(names, rows)


def _text_batch(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pyarrow.RecordBatch:
    import pyarrow

    columns = [
        pyarrow.array([text_of(value) for value in column], pyarrow.string()) for column in zip(*rows, strict=True)
    ]
    return pyarrow.RecordBatch.from_arrays(columns, names=list(names))


def _first_words(error: Exception) -> str:
    """The first line of a driver's message, without addresses: it may quote the value that it tripped over."""
    lines = str(error).strip().splitlines() or [""]
    return re.sub(r"\S+@\S+", "…", lines[0])[:300]
