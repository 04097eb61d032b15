"""The rows of a part file, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from airflow_provider_np6.models.runs import FieldColumn

BATCH = 2_000


def read_unicities(rows: Path, fields: Sequence[FieldColumn]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Key and unicity values of every row."""
    columns = [field.column for field in fields if field.is_unicity]
    for key, values in _read(rows, columns):
        yield key, tuple(value or "" for value in values)


def read_values(rows: Path, fields: Sequence[FieldColumn]) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """Key and all values, in the order of ``fields``, of every row."""
    yield from _read(rows, [field.column for field in fields])


def _read(rows: Path, columns: Sequence[str]) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    from pyarrow import parquet

    with parquet.ParquetFile(rows) as file:
        for batch in file.iter_batches(batch_size=BATCH, columns=["key", *columns]):
            keys = batch.column("key").to_pylist()
            cells = [batch.column(name).to_pylist() for name in columns]
            yield from zip(keys, zip(*cells, strict=True), strict=True)
