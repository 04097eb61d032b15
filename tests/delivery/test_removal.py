"""Deleting targets for real, one by one, with a look before and a look after."""

from __future__ import annotations

import json
import time

import pytest

from airflow_provider_np6.api import fields as field_calls
from airflow_provider_np6.delivery.removal import ApiRemoval
from airflow_provider_np6.exceptions import NP6ApiError, NP6DeleteIncompleteError
from airflow_provider_np6.models.fields import unicity_fields
from airflow_provider_np6.models.reports import PurgeReport
from airflow_provider_np6.sync.mapping import MappedField
from airflow_provider_np6.sync.purge import Purge, PurgeRequest
from airflow_provider_np6.sync.settings import Guard, Scratch
from tests.delivery.conftest import Sync, contact
from tests.sync.conftest import Rows

ROWS = [contact(number) for number in range(40)]


def purge(sync: Sync, keys: list[str]) -> PurgeReport:
    unicity = tuple(unicity_fields(sync.client.send(field_calls.list_fields())))
    request = PurgeRequest(
        run="p1",
        source=Rows([{"email": key} for key in keys], ["email"]),
        unicity=tuple(MappedField(field.name, field) for field in unicity),
        guard=Guard(max_count=10, max_share=0.5),
    )
    return Purge(ApiRemoval(sync.client.send, unicity), None, Scratch(), time.time).run(request)


@pytest.fixture
def filled(sync: Sync) -> Sync:
    sync.run(ROWS)
    sync.sandbox.clear_requests()
    return sync


def test_targets_go_and_are_read_back(filled: Sync) -> None:
    report = purge(filled, ["c1@EXAMPLE.com", "c2@example.com", "stranger@example.com"])
    assert (report.deleted, report.absent, report.held, report.state) == (2, 1, 40, "done")
    assert len(filled.held()) == 38
    sent = [request["method"] for request in filled.sandbox.requests()]
    assert sent.count("DELETE") == 2
    assert sent.count("GET") >= 3 + 2
    assert all(r["path"].startswith("/targets/") for r in filled.sandbox.requests() if r["method"] == "DELETE")


@pytest.mark.parametrize("kind", ["reset-before", "reset-after"])
def test_a_lost_answer_to_a_delete_is_settled(filled: Sync, kind: str) -> None:
    filled.sandbox.script_faults([{"match": {"method": "DELETE"}, "kind": kind, "times": 2}])
    report = purge(filled, ["c1@example.com", "c2@example.com"])
    assert (report.deleted, report.pending, report.refused) == (2, 0, 0)


def test_a_delete_that_np6_forbids_is_refused_and_stops(filled: Sync) -> None:
    filled.sandbox.script_faults([{"match": {"method": "DELETE"}, "kind": "status", "status": 403, "times": None}])
    report = purge(filled, [f"c{number}@example.com" for number in range(10)])
    assert report.state == "failed"
    assert report.deleted == 0
    assert report.refused >= 1
    assert report.refused + report.unsent == 10
    assert len(filled.held()) == 40


def test_a_delete_that_does_nothing_is_found_out(filled: Sync) -> None:
    filled.sandbox.script_faults([{"match": {"method": "DELETE"}, "kind": "status", "status": 204, "times": None}])
    report = purge(filled, ["c1@example.com"])
    assert (report.deleted, report.refused) == (0, 1)


def test_no_count_no_delete(filled: Sync) -> None:
    filled.sandbox.script_faults([{"match": {"path": "count$"}, "kind": "status", "status": 500, "times": None}])
    with pytest.raises(NP6ApiError):
        purge(filled, ["c1@example.com"])
    assert len(filled.held()) == 40
    assert "DELETE" not in {request["method"] for request in filled.sandbox.requests()}


def test_one_target_that_cannot_go_keeps_no_other_from_going(filled: Sync) -> None:
    fault = {"match": {"method": "DELETE"}, "kind": "status", "status": 409, "times": 1}
    filled.sandbox.script_faults([fault])
    report = purge(filled, [f"c{number}@example.com" for number in range(10)])
    assert (report.deleted, report.refused, report.unsent) == (9, 1, 0)


@pytest.mark.parametrize("fields", [{}, {"8103": "c11@example.com"}])
def test_an_answer_about_somebody_else_or_nobody_deletes_nobody(filled: Sync, fields: dict[str, str]) -> None:
    body = json.dumps({"id": "000A0009", "fields": fields})
    match = {"method": "GET", "path": "^/targets$"}
    filled.sandbox.script_faults([{"match": match, "kind": "status", "status": 200, "body": body, "times": None}])
    with pytest.raises(NP6DeleteIncompleteError, match="not the one asked for"):
        purge(filled, ["c1@example.com"])
    assert len(filled.held()) == 40
