"""Operators as Airflow runs them: a real DAG, a real warehouse, a sandbox on a real socket."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from airflow_provider_np6.sandbox import RunningSandbox

MAPPING = {"email": "Email", "first_name": "Firstname", "points": "Loyalty points"}


class Warehouse:
    """A DuckDB file behind the Airflow connection ``warehouse``."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.run("CREATE TABLE contacts (email VARCHAR, first_name VARCHAR, points INTEGER, deleted BOOLEAN)")

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file)) as database:
            return database.execute(sql, list(values)).fetchall()

    def fill(self, count: int) -> None:
        self.run(
            "INSERT INTO contacts SELECT 'c' || i || '@example.com', 'Zoë ' || i, i, false FROM range(?) t(i)", [count]
        )


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    file = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps({"conn_type": "duckdb", "host": str(file)}))
    return Warehouse(file)


@dataclass
class Outcome:
    """How a DAG of one task ended."""

    state: str
    value: Any
    xcoms: Mapping[str, Any]


Run = Callable[[Callable[[], Any]], Outcome]


@pytest.fixture
def run_task(run_dag: Callable[..., Any], np6_connection: Any, request: pytest.FixtureRequest) -> Run:
    """``run_task(lambda: Operator(task_id="t", ...))`` → how it ended, on real Airflow."""
    from airflow.providers.common.compat.sdk import DAG

    counter = iter(range(1000))

    def run(build: Callable[[], Any]) -> Outcome:
        name = "".join(c if c.isalnum() else "_" for c in request.node.name)
        with DAG(f"t_{name}_{next(counter)}"[:200], schedule=None, start_date=datetime(2026, 1, 1)) as dag:
            build()
        dag_run = run_dag(dag)
        task = dag_run.get_task_instances()[0]
        xcoms = _xcoms(dag_run)
        return Outcome(str(task.state), xcoms.get("return_value"), xcoms)

    return run


def _xcoms(dag_run: Any) -> dict[str, Any]:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        rows = session.query(XComModel).filter(XComModel.run_id == dag_run.run_id, XComModel.dag_id == dag_run.dag_id)
        return {row.key: XComModel.deserialize_value(row) for row in rows}


class Said:
    """Everything that tasks have logged or printed so far: their log goes to standard output in ``dag.test()``."""

    def __init__(self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
        caplog.set_level(logging.DEBUG)
        self._caplog, self._capfd, self._printed = caplog, capfd, ""

    @property
    def text(self) -> str:
        self._printed += "".join(self._capfd.readouterr())
        return self._printed + self._caplog.text


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Said:
    return Said(caplog, capfd)


@pytest.fixture
def snapshot(tmp_path: Path) -> str:
    return (tmp_path / "snapshot").as_uri()


def held(sandbox: RunningSandbox) -> dict[str, Any]:
    return {row["fields"]["Email"]: row["fields"] for row in sandbox.targets()}
