"""NP6PurgeTargetsOperator in real tasks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_np6.operators.purge_targets import NP6PurgeTargetsOperator
from airflow_provider_np6.sandbox import RunningSandbox
from airflow_provider_np6.sync.settings import Guard
from tests.operators.conftest import Run, Said, Warehouse, held
from tests.operators.test_sync_targets import sync

SQL = "SELECT email FROM contacts WHERE deleted"


def purge(snapshot: str | None, **changes: Any) -> NP6PurgeTargetsOperator:
    arguments: dict[str, Any] = {"task_id": "purge", "source_conn_id": "warehouse", "sql": SQL, "snapshot": snapshot}
    return NP6PurgeTargetsOperator(**{**arguments, **changes})


@pytest.fixture
def filled(run_task: Run, warehouse: Warehouse, sandbox: RunningSandbox, snapshot: str) -> Warehouse:
    warehouse.fill(100)
    assert run_task(lambda: sync(snapshot)).value["accepted"] == 100
    sandbox.clear_requests()
    return warehouse


def test_it_deletes_and_a_person_who_comes_back_is_sent_again(
    run_task: Run, filled: Warehouse, sandbox: RunningSandbox, snapshot: str
) -> None:
    filled.run("UPDATE contacts SET deleted = true WHERE points < 4")
    outcome = run_task(lambda: purge(snapshot))
    assert outcome.state == "success"
    assert (outcome.value["due"], outcome.value["deleted"]) == (4, 4)
    assert len(held(sandbox)) == 96
    again = run_task(lambda: purge(snapshot))
    assert (again.value["due"], again.value["absent"]) == (0, 4)
    filled.run("UPDATE contacts SET deleted = false WHERE points = 1")
    assert run_task(lambda: sync(snapshot)).value["accepted"] == 1
    assert len(held(sandbox)) == 97


def test_a_query_that_lost_its_where_deletes_nobody(
    run_task: Run, filled: Warehouse, sandbox: RunningSandbox, snapshot: str, said: Said
) -> None:
    outcome = run_task(lambda: purge(snapshot, sql="SELECT email FROM contacts"))
    assert outcome.state == "failed"
    assert "would delete more than 5 of the 100 targets" in said.text
    assert "DELETE" not in {request["method"] for request in sandbox.requests()}
    assert run_task(lambda: sync(snapshot)).value["unchanged"] == 100


def test_a_raised_guard_lets_more_go(run_task: Run, filled: Warehouse, sandbox: RunningSandbox, snapshot: str) -> None:
    filled.run("UPDATE contacts SET deleted = true WHERE points < 30")
    outcome = run_task(lambda: purge(snapshot, guard=Guard(max_count=30, max_share=0.3)))
    assert outcome.value["deleted"] == 30


def test_a_dry_run_only_counts(run_task: Run, filled: Warehouse, sandbox: RunningSandbox, snapshot: str) -> None:
    outcome = run_task(lambda: purge(snapshot, sql="SELECT email FROM contacts", dry_run=True))
    assert (outcome.value["due"], outcome.value["unsent"], outcome.value["deleted"]) == (100, 100, 0)
    assert {request["method"] for request in sandbox.requests()} == {"GET"}


def test_keys_in_other_case_meet_the_same_people(
    run_task: Run, filled: Warehouse, sandbox: RunningSandbox, snapshot: str
) -> None:
    outcome = run_task(lambda: purge(snapshot, sql="SELECT ' ' || upper(email) FROM contacts WHERE points < 2"))
    assert outcome.value["deleted"] == 2


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT mail FROM contacts", "query on connection 'warehouse' failed"),
        ("SELECT points, email FROM contacts", "identified by 'Email'"),
    ],
)
def test_a_wrong_query_deletes_nobody(
    run_task: Run,
    filled: Warehouse,
    sandbox: RunningSandbox,
    snapshot: str,
    said: Said,
    sql: str,
    sentence: str,
) -> None:
    assert run_task(lambda: purge(snapshot, sql=sql)).state == "failed"
    assert sentence in said.text
    assert len(held(sandbox)) == 100


def test_a_delete_that_np6_ignores_fails_the_task(
    run_task: Run, filled: Warehouse, sandbox: RunningSandbox, snapshot: str, said: Said
) -> None:
    filled.run("UPDATE contacts SET deleted = true WHERE points < 2")
    sandbox.script_faults([{"match": {"method": "DELETE"}, "kind": "status", "status": 204, "times": None}])
    assert run_task(lambda: purge(snapshot)).state == "failed"
    assert "2 refused" in said.text


def test_no_key_leaves_the_task(
    run_task: Run,
    filled: Warehouse,
    sandbox: RunningSandbox,
    snapshot: str,
    said: Said,
) -> None:
    filled.run("UPDATE contacts SET deleted = true WHERE points < 3")
    outcome = run_task(lambda: purge(snapshot))
    everything = said.text + json.dumps(outcome.xcoms, default=str)
    assert "c1@example.com" not in everything
    assert sandbox.key not in everything
