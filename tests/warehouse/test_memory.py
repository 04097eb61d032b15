"""It streams: ten times the rows take no more memory, measured as the peak of a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

#: Allocators keep a little of what they had; growth with rows would be tenfold.
TOLERANCE = 1.15

FEW, MANY = 100_000, 1_000_000

#: 12 columns of an ordinary contact, made of a number ``i``; PostgreSQL and DuckDB both read it.
COLUMNS = """
  'contact.' || i || '@example.com' AS email,
  CASE i % 3 WHEN 0 THEN 'Mr' WHEN 1 THEN 'Mrs' ELSE 'Dr' END AS civility,
  'Zoé ' || i AS first_name, 'O''Brien; "' || (i % 1000) AS last_name,
  DATE '1950-01-01' + CAST(i % 20000 AS INTEGER) AS birth_date, '+336' || (10000000 + i) AS mobile,
  'Saint-Étienne ' || (i % 100) AS city, CAST(i % 5000 AS INTEGER) AS points,
  CAST(i % 100000 AS DECIMAL(10, 2)) / 100 AS basket, ARRAY['Sport', 'Music'] AS interests,
  'line one' || chr(10) || 'line two; ' || md5(CAST(i AS VARCHAR)) AS notes, 'C' || i AS customer_id
"""


def planned(kind: str, address: str, sql: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.warehouse.planning", kind, address, sql]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    print(kind, result, f"{result['planned'] / result['seconds']:.0f} rows/s")
    return result


def assert_flat(few: dict[str, Any], many: dict[str, Any]) -> None:
    assert few["planned"] == FEW
    assert many["planned"] == MANY
    assert many["peak_kib"] <= few["peak_kib"] * TOLERANCE


@pytest.fixture
def duckdb_file(tmp_path: Path) -> str:
    import duckdb

    path = str(tmp_path / "warehouse.duckdb")
    with duckdb.connect(path) as database:
        database.execute(f"CREATE TABLE contacts AS SELECT i, {COLUMNS} FROM range({MANY}) AS t(i)")
    return path


def test_from_duckdb(duckdb_file: str) -> None:
    sql = "SELECT * EXCLUDE (i) FROM contacts"
    assert_flat(planned("duckdb", duckdb_file, f"{sql} WHERE i < {FEW}"), planned("duckdb", duckdb_file, sql))


def test_from_postgresql(postgres: str) -> None:
    sql = f"SELECT {COLUMNS} FROM generate_series(1, {{}}) AS t(i)"
    assert_flat(planned("postgres", postgres, sql.format(FEW)), planned("postgres", postgres, sql.format(MANY)))
