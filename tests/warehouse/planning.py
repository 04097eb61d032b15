"""A process of its own that reads and plans a query, and says how much memory it took: ``python -m`` this file.

Arguments: ``duckdb`` or ``postgres``, the address, the query. Prints one line of JSON. Airflow is left out, since the
memory of its own imports would hide what the rows take; the hook is the smallest that the source asks for.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from upath import UPath

from airflow_provider_np6.models.fields import Constraint, Field, ValueList
from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.stores.journal import Journal
from airflow_provider_np6.stores.snapshot import SnapshotStore
from airflow_provider_np6.sync.engine import SyncEngine, SyncRequest
from airflow_provider_np6.sync.mapping import resolve_mapping
from airflow_provider_np6.sync.settings import Delivery, Rejections, Scratch
from airflow_provider_np6.warehouse.sql_source import SqlSource

FIELDS = [
    Field(1, "email", "email", is_unicity=True, is_mandatory=True),
    Field(2, "civility", "singleSelectList", value_list_id=51),
    Field(3, "first_name", "textField", constraint=Constraint(4, "150")),
    Field(4, "last_name", "textField", constraint=Constraint(4, "150")),
    Field(5, "birth_date", "date"),
    Field(6, "mobile", "phone"),
    Field(7, "city", "textField"),
    Field(8, "points", "numeric"),
    Field(9, "basket", "numeric"),
    Field(10, "interests", "multipleSelectList", value_list_id=52),
    Field(11, "notes", "textArea"),
    Field(12, "customer_id", "textField"),
]
LISTS = {51: ValueList(51, "civility", ("Mr", "Mrs", "Dr")), 52: ValueList(52, "interests", ("Sport", "Music"))}


class Hook:
    """A connection and nothing else."""

    def __init__(self, conn_type: str, connect: Callable[[], Any]) -> None:
        self.conn_type = conn_type
        self.get_conn = connect


def hook(kind: str, address: str) -> Hook:
    if kind == "postgres":
        import psycopg2

        return Hook(kind, lambda: psycopg2.connect(address))
    import duckdb

    # What DuckDB caches of the warehouse's file is for its connection to say (memory_limit of Airflow's DuckDBHook).
    return Hook(kind, lambda: duckdb.connect(address, read_only=True, config={"memory_limit": "16MB", "threads": 2}))


def main(kind: str, address: str, sql: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(UPath(place))
        engine = SyncEngine(folder, SnapshotStore(folder), Journal(folder), Scratch(directory=place), time.time)
        mapping = resolve_mapping({field.name: field.name for field in FIELDS}, FIELDS)
        source = SqlSource(hook(kind, address), sql, "warehouse")
        started = time.monotonic()
        record = engine.plan(SyncRequest("run", "label", source, mapping, LISTS, Delivery(), Rejections()))
        seconds = time.monotonic() - started
    print(json.dumps({"planned": record.counts["planned"], "seconds": seconds, "peak_kib": peak()}))


def peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


if __name__ == "__main__":
    main(*sys.argv[1:])
