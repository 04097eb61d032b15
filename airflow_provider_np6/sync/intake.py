"""Rows of any source, brought to text in a Parquet file on disk: memory does not grow with rows.

A file of row groups rather than a DuckDB table: measured with 1,000,000 rows of 12 columns, a table filled batch by
batch took up all the memory that DuckDB was allowed, and more time than everything else in the intake.
"""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_np6.exceptions import NP6SourceError
from airflow_provider_np6.sync.sql_text import identifier, literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow

ROW_NUMBER = "_row"
FILE = "source.parquet"

#: Rows and bytes of a row group: what a writer holds in memory, and what each thread of a reader takes at a time.
GROUP_ROWS, GROUP_BYTES = 10_000, 4 << 20


class Intake:
    """Takes record batches into the view ``source(_row, c0, c1, ...)``, all cells as text or NULL.

    :param columns: the columns to keep, as the source spells them; ``c0`` holds the first.
    :param folder: where the rows are kept, in a file of their own.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, columns: Sequence[str], folder: Path) -> None:
        self._database = database
        self._columns = list(columns)
        self._names = [f"c{index}" for index in range(len(self._columns))]
        self._file = folder / FILE

    def take(self, batches: Iterable[pyarrow.RecordBatch]) -> int:
        """Store every batch; returns the rows stored.

        :raises NP6SourceError: for a column whose type no NP6 field can hold.
        """
        import pyarrow
        from pyarrow import parquet

        schema = pyarrow.schema([(name, pyarrow.string()) for name in self._names])
        rows = 0
        with parquet.ParquetWriter(self._file, schema, use_dictionary=False) as writer:
            for batch in batches:
                if batch.num_rows:
                    text = self._as_text(batch)
                    writer.write_table(text, row_group_size=_group_rows(text))
                rows += batch.num_rows
        pyarrow.default_memory_pool().release_unused()
        self._database.execute(
            f"""
            CREATE OR REPLACE TEMP VIEW source AS SELECT file_row_number AS {ROW_NUMBER}, * EXCLUDE (file_row_number)
            FROM read_parquet({literal(str(self._file))}, file_row_number = true)
            """
        )
        return rows

    def _as_text(self, batch: pyarrow.RecordBatch) -> pyarrow.Table:
        import pyarrow

        arrays = [_unpacked(batch.column(name), name) for name in self._columns]
        table = pyarrow.Table.from_arrays(arrays, names=self._names)
        if all(array.type == pyarrow.string() for array in arrays):
            return table
        return self._cast(table)

    def _cast(self, table: pyarrow.Table) -> pyarrow.Table:
        import duckdb

        self._database.register("incoming", table)
        try:
            types = {row[0]: row[1] for row in self._database.execute("DESCRIBE incoming").fetchall()}
            cells = ", ".join(f"{_text_of_column(name, types[name])} AS {name}" for name in self._names)
            return self._database.sql(f"SELECT {cells} FROM incoming").to_arrow_table().cast(_text_schema(self._names))
        except (duckdb.NotImplementedException, duckdb.NotSupportedError, duckdb.DataError) as error:
            # The message may quote a value, so only its kind is told.
            raise NP6SourceError(
                f"A mapped column holds a type that cannot be read as text ({type(error).__name__}; the columns: "
                f"{self._described(table)}): convert it to text in the query."
            ) from None
        finally:
            self._database.unregister("incoming")

    def _described(self, table: pyarrow.Table) -> str:
        return ", ".join(f"{column!r} {kind}" for column, kind in zip(self._columns, table.schema.types, strict=True))


def _group_rows(table: pyarrow.Table) -> int:
    return max(1, min(GROUP_ROWS, int(GROUP_BYTES * table.num_rows / max(1, table.nbytes))))


def _text_schema(names: Sequence[str]) -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema([(name, pyarrow.string()) for name in names])


def _unpacked(array: pyarrow.Array, column: str) -> pyarrow.Array:
    """Binary columns as the text that they hold: some drivers and writers know no other type for it.

    :raises NP6SourceError: when it is no text.
    """
    import pyarrow
    from pyarrow import types

    kind = array.type
    try:
        if types.is_fixed_size_binary(kind):
            array = array.cast(pyarrow.binary())
        if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
            return array.cast(pyarrow.string())
        if types.is_string(kind):
            array.validate(full=True)
    except pyarrow.ArrowInvalid:
        raise NP6SourceError(
            f"The column {column!r} holds binary data, which no NP6 field can hold: "
            "leave it out of the mapping, or convert it to UTF-8 text in the query."
        ) from None
    return array


def _text_of_column(name: str, duckdb_type: str) -> str:
    cell = identifier(name)
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
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"), default=text_of)
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
