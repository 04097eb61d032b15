"""The rows of a part file, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from airflow_provider_np6.models.runs import FieldColumn

BATCH = 2_000

#: Key, and the values in the order of the fields that were asked for.
Row = tuple[str, tuple[str | None, ...]]


def read_values(rows: Path, fields: Sequence[FieldColumn]) -> Iterator[Row]:
    """Key and all values, in the order of ``fields``, of every row."""
    yield from _read(rows, [field.column for field in fields])


def _read(rows: Path, columns: Sequence[str]) -> Iterator[Row]:
    from pyarrow import parquet

    with parquet.ParquetFile(rows) as file:
        for batch in file.iter_batches(batch_size=BATCH, columns=["key", *columns]):
            keys = batch.column("key").to_pylist()
            cells = [batch.column(name).to_pylist() for name in columns]
            yield from zip(keys, zip(*cells, strict=True), strict=True)
