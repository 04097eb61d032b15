"""Rows of a snapshot, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from airflow_provider_np6.stores.snapshot import SnapshotStore
from airflow_provider_np6.sync.scratch import Workbench


def addition(rows: Mapping[str, str | None], path: Path) -> Path:
    """A file of accepted rows, key to hash, or to None for one that is gone."""
    table = {
        "key": pa.array(rows, pa.string()),
        "hash": pa.array([value.encode() if value else None for value in rows.values()], pa.binary()),
        "gone": pa.array([value is None for value in rows.values()]),
        "f1": pa.array([f"{key}@example.com" for key in rows], pa.string()),
    }
    parquet.write_table(pa.table(table), path)
    return path


def standing(store: SnapshotStore, bench: Workbench) -> dict[str, str]:
    """What the snapshot says NP6 holds."""
    store.attach(bench.database, store.current(), bench.folder)
    found = bench.database.execute("SELECT key, hash FROM snapshot").fetchall()
    assert len({key for key, _ in found}) == len(found)
    return {key: value.decode() for key, value in found}
