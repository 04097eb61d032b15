"""An account whose targets are identified by two fields together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.sandbox import running_sandbox
from tests.delivery.conftest import Sync

MAPPING = {"email": "Email", "brand": "Brand", "name": "Lastname"}


@pytest.fixture
def sync(tmp_path: Path) -> Iterator[Sync]:
    with (
        running_sandbox(import_seconds=0.1, account="two-unicity") as sandbox,
        NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key)) as client,
    ):
        yield Sync(tmp_path / "snapshot", client, sandbox)


def row(number: int, brand: str, name: str = "Ann") -> dict[str, str]:
    return {"email": f"c{number}@example.com", "brand": brand, "name": name}


ROWS = [row(number, brand) for number in range(10) for brand in ("Red", "Blue")]


@pytest.mark.parametrize("by", ["import", "targets"])
def test_the_same_person_may_stand_under_each_brand(sync: Sync, by: str) -> None:
    assert sync.run(ROWS, by=by, mapping=MAPPING).accepted == 20
    report = sync.run([row(0, "Red", "Bea"), *ROWS[1:]], by=by, mapping=MAPPING)
    assert (report.changed, report.unchanged, report.duplicate) == (1, 19, 0)
    names = {(r["fields"]["Email"], r["fields"]["Brand"]): r["fields"]["Lastname"] for r in sync.sandbox.targets()}
    assert names[("c0@example.com", "Red")] == "Bea"
    assert names[("c0@example.com", "Blue")] == "Ann"


def test_dropped_lines_are_found_by_both_values(sync: Sync) -> None:
    sync.sandbox.script_faults([{"kind": "drop-lines", "lines": [4], "times": 1}])
    assert sync.run(ROWS, mapping=MAPPING).refused == 1
    assert sync.run(ROWS, mapping=MAPPING).accepted == 1
