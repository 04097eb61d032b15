from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_np6.cli.demo.contacts import CITIES, NOTES, make_contacts
from airflow_provider_np6.cli.demo.database import opened
from airflow_provider_np6.cli.demo.truth import remember

Warehouse = Callable[[int], Path]


def rows_of(warehouse: Path, sql: str) -> list[Any]:
    with opened(warehouse) as connection:
        return connection.execute(sql).fetchall()


def test_the_same_seed_makes_the_same_contacts(tmp_path: Path) -> None:
    everything = "SELECT * FROM contacts ORDER BY customer_id"
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        make_contacts(tmp_path / name, 300, seed)
    one, again, two = (rows_of(tmp_path / name, everything) for name in ("one", "again", "two"))
    assert one == again
    assert one != two


def test_a_larger_warehouse_begins_with_the_smaller_one(tmp_path: Path) -> None:
    make_contacts(tmp_path / "small", 100)
    make_contacts(tmp_path / "large", 200)
    first = "SELECT * FROM contacts ORDER BY customer_id LIMIT 100"
    assert rows_of(tmp_path / "small", first) == rows_of(tmp_path / "large", first)


def test_every_kind_of_mess_is_there(warehouse: Warehouse) -> None:
    file = warehouse(10_000)
    for condition in (
        "email IS NULL",
        "email = ''",
        "trim(email) = '' AND email <> ''",
        "email LIKE ' %@%'",
        "email LIKE '%@%' AND email = upper(email)",
        "email LIKE '%@@%'",
        "last_name = 'O''Brien'",
        "last_name LIKE '%;%'",
        "notes LIKE '%\"%'",
        "contains(notes, chr(10))",
        "contains(notes, chr(13) || chr(10))",
        "contains(notes, '🎉')",
        "civility = 'Sir'",
        "civility = ''",
        "civility IS NULL",
        "list_contains(interests, 'Astrology')",
        "len(interests) = 0",
        "interests IS NULL",
        "length(last_name) > 150",
        "length(first_name) = 150",
        "birth_date < DATE '1910-01-01'",
        "basket < 0",
        "points IS NULL",
        "last_order_at IS NULL",
    ):
        assert rows_of(file, f"SELECT count(*) FROM contacts WHERE {condition}")[0][0] > 0, condition
    assert {row[0] for row in rows_of(file, "SELECT DISTINCT city FROM contacts")} >= {*CITIES, None, ""}
    assert {row[0] for row in rows_of(file, "SELECT DISTINCT notes FROM contacts")} >= {*NOTES, None, ""}


def test_every_address_is_at_a_domain_for_examples(warehouse: Warehouse) -> None:
    strangers = r"""SELECT email FROM contacts WHERE email LIKE '%@%.%'
        AND NOT regexp_matches(lower(trim(email)), '[@.]example\.(com|org|net)$')"""
    assert rows_of(warehouse(5_000), strangers) == []


@pytest.mark.parametrize(("rows", "rejected", "duplicate"), [(10_000, 220, 107), (30_000, 660, 321)])
def test_shares_of_rejected_and_duplicate_rows(
    warehouse: Warehouse, truth: Path, rows: int, rejected: int, duplicate: int
) -> None:
    counts = remember(truth, warehouse(rows))
    assert (counts.read, counts.rejected) == (rows, rejected)
    assert abs(counts.duplicate - duplicate) <= duplicate // 10
    assert counts.held == counts.read - counts.rejected - counts.duplicate
