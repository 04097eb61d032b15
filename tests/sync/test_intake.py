"""Every kind of value that a driver may hand over, as the one text the engine reads."""

from __future__ import annotations

import datetime as dt
import decimal
import tempfile
import uuid
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_np6.exceptions import NP6SourceError
from airflow_provider_np6.sync.intake import Intake, text_of

PARIS = dt.timezone(dt.timedelta(hours=1))


def by_arrow(array: pa.Array) -> list[str | None]:
    with duckdb.connect() as database, tempfile.TemporaryDirectory() as folder:
        database.execute("SET TimeZone = 'UTC'")
        Intake(database, ["x"], Path(folder)).take([pa.record_batch([array], names=["x"])])
        return [row[0] for row in database.execute("SELECT c0 FROM source ORDER BY _row").fetchall()]


CASES: list[tuple[Any, pa.DataType, str | None]] = [
    (None, pa.string(), None),
    (None, pa.null(), None),
    ("é😀\n;\"'", pa.string(), "é😀\n;\"'"),
    ("", pa.string(), ""),
    (True, pa.bool_(), "true"),
    (2**60, pa.int64(), str(2**60)),
    (decimal.Decimal("19.90"), pa.decimal128(10, 2), "19.90"),
    (0.1, pa.float64(), "0.1"),
    (dt.date(2000, 1, 2), pa.date32(), "2000-01-02"),
    (dt.datetime(2000, 1, 2, 3, 4, 5), pa.timestamp("us"), "2000-01-02T03:04:05Z"),
    (dt.datetime(2000, 1, 2, 3, 4, 5, tzinfo=PARIS), pa.timestamp("us", "Europe/Paris"), "2000-01-02T02:04:05Z"),
    (dt.datetime(2000, 1, 2, 3, 4, 5), pa.timestamp("ns"), "2000-01-02T03:04:05Z"),
]


@pytest.mark.parametrize(("value", "kind", "text"), CASES)
def test_arrow_and_python_values_become_the_same_text(value: Any, kind: pa.DataType, text: str | None) -> None:
    assert by_arrow(pa.array([value], kind)) == [text]
    assert text_of(value) == text


def test_lists_become_json() -> None:
    labels = ["Café", 'a "b"', None]
    assert by_arrow(pa.array([labels, [], None], pa.list_(pa.string()))) == ['["Café","a \\"b\\"",null]', "[]", None]
    assert text_of(labels) == '["Café","a \\"b\\"",null]'
    assert text_of({"b", "a"}) == '["a","b"]'


def test_other_python_values() -> None:
    identity = uuid.UUID(int=5)
    assert text_of(identity) == str(identity)
    assert text_of(b"caf\xc3\xa9") == "café"
    assert text_of(memoryview(b"x")) == "x"
    assert text_of(decimal.Decimal("1E+3")) == "1000"


def test_binary_is_refused_by_name() -> None:
    with pytest.raises(NP6SourceError, match="column 'x' holds binary data"):
        by_arrow(pa.array([b"\xff"], pa.binary()))
    with pytest.raises(NP6SourceError, match="binary data"):
        text_of(b"\xff\xfe")


def test_dictionaries_are_their_values() -> None:
    assert by_arrow(pa.array(["a", "b", "a"]).dictionary_encode()) == ["a", "b", "a"]


def test_rows_keep_their_order_over_batches(tmp_path: Path) -> None:
    with duckdb.connect() as database:
        intake = Intake(database, ["x"], tmp_path)
        batches = [pa.record_batch([pa.array([str(n)])], names=["x"]) for n in range(20)]
        assert intake.take(batches) == 20
        rows = database.execute("SELECT c0 FROM source ORDER BY _row").fetchall()
    assert [row[0] for row in rows] == [str(n) for n in range(20)]


def test_types_may_differ_from_batch_to_batch(tmp_path: Path) -> None:
    with duckdb.connect() as database:
        arrays = (pa.nulls(1), pa.array([1]), pa.array(["a"]))
        Intake(database, ["x"], tmp_path).take([pa.record_batch([array], names=["x"]) for array in arrays])
        rows = database.execute("SELECT c0 FROM source ORDER BY _row").fetchall()
    assert [row[0] for row in rows] == [None, "1", "a"]


@settings(max_examples=50, deadline=None)
@given(st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(9999, 12, 30)))
def test_any_instant_is_the_same_either_way(moment: dt.datetime) -> None:
    assert by_arrow(pa.array([moment], pa.timestamp("us"))) == [text_of(moment)]
