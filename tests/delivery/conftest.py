"""Deliveries over a real socket: the client on one side, the sandbox on the other."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from airflow_provider_np6.api import fields as field_calls
from airflow_provider_np6.api.client import NP6Client
from airflow_provider_np6.api.settings import ApiSettings
from airflow_provider_np6.delivery.import_file import ImportDelivery
from airflow_provider_np6.delivery.per_target import TargetDelivery
from airflow_provider_np6.models.reports import SyncReport
from airflow_provider_np6.operators.assembly import lists_of
from airflow_provider_np6.sandbox import RunningSandbox
from airflow_provider_np6.stores.bindings import Bindings
from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.stores.journal import Journal
from airflow_provider_np6.stores.snapshot import SnapshotStore
from airflow_provider_np6.sync.engine import SyncEngine, SyncRequest
from airflow_provider_np6.sync.mapping import resolve_mapping
from airflow_provider_np6.sync.ports import PartDelivery
from airflow_provider_np6.sync.settings import Delivery, Rejections, Scratch
from tests.sync.conftest import Rows

MAPPING = {
    "email": "Email",
    "name": "Lastname",
    "title": "Civility",
    "birth": "Birthdate",
    "points": "Loyalty points",
    "basket": "Average basket",
    "likes": "Interests",
    "notes": "Notes",
}


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[NP6Client]:
    with NP6Client(ApiSettings(host=sandbox.url, key=sandbox.key, max_retries=2)) as client:
        yield client


class Sync:
    """One sync against the sandbox, run as often as a test likes."""

    def __init__(self, root: Path, client: NP6Client, sandbox: RunningSandbox) -> None:
        self.folder = Folder(UPath(root.as_uri()))
        self.client = client
        self.sandbox = sandbox
        self._runs = itertools.count(1)

    @property
    def engine(self) -> SyncEngine:
        return SyncEngine(self.folder, SnapshotStore(self.folder), Journal(self.folder), Scratch(), time.time)

    def delivery(self, settings: Delivery) -> PartDelivery:
        if settings.by == "targets":
            return TargetDelivery(self.client.send, settings, self.client.settings.write_keys)
        return ImportDelivery(self.client.send, settings, Bindings(self.folder))

    def plan(self, rows: Sequence[Mapping[str, Any]], settings: Delivery, mapping: Mapping[str, str] = MAPPING) -> None:
        fields = self.client.send(field_calls.list_fields())
        resolved = resolve_mapping(mapping, fields)
        request = SyncRequest(
            run=f"run-{next(self._runs):03}",
            label="dag.task",
            source=Rows(rows, tuple(mapping)),
            mapping=resolved,
            lists=lists_of(self.client, [entry.field for entry in resolved.entries]),
            delivery=settings,
            rejections=Rejections(max_share=0.99),
        )
        self.engine.plan(request)

    def finish(self, settings: Delivery, *, send: bool = True, patience: float = 20.0) -> SyncReport:
        deadline = time.monotonic() + patience
        delivery = self.delivery(settings)
        while self.engine.advance(delivery, send=send):
            assert time.monotonic() < deadline, "the import never ended"
            time.sleep(0.05)
        return self.engine.close()

    def run(self, rows: Sequence[Mapping[str, Any]], **choices: Any) -> SyncReport:
        mapping = choices.pop("mapping", MAPPING)
        settings = Delivery(**choices)
        if self.engine.open_run() is not None:
            self.finish(settings, send=False)
        self.plan(rows, settings, mapping)
        return self.finish(settings)

    def held(self) -> dict[str, dict[str, Any]]:
        """What NP6 holds, by e-mail in lower case, from the sandbox's own dump."""
        return {row["fields"]["Email"].lower(): row["fields"] for row in self.sandbox.targets()}


@pytest.fixture
def sync(tmp_path: Path, client: NP6Client, sandbox: RunningSandbox) -> Sync:
    return Sync(tmp_path / "snapshot", client, sandbox)


def with_write_keys(client: NP6Client, keys: str) -> NP6Client:
    return NP6Client(dataclasses.replace(client.settings, write_keys=keys))  # type: ignore[arg-type]


def contact(number: int, **values: str | None) -> dict[str, str | None]:
    """A row with something awkward in every column."""
    row: dict[str, str | None] = {
        "email": f"C{number}@Example.com",
        "name": 'O\'Brien; "Zoë"\nthe 2nd, 😀',
        "title": "mrs",
        "birth": "1990-02-03",
        "points": str(number),
        "basket": "19.90",
        "likes": '["café & thé", "Sport"]',
        "notes": None,
    }
    return {**row, **values}
