"""Every example DAG runs on real Airflow against the sandbox, as a user would find it in the repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from airflow_provider_np6.api import import_formats, imports
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.sandbox import RunningSandbox

FOLDER = Path(__file__).parents[2] / "example_dags"

CONTACTS = """
CREATE TABLE contacts (customer_id VARCHAR, email VARCHAR, civility VARCHAR, first_name VARCHAR, last_name VARCHAR,
  birth_date DATE, mobile VARCHAR, city VARCHAR, points INTEGER, basket DECIMAL(10, 2), interests VARCHAR[],
  notes VARCHAR, last_order_at TIMESTAMP, deleted_at TIMESTAMP);
INSERT INTO contacts SELECT 'K' || i, 'c' || i || '@example.com', 'Mrs', 'Zoë', 'O''Brien; "x"', DATE '1990-02-03',
  '+33 6 12 34 56 78', 'Besançon', i, 19.90, ['Sport', 'Café & thé'], NULL, TIMESTAMP '2026-01-02 03:04:05', NULL
FROM range(300) t(i);
"""


@pytest.fixture
def load(airflow_home: Path) -> Callable[[str], Any]:
    from airflow.dag_processing.dagbag import DagBag

    def dag(name: str) -> Any:
        bag = DagBag(dag_folder=str(FOLDER / f"{name}.py"))
        assert bag.import_errors == {}
        return bag.dags[name]

    return dag


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    file = tmp_path / "warehouse.duckdb"
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps({"conn_type": "duckdb", "host": str(file)}))
    monkeypatch.setenv("AIRFLOW_VAR_NP6_SNAPSHOT", (tmp_path / "snapshot").as_uri())

    def run(sql: str) -> None:
        with duckdb.connect(str(file)) as database:
            database.execute(sql)

    run(CONTACTS)
    return run


def test_every_example_is_tested_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == {
        "await_import",
        "call_the_api",
        "contact_sync",
        "purge_deleted",
    }


def test_contact_sync(
    load: Callable[[str], Any],
    run_dag: Callable[..., Any],
    warehouse: Callable[[str], None],
    sandbox: RunningSandbox,
    np6_connection: Any,
) -> None:
    dag = load("contact_sync")
    assert (dag.catchup, dag.max_active_runs) == (False, 1)
    assert run_dag(dag).state == "success"
    assert len(sandbox.targets()) == 300
    warehouse("UPDATE contacts SET city = 'Lyon' WHERE points < 3")
    warehouse("UPDATE contacts SET deleted_at = TIMESTAMP '2026-02-02' WHERE points >= 295")
    assert run_dag(dag).state == "success"
    targets = sandbox.targets()
    assert len(targets) == 295
    assert sorted(t["fields"]["Email"] for t in targets if t["fields"]["City"] == "Lyon") == [
        "c0@example.com",
        "c1@example.com",
        "c2@example.com",
    ]


def test_purge_deleted(
    load: Callable[[str], Any],
    run_dag: Callable[..., Any],
    warehouse: Callable[[str], None],
    sandbox: RunningSandbox,
    np6_connection: Any,
) -> None:
    assert run_dag(load("contact_sync")).state == "success"
    warehouse("UPDATE contacts SET deleted_at = TIMESTAMP '2026-02-02' WHERE points < 3")
    assert run_dag(load("purge_deleted")).state == "success"
    assert len(sandbox.targets()) == 297
    warehouse("UPDATE contacts SET deleted_at = TIMESTAMP '2026-02-02' WHERE points < 50")
    assert run_dag(load("purge_deleted")).state == "failed"
    assert len(sandbox.targets()) == 297


@pytest.mark.parametrize(("fault", "state"), [([], "success"), ([{"kind": "import-fails", "times": 1}], "failed")])
def test_await_import(
    load: Callable[[str], Any],
    run_dag: Callable[..., Any],
    sandbox: RunningSandbox,
    np6_connection: Any,
    tmp_path: Path,
    fault: list[dict[str, Any]],
    state: str,
) -> None:
    sandbox.script_faults(fault)
    file = tmp_path / "file.csv"
    file.write_text("Email\nc1@example.com\n")
    with NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key)) as client:
        binding = client.send(import_formats.create_import_format("one column", [8103]))
        made = client.send(imports.create_import("somebody else's", binding))
        client.send(imports.upload_source(made.id, file, "file.csv"))
        client.send(imports.execute_import(made.id, binding))
    dag = load("await_import")
    dag.get_task("await_import").poke_interval = 0.2
    assert run_dag(dag, run_conf={"import_id": made.id}).state == state


def test_call_the_api(
    load: Callable[[str], Any], run_dag: Callable[..., Any], sandbox: RunningSandbox, np6_connection: Any
) -> None:
    dag = load("call_the_api")
    first, second = run_dag(dag), run_dag(dag)
    assert (first.state, second.state) == ("success", "success")
    assert _states(first)["create_segment"] == "success"
    assert _states(second) == _states(first) | {"create_segment": "skipped"}
    created = [request for request in sandbox.requests() if request["method"] != "GET"]
    assert [(request["method"], request["path"]) for request in created] == [("POST", "/segments")]


def _states(run: Any) -> dict[str, str]:
    return {instance.task_id: instance.state for instance in run.get_task_instances()}
