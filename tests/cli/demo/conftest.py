from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_provider_np6.cli.demo.contacts import make_contacts


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return tmp_path / "truth.duckdb"


@pytest.fixture
def warehouse(tmp_path: Path) -> Callable[[int], Path]:
    """Makes a warehouse of so many contacts."""

    def make(rows: int) -> Path:
        file = tmp_path / "warehouse.duckdb"
        make_contacts(file, rows)
        return file

    return make
