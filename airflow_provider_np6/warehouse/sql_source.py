"""Rows of a query through any ``DbApiHook``, as a stream wherever the driver can.

How a driver streams was measured with 1,000,000 rows and more: a relation of DuckDB (its DB-API cursor holds the whole
result once Arrow is asked for), Arrow from ADBC cursors, a named (server-side) cursor on PostgreSQL, ``fetchmany``
elsewhere, which pages on SQLite, Snowflake and BigQuery. A DuckDB warehouse caches its own file while it reads, up to
the memory limit of its connection (80 % of the machine unless somebody chose); lowering it while rows flow makes the
query fail, so it is left as it is.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Protocol

from airflow_provider_np6.exceptions import NP6Error, NP6SourceError
from airflow_provider_np6.sync.intake import text_of
from airflow_provider_np6.sync.ports import Receiver
from airflow_provider_np6.warehouse.sink import Sink
from airflow_provider_np6.warehouse.wording import without_values

if TYPE_CHECKING:
    import pyarrow

#: Rows at a time: enough to make the cost per batch vanish, few enough for wide rows to stay small.
BATCH = 5_000


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
        """Run the query and hand its rows on. What ``receive`` raises of itself passes through as it is.

        :raises NP6SourceError: when the query fails, at its start or in the middle.
        """
        sink = Sink(receive, self._failed)
        try:
            match getattr(self._hook, "conn_type", None):
                case "postgres":
                    self._read_named(sink)
                case "duckdb":
                    self._read_relation(sink)
                case _:
                    self._hook.run(self._sql, handler=lambda cursor: self._take(cursor, sink))
        except Exception as error:
            if isinstance(error, NP6Error) or error is sink.error:
                raise
            raise self._failed(error) from None

    def _take(self, cursor: Any, sink: Sink) -> None:
        if cursor.description is None:
            raise self._no_columns()
        sink([str(column[0]) for column in cursor.description], _batches(cursor))

    def _no_columns(self) -> NP6SourceError:
        return NP6SourceError(
            f"The query on connection {self._name!r} gives no columns: it must be a SELECT, and only one."
        )

    def _failed(self, error: Exception) -> NP6SourceError:
        return NP6SourceError(
            f"The query on connection {self._name!r} failed ({type(error).__name__}: "
            f"{without_values(str(error), self._sql)}): correct the query or the connection; nothing was sent."
        )

    def _read_relation(self, sink: Sink) -> None:
        # The reader keeps the database open, and whoever keeps an exception keeps its frames: without the second
        # closing, DuckDB would wait for ever when the same process connects to the file again.
        with closing(self._hook.get_conn()) as connection, closing(self._reader(connection)) as reader:
            sink(reader.schema.names, reader)

    def _reader(self, connection: Any) -> pyarrow.RecordBatchReader:
        relation = connection.sql(self._sql)
        # DuckDB 2 answers a statement that selects nothing with a count, or a success.
        if relation is None or relation.columns in (["Count"], ["Success"]):
            raise self._no_columns()
        return (getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader)(BATCH)

    def _read_named(self, sink: Sink) -> None:
        # An unnamed cursor of psycopg holds the whole result in memory.
        with (
            closing(self._hook.get_conn()) as connection,
            closing(connection.cursor(name=f"np6_{secrets.token_hex(4)}")) as cursor,
        ):
            cursor.execute(self._sql)
            first = cursor.fetchmany(BATCH)  # psycopg 2 knows the columns only after the first fetch
            self._take(_Begun(cursor, first), sink)


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

    return pyarrow.RecordBatch.from_arrays([_column(values) for values in zip(*rows, strict=True)], names=list(names))


def _column(values: Sequence[Any]) -> pyarrow.Array:
    """A column as text, or as bytes where there are bytes in it."""
    import pyarrow

    kinds = {type(value) for value in values} - {type(None)}
    if kinds <= {str}:
        return pyarrow.array(values, pyarrow.string())
    if kinds == {datetime.date}:
        return pyarrow.array(values, pyarrow.date32()).cast(pyarrow.string())
    if kinds & {bytes, bytearray, memoryview}:
        # Whether they are text matters only where the column is mapped, and the engine looks there.
        return pyarrow.array([_bytes_of(value) for value in values], pyarrow.binary())
    return pyarrow.array([text_of(value) for value in values], pyarrow.string())


def _bytes_of(value: Any) -> bytes | None:
    if value is None:
        return None
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else str(text_of(value)).encode()
