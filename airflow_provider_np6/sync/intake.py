"""Rows of any source, brought to text in a DuckDB table on disk: memory does not grow with rows."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_np6.exceptions import NP6SourceError
from airflow_provider_np6.sync.sql_text import identifier

if TYPE_CHECKING:
    import duckdb
    import pyarrow

ROW_NUMBER = "_row"


class Intake:
    """Takes record batches into the table ``source(_row, c0, c1, ...)``, all cells as text or NULL.

    :param columns: the columns to keep, as the source spells them; ``c0`` holds the first.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
        self._database = database
        self._columns = list(columns)
        self.rows = 0
        cells = ", ".join(f"c{index} VARCHAR" for index in range(len(columns)))
        database.execute(f"CREATE OR REPLACE TABLE source ({ROW_NUMBER} BIGINT, {cells})")

    def take(self, batches: Iterable[pyarrow.RecordBatch]) -> int:
        """Store every batch; returns the rows stored.

        :raises NP6SourceError: for a column whose type no NP6 field can hold.
        """
        for batch in batches:
            if batch.num_rows:
                self._store(batch)
        return self.rows

    def _store(self, batch: pyarrow.RecordBatch) -> None:
        import pyarrow

        numbers = pyarrow.array(range(self.rows, self.rows + batch.num_rows), pyarrow.int64())
        arrays = [batch.column(name) for name in self._columns]
        names = [f"c{index}" for index in range(len(arrays))]
        table = pyarrow.Table.from_arrays([numbers, *arrays], names=[ROW_NUMBER, *names])
        self._database.register("incoming", table)
        try:
            types = {row[0]: row[1] for row in self._database.execute("DESCRIBE incoming").fetchall()}
            cells = ", ".join(
                _text_of_column(name, types[name], column) for name, column in zip(names, self._columns, strict=True)
            )
            self._database.execute(f"INSERT INTO source SELECT {ROW_NUMBER}, {cells} FROM incoming")
        finally:
            self._database.unregister("incoming")
        self.rows += batch.num_rows


def _text_of_column(name: str, duckdb_type: str, column: str) -> str:
    cell = identifier(name)
    if duckdb_type == "BLOB":
        raise NP6SourceError(
            f"The column {column!r} holds binary data, which no NP6 field can hold: "
            "leave it out of the mapping, or convert it to text in the query."
        )
    if duckdb_type.startswith("TIMESTAMP"):
        instant = f"{cell} AT TIME ZONE 'UTC'" if "TIME ZONE" in duckdb_type else cell
        return f"strftime({instant}, '%Y-%m-%dT%H:%M:%SZ')"
    if duckdb_type.endswith("]") or duckdb_type.startswith(("STRUCT", "MAP")):
        return f"CAST(to_json({cell}) AS VARCHAR)"
    return f"CAST({cell} AS VARCHAR)"


def text_of(value: Any) -> str | None:
    """A Python value of a database driver as the text that the engine reads.

    Naive date-times are UTC. Lists and mappings become JSON.

    :raises NP6SourceError: for bytes that are no UTF-8 text.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return _instant_text(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset | dict):
        members = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return json.dumps(members, ensure_ascii=False, default=str)
    if isinstance(value, bytes | bytearray | memoryview):
        return _decoded(bytes(value))
    return str(value)


def _instant_text(value: datetime.datetime) -> str:
    if value.tzinfo is not None:
        value = value.astimezone(datetime.UTC)
    return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise NP6SourceError(
            "The source gives binary data where a value is mapped, which no NP6 field can hold: "
            "leave the column out of the mapping, or convert it to text in the query."
        ) from None
