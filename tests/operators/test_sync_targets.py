"""NP6SyncTargetsOperator and NP6CommitSyncOperator in real tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import DAG

from airflow_provider_np6.operators.commit_sync import NP6CommitSyncOperator
from airflow_provider_np6.operators.sync_targets import NP6SyncTargetsOperator
from airflow_provider_np6.sandbox import RunningSandbox
from airflow_provider_np6.sensors.imports import NP6ImportSensor
from airflow_provider_np6.sync.settings import Delivery, Rejections
from tests.operators.conftest import MAPPING, Run, Said, Warehouse, held

SQL = "SELECT email, first_name, points FROM contacts WHERE NOT deleted"


def sync(snapshot: str, **changes: Any) -> NP6SyncTargetsOperator:
    arguments: dict[str, Any] = {
        "task_id": "sync",
        "source_conn_id": "warehouse",
        "sql": SQL,
        "mapping": MAPPING,
        "snapshot": snapshot,
        "poll_interval": 0.1,
    }
    return NP6SyncTargetsOperator(**{**arguments, **changes})


@pytest.mark.parametrize("deferrable", [False, True])
@pytest.mark.parametrize("part_rows", [1000, 30])
def test_it_syncs_waits_and_sends_only_changes(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, deferrable: bool, part_rows: int
) -> None:
    warehouse.fill(50)
    choices: dict[str, Any] = {"deferrable": deferrable, "delivery": Delivery(part_rows=part_rows)}
    first = run_task(lambda: sync(snapshot, **choices))
    assert first.state == "success"
    assert (first.value["accepted"], len(first.value["import_ids"])) == (50, 1 if part_rows > 50 else 2)
    warehouse.run("UPDATE contacts SET first_name = 'Ann' WHERE points < 3")
    second = run_task(lambda: sync(snapshot, **choices))
    assert (second.value["accepted"], second.value["unchanged"]) == (3, 47)
    assert held(sandbox)["c1@example.com"]["Firstname"] == "Ann"
    third = run_task(lambda: sync(snapshot, **choices))
    assert (third.value["planned"], third.value["import_ids"]) == (0, [])


def test_per_target(run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str) -> None:
    warehouse.fill(20)
    outcome = run_task(lambda: sync(snapshot, delivery=Delivery(by="targets")))
    assert outcome.value["accepted"] == 20
    assert len(held(sandbox)) == 20


def test_a_dry_run_changes_nothing(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, tmp_path: Path
) -> None:
    warehouse.fill(20)
    outcome = run_task(lambda: sync(snapshot, dry_run=True))
    assert (outcome.value["new"], outcome.value["unsent"], outcome.value["dry_run"]) == (20, 20, True)
    assert {request["method"] for request in sandbox.requests()} == {"GET"}
    assert not (tmp_path / "snapshot").exists()


@pytest.mark.parametrize("deferrable", [False, True])
def test_imports_can_be_handed_on_awaited_and_committed(
    run_dag: Any,
    np6_connection: Any,
    warehouse: Warehouse,
    sandbox: RunningSandbox,
    snapshot: str,
    deferrable: bool,
) -> None:
    warehouse.fill(50)
    with DAG("handed_on", schedule=None) as dag:
        task = sync(snapshot, wait_for_completion=False, delivery=Delivery(part_rows=20))
        wait = NP6ImportSensor(
            task_id="wait", import_id=task.output["import_ids"], deferrable=deferrable, poke_interval=0.2
        )
        commit = NP6CommitSyncOperator(task_id="commit", snapshot=snapshot, run=task.output["run"])
        task >> wait >> commit
    for accepted in (50, 0):
        dag_run = run_dag(dag)
        assert dag_run.state == "success"
        report = _latest_report(snapshot)
        assert (report["accepted"], report["state"]) == (accepted, "done")
    assert len(held(sandbox)) == 50


def _latest_report(snapshot: str) -> dict[str, Any]:
    root = Path(snapshot.removeprefix("file://"))
    latest = max(root.glob("runs/*/report.json"), key=lambda path: path.stat().st_mtime_ns)
    document: dict[str, Any] = json.loads(latest.read_text())
    return document


def test_a_commit_too_early_says_what_to_do_and_a_later_one_works(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, said: Said
) -> None:
    warehouse.fill(5)
    sandbox.script_faults([{"kind": "import-hangs", "times": 1}])
    run = run_task(lambda: sync(snapshot, wait_for_completion=False)).xcoms["run"]
    early = run_task(lambda: NP6CommitSyncOperator(task_id="commit", snapshot=snapshot, run=run))
    assert early.state == "failed"
    assert "put an NP6ImportSensor between" in said.text


def test_committing_twice_gives_the_same_report(run_task: Run, warehouse: Warehouse, snapshot: str) -> None:
    warehouse.fill(5)
    done = run_task(lambda: sync(snapshot))
    again = run_task(lambda: NP6CommitSyncOperator(task_id="commit", snapshot=snapshot, run=done.value["run"]))
    assert again.value == done.value


def test_an_import_that_fails_fails_the_task_with_its_id_and_the_next_run_sends_again(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, said: Said
) -> None:
    warehouse.fill(5)
    sandbox.script_faults([{"kind": "import-fails", "times": 1}])
    assert run_task(lambda: sync(snapshot)).state == "failed"
    assert "NP6 ended import" in said.text
    assert "state 2" in said.text
    assert run_task(lambda: sync(snapshot)).value["accepted"] == 5


@pytest.mark.parametrize("deferrable", [False, True])
def test_a_deadline_ends_the_wait_and_the_next_run_settles(
    run_task: Run,
    warehouse: Warehouse,
    sandbox: RunningSandbox,
    snapshot: str,
    said: Said,
    deferrable: bool,
) -> None:
    warehouse.fill(5)
    sandbox.script_faults([{"kind": "import-hangs", "times": 1}])
    assert run_task(lambda: sync(snapshot, timeout=0.5, deferrable=deferrable)).state == "failed"
    assert "has not ended import" in said.text
    starts = [r for r in sandbox.requests() if r["method"] == "POST" and r["path"].endswith("/executions")]
    assert run_task(lambda: sync(snapshot, timeout=0.5)).state == "failed"
    again = [r for r in sandbox.requests() if r["method"] == "POST" and r["path"].endswith("/executions")]
    assert len(starts) == len(again) == 1


def test_refused_rows_above_the_limit_fail_the_task_after_the_others_were_taken(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, said: Said
) -> None:
    warehouse.fill(20)
    sandbox.script_faults([{"kind": "drop-lines", "lines": [1, 2], "times": 1}])
    assert run_task(lambda: sync(snapshot)).state == "failed"
    assert "NP6 refused 2 of 20 rows" in said.text
    assert run_task(lambda: sync(snapshot)).value["accepted"] == 2


def test_below_the_limit_the_last_line_names_the_rows_and_where_they_are(
    run_task: Run, warehouse: Warehouse, snapshot: str, said: Said
) -> None:
    warehouse.fill(50)
    warehouse.run("UPDATE contacts SET email = 'nobody' WHERE points = 7")
    outcome = run_task(lambda: sync(snapshot))
    assert outcome.state == "success"
    line = next(line for line in said.text.splitlines() if "rows read" in line)
    assert "warning" in line
    assert "1 rejected" in line
    assert "bad_email: 1" in line
    assert outcome.value["paths"]["rejections"] in line


def test_templates_are_rendered(
    run_dag: Any, np6_connection: Any, warehouse: Warehouse, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    warehouse.fill(3)
    (tmp_path / "contacts.sql").write_text(SQL + " AND points >= {{ params.least }}")
    with DAG("templated", schedule=None, template_searchpath=[str(tmp_path)], params={"least": 1}) as dag:
        sync(
            (tmp_path / "{{ dag.dag_id }}").as_uri().replace("%7B", "{").replace("%7D", "}").replace("%20", " "),
            sql="contacts.sql",
            mapping={"email": "{{ 'Email' }}", "points": 8108},
            source_conn_id="{{ 'warehouse' }}",
            np6_conn_id="np6_{{ 'default' }}",
        )
    assert run_dag(dag).state == "success"
    assert len(held(sandbox)) == 2
    assert (tmp_path / "templated" / "current.json").exists()


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_files_are_a_source_too(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, tmp_path: Path, suffix: str
) -> None:
    warehouse.fill(12)
    file = tmp_path / f"contacts.{suffix}"
    warehouse.run(f"COPY contacts TO '{file}'")
    outcome = run_task(lambda: sync(snapshot, sql=None, source_conn_id=None, source_path=file.as_uri()))
    assert outcome.value["accepted"] == 12
    assert held(sandbox)["c3@example.com"]["Firstname"] == "Zoë 3"


def test_nothing_secret_or_personal_leaves_the_task(
    run_task: Run,
    warehouse: Warehouse,
    sandbox: RunningSandbox,
    snapshot: str,
    said: Said,
) -> None:
    warehouse.fill(20)
    warehouse.run("INSERT INTO contacts VALUES ('secret.person@example.com', 'Hidden Name', 1, false)")
    sandbox.script_faults([{"kind": "drop-lines", "lines": [1], "times": 1}])
    for by in ("import", "targets"):
        outcome = run_task(
            lambda by=by: sync(f"{snapshot}-{by}", delivery=Delivery(by=by), rejections=Rejections(max_share=0.9))
        )
        assert outcome.state == "success"
        everything = said.text + json.dumps(outcome.xcoms, default=str)
        assert sandbox.key not in everything
        for personal in ("secret.person", "Hidden Name", "c3@example.com"):
            assert personal not in everything, personal
    names = [str(path) for path in Path(snapshot.removeprefix("file://")).parent.rglob("*")]
    assert not [name for name in names if "@" in name]


def test_a_retry_settles_what_the_first_try_left(
    run_dag: Any, np6_connection: Any, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str
) -> None:
    """The first try loses NP6 right after the start of the import; the second one finds that import and its rows."""
    warehouse.fill(10)
    match = {"method": "GET", "path": "executions$"}
    sandbox.script_faults([{"match": match, "kind": "status", "status": 503, "times": 2}])
    with DAG("retried", schedule=None) as dag:
        sync(snapshot, retries=2, retry_delay=0)
    assert run_dag(dag).state == "success"
    starts = [r for r in sandbox.requests() if r["method"] == "POST" and r["path"].endswith("/executions")]
    assert len(starts) == 1
    assert len(held(sandbox)) == 10


def test_what_an_earlier_run_left_is_awaited_in_the_triggerer_too(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, said: Said
) -> None:
    warehouse.fill(5)
    run_task(lambda: sync(snapshot, wait_for_completion=False))
    outcome = run_task(lambda: sync(snapshot, deferrable=True, poll_interval=0.05))
    assert (outcome.state, outcome.value["unchanged"]) == ("success", 5)
    assert "was left unfinished" in said.text


def test_a_choice_that_does_not_exist_is_refused(
    run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str, said: Said
) -> None:
    assert run_task(lambda: sync(snapshot, on_empty="fial")).state == "failed"
    assert "on_empty='fial': choose 'fail' or 'succeed'." in said.text
