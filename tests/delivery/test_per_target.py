"""Delivery per target: every row its own outcome."""

from __future__ import annotations

import json

import pytest

from airflow_provider_np6.models.runs import PartState
from airflow_provider_np6.stores.journal import Journal
from airflow_provider_np6.sync.settings import Delivery
from tests.delivery.conftest import Sync, contact, with_write_keys

ROWS = [contact(number) for number in range(40)]
UPSERT = {"method": "PUT", "path": "^/targets$"}


def test_values_arrive_as_they_are_and_changes_follow(sync: Sync) -> None:
    assert sync.run(ROWS, by="targets").accepted == 40
    changed = [contact(0, name=None, likes=None, basket=None), *ROWS[1:]]
    report = sync.run(changed, by="targets")
    assert (report.changed, report.accepted, report.delivery) == (1, 1, "targets")
    held = sync.held()["c0@example.com"]
    assert (held["Lastname"], held["Average basket"]) == (None, None)
    assert not held["Interests"]
    seventh = sync.held()["c7@example.com"]
    assert (seventh["Birthdate"], seventh["Loyalty points"], seventh["Average basket"]) == (
        "1990-02-03T00:00:00Z",
        7,
        19.9,
    )


def test_both_deliveries_leave_the_same(sync: Sync) -> None:
    sync.run(ROWS, by="import")
    by_import = sync.held()
    sync.plan(ROWS, Delivery(by="targets"))
    assert sync.finish(Delivery(by="targets")).unchanged == 40
    sync.folder.remove("current.json")
    assert sync.run(ROWS, by="targets").accepted == 40
    assert sync.held() == by_import


@pytest.mark.parametrize("keys", ["name", "id"])
def test_keys_on_the_wire_are_the_connections_choice(sync: Sync, keys: str) -> None:
    sync.client = with_write_keys(sync.client, keys)
    sync.run(ROWS[:1], by="targets")
    body = next(r for r in sync.sandbox.requests() if r["method"] == "PUT" and r["path"] == "/targets")["body"]
    assert ("Email" if keys == "name" else "8103") in json.loads(body)
    assert len(sync.held()) == 1


def test_no_personal_data_stands_in_an_address(sync: Sync) -> None:
    sync.run(ROWS, by="targets")
    assert not [r for r in sync.sandbox.requests() if "example.com" in str(r["path"]) + str(r.get("query"))]


def test_one_bad_row_costs_no_other(sync: Sync) -> None:
    fault = {"match": UPSERT, "kind": "status", "status": 400, "body": "no good", "times": 1, "skip": 10}
    sync.sandbox.script_faults([fault])
    report = sync.run(ROWS, by="targets")
    assert (report.accepted, report.refused) == (39, 1)
    assert sync.run(ROWS, by="targets").accepted == 1
    assert len(sync.held()) == 40


def test_an_np6_that_stops_answering_leaves_the_rest_unsent(sync: Sync) -> None:
    sync.sandbox.script_faults([{"match": UPSERT, "kind": "status", "status": 503, "times": None, "skip": 10}])
    first = sync.run(ROWS, by="targets", concurrency=2)
    assert first.state == "failed"
    assert first.accepted == 10
    assert first.pending >= 1
    assert first.unsent == 40 - first.accepted - first.pending > 0
    sync.sandbox.script_faults([])
    second = sync.run(ROWS, by="targets")
    assert (second.accepted, second.unchanged) == (30, 10)


@pytest.mark.parametrize("kind", ["reset-before", "reset-after", "truncate"])
def test_lost_answers_are_repeated_without_harm(sync: Sync, kind: str) -> None:
    sync.sandbox.script_faults([{"match": UPSERT, "kind": kind, "times": 2, "skip": 5}])
    assert sync.run(ROWS, by="targets", concurrency=1).accepted == 40
    assert len(sync.held()) == 40


def test_rows_are_settled_by_checkpoints(sync: Sync) -> None:
    """A run of several checkpoints that dies in the second one does not send the first again."""
    settings = Delivery(by="targets", part_rows=10)
    sync.plan(ROWS, settings)
    sync.sandbox.script_faults([{"match": UPSERT, "kind": "status", "status": 503, "times": None, "skip": 15}])
    report = sync.finish(settings)
    assert 10 <= report.accepted <= 15
    sync.sandbox.script_faults([])
    assert sync.run(ROWS, by="targets").unchanged == report.accepted


def test_rows_of_a_sender_that_died_are_pending_and_come_again(sync: Sync) -> None:
    settings = Delivery(by="targets")
    sync.plan(ROWS, settings)
    record = sync.engine.open_run()
    assert record is not None
    Journal(sync.folder).write(record.with_part(record.parts[0].moved(state=PartState.SENDING)))
    assert sync.finish(settings, send=False).pending == 40
    assert sync.run(ROWS, by="targets").accepted == 40
