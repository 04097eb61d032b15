from __future__ import annotations

from datetime import datetime
from pathlib import Path

from airflow_provider_np6.cli.demo.contacts import make_contacts
from airflow_provider_np6.cli.demo.database import opened
from airflow_provider_np6.cli.demo.truth import Counts, remember


def insert(warehouse: Path, *rows: dict[str, object]) -> None:
    with opened(warehouse) as connection:
        for row in rows:
            marks = ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO contacts ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def held(truth: Path, columns: str) -> list[tuple[object, ...]]:
    with opened(truth) as connection:
        return connection.execute(f"SELECT {columns} FROM held ORDER BY key").fetchall()


def test_the_last_row_of_a_key_counts(tmp_path: Path) -> None:
    warehouse, truth = tmp_path / "warehouse", tmp_path / "truth"
    make_contacts(warehouse, 0)
    insert(
        warehouse,
        {"customer_id": "3", "email": "ANN@example.com ", "city": "last"},
        {"customer_id": "1", "email": "ann@example.com", "city": "first"},
        {"customer_id": "2", "email": "Bob@example.com", "city": ""},
        {"customer_id": "4", "email": None},
    )
    assert remember(truth, warehouse) == Counts(read=4, rejected=1, duplicate=1, held=2)
    assert held(truth, "email, city") == [("ANN@example.com", "last"), ("Bob@example.com", None)]


def test_a_row_that_became_invalid_keeps_its_target_and_a_deleted_one_does_not(tmp_path: Path) -> None:
    warehouse, truth = tmp_path / "warehouse", tmp_path / "truth"
    make_contacts(warehouse, 0)
    insert(
        warehouse,
        {"customer_id": "1", "email": "kept@example.com", "civility": "mrs"},
        {"customer_id": "2", "email": "gone@example.com"},
        {"customer_id": "3", "email": "never@example.com", "civility": "Sir"},
    )
    assert remember(truth, warehouse) == Counts(read=3, rejected=1, duplicate=0, held=2)
    with opened(warehouse) as connection:
        connection.execute("UPDATE contacts SET civility = 'Sir' WHERE customer_id = '1'")
        connection.execute("UPDATE contacts SET deleted_at = now() WHERE customer_id = '2'")
    assert remember(truth, warehouse) == Counts(read=2, rejected=2, duplicate=0, held=1)
    assert held(truth, "email, civility") == [("kept@example.com", "Mrs")]


def test_values_are_read_as_np6_must_hold_them(tmp_path: Path) -> None:
    warehouse, truth = tmp_path / "warehouse", tmp_path / "truth"
    make_contacts(warehouse, 0)
    insert(
        warehouse,
        {
            "customer_id": "1",
            "email": "a@example.com",
            "birth_date": "1904-02-29",
            "basket": "0.10",
            "interests": ["CAFÉ & THÉ", "sport"],
            "notes": "a\r\nb",
            "last_order_at": "2026-03-29 02:30:00",
        },
        {"customer_id": "2", "email": "b@example.com", "interests": []},
        {"customer_id": "3", "email": "c@example.com", "interests": ["Astrology"]},
    )
    remember(truth, warehouse)
    assert held(truth, "birth_date, basket, interests, notes, last_order_at") == [
        (datetime(1904, 2, 29), 0.1, ["Café & thé", "Sport"], "a\r\nb", datetime(2026, 3, 29, 2, 30)),
        (None, None, None, None, None),
    ]
