"""Folders on a local disk and on another file system, and rows to keep in them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from upath import UPath

from airflow_provider_np6.stores.folder import Folder
from airflow_provider_np6.stores.snapshot import Generation, SnapshotStore
from airflow_provider_np6.sync.scratch import Workbench, open_workbench
from airflow_provider_np6.sync.settings import Scratch
from tests.stores.rows import addition, standing

if TYPE_CHECKING:
    Commit = Callable[..., Generation]


@pytest.fixture(params=["local", "Airflow's local", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    """A folder of each kind that makes a difference."""
    if request.param == "memory":
        return Folder(UPath(f"memory://bucket-{secrets.token_hex(4)}/sync"))
    if request.param == "local":
        return Folder(UPath(tmp_path / "sync"))
    from airflow.sdk import ObjectStoragePath

    return Folder(ObjectStoragePath(f"file://{tmp_path}/sync"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A scratch database."""
    with open_workbench(Scratch(directory=str(tmp_path))) as opened:
        yield opened


@pytest.fixture
def store(folder: Folder) -> SnapshotStore:
    """The snapshot in the folder."""
    return SnapshotStore(folder)


@pytest.fixture
def commit(store: SnapshotStore, bench: Workbench) -> Commit:
    """``commit(name, {key: hash or None for gone}, base=None)``."""

    def do(name: str, rows: dict[str, str | None], base: Generation | None = None) -> Generation:
        file = addition(rows, bench.folder / f"{name}.parquet")
        return store.commit(bench.database, base or store.current(), file, name, "fingerprint", bench.folder)

    return do


@pytest.fixture
def held(store: SnapshotStore, bench: Workbench) -> Callable[[], dict[str, str]]:
    """``held()`` → what the snapshot says NP6 holds: key to hash."""
    return lambda: standing(store, bench)
