from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_provider_np6.cli.demo.changes import Changes, change_contacts
from airflow_provider_np6.cli.demo.database import opened
from airflow_provider_np6.cli.demo.truth import COLUMNS, remember
from airflow_provider_np6.cli.main import FEWEST_ROWS

Warehouse = Callable[[int], Path]


@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        (30, Changes(1, 1, 1, 1)),
        (1_000, Changes(30, 20, 10, 5)),
        (10_000, Changes(300, 200, 100, 50)),
        (200_000, Changes(300, 200, 100, 50)),
    ],
)
def test_changes_are_in_proportion_to_the_warehouse(rows: int, changes: Changes) -> None:
    assert Changes.of(rows) == changes


def test_what_np6_must_hold_moves_by_just_the_changes(warehouse: Warehouse, truth: Path) -> None:
    file = warehouse(2_000)
    before = remember(truth, file)
    with opened(truth) as connection:
        connection.execute("CREATE TABLE before AS FROM held")
    changes = change_contacts(file, truth, 2_000)
    after = remember(truth, file)

    assert changes == Changes(60, 40, 20, 10)
    assert after.read == before.read + changes.new - changes.deleted
    assert after.rejected == before.rejected + changes.invalid
    assert after.duplicate == before.duplicate
    assert after.held == before.held + changes.new - changes.deleted
    differs = " OR ".join(f"held.{column.name} IS DISTINCT FROM before.{column.name}" for column in COLUMNS)
    with opened(truth) as connection:
        for sql, count in (
            (f"SELECT count(*) FROM held JOIN before USING (key) WHERE {differs}", changes.changed),
            ("SELECT count(*) FROM held ANTI JOIN before USING (key)", changes.new),
            ("SELECT count(*) FROM before ANTI JOIN held USING (key)", changes.deleted),
        ):
            assert connection.execute(sql).fetchone() == (count,)


@pytest.mark.parametrize("rows", [FEWEST_ROWS, 37, 59, 100, 240, 777])
def test_few_enough_rows_are_rejected_for_the_sync_to_go_on(warehouse: Warehouse, truth: Path, rows: int) -> None:
    file = warehouse(rows)
    before = remember(truth, file)
    change_contacts(file, truth, rows)
    after = remember(truth, file)
    assert before.rejected < 0.05 * before.read
    assert after.rejected < 0.05 * after.read
