"""The comparison, with a sandbox filled through its API, row by row, by code that ignores `truth`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.cli.demo.changes import change_contacts
from airflow_provider_np6.cli.demo.database import opened
from airflow_provider_np6.cli.demo.equality import compare_with_api, compare_with_dump
from airflow_provider_np6.cli.demo.truth import COLUMNS, remember
from airflow_provider_np6.sandbox import RunningSandbox, running_sandbox

Warehouse = Callable[[int], Path]
ROWS = 400


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[NP6Client]:
    with NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key)) as client:
        yield client


def fill(sandbox: RunningSandbox, warehouse: Path) -> None:
    """Upsert the last row of every key; NP6 itself says which rows it cannot take."""
    with opened(warehouse) as connection:
        result = connection.execute("FROM contacts ORDER BY customer_id")
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    last = {(row["email"] or "").strip().lower(): row for row in rows}
    headers = {"X-Key": sandbox.key, "Content-Type": "application/json"}
    with requests.Session() as session:
        for key, row in last.items():
            if row["deleted_at"] is not None:
                body = json.dumps({"type": "unicity", "value": [[key]]})
                session.delete(f"{sandbox.url}/targets", data=body, headers=headers)
                continue
            values = {column.field: written(row[column.name]) for column in COLUMNS}
            session.put(f"{sandbox.url}/targets", data=json.dumps(values), headers=headers)


def written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def test_equal_before_and_after_changes(
    warehouse: Warehouse, truth: Path, sandbox: RunningSandbox, client: NP6Client
) -> None:
    file = warehouse(ROWS)
    first = remember(truth, file)
    fill(sandbox, file)
    verdict = compare_with_dump(truth, sandbox.url).and_also(compare_with_api(truth, client))
    assert (verdict.equal, verdict.compared, verdict.sampled) == (True, first.held, 200)

    change_contacts(file, truth, ROWS)
    second = remember(truth, file)
    verdict = compare_with_dump(truth, sandbox.url)
    assert verdict.wrong == 12 + 8 + 4  # changed, new, deleted: the invalid ones are as they were
    fill(sandbox, file)
    verdict = compare_with_dump(truth, sandbox.url).and_also(compare_with_api(truth, client))
    assert (verdict.differences, verdict.compared) == ([], second.held)


def test_differences_name_the_target_and_the_field(
    warehouse: Warehouse, truth: Path, sandbox: RunningSandbox, client: NP6Client
) -> None:
    file = warehouse(60)
    remember(truth, file)
    fill(sandbox, file)
    by_contact = {target["fields"]["Customer id"]: target for target in sandbox.targets()}
    changed, gone = (
        by_contact["C000000003"],
        by_contact["C000000004" if "C000000004" in by_contact else "C000000005"],
    )
    headers = {"X-Key": sandbox.key, "Content-Type": "application/json"}
    others = {"City": "elsewhere", "Loyalty points": 1.5, "Interests": ["Books"], "Birthdate": "2001-01-01"}
    requests.put(f"{sandbox.url}/targets/{changed['id']}", data=json.dumps(others), headers=headers, timeout=10)
    requests.delete(f"{sandbox.url}/targets/{gone['id']}", headers=headers, timeout=10)
    requests.put(f"{sandbox.url}/targets", data='{"Email": "new@example.com"}', headers=headers, timeout=10)

    verdict = compare_with_dump(truth, sandbox.url)
    assert (verdict.equal, verdict.wrong) == (False, 3)
    missing, different, unexpected = sorted(verdict.differences)
    assert missing == f"contact {gone['fields']['Customer id']} is no target"
    assert different.startswith(f"target {changed['id']} differs in Birthdate: should be ")
    for field in ("City", "Loyalty points", "Interests"):
        assert f"; {field}: should be " in different
    assert unexpected.endswith("should not be there")

    sample = compare_with_api(truth, client)
    assert sample.wrong == 2
    assert f"target {changed['id']} differs through the API in Birthdate, City, Loyalty points, Interests" in (
        sample.differences
    )


def test_at_most_twenty_differences_are_shown(warehouse: Warehouse, truth: Path, sandbox: RunningSandbox) -> None:
    counts = remember(truth, warehouse(100))
    verdict = compare_with_dump(truth, sandbox.url)
    assert verdict.wrong == counts.held
    assert len(verdict.differences) == 20
